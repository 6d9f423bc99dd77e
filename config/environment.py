"""The environment's part: `WIREWATCH_DATA_DIR`, `WIREWATCH_<SECTION>__<KEY>` and `..._FILE` twins.

Values are turned into what a TOML file would have given, so that one shape reads both. Names that
start with `WIREWATCH_TEST_` belong to the tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from config import secret_files
from config.mailbox_url import maildir_at
from config.reading import keys_of
from config.shapes import SECTIONS, Top
from config.values import Bad, nearest
from newsroom.errors import Problem

CONFIG = "WIREWATCH_CONFIG"
_PREFIX = "WIREWATCH_"
_PASSWORD = "WIREWATCH_MAIL__PASSWORD"  # noqa: S105 - the variable's name
_MAILBOX_PASSWORD = "WIREWATCH_MAIL__MAILBOX_PASSWORD"  # noqa: S105 - the variable's name
_WEBHOOK_SECRET = "WIREWATCH_WEBHOOK__SECRET"  # noqa: S105 - the variable's name
_SECRETS = {
    _PASSWORD: ("mail", "password_file"),
    _MAILBOX_PASSWORD: ("mail", "mailbox_password_file"),
    _WEBHOOK_SECRET: ("webhook", "secret_file"),
}
"""Secrets themselves, and the keys that name files of them."""
_TWINS = {
    "WIREWATCH_MAIL__URL_FILE": ("mail", "url"),
    "WIREWATCH_MAIL__MAILBOX_FILE": ("mail", "mailbox"),
    "WIREWATCH_DATABASE__URL_FILE": ("database", "url"),
}
_PATHS = {("", "data_dir"), ("", "watchlists"), ("mail", "password_file"),
          ("mail", "mailbox_password_file"), ("web", "password_file"),
          ("webhook", "secret_file"), ("fetch", "ca_bundle")}  # fmt: skip
_NEAR = 0.75
"""Closer than for single words: long names are half the same by chance."""
_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True,
             "false": False, "0": False, "no": False, "off": False}  # fmt: skip
# A Kubernetes service called `wirewatch` puts these into every pod beside it.
_FOREIGN = re.compile(
    r"WIREWATCH_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment decides; the first key is a section, or empty for the top."""

    values: Mapping[tuple[str, str], object] = field(default_factory=dict, repr=False)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Which variable each value came from."""
    password: str | None = field(default=None, repr=False)
    mailbox_password: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_environment(environ: Mapping[str, str], cwd: Path) -> Environment:
    """Read every variable of ours; relative paths are relative to `cwd`."""
    known = _known()
    values: dict[tuple[str, str], object] = {}
    names: dict[tuple[str, str], str] = {}
    files: list[Path] = []
    problems: list[Problem] = []
    for name, text in sorted(environ.items()):
        if not name.startswith(_PREFIX) or _is_foreign(name, text):
            continue
        try:
            if name in _TWINS:
                path = cwd / text
                files.append(path)
                place = _TWINS[name]
                value: object = secret_files.read(path)
            elif name in known:
                place = known[name]
                value = _value(place, text, cwd)
            else:
                raise _unknown(name, [*known, *_TWINS, *_SECRETS, CONFIG])
            if place in names:
                raise Bad(f"stands beside {names[place]}", "set only one of the two")
            values[place], names[place] = value, name
        except Bad as bad:
            problems.append(refusal(name, bad))
    for name, place in _SECRETS.items():
        if name in environ and place in values:
            twice = Bad(f"stands beside {name}_FILE", "set only one of the two")
            problems.append(refusal(name, twice))
    return Environment(
        values,
        names,
        environ.get(_PASSWORD) or None,
        environ.get(_MAILBOX_PASSWORD) or None,
        environ.get(_WEBHOOK_SECRET) or None,
        tuple(files),
        tuple(problems),
    )


def refusal(name: str, bad: Bad) -> Problem:
    """A problem of one variable."""
    return Problem("environment", None, name, bad.problem, bad.hint)


def _known() -> dict[str, tuple[str, str]]:
    names = {f"{_PREFIX}{key.upper()}": ("", key) for key in keys_of(Top)}
    for section, shape in SECTIONS.items():
        for key in keys_of(shape):
            names[f"{_PREFIX}{section.upper()}__{key.upper()}"] = (section, key)
    return names


def _is_foreign(name: str, text: str) -> bool:
    if name in {CONFIG, *_SECRETS} or name.startswith("WIREWATCH_TEST_"):
        return True
    return bool(_FOREIGN.fullmatch(name)) and (name != "WIREWATCH_PORT" or "://" in text)


def _unknown(name: str, known: list[str]) -> Bad:
    """The refusal of a variable; what all names share is no likeness."""
    names = [one.removeprefix(_PREFIX) for one in known]
    rest = name.removeprefix(_PREFIX)
    section, apart, key = rest.partition("__")
    there = [one.partition("__")[2] for one in names if one.startswith(f"{section}__")]
    if apart and there:
        near = nearest(key, there)
        hint = f"set {_PREFIX}{section}__{near}" if near else f"known there: {', '.join(there)}"
        return Bad("is an unknown variable", hint)
    near = nearest(rest, names, cutoff=_NEAR)
    listed = ", ".join(section.upper() for section in SECTIONS)
    hint = f"unset it, or write {_PREFIX}<SECTION>__<KEY>; sections: {listed}"
    return Bad("is an unknown variable", f"set {_PREFIX}{near}" if near else hint)


def _value(place: tuple[str, str], text: str, cwd: Path) -> object:
    section, key = place
    shape: type[BaseModel] = SECTIONS[section] if section else Top
    kind = str(shape.model_fields[key].annotation)
    if ", ...]" in kind:
        items = _items(text)
        return [str(cwd / str(i)) for i in items] if place in _PATHS else items
    if place in _PATHS:
        return str(cwd / text) if text else ""
    if place == ("mail", "mailbox"):
        return maildir_at(text, cwd)
    if "bool" in kind:
        return _BOOLEANS.get(text.lower(), text)
    if "int" in kind and re.fullmatch(r"[0-9]{1,18}", text) and key != "listen":
        return int(text)
    return text


def _items(text: str) -> list[object]:
    """A TOML list, or items between commas."""
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        items = tomllib.loads(f"items = {text}")["items"]
    except tomllib.TOMLDecodeError:
        items = None
    if not isinstance(items, list):
        raise Bad("is no list", 'write items with commas between, or ["a", "b"]')
    return items

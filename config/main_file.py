"""The main file with the environment laid over it, table by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from config.document import Document
from config.environment import Environment, refusal
from config.reading import keys_of, read_table
from config.shapes import SECTIONS, Shape, Top
from config.toml_lines import Path as Way
from config.values import Bad, kind_of, nearest
from newsroom.errors import Problem

S = TypeVar("S", bound=Shape)

_TABLES = (*(f"[{name}]" for name in SECTIONS), "[[source]]")

_WATCHLISTS = (
    'it belongs into a watchlist file; write watchlists = ["watchlists.toml"] and put it there'
)


@dataclass(slots=True)
class MainFile:
    """Reads shapes out of the file; problems are kept where they belong."""

    document: Document
    environment: Environment
    problems: list[Problem] = field(default_factory=list)
    """Of the environment; the file's own are in `document`."""

    def top(self) -> Top | None:
        """The keys before the first table."""
        others = {*SECTIONS, "source"}
        raw = {key: value for key, value in self.document.data.items() if key not in others}
        hints = {"watchlist": _WATCHLISTS, "alias": _WATCHLISTS}
        for key in [key for key in raw if key not in {*keys_of(Top), *hints}]:
            # Only here can a mistyped key mean a table.
            near = nearest(key, others) if isinstance(raw[key], dict | list) else None
            if near:
                hints[key] = f"write [[{near}]]" if near == "source" else f"write [{near}]"
        return self._read(Top, "", raw, {**_homes(""), **hints}, _TABLES)

    def section(self, shape: type[S], name: str) -> S | None:
        """One table; None when anything in it was refused."""
        raw = self.document.data.get(name, {})
        if not isinstance(raw, dict):
            wrong = Bad(f"is {kind_of(raw)}, not a table", f"write [{name}]")
            self.document.refuse((name,), wrong)
            return None
        return self._read(shape, name, raw, _homes(name))

    def refuse(self, section: str, way: Way, bad: Bad) -> None:
        """Note a problem at a key of a section, or at the variable that set it."""
        variable = self.environment.names.get((section, str(way[0]))) if way else None
        if variable:
            self.problems.append(refusal(variable, bad))
        else:
            self.document.refuse((section, *way) if section else way, bad)

    def is_from_environment(self, section: str, key: str) -> bool:
        """Whether a variable decided this key."""
        return (section, key) in self.environment.names

    def _read(
        self,
        shape: type[S],
        name: str,
        raw: dict[str, object],
        homes: Mapping[str, str],
        tables: Sequence[str] = (),
    ) -> S | None:
        over = {key: v for (section, key), v in self.environment.values.items() if section == name}
        return read_table(
            shape, {**raw, **over}, lambda way, bad: self.refuse(name, way, bad), homes, tables
        )


def _homes(here: str) -> dict[str, str]:
    """Where the keys belong that other tables know: a common slip of the pen in TOML."""
    homes = {
        key: f"it belongs into [{name}]"
        for name, shape in SECTIONS.items()
        if name != here
        for key in keys_of(shape)
    }
    if here:
        homes |= dict.fromkeys(
            keys_of(Top), "it belongs to the top of the file, before the first [table]"
        )
    if here == "mail":
        homes |= {
            "password": 'write password_file = "/path/of/a/file", or set WIREWATCH_MAIL__PASSWORD',
            "mailbox_password": 'write mailbox_password_file = "/path/of/a/file", '
            "or set WIREWATCH_MAIL__MAILBOX_PASSWORD",
        }
    if here == "webhook":
        hint = 'write secret_file = "/path/of/a/file", or set WIREWATCH_WEBHOOK__SECRET'
        homes |= {"secret": hint}
    return homes

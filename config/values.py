"""Reading single values: each function takes what TOML gave and returns the typed value.

All of them raise `Bad`, whose `problem` says what is wrong and whose `hint` says what to write.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SHOWN = 60
"""Longest part of a wrong value that is repeated in a message."""


class Bad(ValueError):
    """A value that is refused."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}; {hint}")
        self.problem = problem
        self.hint = hint


def quote(value: object) -> str:
    """A value as a message shows it: quoted, cut, and without a character that acts."""
    text = str(value)
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{escaped}"' if isinstance(value, str) else escaped


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word most like this one, letter case aside; None when nothing is near.

    `cutoff` is difflib's ratio, from 0 to 1, below which nothing is.
    """
    folded = {k.lower(): k for k in known}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def kind_of(value: object) -> str:
    """What a TOML value is, in words."""
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "a text"),
        (dict, "a table"),
        (list, "a list"),
        ((datetime, date, time), "a date or time"),
    ]
    return next((name for kind, name in kinds if isinstance(value, kind)), "nothing")


def string(raw: object, example: str) -> str:
    """A TOML string; anything else is refused, with the example as what to write."""
    if not isinstance(raw, str):
        raise Bad(f"{quote(raw)} is {kind_of(raw)}, not a text", f'write "{example}"')
    return raw


def plain_text(raw: object, example: str, *, most: int = 200) -> str:
    """A non-empty line of text without control characters or line breaks, as people name things."""
    text = string(raw, example)
    if not text.strip():
        raise Bad("is empty", f'write "{example}"')
    for char in text:
        if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"}:
            raise Bad(
                f"{quote(text)} holds a control character or line break (U+{ord(char):04X})",
                "write it as one line of plain text",
            )
    if len(text) > most:
        raise Bad(f"is {len(text)} characters long", f"write at most {most}")
    return text


def boolean(raw: object) -> bool:
    """`true` or `false`."""
    if not isinstance(raw, bool):
        raise Bad(f"{quote(raw)} is {kind_of(raw)}, not true or false", "write true or false")
    return raw


def whole_number(least: int, most: int) -> Callable[[object], int]:
    """A reader of whole numbers within bounds."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Bad(
                f"{quote(raw)} is not a whole number", f"write a number from {least} to {most}"
            )
        if not least <= raw <= most:
            raise Bad(f"{raw} is out of range", f"write a number from {least} to {most}")
        return raw

    return read


def one_of(*words: str) -> Callable[[object], str]:
    """A reader of one word out of a fixed list."""
    listed = ", ".join(f'"{w}"' for w in words)

    def read(raw: object) -> str:
        text = string(raw, words[0])
        if text not in words:
            near = nearest(text, words)
            hint = f'write "{near}" (known: {listed})' if near else f"write one of {listed}"
            raise Bad(f"{quote(text)} is not known", hint)
        return text

    return read


def language(raw: object) -> str:
    """A language code as articles carry it: `en`, `ko`, `zh-Hant`."""
    text = string(raw, "en")
    if not _LANGUAGE.fullmatch(text):
        raise Bad(f"{quote(text)} is no language code", 'write a code like "en", "ko" or "zh-Hant"')
    return text


def zone(raw: object) -> str:
    """An IANA time zone name."""
    text = string(raw, "Asia/Seoul")
    try:
        if text not in {"", "localtime", "Factory"}:
            ZoneInfo(text)
            return text
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    near = "Asia/Seoul" if text.upper() == "KST" else nearest(text, available_timezones())
    hint = f'write "{near}"' if near else 'write a zone like "Asia/Seoul" or "UTC"'
    raise Bad(f"{quote(text)} is no time zone", hint)


def identifier(raw: object) -> str:
    """A source id: small letters, digits, `-` and `_`, as the command line takes it."""
    text = string(raw, "koreatimes")
    if not _ID.fullmatch(text):
        fit = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:64]
        hint = f'write small letters, digits, - and _, like "{fit or "koreatimes"}"'
        raise Bad(f"{quote(text)} is no source id", hint)
    return text


def header_text(raw: object) -> str:
    """A line that can stand in an HTTP header: printable ASCII."""
    text = plain_text(raw, "Wirewatch/1.0 (+https://watch.example.org/about)", most=500)
    if not text.isascii():
        raise Bad(f"{quote(text)} holds letters beyond ASCII", "write it in plain ASCII")
    return text.strip()


def file_path(raw: object) -> str:
    """A file name as written, `~` and relative ones not yet resolved."""
    return plain_text(raw, "some/file", most=4096)

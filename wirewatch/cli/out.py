"""What a command prints: JSON lines for programs, tables and plain lines for people.

Text of sites, feeds and mail servers may hold anything; no control character of it ever reaches a
terminal. JSON keeps every value and escapes what could act or break a line.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

Json = dict[str, Any]

_LEFT_BY_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What `json.dumps` leaves as it is though it acts (C1), ends lines, or cannot be encoded."""
_ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]")
_LEAST_FLEXIBLE = 24
_PIPE_WIDTH = 240
"""Columns of a table that goes into a pipe or a file."""


def line_of(value: object) -> str:
    """A value as one line of JSON, without its line end."""
    text = json.dumps(value, ensure_ascii=False)
    return _LEFT_BY_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def emit(value: object) -> None:
    """Print one JSON line."""
    sys.stdout.write(line_of(value) + "\n")


def counted(count: int, noun: str) -> str:
    """`1 gap`, `2 gaps`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def say(text: str = "") -> None:
    """Print lines for people; line breaks and tabs stay, other control characters do not."""
    _write(sys.stdout, text)


def complain(text: str) -> None:
    """The same on stderr."""
    _write(sys.stderr, text)


def one_line(value: object) -> str:
    """Untrusted text as one line of visible characters; "" for None."""
    return " ".join(visible("" if value is None else str(value)).split())


def visible(text: str) -> str:
    """Text without characters that act on a terminal or turn the reading direction."""
    return _TURNING.sub("", _ACTING.sub(" ", text))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, flexible: str) -> None:
    """Print a table; `flexible` names the column that gives way where the terminal is narrow."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for name in columns:
        gives = name == flexible
        shown.add_column(
            name,
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if gives else None,
            min_width=_LEAST_FLEXIBLE if gives else None,
        )
    for row in rows:
        shown.add_row(*(Text(one_line(cell)) for cell in row))
    shown.expand = sys.stdout.isatty()
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    console.print(shown)


def pairs(items: Iterable[tuple[str, object]]) -> None:
    """Print names and values, a line each; None and empty values are left out."""
    for name, value in items:
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        if text not in (None, ""):
            say(f"{name:<16} {one_line(text)}")


def _write(stream: TextIO, text: str) -> None:
    stream.write(visible(text) + "\n")

"""How the demo speaks: colours on a terminal, plain lines with *asterisks* anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 160
_WHO = 18
_WHAT = 8
_STYLES = {
    "new": "bold",
    "match": "yellow",
    "mail": "bold green",
    "told": "green",
    "edited": "cyan",
    "feed": "red",
    "page": "red",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; a marked one is what a watchlist was looking for."""

    text: str
    marked: bool = False


class Voice:
    """Writes to stdout."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._console = Console(
            file=sys.stdout,
            width=None if self._terminal else _PIPE_WIDTH,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def say(self, text: str = "", style: str = "") -> None:
        """A line, never broken."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def event(self, at: datetime, who: str, what: str, pieces: Iterable[Piece]) -> None:
        """A line of the day: time, outlet, what happened."""
        line = Text(f"{at:%H:%M}  ", style="")
        line.append(_column(who, _WHO), style="dim")
        line.append(_column(what, _WHAT), style=_STYLES.get(what, "dim"))
        for piece in pieces:
            if piece.marked and self._terminal:
                line.append(piece.text, style="bold reverse")
            else:
                line.append(f"*{piece.text}*" if piece.marked else piece.text)
        self._console.print(line, soft_wrap=True)

    def title(self, text: str) -> None:
        """What the following lines are about."""
        self.say()
        self.say(text, style="bold")

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table under a title; the last column takes what room there is."""
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for number, name in enumerate(columns):
            table.add_column(name, overflow="fold", no_wrap=number < len(columns) - 1)
        for row in rows:
            table.add_row(*(Text(str(cell)) for cell in row))
        self.title(title)
        self._console.print(table)


def _column(text: str, width: int) -> str:
    return text + " " * (max(width - cell_len(text), 0) + 2)

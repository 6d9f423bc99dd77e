"""Found articles as people read them: a line about each, and the sentence that has the terms."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from wirewatch.cli.out import Json, one_line, visible
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from newsroom.search_rank import Excerpt

_PIPE_WIDTH = 240


def console() -> Any:
    """Standard output for styled text."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def show_article(
    on: Any, listed: Json, excerpt: Excerpt, timezone: str, *, brackets: bool = False
) -> None:
    """Print one article of a listing on a `console()`, with its sentence below.

    `brackets`: they mark the terms where no style can.
    """
    from rich.text import Text

    at = local(listed["published_at"] or listed["first_seen_at"], timezone)
    head = Text(f"{listed['id']:>6}  {at}  {one_line(listed['source'])}  ")
    title = one_line(listed["title"])
    sentence = _marked(excerpt, brackets=brackets and not on.is_terminal)
    is_title = one_line(excerpt.text) == title
    shown = sentence if is_title else Text(title)
    shown.stylize_before("bold")
    on.print(head.append_text(shown), soft_wrap=True)
    if sentence.plain.strip() and not is_title:
        on.print(Text("        ") + sentence, soft_wrap=True)


def _marked(shown: Excerpt, *, brackets: bool) -> Any:
    """The sentence in one line, its terms marked; nothing in it acts on the terminal."""
    from rich.text import Text

    marked, at = Text(), 0
    around = "[{}]" if brackets else "{}"
    for start, end in shown.marks:
        marked.append(_flat(shown.text[at:start]))
        marked.append(around.format(_flat(shown.text[start:end])), style="bold reverse")
        at = end
    return marked.append(_flat(shown.text[at:]))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", visible(text))

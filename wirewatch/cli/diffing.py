"""`show ARTICLE --diff`: the versions of an article, word by word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import MappingProxyType

from newsroom.edits_diff import Piece, changed_lines
from wirewatch.cli.call import NotSo, current
from wirewatch.cli.out import Json, emit, say, visible
from wirewatch.cli.times import local

_COLOURS = MappingProxyType({"-": "\x1b[31;9m{}\x1b[0m", "+": "\x1b[32;4m{}\x1b[0m", "=": "{}"})
_BRACKETS = MappingProxyType({"-": "[-{}-]", "+": "{{+{}+}}", "=": "{}"})
_ORIGINS = MappingProxyType({"feed": "by the feed", "page": "page", "refetch": "found changed"})


def show_diff(article: int) -> None:
    """Print all versions; raises NotSo where there is no such article."""
    from storage.listing_edits import history

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        versions = history(db, article)
    if versions is None:
        raise NotSo(f"there is no article {article}; see `wirewatch articles`")
    if call.json:
        for version in versions:
            emit(version)
        return
    for at, version in enumerate(versions):
        if at:
            say()
        _print(version, first=at == 0, timezone=settings.timezone)


def _print(version: Json, *, first: bool, timezone: str) -> None:
    time = local(version["at"], timezone)
    if version["n"] is None:
        say(f"withdrawn  {time}  {version['detail']}")
        return
    kinds = ", ".join(version["kinds"])
    origin = _ORIGINS.get(version["origin"], version["origin"])
    say("  ".join(part for part in (f"version {version['n']}", time, origin, kinds) if part))
    pieces = [Piece(sign, text) for sign, text in version["diff"]]
    for line in (pieces,) if first else changed_lines(pieces):
        _say_line(line)


def _say_line(line: Iterable[Piece]) -> None:
    """Colours are ours; what a page says cannot bring any."""
    if not _coloured():
        say("".join(_framed(_BRACKETS[sign], text) for sign, text in line))
        return
    shown = (_framed(_COLOURS[sign], visible(text)) for sign, text in line)
    sys.stdout.write("".join(shown) + "\n")


def _framed(form: str, text: str) -> str:
    """Blanks around a change stay outside."""
    said = text.strip()
    if not said:
        return text
    before, _, after = text.partition(said)
    return f"{before}{form.format(said)}{after}"


def _coloured() -> bool:
    """On a terminal that can, unless NO_COLOR is set (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain

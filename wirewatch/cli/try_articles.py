"""`try match` and `try stories`: articles as JSON lines, matched or grouped."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from newsroom.matching_json import article_from_json, hits_json
from wirewatch.cli.out import complain, line_of

if TYPE_CHECKING:
    from newsroom.matching import Matcher

T = TypeVar("T")


@contextmanager
def lines_of(file: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file, or of standard input for `-`."""
    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(Path(file).open("rb"))
        except (OSError, ValueError) as error:
            raise unreadable(file, error) from None
        yield opened


def unreadable(file: str, error: OSError | ValueError) -> click.UsageError:
    """What is said of a file that cannot be read."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return click.UsageError(f"{file} cannot be read: {why}")


def json_of(line: bytes) -> Any:
    """The value of a JSON line; raises ValueError that says what is wrong with it."""
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"is no JSON: {error}") from None


def objects(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """(line number, value) of the lines that can be read; the others are named on stderr."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json_of(line)
            except ValueError as error:
                complain(f"line {number} {error}")


def match_lines(lines: Iterable[bytes], watchlists: str, out: TextIO) -> None:
    """Write a line per match. Raises ConfigError where the watchlist file is wrong."""
    from config.aliases import aliases_in_force
    from config.watchlist_files import load_watchlists
    from jobs.morphology import KiwiWorker
    from newsroom.matching import Matcher, compile_watchlist

    found, own = load_watchlists(Path(watchlists))
    aliases = aliases_in_force(own)
    rules = [compile_watchlist(watchlist, aliases) for watchlist in found]
    with closing(KiwiWorker()) as morphology:
        _match_all(lines, Matcher(rules, morphology), out)


def _match_all(lines: Iterable[bytes], matcher: Matcher, out: TextIO) -> None:
    """Answer line by line: whoever writes the lines may wait for the answer."""
    for number, value in objects(lines):
        try:
            article_id, article = article_from_json(value)
        except ValueError as error:
            complain(f"line {number}: {error}")
            continue
        for name, hits in matcher.match(article):
            # an id given as a number stays one
            line = hits_json(article_id, name, hits) | {"article": value["id"]}
            out.write(line_of(line) + "\n")
        out.flush()


def story_lines(lines: Iterable[bytes], out: TextIO) -> None:
    """Write a line per article, when all are read."""
    from newsroom.stories import group, story_from_json

    articles = []
    given: dict[str, Any] = {}
    for number, value in objects(lines):
        try:
            article = story_from_json(value)
        except ValueError as error:
            complain(f"line {number}: {error}")
            continue
        articles.append(article)
        given.setdefault(article.id, value["id"])
    for place in group(articles):
        answer = {
            "article": given[place.article],
            "story": given[place.story],
            "relation": place.relation.value,
        }
        out.write(line_of(answer) + "\n")

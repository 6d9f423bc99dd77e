"""`articles`, `matches`, and what every listing does; `show` prints one article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Command, NotSo, current, now
from wirewatch.cli.filters import ARTICLE_STATES, filter_options, filters_of
from wirewatch.cli.out import Json, complain, emit, pairs, say, table
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from storage.database import Database
    from storage.listing_base import Filters

Local = Callable[[str | None], str]
"""An ISO instant as people read it."""


def listing(
    read: Callable[[Database, Filters], Iterator[Json]],
    given: dict[str, Any],
    columns: Sequence[str],
    cells: Callable[[Json, Local], Sequence[object]],
) -> None:
    """Print what `read` gives for the filters in `given`: JSON lines, or a table."""
    call = current()
    settings = call.settings()
    filters, shown = filters_of(given, now=now(), timezone=settings.timezone, json=call.json)
    with call.database(settings) as db:
        rows = read(db, filters)
        if call.json:
            for row in rows:
                emit(row)
            return
        found = list(rows)
    if not found:
        complain("nothing is listed")
        return

    def local_time(iso: str | None) -> str:
        return local(iso, settings.timezone)

    lines = [cells(row, local_time) for row in found[:shown]]
    table(columns, lines, flexible=columns[-1])
    if shown is not None and len(found) > shown:
        complain(f"there are more; these are the newest {shown}: --limit N shows more, --json all")


@click.command("articles", cls=Command)
@filter_options(ARTICLE_STATES, "In this state.")
def articles(**given: Any) -> None:
    """List articles, newest first.

    By when each was first seen; `--watchlist` lists those that it met.
    """
    from storage.listing import articles as read

    def cells(row: Json, time: Local) -> Sequence[object]:
        seen = time(row["first_seen_at"])
        return row["id"], seen, row["source"], row["state"], row["story"], row["title"]

    listing(read, given, ("id", "first seen", "source", "state", "story", "title"), cells)


@click.command("matches", cls=Command)
@filter_options(ARTICLE_STATES, "Of an article in this state.")
def matches(**given: Any) -> None:
    """List matches, newest first: which watchlist met which article, and by what words."""
    from storage.listing import matches as read

    def cells(row: Json, time: Local) -> Sequence[object]:
        words = ", ".join(dict.fromkeys(hit["text"] for hit in row["hits"]))
        at = time(row["matched_at"])
        return row["id"], at, row["watchlist"], row["article"], row["story"], words

    listing(read, given, ("id", "matched", "watchlist", "article", "story", "words"), cells)


@click.command("show", cls=Command)
@click.argument("article", type=int)
@click.option("--diff", is_flag=True, help="Its versions, each against the one before.")
def show(article: int, diff: bool) -> None:
    """Print one article with all that is known of it.

    `--diff` prints its versions instead, word by word: what went is struck through, what came is
    underlined; without colours `[-gone-]` and `{+come+}`. Exit 1 where there is no such article.
    """
    if diff:
        from wirewatch.cli.diffing import show_diff

        show_diff(article)
        return
    from storage.listing_detail import article as read

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        found = read(db, article)
    if found is None:
        raise NotSo(f"there is no article {article}; see `wirewatch articles`")
    if call.json:
        emit(found)
        return
    _print_article(found, settings.timezone)


def _origin(found: Json) -> str:
    """ "Yonhap (yonhap-en, article 12)": who wrote the story first, and where that is."""
    origin = found["origin"]
    if origin["article"] is None:
        return str(origin["name"])
    if origin["article"] == found["id"]:
        return f"{origin['name']} (this article)"
    return f"{origin['name']} ({origin['source']}, article {origin['article']})"


def _print_article(found: Json, timezone: str) -> None:
    say(" ".join(str(found["title"]).split()))
    if found["subtitle"]:
        say(found["subtitle"])
    plain = ("id", "source", "language", "state", "reason", "story", "url", "section", "credit")
    pairs((name, found[name]) for name in plain)
    if found["relation"]:
        by_hand = ", placed by hand" if found["placed_by_hand"] else ""
        pairs([("relation", f"{found['relation']}{by_hand}")])
        pairs([("new", span["text"]) for span in found["news"]])
    if found["origin"]:
        pairs([("origin", _origin(found))])
    times = ("published_at", "modified_at", "first_seen_at")
    pairs((name.removesuffix("_at"), local(found[name], timezone)) for name in times)
    pairs((name, found[name]) for name in ("authors", "tags", "page", "warnings", "feeds"))
    for match in found["matches"]:
        words = dict.fromkeys(hit["text"] for hit in match["hits"])
        pairs([("match", f"{match['watchlist']}: {', '.join(words)}")])
    pairs([("revisions", len(found["revisions"]))])
    text = found["body"] or found["summary"]
    if text:
        say(f"\n{text}")

"""`sources`: the outlets that are watched, and how each of them answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Group, NotSo, current, now
from wirewatch.cli.out import Json, complain, emit, say, table
from wirewatch.cli.sources_shown import percent
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from storage.listing_base import Filters

_COLUMNS = (
    "id", "name", "lang", "use", "verdict", "reason", "since", "last ok", "next poll",
    "polls 24 h", "gaps", "recall 7 d",
)  # fmt: skip


def _options(function: Any) -> Any:
    for option in (
        click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many."),
        click.option("--lang", metavar="CODE", help="In this language."),
        click.option("--state", metavar="VERDICT", help="With this verdict: ok, new, dns, ..."),
        click.option("--source", metavar="ID", help="This one alone."),
    ):
        function = option(function)
    return function


@click.group("sources", cls=Group, invoke_without_command=True)
@click.pass_context
def sources(context: click.Context) -> None:
    """List the watched outlets, show or check one, change what is watched."""
    if context.invoked_subcommand is None:
        context.invoke(listed, source=None, state=None, lang=None, limit=None)


@sources.command("list")
@_options
def listed(**given: Any) -> None:
    """List the sources with their verdict and what came in, those out of use too.

    `ok` while any feed of it is and its pages can be read; else the worst feed's reason. Gaps are
    those of the last 24 hours; recall is the share of the articles in its listings that had come
    in by themselves.
    """
    from storage.listing_base import Filters

    call = current()
    rows, timezone = _read(Filters(**given))
    if call.json:
        for row in rows:
            emit(row)
    elif rows:
        table(_COLUMNS, [_cells(row, timezone) for row in rows], flexible="name")
    else:
        complain("nothing is listed")


@sources.command("show")
@click.argument("source", metavar="ID")
def show(source: str) -> None:
    """Print one source: verdict and evidence, feeds, listings, coverage, recall, gaps.

    Exit 1 where there is no such source.
    """
    from storage.listing_base import Filters
    from wirewatch.cli.sources_shown import print_source

    call = current()
    rows, timezone = _read(Filters(source=source))
    if not rows:
        raise NotSo(f"there is no source {source!r}; see `wirewatch sources list`")
    if call.json:
        emit(rows[0])
    else:
        print_source(rows[0], _use(rows[0]), timezone)


@sources.command("pause")
@click.argument("source", metavar="ID")
def pause(source: str) -> None:
    """Poll none of a source's feeds until it is resumed."""
    from storage.edits import pause_source

    call = current()
    with call.database(call.settings(), configured=True) as db:
        pause_source(db, source, now())
    _done({"id": source, "paused": True}, f"source {source} is paused")


@sources.command("resume")
@click.argument("source", metavar="ID")
def resume(source: str) -> None:
    """Poll a source's feeds again, now; also those that were given up."""
    from storage.edits import resume_source

    call = current()
    with call.database(call.settings(), configured=True) as db:
        resume_source(db, source, now())
    _done({"id": source, "paused": False}, f"source {source} is polled again")


def _read(filters: Filters) -> tuple[list[Json], str]:
    """The lines, and the zone in which people read them."""
    from storage.listing_coverage import with_coverage
    from storage.listing_sources import sources as read

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        return with_coverage(db, read(db, filters), now()), settings.timezone


def _done(value: Json, text: str) -> None:
    if current().json:
        emit(value)
    else:
        say(text)


def _use(row: Json) -> str:
    if not row["enabled"]:
        return "off"
    return "paused" if row["paused_at"] else "on"


def _cells(row: Json, timezone: str) -> Sequence[object]:
    times = (local(row[name], timezone) for name in ("since", "last_ok_at", "next_poll_at"))
    reason = "" if row["reason"] == row["verdict"] else row["reason"]
    came = row["coverage"]
    polls = f"{came['polls_ok']}/{came['polls']}" if came["polls"] else ""
    gaps = str(came["gaps"]) + (f" ({came['open_gaps']} open)" if came["open_gaps"] else "")
    return (
        row["id"],
        row["name"],
        row["language"],
        _use(row),
        row["verdict"],
        reason,
        *times,
        polls,
        gaps if came["polls"] or came["gaps"] else "",
        percent(row["recall"]["7d"]["recall"]),
    )

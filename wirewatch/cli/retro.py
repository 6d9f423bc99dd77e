"""`watch retro`: a watchlist matched against what is stored, told in one digest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from newsroom.recipients import shown
from wirewatch.cli.call import Command, current, now
from wirewatch.cli.out import Json, emit, say
from wirewatch.cli.times import local, read_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.retro import Found
    from storage.database import Database
    from storage.retro_telling import Told

DAYS = 30
LONGEST = 36_500
_MANY = 2_000
"""Articles from which on the wait is worth a progress bar."""

days_option = click.option(
    "--retro",
    "retro_days",
    type=click.IntRange(1, LONGEST),
    metavar="DAYS",
    help="Match the stored articles of so many days too, and tell them in one digest.",
)
"""For commands that put a watchlist in force."""


@click.command("retro", cls=Command)
@click.argument("name")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST),
    metavar="N",
    help=f"Articles first seen in the last N days; {DAYS} unless --since is given.",
)
@click.option("--since", metavar="TIME", help='Or since then: "24h", "7d" or an ISO date.')
@click.option("--dry-run", is_flag=True, help="Record nothing and tell nobody; say what would be.")
def retro(name: str, days: int | None, since: str | None, dry_run: bool) -> None:
    """Match the stored articles against a watchlist, and tell what was not told, in one digest.

    Everybody the watchlist tells gets one mail marked "from the archive" with every story they
    were not told of for it; nothing where that is none. Run again, it tells nothing twice. The
    service sends the mail within seconds; without one `wirewatch run --once` does.
    """
    if days is not None and since is not None:
        raise click.UsageError("give --days or --since, not both")
    call = current()
    settings = call.settings()
    at = now()
    begin = at - timedelta(days=days or DAYS)
    if since is not None:
        try:
            begin = read_time(since, at, settings.timezone)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--since") from None
        if begin >= at:
            raise click.BadParameter("it lies ahead", param_hint="--since")
    with call.database(settings, configured=True) as db:
        run(db, [name], begin, at, settings.timezone, rehearse=dry_run)


def run_days(db: Database, names: Sequence[str], days: int, timezone: str) -> None:
    """The same for `--retro DAYS`: watchlists that were just put in force."""
    at = now()
    run(db, names, at - timedelta(days=days), at, timezone)


def run(
    db: Database,
    names: Sequence[str],
    since: datetime,
    until: datetime,
    timezone: str,
    *,
    rehearse: bool = False,
) -> None:
    """Match, record and tell, with a bar on a terminal; print what came of it."""
    from jobs.morphology import KiwiWorker
    from jobs.retro import Retro
    from storage.retro import Period

    morphology = KiwiWorker()
    try:
        request = Retro(db, names, Period(since, until), morphology, rehearse=rehearse)
        with _bar(request.count()) as advance:
            found = request.run(until, advance)
    finally:
        morphology.close()
    if current().json:
        emit(_line(names, since, until, found, rehearse=rehearse))
        return
    begin = local(since.isoformat(), timezone)
    say(f"{found.articles:,} articles first seen since {begin} were read")
    for name, count in found.matched.items():
        say(f"{name} meets {count:,} of them")
    for one in found.told:
        say(f"{shown(one.recipient)}: {_told(one, rehearse=rehearse)}")
    for name in found.paused:
        say(f"{name} is paused: it tells nobody")
    if not found.told and not found.paused:
        say("nobody is to be told of it" if len(names) == 1 else "nobody is to be told of them")


def _told(one: Told, *, rehearse: bool) -> str:
    if not one.stories and not one.joined:
        return "nothing to tell that was not told before"
    parts = []
    if one.stories:
        goes = "goes" if one.stories == 1 else "go"
        alert = "would go" if rehearse else f"{goes} (alert {one.alert})"
        parts.append(f"{_stories(one.stories)} {alert} as one digest from the archive")
    if one.joined:
        parts.append(f"{_stories(one.joined)} told in alerts that wait to be sent")
    return "; ".join(parts)


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count:,} stories"


def _line(
    names: Sequence[str], since: datetime, until: datetime, found: Found, *, rehearse: bool
) -> Json:
    return {
        "retro": list(names),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "dry_run": rehearse,
        "articles": found.articles,
        "matched": dict(found.matched),
        "new_matches": found.new,
        "digests": [
            {
                "recipient": shown(one.recipient),
                "alert": one.alert,
                "stories": one.stories,
                "in_waiting_alerts": one.joined,
            }
            for one in found.told
        ],
    }


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    """What is called with how many more articles are done; a bar where somebody looks."""
    if total < _MANY or not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the archive", total=total)
        yield lambda count: progress.advance(task, count)

"""`backfill`: an outlet's older articles, brought in from its archives."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from wirewatch.cli.backfill_progress import Progress, report
from wirewatch.cli.call import Command, current, now
from wirewatch.cli.out import complain, emit, table
from wirewatch.cli.times import local, read_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings
    from newsroom.backfilling import Walk
    from newsroom.model import Source
    from storage.backfills import Backfill
    from storage.database import Database

DONE, FAULT, INTERRUPTED = 0, 3, 130
_LOOK_S = 1.0
_LISTED = 50


@click.command("backfill", cls=Command)
@click.argument("source", metavar="SOURCE", required=False)
@click.option("--since", metavar="DATE", help='From then on: an ISO date, or how long ago ("90d").')
@click.option("--until", metavar="DATE", help="Up to then, the day itself too; now unless given.")
@click.option("--alert", is_flag=True, help="What matches is told, as late; else nobody is told.")
@click.option(
    "--list", "listing", is_flag=True, help="List the backfills there were; nothing else."
)
def backfill(
    source: str | None, since: str | None, until: str | None, alert: bool, listing: bool
) -> int:
    """Bring in an outlet's older articles from its archives, sitemaps and listings.

    It walks from the newest to the oldest, politely, and fetches, stores and matches every page
    published in that time that is not known yet. Nobody is alerted unless --alert is given.
    Interrupted or killed, the same command goes on where it was. Where a service works on the
    database, that does the work, and this command shows how far it is.

    Days are the outlet's own. Exit 2 where nothing is configured to walk: name `archives` in its
    [[source]]; 3 where no archive or page could be reached.
    """
    if listing:
        return _list()
    if source is None or since is None:
        raise click.UsageError("name a source and --since DATE, or --list")
    from storage import backfills
    from wirewatch.app import in_force
    from wirewatch.cli.alive import service_lives

    call = current()
    settings = call.settings()
    began = time.monotonic()
    with call.database(settings, configured=True) as db:
        known = {one.id: one for one in in_force(db, settings).settings.sources}
        found = known.get(source)
        if found is None:
            raise click.BadParameter(
                f"no source {source!r}; `wirewatch sources list` names them", param_hint="SOURCE"
            )
        begin, end = _stretch(found, since, until)
        asked, new = backfills.ask(
            db,
            found.id,
            begin,
            end,
            _walk(found, begin, end or now()),
            alerts=alert,
            now=now(),
        )
        _announce(asked, new=new, alert=alert, zone=found.timezone)
        lives = service_lives(db, now())
        if lives:
            complain("the service does the work; this shows how far it is")
            ended = _follow(db, asked.id)
        else:
            ended = _run(settings, db, asked.id)
        last = backfills.get(db, asked.id)
        code = _code(last, interrupted=ended is None)
        report(last, backfills.pages(db, last), time.monotonic() - began, call.json)
        if ended is None:
            complain(
                "the service goes on with it; `wirewatch backfill --list` shows how far it is"
                if lives
                else f"interrupted; to go on: {_again(source, since, until, alert=alert)}"
            )
        elif last.active:
            complain(f"not all could be had; to go on: {_again(source, since, until, alert=alert)}")
    return code


def _stretch(source: Source, since: str, until: str | None) -> tuple[datetime, datetime | None]:
    """The time that is wanted; how long ago is counted in whole days, so that it can be repeated
    the same day."""
    at = now()
    try:
        begin = read_time(since, at, source.timezone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    if since.strip()[-1:].isalpha() and not since.strip().endswith("Z"):
        day = begin.astimezone(ZoneInfo(source.timezone))
        begin = day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(ZoneInfo("UTC"))
    end = None
    if until is not None:
        try:
            end = read_time(until, at, source.timezone, end=True)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--until") from None
    if begin >= min(end or at, at):
        ahead = begin >= at
        wrong = "it lies ahead" if ahead else "it is not before --until"
        raise click.BadParameter(wrong, param_hint="--since")
    return begin, end


def _walk(source: Source, since: datetime, until: datetime) -> Walk:
    from newsroom.backfilling import Wanted, first_walk

    walk = first_walk(source, Wanted(since, until, source.timezone))
    if walk is None:
        raise click.UsageError(
            f"{source.id} has neither archives nor listings to walk: name them in its [[source]], "
            'like archives = ["https://www.example.org/sitemap-index.xml"] or '
            '["https://www.example.org/archive/{year}/{month}/{day}"]'
        )
    return walk


def _announce(asked: Backfill, *, new: bool, alert: bool, zone: str) -> None:
    if not new:
        begun = local(asked.created_at.isoformat(), zone)
        complain(f"going on with the backfill begun {begun}: {asked.new:,} articles so far")
        if asked.alerts != alert:
            told = "alerts are raised" if asked.alerts else "nobody is alerted"
            complain(f"{told}, as it was begun")


def _again(source: str, since: str, until: str | None, *, alert: bool) -> str:
    parts = ["wirewatch backfill", source, "--since", since]
    parts += ["--until", until] if until is not None else []
    return " ".join(parts + (["--alert"] if alert else []))


def _code(last: Backfill, *, interrupted: bool) -> int:
    if interrupted:
        return INTERRUPTED
    reached = last.walk.looked or not last.walk.failed
    return DONE if reached and not last.active else FAULT


def _run(settings: Settings, db: Database, backfill_id: int) -> Backfill | None:
    """Do the work in this process; None where it was interrupted."""
    from crawler import reactor
    from wirewatch.cli.stopping import Stopping
    from wirewatch.logs import setup

    setup("warning" if settings.log.level == "info" else settings.log.level, settings.log.format)
    reactor.install()
    ended: list[Backfill] = []

    async def work() -> int:
        import asyncio
        import os

        from jobs.backfilling import run_backfill
        from wirewatch.app import desk_of

        async with desk_of(settings, db) as parts:
            desk = parts.desk

            def stop() -> None:
                desk.stopping = True

            Stopping(stop, leave=lambda _: os._exit(INTERRUPTED)).listen(asyncio.get_running_loop())
            with Progress() as progress:
                last = await run_backfill(desk, backfill_id, progress.show)
            if not desk.stopping or not last.active:
                ended.append(last)
        return 0

    reactor.run(work)
    return ended[0] if ended else None


def _follow(db: Database, backfill_id: int) -> Backfill | None:
    """Show how far the service is; None where somebody does not want to wait any more."""
    from storage import backfills
    from wirewatch.cli.alive import service_lives

    try:
        with Progress() as progress:
            while True:
                last = backfills.get(db, backfill_id)
                if not last.active:
                    return last
                progress.show(last, backfills.waiting(db, backfill_id))
                if not service_lives(db, now()):
                    complain("the service has ended")
                    return last
                time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        return None


def _list() -> int:
    from storage import backfills

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        rows: Sequence[Backfill] = backfills.newest(db, 1_000_000 if call.json else _LISTED)
        waiting = {row.id: backfills.waiting(db, row.id) for row in rows if row.active}
    if call.json:
        for row in rows:
            emit(
                {
                    "id": row.id,
                    "source": row.source_id,
                    "since": row.since.isoformat(),
                    "until": row.until.isoformat(),
                    "alert": row.alerts,
                    "state": row.state,
                    "listed": row.listed,
                    "new": row.new,
                    "waiting": waiting.get(row.id, 0),
                    "created_at": row.created_at.isoformat(),
                    "done_at": row.done_at.isoformat() if row.done_at else None,
                    "detail": row.detail,
                }
            )
        return DONE
    if not rows:
        complain("nothing is listed")
        return DONE
    zone = settings.timezone
    cells = [
        (
            row.id,
            row.source_id,
            local(row.since.isoformat(), zone),
            local(row.until.isoformat(), zone),
            row.state,
            row.listed,
            row.new,
            waiting.get(row.id, 0),
            row.detail,
        )
        for row in rows
    ]
    names = ("id", "source", "since", "until", "state", "listed", "new", "waiting", "detail")
    table(names, cells, flexible="detail")
    return DONE

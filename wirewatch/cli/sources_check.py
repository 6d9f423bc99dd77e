"""`sources check`: what every feed and listing answers now, and what to do about it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Call, Command, NotSo, current, now
from wirewatch.cli.out import Json, complain, emit, pairs, say
from wirewatch.cli.times import local, span

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from config.settings import Settings
    from jobs.source_check import Checked
    from newsroom.model import Source

AT_ONCE = 20
"""Sources that are looked at side by side; each host still gets one request at a time."""


@click.command("check", cls=Command)
@click.argument("source", metavar="[ID]", required=False)
def check(source: str | None) -> int:
    """Ask every feed and listing now, and one article of each source; explain what came.

    Without ID every source in use. It waits between requests as the service does, and writes
    nothing down: verdicts over time are those of `sources show`. Exit 0 where all is well, 1
    where anything is not, 2 for an unknown ID, 3 where nothing could be reached at all.
    """
    from crawler import reactor
    from newsroom.reasons import UNREACHABLE, Reason
    from wirewatch.logs import setup

    call = current()
    settings, known = _known(call)
    chosen = _chosen(settings, source)
    setup("error", settings.log.format)
    reactor.install()
    found: list[Checked] = []

    def told(checked: Sequence[Checked]) -> None:
        found.extend(checked)
        _print(call, settings, checked, known)

    reactor.run(lambda: _check(settings, chosen, told))
    wrong = [one for one in found if one.reason is not Reason.OK]
    if not call.json:
        complain(f"{len(found)} addresses asked, {len(wrong)} not as they should be")
    if found and all(one.reason in UNREACHABLE for one in found):
        return 3
    if wrong:
        raise NotSo
    return 0


def _chosen(settings: Settings, source_id: str | None) -> list[Source]:
    if source_id is None:
        return [source for source in settings.sources if source.enabled]
    for source in settings.sources:
        if source.id == source_id:
            return [source]
    raise click.UsageError(f"there is no source {source_id!r}; see `wirewatch sources list`")


async def _check(
    settings: Settings, chosen: Sequence[Source], told: Callable[[Sequence[Checked]], None]
) -> int:
    import asyncio

    from jobs.clock import SystemClock
    from jobs.source_check import check_source
    from wirewatch.app import start_fetcher, worker_pool

    clock, room = SystemClock(), asyncio.Semaphore(AT_ONCE)
    fetcher, pool = await start_fetcher(settings), worker_pool(settings)

    async def one(source: Source) -> list[Checked]:
        async with room:
            return await check_source(source, fetcher, pool, clock)

    try:
        with _progress(len(chosen)) as step:
            async for checked in _in_order([asyncio.ensure_future(one(s)) for s in chosen]):
                told(checked)
                step()
    finally:
        await fetcher.stop()
        await pool.close()
    return 0


async def _in_order(tasks: Sequence[asyncio.Task[Any]]) -> AsyncIterator[Any]:
    """Results in the order asked for, each as soon as those before it are there."""
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal while there is more than one source."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("sources", total=total)
        yield lambda: bar.advance(task)


def _known(call: Call) -> tuple[Settings, Mapping[str, Json]]:
    """The sources in force, and what the database knows of their feeds by address; an absent,
    old or unreachable database is no hindrance: its own sources are missing then."""
    from pathlib import Path

    from newsroom.errors import StorageError
    from storage.database import Database
    from storage.listing_base import Filters
    from storage.listing_sources import sources
    from storage.migrate import ensure
    from wirewatch.app import in_force

    settings = call.settings()
    scheme, _, path = settings.database_url.partition(":///")
    if scheme == "sqlite" and not Path(path.partition("?")[0]).exists():
        return settings, {}
    db = Database(settings.database_url)
    try:
        ensure(db, upgrade=False)
        rows = list(sources(db, Filters()))
        return in_force(db, settings).settings, {
            feed["url"]: feed for row in rows for feed in row["feeds"]
        }
    except StorageError as error:
        complain(f"what the database knows is left out: {error}")
        return settings, {}
    finally:
        db.close()


def _print(
    call: Call, settings: Settings, checked: Sequence[Checked], known: Mapping[str, Json]
) -> None:
    for one in checked:
        line = line_of(one, known.get(one.result.request.url))
        if call.json:
            emit(line)
        else:
            _say(line, settings.timezone)


def line_of(one: Checked, known: Json | None) -> Json:
    """What one address showed, as `--json` prints it."""
    from newsroom.advice import ADVICE

    result, feed, page, newest = one.result, one.feed, one.page, one.newest
    at = newest.published_at if newest else None
    line: Json = {
        "source": one.source_id,
        "kind": one.kind,
        "url": result.request.url,
        "verdict": one.reason.value,
        "detail": one.detail,
        "advice": ADVICE[one.reason],
        "http_status": result.status,
        "redirects": [{"status": hop.status, "url": hop.url} for hop in result.redirects],
        "content_type": result.headers.get("content-type"),
        "retry_after_s": int(result.retry_after.total_seconds()) if result.retry_after else None,
    }
    if one.kind != "page":
        line |= {
            "items": len(feed.entries) if feed else None,
            "rejected": len(feed.rejected) if feed else None,
            "sitemaps": len(feed.maps) if feed else None,
            "newest_at": at.isoformat() if at else None,
            "newest_age_s": int((now() - at).total_seconds()) if at else None,
            "newest_title": newest.title if newest else None,
            "undated": one.undated,
            "without_zone": one.without_zone,
            "hint_s": int(feed.ttl.total_seconds()) if feed and feed.ttl else None,
            "hub": one.hub,
            "known": {key: known[key] for key in ("verdict", "verdict_since", "evidence")}
            if known
            else None,
        }
    else:
        line |= {
            "title": page.title if page else None,
            "published_at": page.published_at.isoformat() if page and page.published_at else None,
            "body_chars": len(page.body) if page else None,
            "page": page.page if page else None,
            "partial": page.partial if page else None,
            "warnings": list(page.warnings) if page else [],
        }
    return line


def _say(line: Json, timezone: str) -> None:
    say(f"{line['source']}: {line['verdict']}: {line['kind']} {line['url']}")
    status = line["http_status"]
    shown = [
        ("why", line["detail"]),
        ("to do", line["advice"]),
        ("answer", f"{status or 'none'} {line['content_type'] or ''}".strip()),
        ("redirects", [f"{hop['status']} {hop['url']}" for hop in line["redirects"]]),
    ]
    if line["kind"] == "page":
        shown += [
            ("title", line["title"]),
            ("published", local(line["published_at"], timezone)),
            ("body", f"{line['body_chars']} characters" if line["body_chars"] else ""),
            ("page class", line["page"]),
            ("warnings", line["warnings"]),
        ]
    else:
        shown += _feed_pairs(line, timezone)
    pairs((f"  {name}", value) for name, value in shown)


def _feed_pairs(line: Json, timezone: str) -> list[tuple[str, object]]:
    items, age = line["items"], line["newest_age_s"]
    counts = [f"{items}"] if items is not None else []
    for name, word in (("rejected", "unreadable"), ("undated", "undated")):
        counts += [f"{line[name]} {word}"] if line[name] else []
    if line["without_zone"]:
        counts.append(f"{line['without_zone']} without a zone in the date (the source's decides)")
    known = line["known"]
    before = known and known["verdict"] not in ("ok", "new") and known
    return [
        ("items", counts),
        ("sitemaps", line["sitemaps"] or ""),
        ("newest", f"{local(line['newest_at'], timezone)}, {span(max(age, 0))} ago" if age else ""),
        ("headline", line["newest_title"]),
        ("asks for", f"{span(line['hint_s'])} between polls" if line["hint_s"] else ""),
        ("hub", line["hub"]),
        (
            "known",
            f"{before['verdict']} since {local(before['verdict_since'], timezone)}: "
            f"{before['evidence'] or ''}"
            if before
            else "",
        ),
    ]

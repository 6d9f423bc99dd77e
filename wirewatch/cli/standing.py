"""`status`: how things stand, and whether anything is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import click

from wirewatch.cli.call import Command, NotSo, current, now
from wirewatch.cli.out import Json, complain, emit, pairs, say
from wirewatch.cli.times import local, span

POLLED_WITHIN = timedelta(minutes=15)
"""Without a service, `run --once` from a timer keeps things going: so often at least."""
WAITING_AT_MOST = timedelta(minutes=15)
"""Longer than any wait for a page: an alert this old is stuck, whatever holds it."""
_FINE = ("ok", "new")


@click.command("status", cls=Command)
def status() -> None:
    """Print how things stand; exit 1 where anything is not as it should be.

    That is: no service runs and nothing was polled for 15 minutes; a feed in use whose verdict
    is neither ok nor new; a source's pages cannot be read as before; the mail server is down; an
    alert waits for more than 15 minutes or is held; a notice is open.
    """
    from storage.listing_base import Filters
    from storage.listing_coverage import all_open_gaps
    from storage.listing_sources import sources
    from storage.status import status as read
    from wirewatch.cli.alive import owner_lives

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        found = read(db, now())
        watched = list(sources(db, Filters()))
        gaps = len(all_open_gaps(db))
    for owner in found["owners"]:
        owner["alive"] = owner_lives(owner["id"], beating=owner["alive"])
    used = [row for row in watched if row["enabled"] and not row["paused_at"]]
    found["sources"] = {
        "active": len(used),
        "troubled": sum(row["reason"] not in (None, *_FINE) for row in used),
        "open_gaps": gaps,
    }
    found["alive"] = any(owner["alive"] for owner in found["owners"])
    wrong = problems(found, watched)
    if call.json:
        emit({"ok": not wrong, "problems": wrong, **found})
    else:
        _print(found, settings.timezone)
        for problem in wrong:
            complain(f"not so: {problem}")
    if wrong:
        raise NotSo


def problems(found: Json, sources: Iterable[Json]) -> list[str]:
    """What is not as it should be in a status (`storage.status.status`), a line each.

    `sources` are those of `storage.listing_sources`; what is paused or out of use may fail.
    """
    at = datetime.fromisoformat(found["now"])
    told = []
    polled = found["feeds"]["last_poll_at"]
    if not found["alive"] and (polled is None or _age(at, polled) > POLLED_WITHIN):
        since = f"since {polled}" if polled else "yet"
        told.append(f"no service runs, and nothing was polled {since}; start `wirewatch run`")
    for source in sources:
        for feed in source["feeds"] if source["enabled"] and not source["paused_at"] else ():
            if feed["verdict"] not in _FINE:
                told.append(f"{source['id']}: {feed['verdict']}: {feed['url']}")
        pages = source.get("pages", {}).get("verdict", "ok")
        if source["enabled"] and not source["paused_at"] and pages not in _FINE:
            told.append(f"{source['id']}: {pages}: its article pages; see `wirewatch sources show`")
    for channel in found["channels"]:
        if channel["down_since"]:
            told.append(f"{channel['name']} takes no mail: {channel['reason']}")
    waiting = found["outbox"]["oldest_created_at"]
    if waiting and _age(at, waiting) > WAITING_AT_MOST:
        age = span(_age(at, waiting).total_seconds())
        told.append(f"an alert has been waiting for {age}; see `wirewatch alerts`")
    if held := found["alerts"].get("held"):
        told.append(f"{held} alert(s) held; see `wirewatch alerts --state held`")
    told += [f"notice: {notice_line(notice)}" for notice in found["notices"]]
    return told


def notice_line(notice: Json) -> str:
    """A notice in one line: what is known, since when, until when, and when it was mailed."""
    text = "; ".join(notice["text"].splitlines())
    times = [("since", "since"), ("over_at", "over"), ("told_at", "mailed")]
    known = [f"{word} {notice[key]}" for key, word in times if notice.get(key)]
    return f"{text} ({', '.join(known)})" if known else text


def _age(now_at: datetime, iso: str) -> timedelta:
    return now_at - datetime.fromisoformat(iso)


def _print(found: Json, timezone: str) -> None:
    working = [owner for owner in found["owners"] if owner["alive"]]
    service = ", ".join(f"process {owner['pid']} on {owner['host']}" for owner in working)
    pairs(
        [
            ("service", service or "none runs"),
            ("database", found["database"]),
            ("feeds", feeds_line(found["feeds"])),
            ("sources", sources_line(found["sources"])),
            ("last poll", local(found["feeds"]["last_poll_at"], timezone) or "never"),
            ("articles", _counts(found["articles"])),
            ("alerts", _counts(found["alerts"])),
        ]
    )
    if waiting := found["outbox"]["waiting"]:
        pairs([("waiting", f"{waiting}, the oldest for {span(found['outbox']['oldest_age_s'])}")])
    if resting := found["outbox"]["resting"]:
        pairs([("resting", f"{resting}, to the end of an update_interval or of quiet hours")])
    if for_digests := found["outbox"]["for_digests"]:
        pairs([("for digests", f"{for_digests} alert(s) wait for theirs")])
    for notice in found["notices_over"]:
        pairs([("over", notice_line(_in_zone(notice, timezone)))])
    say()


def _in_zone(notice: Json, timezone: str) -> Json:
    return notice | {key: local(notice[key], timezone) for key in ("since", "over_at", "told_at")}


def feeds_line(feeds: Json) -> str:
    """How many feeds are in use and how they fare; those out of use apart."""
    line = f"{feeds['active']} in use"
    if feeds["by_verdict"]:
        line += f" ({_counts(feeds['by_verdict'])})"
    apart = [f"{feeds[name]} {name}" for name in ("paused", "disabled") if feeds[name]]
    return ", ".join([line, *apart])


def sources_line(sources: Json) -> str:
    """How many sources are in use, how many of them have trouble, and what may be missing."""
    line = f"{sources['active']} in use, {sources['troubled']} with trouble"
    if sources["open_gaps"]:
        line += f", {sources['open_gaps']} gap(s) not settled yet"
    return line


def _counts(by_state: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in by_state.items()) or "none"

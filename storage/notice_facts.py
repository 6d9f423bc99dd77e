"""What notices are decided by: how feeds fare, what waits in the outbox, what stands noticed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from newsroom.notices import ALERT, FEED, SOURCE, class_of
from newsroom.notices_facts import FeedState, Looked, SourceState
from newsroom.page_verdicts import PageVerdict
from newsroom.reasons import Reason
from storage.database import Database
from storage.notices import end_notice, raise_notice
from storage.outbox_tables import alerts, channels, notices
from storage.tables import feeds, polls, sources

_FINE = ("new", Reason.OK.value)
_AT_ONCE = 1000
"""Ids in one query: databases bound how many."""


def troubled_sources(db: Database, noticed: Collection[str] = ()) -> list[SourceState]:
    """Sources in use that have a feed which is neither fine nor new, with all their feeds.

    Of those `noticed` (subjects) already it is not looked up when exactly they began to fail.
    """
    watched = sources.c.enabled & sources.c.paused_at.is_(None)
    used = feeds.c.active | ((feeds.c.kind != "feed") & feeds.c.configured)
    bad = used & feeds.c.verdict.not_in(_FINE)
    bad_pages = sources.c.pages_verdict != Reason.OK.value
    troubled = select(feeds.c.source_id).where(bad).union(select(sources.c.id).where(bad_pages))
    query = (
        select(
            feeds,
            sources.c.name.label("source_name"),
            sources.c.pages_verdict,
            sources.c.pages_since,
            sources.c.pages_evidence,
        )
        .join(sources, sources.c.id == feeds.c.source_id)
        .where(used, watched, feeds.c.source_id.in_(troubled))
        .order_by(feeds.c.source_id, feeds.c.id)
    )
    with db.read() as conn:
        rows = conn.execute(query).all()
        states = []
        for row in rows:
            since = _failing_since(conn, row, f"{SOURCE}:{row.source_id}" in noticed)
            states.append((row, _feed_state(row, since)))
    by_source: defaultdict[str, list[FeedState]] = defaultdict(list)
    about = {}
    for row, state in states:
        by_source[row.source_id].append(state)
        pages = PageVerdict(row.pages_verdict, row.pages_since, row.pages_evidence)
        about[row.source_id] = (row.source_name, pages)
    return [
        SourceState(ident, about[ident][0], tuple(found), about[ident][1])
        for ident, found in by_source.items()
    ]


def _feed_state(row: Any, failing_since: datetime | None) -> FeedState:
    return FeedState(
        url=row.url,
        verdict=row.verdict,
        failures=row.failures,
        failing_since=failing_since,
        last_ok_at=row.last_ok_at,
        http_status=row.http_status,
        last_poll_at=row.last_poll_at,
        next_poll_at=row.next_poll_at,
        interval=timedelta(seconds=row.interval_s),
        given_up=row.quarantined_at is not None
        or (row.verdict == Reason.GONE.value and row.kind == "feed"),
        evidence=_evidence(row),
        verdict_since=row.verdict_since,
        listing=row.kind != "feed",
    )


def _evidence(row: Any) -> str:
    """Of a failed poll the line itself says what it rests on; of what was judged it does not."""
    judged = row.reason == Reason.OK.value or row.moved_at is not None
    return row.evidence or "" if judged else row.detail or ""


def _failing_since(conn: Connection, row: Any, noticed: bool) -> datetime | None:
    """When the first of the failed polls in a row ended; `since` knows its present reason alone."""
    if row.verdict in _FINE:
        return None
    if row.reason == Reason.OK.value or row.kind != "feed":  # judged over many polls, or looked at
        judged: datetime | None = row.verdict_since
        if row.verdict == Reason.STALE.value and row.last_new_at is not None:
            judged = row.last_new_at
        return judged
    if noticed:
        since: datetime | None = row.since
        return since
    last_ok = (
        select(polls.c.id)
        .where(polls.c.feed_id == row.id, polls.c.reason == Reason.OK.value)
        .order_by(polls.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    first: datetime | None = conn.execute(
        select(polls.c.finished_at)
        .where(polls.c.feed_id == row.id, polls.c.id > func.coalesce(last_ok, 0))
        .order_by(polls.c.id)
        .limit(1)
    ).scalar()
    return first or row.since


def overdue(db: Database, before: datetime) -> list[tuple[str, int, datetime]]:
    """(recipient, how many, the oldest's due time) of alerts that should have gone by then.

    What waits for a digest, an interval or a retry is due at its end.
    """
    query = (
        select(alerts.c.recipient, func.count(), func.min(alerts.c.due_at))
        .where(alerts.c.state.in_(("pending", "deferred", "sending")), alerts.c.due_at <= before)
        .group_by(alerts.c.recipient)
        .order_by(alerts.c.recipient)
    )
    with db.read() as conn:
        return [(to, int(count), oldest) for to, count, oldest in conn.execute(query)]


def down_channels(db: Database) -> frozenset[str]:
    """Names of the channels that cannot be used now."""
    with db.read() as conn:
        query = select(channels.c.name).where(channels.c.down_since.is_not(None))
        return frozenset(conn.execute(query).scalars())


def open_subjects(db: Database) -> list[str]:
    """What stands noticed now."""
    with db.read() as conn:
        query = select(notices.c.subject).where(notices.c.over_at.is_(None))
        return sorted(set(conn.execute(query).scalars()))


def note(db: Database, looked: Iterable[Looked], now: datetime) -> None:
    """Begin and end notices as a look says."""
    with db.write() as conn:
        for one in looked:
            if one.finding is not None:
                raise_notice(conn, one.subject, one.finding.text, one.finding.since)
            elif one.over:
                end_notice(conn, one.subject, now)


def outlived(db: Database, subjects: Sequence[str]) -> list[str]:
    """Of these subjects those whose matter is over, though nobody said so: a held alert that went
    (or a copy of it) or was cancelled, a feed that is in use no more.
    """
    held, given_up = _ids(subjects, ALERT), _ids(subjects, FEED)
    if not held and not given_up:
        return []
    with db.read() as conn:
        still = _of_these(conn, held, _held) | _of_these(conn, given_up, _configured)
    return [subject for subject in (*held, *given_up) if subject not in still]


def _of_these(
    conn: Connection, ids: dict[str, int], standing: Callable[[Sequence[int]], Select[int]]
) -> set[str]:
    """Those subjects whose id still stands."""
    asked = sorted(set(ids.values()))
    found: set[int] = set()
    for begin in range(0, len(asked), _AT_ONCE):
        found |= set(conn.execute(standing(asked[begin : begin + _AT_ONCE])).scalars())
    return {subject for subject, ident in ids.items() if ident in found}


def _held(ids: Sequence[int]) -> Select[int]:
    copies = alerts.alias("copies")
    again = select(copies.c.copy_of).where(copies.c.copy_of.in_(ids), copies.c.state == "sent")
    return select(alerts.c.id).where(
        alerts.c.id.in_(ids), alerts.c.state == "held", alerts.c.id.not_in(again)
    )


def _configured(ids: Sequence[int]) -> Select[int]:
    return select(feeds.c.id).where(feeds.c.id.in_(ids), feeds.c.configured)


def _ids(subjects: Sequence[str], of: str) -> dict[str, int]:
    """Subject → id, of those of a class."""
    parts = {subject: subject.split(":") for subject in subjects if class_of(subject) == of}
    return {subject: int(p[1]) for subject, p in parts.items() if p[1:] and p[1].isdecimal()}

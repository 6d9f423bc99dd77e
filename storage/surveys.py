"""Looks at a source's listings: which are due, what is known, what came of them.

A look is claimed on the source's row; what it found was committed as polls of the listings before,
so that whoever dies in between only has it looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from newsroom.sights import Purpose
from newsroom.surveys import SLACK
from newsroom.surveys_when import WITNESS_EVERY
from storage import leases
from storage.coverage_tables import gaps, witnesses
from storage.database import Database
from storage.gaps import SUSPECTED, Gap, close_gap, open_gaps, postpone_gap
from storage.known import PORTION
from storage.tables import article_urls, articles, feeds, polls, sources

SURVEY_LEASE_S = 600
FARTHEST = WITNESS_EVERY + timedelta(hours=1)
"""What is planned farther ahead was planned by a clock that jumped."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of a source."""

    id: int
    url: str
    polled: bool
    """It is polled by itself: the source has no feeds."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """A feed of a source."""

    id: int
    last_poll_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedSurvey:
    """A source whose listings are ours to look at now."""

    source_id: str
    token: str
    now: datetime
    """When it was claimed."""
    gaps: tuple[Gap, ...]
    """Suspected ones that are not given up, due or not, the earliest first."""
    witness_due: bool
    watching_since: datetime
    """First successful poll."""
    last_until: datetime | None
    """Up to where the last witness compared."""
    interval: timedelta
    """The longest present interval of what is polled."""
    listings: tuple[Listing, ...]
    siblings: tuple[Sibling, ...]


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that a listing showed."""

    id: int
    published_at: datetime | None
    first_seen_at: datetime
    poll_id: int | None
    late: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one gap."""

    gap: Gap
    by: str
    """What showed what lay between; empty: it stays open."""
    undated: frozenset[int] = frozenset()
    """Articles that lay in it by their place in a listing."""
    detail: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a witness saw."""

    since: datetime
    until: datetime
    shown: int
    missed: int
    looked_at: tuple[str, ...]
    detail: str


def due_surveys(db: Database, now: datetime) -> list[str]:
    """Sources whose listings are to be looked at: for a gap first, or for the witness."""
    gap = exists().where(gaps.c.source_id == sources.c.id, _gap_due(now))
    query = select(sources.c.id).where(_enabled(), leases.free(db, sources, now))
    with db.read() as conn:
        found = list(conn.execute(query.where(gap)).scalars()) if _any_gap(conn, now) else []
        witness = conn.execute(query.where(_witness_due(now)).order_by(sources.c.position))
        return list(dict.fromkeys([*found, *witness.scalars()]))


def _any_gap(conn: Connection, now: datetime) -> bool:
    return conn.execute(select(gaps.c.id).where(_gap_due(now)).limit(1)).first() is not None


def _enabled() -> ColumnElement[bool]:
    return and_(sources.c.enabled, sources.c.paused_at.is_(None))


def _gap_due(now: datetime) -> ColumnElement[bool]:
    return (gaps.c.state == SUSPECTED) & or_(
        gaps.c.next_try_at <= now, gaps.c.next_try_at > now + FARTHEST
    )


def _witness_due(now: datetime) -> ColumnElement[bool]:
    """A listing that is polled by itself is no witness."""
    # `active` within a CASE: SQLite would take the index on it, and read every feed for each source
    at_rest = case((feeds.c.active, 0), else_=1) == 1
    independent = exists().where(
        feeds.c.source_id == sources.c.id, feeds.c.configured, at_rest, _is_listing()
    )
    since = (
        select(func.min(case((feeds.c.active, feeds.c.first_ok_at))))
        .where(feeds.c.source_id == sources.c.id)
        .scalar_subquery()
    )
    due = sources.c.witness_due_at
    return or_(due <= now, due > now + FARTHEST, due.is_(None) & (since <= now - WITNESS_EVERY)) & (
        independent
    )


def _is_listing() -> ColumnElement[bool]:
    return (feeds.c.kind == "listing") & feeds.c.quarantined_at.is_(None)


def claim_survey(
    db: Database, source_id: str, *, owner: str, now: datetime
) -> ClaimedSurvey | None:
    """Take a source's listings to look at them; None where that is not due, or somebody has it."""
    gap = exists().where(gaps.c.source_id == sources.c.id, _gap_due(now))
    with db.write() as conn:
        witness_due = conn.execute(
            select(sources.c.id).where(sources.c.id == source_id, _witness_due(now))
        ).first()
        token = leases.claim(
            db,
            conn,
            sources,
            source_id,
            owner=owner,
            now=now,
            seconds=SURVEY_LEASE_S,
            where=_enabled() & or_(gap, _witness_due(now)),
        )
        if token is None:
            return None
        rows = conn.execute(
            select(feeds)
            .where(feeds.c.source_id == source_id, feeds.c.configured)
            .order_by(feeds.c.id)
        ).all()
        until = conn.execute(
            select(func.max(witnesses.c.until_at)).where(witnesses.c.source_id == source_id)
        ).scalar()
    open_ = tuple(gap for gap in open_gaps(db, source_id) if gap.next_try_at is not None)
    firsts = [row.first_ok_at for row in rows if row.active and row.first_ok_at]
    slow = [row.interval_s for row in rows if row.active]
    return ClaimedSurvey(
        source_id=source_id,
        token=token,
        now=now,
        gaps=open_,
        witness_due=witness_due is not None,
        watching_since=min(firsts, default=now),
        last_until=until,
        interval=timedelta(seconds=max(slow, default=0)),
        listings=tuple(
            Listing(row.id, row.url, row.active)
            for row in rows
            if row.kind == "listing" and row.quarantined_at is None
        ),
        siblings=tuple(
            Sibling(row.id, row.last_poll_at) for row in rows if row.active and row.kind == "feed"
        ),
    )


def keep_survey(db: Database, claim: ClaimedSurvey, now: datetime) -> None:
    """Hold on to a look that takes long; raises LeaseLost."""
    with db.write() as conn:
        leases.hold(conn, sources, claim.source_id, claim.token)
        until = {"lease_until": db.lease_end(now, SURVEY_LEASE_S)}
        conn.execute(update(sources).where(sources.c.id == claim.source_id).values(until))


def release_survey(db: Database, claim: ClaimedSurvey) -> None:
    """Give it back untouched."""
    with db.write() as conn:
        conn.execute(
            update(sources)
            .where(sources.c.id == claim.source_id, sources.c.lease_token == claim.token)
            .values(leases.FREE)
        )


def known_articles(db: Database, urls: Iterable[str]) -> dict[str, KnownArticle]:
    """What is known of the articles behind these canonical URLs."""
    found: dict[str, KnownArticle] = {}
    todo = list(urls)
    columns = [articles.c[name] for name in ("published_at", "first_seen_at", "poll_id", "late")]
    query = select(article_urls.c.canonical_url, articles.c.id, *columns).join(
        articles, articles.c.id == article_urls.c.article_id
    )
    with db.read() as conn:
        for start in range(0, len(todo), PORTION):
            few = article_urls.c.canonical_url.in_(todo[start : start + PORTION])
            for row in conn.execute(query.where(few)):
                found[row.canonical_url] = KnownArticle(*row[1:])
    return found


def finish_survey(
    db: Database,
    claim: ClaimedSurvey,
    settled: Sequence[Settled],
    witnessed: Witnessed | None,
    *,
    witness_due_at: datetime | None,
    now: datetime,
) -> None:
    """Write down what became of the gaps and what the witness saw; raises LeaseLost.

    `witness_due_at` None leaves the next witness as it was planned.
    """
    with db.write() as conn:
        leases.hold(conn, sources, claim.source_id, claim.token)
        for one in settled:
            _settle(conn, one, now)
        if witnessed is not None:
            conn.execute(
                insert(witnesses).values(
                    source_id=claim.source_id,
                    at=now,
                    since_at=witnessed.since,
                    until_at=witnessed.until,
                    shown=witnessed.shown,
                    missed=witnessed.missed,
                    looked_at=list(witnessed.looked_at),
                    detail=witnessed.detail[:1_000] or None,
                )
            )
        values: dict[str, Any] = {**leases.FREE, "attempts": 0}
        if witness_due_at is not None:
            values["witness_due_at"] = witness_due_at
        conn.execute(update(sources).where(sources.c.id == claim.source_id).values(values))


def _settle(conn: Connection, one: Settled, now: datetime) -> None:
    """What lay in a gap is counted by what is stored: done again after a kill, it is the same."""
    found = _found_in(conn, one)
    if one.by:
        close_gap(conn, one.gap.id, lost=found, recovered=found, by=one.by, now=now)
        return
    postpone_gap(conn, one.gap.id, next_try_at=one.next_try_at, detail=one.detail)
    conn.execute(update(gaps).where(gaps.c.id == one.gap.id).values(recovered=found))


def _found_in(conn: Connection, one: Settled) -> int:
    """Articles that lay in the gap and came in after it was noticed.

    By a look at a listing, or by another feed of the source; what its own feed showed afterwards
    with an older date was not lost.
    """
    gap = one.gap
    rows = conn.execute(
        select(articles.c.id)
        .join(polls, polls.c.id == articles.c.poll_id)
        .where(
            articles.c.source_id == gap.source_id,
            articles.c.poll_id > gap.poll_id,
            articles.c.first_seen_at >= gap.noticed_at,
            articles.c.published_at.between(gap.start_at - SLACK, gap.end_at + SLACK),
            or_(
                polls.c.purpose.in_((Purpose.REFILL.value, Purpose.WITNESS.value)),
                (polls.c.purpose == Purpose.POLL.value) & (polls.c.feed_id != gap.feed_id),
            ),
        )
    )
    return len({*rows.scalars(), *one.undated})

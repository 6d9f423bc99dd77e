"""The ledger over the tables: what polls saw, what slid past them, and what came of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.coverage import Cause, Suspicion
from newsroom.identity import title_key
from newsroom.model import FeedEntry
from newsroom.reasons import Reason
from newsroom.sights import POLLING, Look, Purpose
from storage.claims import KeyedEntry, PollCommit, PollOutcome, SourceRules
from storage.database import Database
from storage.gaps import (
    Gap,
    close_gap,
    gaps_since,
    note_gap,
    open_gaps,
    postpone_gap,
)
from storage.store import Store
from storage.tables import feeds, polls
from tests.rows import NOW, add_feed, add_source, rows

M = timedelta(minutes=1)
H = timedelta(hours=1)
RULES = SourceRules(2 * M, 60 * M, None, "en")
WITNESS = Look(Purpose.WITNESS)

_names = itertools.count()


@dataclass
class Stream:
    """An outlet that publishes entry after entry, and the feed that shows the newest of them."""

    db: Database
    now: datetime = NOW
    size: int = 5
    dated: bool = True
    guids: str = "g"
    """Grows when the outlet gives all its entries new guids."""
    published: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = f"outlet{next(_names)}"
        add_source(self.db, self.name)
        self.feed_id = add_feed(self.db, self.name)
        self.store = Store(self.db, "desk")

    def publish(self, count: int, *, each: timedelta = M) -> None:
        for _ in range(count):
            self.now += each
            self.published.append(self.now)

    @property
    def shown(self) -> list[int]:
        """Numbers of the entries the feed shows, newest first."""
        return list(range(len(self.published)))[::-1][: self.size]

    def entry(self, n: int) -> KeyedEntry:
        url = f"https://{self.name}.example/{n}"
        title = f"Report {n} from {self.name}"
        at = self.published[n] if self.dated else None
        entry = FeedEntry(f"{self.guids}{n}", url, title, "", at, None)
        return KeyedEntry(entry, url, title_key(title), None)

    def poll(
        self,
        look: Look = POLLING,
        *,
        shown: list[int] | None = None,
        reason: Reason = Reason.OK,
        changed: bool = True,
        hint: timedelta | None = None,
    ) -> PollCommit:
        """What a poll finds now; `shown` where it is not what the feed shows."""
        self.now += M / 4
        found = self.shown if shown is None else shown
        changed = changed and bool(found) and reason is Reason.OK
        claim = self.store.claim_feed(self.feed_id, self.now, forced=True)
        assert claim is not None
        outcome = PollOutcome(
            self.now,
            self.now,
            reason,
            "",
            200 if changed else 304,
            changed,
            full=True,
            entries=tuple(self.entry(n) for n in found) if changed else (),
            hint=hint,
        )
        return self.store.commit_poll(claim, outcome, RULES, look)

    def gaps(self) -> list[Gap]:
        return gaps_since(self.db, NOW, self.name)

    @property
    def feed(self) -> Any:
        return next(row for row in rows(self.db, feeds) if row.id == self.feed_id)


def test_a_gap_is_noted_with_what_it_lies_between(database: Database) -> None:
    stream = Stream(database)
    stream.publish(5)
    stream.poll()
    stream.publish(7)
    noticed = stream.poll()
    (gap,) = stream.gaps()
    assert gap.poll_id == noticed.poll_id
    assert (gap.start_at, gap.end_at) == (stream.published[4], stream.published[7])
    assert (gap.cause, gap.state, gap.lost, gap.tries) == ("jump", "suspected", None, 0)
    assert gap.noticed_at == gap.next_try_at == stream.now
    assert noticed.next_poll_at == stream.now + RULES.interval_min
    stream.publish(1)
    stream.poll()
    assert len(stream.gaps()) == 1


def test_looks_are_no_part_of_the_ledger(database: Database) -> None:
    """A witness that saw everything hides no gap, and one that saw nothing known makes none."""
    stream = Stream(database)
    stream.publish(5)
    due = stream.poll().next_poll_at
    stream.publish(7)
    rate = stream.feed.rate
    assert stream.poll(WITNESS, shown=list(range(12))[::-1]).next_poll_at == due
    stream.publish(6)
    stream.poll(WITNESS, shown=[17, 16])
    assert stream.gaps() == []
    assert stream.feed.rate == rate
    stream.poll()
    (gap,) = stream.gaps()
    assert (gap.start_at, gap.end_at) == (stream.published[4], stream.published[13])
    looks = [poll.overlap for poll in rows(database, polls) if poll.purpose != "poll"]
    assert looks == [None, None]


def test_undated_entries_are_bounded_by_the_polls(database: Database) -> None:
    stream = Stream(database, dated=False)
    stream.publish(5)
    stream.poll()
    stream.publish(1)
    stream.poll(reason=Reason.TIMEOUT)
    stream.now += H
    stream.poll(changed=False)
    confirmed = stream.now
    stream.publish(9)
    stream.poll()
    (gap,) = stream.gaps()
    assert (gap.start_at, gap.end_at, gap.cause) == (confirmed, stream.now, "no_overlap")


def test_other_identities_for_the_same_articles_are_no_gap(database: Database) -> None:
    stream = Stream(database)
    stream.publish(5)
    stream.poll()
    stream.guids = "moved-"
    stream.poll()
    stream.poll(shown=[2, 0, 4, 1, 3])
    assert stream.gaps() == []


def test_a_hint_is_kept_until_another_document_says_otherwise(database: Database) -> None:
    stream = Stream(database)
    stream.publish(5, each=10 * H)
    stream.poll(hint=30 * M)
    assert stream.feed.hint_s == 1800
    told = stream.poll(changed=False)
    assert stream.feed.hint_s == 1800
    assert told.next_poll_at == stream.now + 30 * M
    stream.poll(reason=Reason.TIMEOUT)
    assert stream.feed.hint_s == 1800
    stream.poll()
    assert stream.feed.hint_s is None


def test_what_became_of_gaps(database: Database) -> None:
    stream, other = Stream(database), Stream(database)
    first = poll_of(stream)
    second = poll_of(other)
    found = Suspicion(NOW - 2 * H, NOW - H, Cause.JUMP)
    made = []
    with database.write() as conn:
        for outlet, poll_id, after in (
            (stream, first, M),
            (stream, first, 0 * M),
            (other, second, H),
        ):
            at = NOW + after
            made.append(
                note_gap(
                    conn,
                    feed_id=outlet.feed_id,
                    source_id=outlet.name,
                    poll_id=poll_id,
                    found=found,
                    now=at,
                )
            )
    assert [gap.id for gap in open_gaps(database, stream.name, NOW)] == [made[1]]
    assert [gap.id for gap in open_gaps(database, stream.name)] == made[:2]
    with database.write() as conn:
        assert postpone_gap(conn, made[0], next_try_at=None, detail="no listing could be read")
        assert close_gap(conn, made[1], lost=0, recovered=0, by="http://x/map", now=NOW + H)
        assert close_gap(conn, made[2], lost=3, recovered=2, by="http://x/map", now=NOW + H)
        assert not close_gap(conn, made[2], lost=0, recovered=0, by="again", now=NOW + 2 * H)
        assert not postpone_gap(conn, made[1], next_try_at=NOW, detail="late")
    (still,) = open_gaps(database, stream.name)
    assert (still.id, still.tries, still.next_try_at) == (made[0], 1, None)
    assert still.detail == "no listing could be read"
    assert still.feed_url == f"http://{stream.name}.example/rss"
    settled = {gap.id: gap for gap in gaps_since(database, NOW)}
    assert list(settled) == [made[1], made[0], made[2]]
    none, lost = settled[made[1]], settled[made[2]]
    assert (none.state, none.lost, none.recovered) == ("none_lost", 0, 0)
    assert (lost.state, lost.lost, lost.recovered) == ("lost", 3, 2)
    assert (lost.closed_by, lost.closed_at, lost.tries) == ("http://x/map", NOW + H, 1)
    assert [gap.id for gap in gaps_since(database, NOW + M / 2, stream.name)] == [made[0]]


def poll_of(stream: Stream) -> int:
    stream.publish(1)
    return stream.poll().poll_id


def test_a_feed_that_was_overrun_is_polled_fast_until_it_is_calm(
    sqlite_database: Database,
) -> None:
    """Back to its longest interval, but never to one in which a third of it could turn over."""
    stream = Stream(sqlite_database, size=12)
    stream.publish(12, each=10 * M)
    stream.poll()
    stream.publish(40, each=3 * M)
    due = stream.poll().next_poll_at
    assert len(stream.gaps()) == 1
    waits = []
    for _ in range(150):
        assert due is not None
        waits.append(due - stream.now)
        stream.now = due
        due = stream.poll(changed=False).next_poll_at
    assert waits[0] == 2 * M
    assert waits == sorted(waits)
    # 12 entries, 20 an hour: a third of it in 12 minutes, more as the memory of it fades
    assert max(wait for wait in waits[:12]) <= 15 * M
    assert waits[-1] == 60 * M


ACTIONS = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 14)),
    st.tuples(st.just("poll"), st.just(0)),
    st.tuples(st.just("shuffled"), st.integers(0, 1000)),
    st.tuples(st.just("unchanged"), st.just(0)),
    st.tuples(st.just("fails"), st.just(0)),
    st.tuples(st.just("witness"), st.integers(1, 20)),
    st.tuples(st.just("size"), st.integers(1, 9)),
    st.tuples(st.just("guids"), st.just(0)),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=st.lists(ACTIONS, min_size=4, max_size=14))
def test_what_slid_past_unseen_was_noted(
    sqlite_database: Database, script: list[tuple[str, int]]
) -> None:
    """Whatever an outlet does: a gap is noted exactly where two polls share nothing.

    Whatever was lost was published inside it, and where something is shared nothing was lost.
    """
    stream = Stream(sqlite_database)
    last: list[int] = []
    expected: list[tuple[datetime, datetime]] = []
    for verb, number in script:
        if verb in ("poll", "shuffled"):
            shown = stream.shown
            if verb == "shuffled":
                Random(number).shuffle(shown)
            stream.poll(shown=shown)
            lost = range(max(last) + 1, min(shown)) if last and shown else range(0)
            apart = bool(last and shown) and not set(last) & set(shown)
            assert apart or not lost
            if apart:
                expected.append((stream.published[max(last)], stream.published[min(shown)]))
                start, end = expected[-1]
                assert all(start < stream.published[n] < end for n in lost)
                assert stream.feed.interval_s == RULES.interval_min.total_seconds()
            last = shown or last
        else:
            act(stream, verb, number)
        assert [(gap.start_at, gap.end_at) for gap in stream.gaps()] == expected
        wait = stream.feed.next_poll_at - stream.now
        assert wait <= RULES.interval_max


def act(stream: Stream, verb: str, number: int) -> None:
    """What does not change the ledger."""
    if verb == "publish":
        stream.publish(number)
    elif verb == "unchanged":
        stream.poll(changed=False)
    elif verb == "fails":
        stream.poll(reason=Reason.TIMEOUT)
    elif verb == "witness":
        stream.poll(WITNESS, shown=list(range(len(stream.published)))[::-1][:number])
    elif verb == "size":
        stream.size = number
    elif verb == "guids":
        stream.guids += "x"

"""Years of recipients' clocks, played through the product's storage and steps (DESIGN §5).

What was to happen is found by somebody who looks at a wall clock every half hour; it shares no
line with `newsroom.timetable`.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from jobs.desk import Desk
from jobs.digesting import Digesting
from jobs.judging import still_wanted
from jobs.step_digest import digests as digest_step
from newsroom.model import Watchlist
from storage.alert_claims import AttemptEnd, Rendered
from storage.database import Database
from storage.outbox import next_alert_due_at
from storage.outbox_tables import alert_watchlists, alerts, digest_items, digests, matches
from storage.tables import articles, stories
from tests.attempts import begin_attempt
from tests.databases import PostgresServer
from tests.integration.hours_world import QUIET, ruled
from tests.integration.wall_clock import Expected, expected_slots, is_night
from tests.newsdesk import newsdesk
from tests.rows import rows

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LATEST = timedelta(seconds=10)
"""A slot is reached no later after its time while the service runs."""

LONG = {
    "nights@example.org": {"when": "daily 02:30"},
    "weekly@example.org": {"when": "weekly mon 08:00"},
}
RULES = {
    "nights@example.org": {"when": "daily 02:30,08:00"},
    "weekly@example.org": {"when": "weekly mon 08:00"},
    "work@example.org": {"when": "weekdays 07:30,17:00"},
    "sleeper@example.org": {"when": "immediately", "quiet": QUIET},
    "held@example.org": {"when": "daily 05:00,12:00", "quiet": QUIET},
}
HOURLY = {"hourly@example.org": {"when": "hourly"}}


LOOSE = (
    select(alerts.c.id)
    .where(alerts.c.state.in_(("pending", "deferred", "sending")), alerts.c.schedule.is_(None))
    .limit(1)
)


class Inline(Executor):
    """Runs what it is given at once: years have no time for threads."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done = Future[Any]()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 # as a pool hands it on
            done.set_exception(error)
        return done


@dataclass
class Raised:
    """An alert as it was raised."""

    id: int
    recipient: str
    story: int
    at: datetime


@dataclass
class Years:
    """A service that looks at its tables when something is due, raises alerts, and sleeps."""

    desk: Desk
    zone: str
    rules: dict[str, dict[str, str]]
    dice: random.Random
    now: datetime
    awake: float = 25
    """Days between two outages, about."""
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)

    @property
    def db(self) -> Database:
        return self.desk.store.db

    async def play(self, until: datetime, *, per_day: float) -> None:
        self._set(self.now)
        await self.look()
        recipients = sorted(self.rules)
        news, sleep = self._later(1 / per_day), self._later(self.awake)
        rest = until - 8 * DAY  # in which everything comes to its end
        while self.now < until:
            planned = [at for at in (self.desk.digesting.next_at, next_alert_due_at(self.db)) if at]
            jitter = timedelta(seconds=self.dice.uniform(0, 9.9))
            soonest = max(min(planned, default=until), self.now) + jitter
            if sleep < min(soonest, news, rest):
                self._set(sleep)
                sleep = self._sleep()
                news = max(news, self.now + SECOND)
            elif news < min(soonest, rest):
                self._set(news)
                for _ in range(self.dice.choice((1, 1, 1, 4))):
                    self.raise_alert(self.dice.choice(recipients))
                news = self._later(1 / per_day)
            else:
                self._set(soonest)
            await self.look()

    def _later(self, days: float) -> datetime:
        return self.now + timedelta(days=self.dice.expovariate(1 / days))

    def _sleep(self) -> datetime:
        """The process ends, and another begins after minutes or weeks; when that one ends."""
        hours = self.dice.choice((0.05, 1, 7, 30, 8 * self.awake, 24 * self.awake))
        begun = self.now
        self._set(begun + timedelta(hours=hours * self.dice.uniform(0.5, 1.5)))
        self.outages.append((begun, self.now))
        self.desk = replace(self.desk, digesting=Digesting())
        return self._later(self.awake)

    def _set(self, now: datetime) -> None:
        self.now = now
        self.desk.clock.time = now  # type: ignore[attr-defined] # the tests' clock

    async def look(self) -> None:
        """One pass: the digest step, and what is due is sent."""
        await digest_step(self.desk)
        store = self.desk.store
        if not self._has_loose():
            return
        while claims := store.claim_alerts(self.now, limit=20):
            for claim in claims:
                wanted = await still_wanted(self.desk, claim)
                if wanted is None:
                    continue
                mail = Rendered(b"mail", f"<{claim.id}@example.org>", "subject")
                attempt = begin_attempt(store.db, wanted, mail, "files", self.now)
                end = AttemptEnd(state="sent", outcome="sent", now=self.now)
                assert store.end_attempt(wanted, attempt, end)

    def _has_loose(self) -> bool:
        """Whether anything unsent waits for no digest."""
        with self.db.read() as conn:
            return conn.execute(LOOSE).first() is not None

    def raise_alert(self, to: str) -> None:
        """An article of a story of its own meets the recipient's watchlist."""
        watch = next(w for w in self.desk.rules.stored if w.watchlist.name == to)
        number = len(self.raised) + 1
        with self.db.write() as conn:

            def add(table: Any, **values: Any) -> int:
                made = conn.execute(insert(table).values(**values))
                return int(made.inserted_primary_key[0])  # type: ignore[index] # all have one

            story = add(stories, first_seen_at=self.now)
            article = add(
                articles,
                source_id="news",
                story_id=story,
                url=f"https://news.example/{number}",
                canonical_url=f"https://news.example/{number}",
                state="fetched",
                title=f"Report {number}",
                title_key_hash=f"{number:064}",
                subtitle="",
                summary="",
                body="About THAAD.",
                language="en",
                authors=[],
                captions=[],
                images=[],
                tags=[],
                warnings=[],
                alerting="alert",
                text_mark=1,
                matched_mark=1,
                page_settled=True,
                first_seen_at=self.now,
            )
            match = add(
                matches,
                watchlist_id=watch.id,
                watchlist_version=watch.version,
                article_id=article,
                story_id=story,
                text_mark=1,
                hits=[{"term": "THAAD", "field": "body", "start": 6, "end": 11, "text": "THAAD"}],
                matched_at=self.now,
                alerting="told",
            )
            alert = add(
                alerts,
                kind="immediate",
                recipient=to,
                story_id=story,
                n=0,
                article_id=article,
                state="pending",
                created_at=self.now,
                due_at=self.now,
            )
            conn.execute(
                insert(alert_watchlists).values(
                    alert_id=alert, watchlist_id=watch.id, match_id=match
                )
            )
        self.raised.append(Raised(alert, to, story, self.now))

    # what is asked of it

    def slept_through(self, at: datetime) -> int | None:
        """In which outage an instant lies."""
        return next((n for n, (a, b) in enumerate(self.outages) if a < at <= b), None)


def check_slots(years: Years, expected: dict[tuple[str, str], list[Expected]]) -> None:
    """Every slot reached while running is there once, of those slept through only the latest."""
    made: dict[tuple[str, str], Counter[str]] = {}
    when: dict[tuple[str, str, str], datetime] = {}
    for row in rows(years.db, digests):
        made.setdefault((row.recipient, row.schedule), Counter())[row.slot] += 1
        when[row.recipient, row.schedule, row.slot] = row.created_at
    assert made.keys() == expected.keys()
    for key, slots in expected.items():
        latest: dict[int, datetime] = {}
        for slot in slots:
            outage = years.slept_through(slot.at)
            if outage is not None:
                latest[outage] = slot.at
        wanted = {}
        for slot in slots:
            outage = years.slept_through(slot.at)
            if outage is None:
                wanted[slot.slot] = slot.at
            elif slot.at == latest[outage]:
                wanted[slot.slot] = years.outages[outage][1]
        assert made[key] == Counter(wanted.keys())
        for slot_name, at in wanted.items():
            assert at <= when[(*key, slot_name)] <= at + LATEST


def check_alerts(years: Years) -> None:
    """Everything is told once: by itself, or in the first digest made since it fell due."""
    made: dict[str, list[Any]] = {}
    for row in rows(years.db, digests):
        made.setdefault(row.recipient, []).append(row)
    by_digest = {row.digest_id: row for row in rows(years.db, alerts) if row.kind == "digest"}
    query = select(digest_items.c.story_id, digest_items.c.digest_id, digest_items.c.alert_id)
    with years.db.read() as conn:
        items = conn.execute(query).all()
    in_digest = {row.story_id: row for row in items}
    assert len(in_digest) == len(items)
    states = {row.id: row for row in rows(years.db, alerts)}
    zone = ZoneInfo(years.zone)
    for one in years.raised:
        immediate = years.rules[one.recipient]["when"] == "immediately"
        by_itself = immediate and not is_night(one.at.astimezone(zone))
        assert states[one.id].state == ("sent" if by_itself else "folded"), one
        assert (one.story in in_digest) is not by_itself
        if by_itself:
            assert states[one.id].sent_at == one.at
            continue
        since = min(d.created_at for d in made[one.recipient] if d.created_at >= one.at)
        item = in_digest[one.story]
        # after an outage several may be made at once
        assert item.digest_id in {d.id for d in made[one.recipient] if d.created_at == since}
        assert item.alert_id == one.id
        assert by_digest[item.digest_id].state == "sent"
        sent_at = by_digest[item.digest_id].sent_at
        if "quiet" in years.rules[one.recipient] and is_night(since.astimezone(zone)):
            # of a slot slept through, and the service woke by night
            assert since < sent_at < since + DAY
            assert not is_night(sent_at.astimezone(zone))
        else:
            assert sent_at == since
    filled = {row.digest_id for row in items}
    for row in by_digest.values():
        assert row.state == ("sent" if row.digest_id in filled else "empty")


def lists(zone: str, rules: dict[str, dict[str, str]]) -> list[Watchlist]:
    return [
        ruled(to, "THAAD", to=(to,), zone=zone, when=rule["when"], quiet=rule.get("quiet"))
        for to, rule in rules.items()
    ]


def play(
    folder: Path,
    zone: str,
    rules: dict[str, dict[str, str]],
    first: datetime,
    days: int,
    *,
    per_day: float,
    url: str | None = None,
) -> None:
    async def main() -> None:
        watchlists = lists(zone, rules)
        async with newsdesk(folder, url=url, watchlists=watchlists, start=first) as desk:
            parts = replace(desk.desk, threads=Inline())
            years = Years(parts, zone, rules, random.Random(zone), first, min(25, days / 10))
            await years.play(first + days * DAY, per_day=per_day)
            expected = expected_slots(rules, zone, first, years.now)
            assert years.outages
            check_slots(years, expected)
            check_alerts(years)

    asyncio.run(main())


ZONES = ("Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
CHANGES = [
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_two_years(tmp_path: Path, zone: str) -> None:
    """With four changes of the clock, where the zone has them."""
    play(tmp_path, zone, LONG, datetime(2026, 1, 1, 3, tzinfo=UTC), 2 * 365 + 8, per_day=0.4)


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_weeks_around_a_change_of_the_clock(tmp_path: Path, zone: str, change: datetime) -> None:
    play(tmp_path, zone, RULES, change - 16 * DAY, 32, per_day=3)


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_every_hour_around_a_change_of_the_clock(
    tmp_path: Path, zone: str, change: datetime
) -> None:
    play(tmp_path, zone, HOURLY, change - 4 * DAY, 14, per_day=5)


@pytest.mark.slow
@pytest.mark.postgres
def test_a_change_of_the_clock_on_postgresql(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    first, rules = datetime(2026, 10, 15, tzinfo=UTC), RULES | HOURLY
    with postgres_server.migrated() as url:
        play(tmp_path, "Europe/Berlin", rules, first, 20, per_day=6, url=url)

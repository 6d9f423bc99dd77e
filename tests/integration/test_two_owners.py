"""Two processes on one database, at work on the same backlog at once: everything exactly once.

Each owner is a Store with an Engine of its own, driven by a thread of its own; the steps are the
product's, without network or parser between them, so that they meet in the tables as often as can
be.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from newsroom.errors import LeaseLost
from newsroom.identity import title_key
from newsroom.model import FeedEntry, Hit, PageContent
from newsroom.reasons import Reason
from newsroom.stories_reading import story_text
from storage.alert_claims import AttemptEnd, Rendered
from storage.claims import (
    FoundMatch,
    KeyedEntry,
    PageIn,
    PageOut,
    PollOutcome,
    SourceRules,
    TellRule,
)
from storage.database import Database
from storage.matching import rules_version
from storage.outbox_tables import alerts, channels, matches
from storage.store import Store
from storage.tables import articles, feeds, polls, revisions, stories
from tests.attempts import begin_attempt
from tests.prose import prose
from tests.rows import NOW, add_feed, add_source, add_watchlist, rows

RULES = SourceRules(timedelta(minutes=2), timedelta(minutes=60), timedelta(hours=24), "en")
FEEDS = 6
ITEMS = 30
ROUNDS = 3
HOSTS = ("herald.example", "times.example")
TO = ("one@example.org", "two@example.org")


@pytest.fixture
def stores(database_url: str) -> Iterator[list[Store]]:
    """Two owners, each with connections of its own."""
    dbs = [Database(database_url, check=False) for _ in range(2)]
    yield [Store(db, f"owner-{n}") for n, db in enumerate(dbs)]
    for db in dbs:
        db.close()


def together(*work: Callable[[], None]) -> None:
    """Run these at once; whatever one of them raises is raised here."""
    start = threading.Barrier(len(work))
    failed: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        start.wait()
        try:
            one()
        except BaseException as error:  # noqa: BLE001  # raised again below, in the test's thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "two wait for each other"
    if failed:
        raise failed[0]


def entry(n: int, edition: int) -> KeyedEntry:
    title = f"Report {n}" + (f", edition {edition}" if n % 3 == 0 and edition else "")
    shown = FeedEntry(f"g{n}", url_of(n), title, f"Summary {n}.", NOW, None)
    return KeyedEntry(shown, url_of(n), title_key(title), HOSTS[n % 2])


def url_of(n: int) -> str:
    """Every other item is of the other outlet."""
    return f"https://{HOSTS[n % 2]}/{n}"


def poll(store: Store, feed_id: int, edition: int, at: timedelta) -> None:
    """Every feed shows two thirds of its outlet's items, so any two of an outlet overlap."""
    claim = store.claim_feed(feed_id, NOW + at, forced=True)
    if claim is None:
        return
    outlet = HOSTS.index(claim.host)
    shown = [n for n in range(ITEMS) if n % 3 != feed_id % 3 and n % 2 == outlet]
    outcome = PollOutcome(
        started_at=NOW + at,
        now=NOW + at,
        reason=Reason.OK,
        detail="",
        http_status=200,
        changed=True,
        full=True,
        entries=tuple(entry(n, edition) for n in shown),
    )
    try:
        store.commit_poll(claim, outcome, RULES)
    except LeaseLost:
        pytest.fail("a claim that nobody took over was lost")


def fetch(store: Store, at: timedelta) -> None:
    """Pages: some fail, some are the other outlet's words, some turn out to be another's."""
    while claim := next(filter(None, (store.claim_page(h, NOW + at) for h in HOSTS)), None):
        n = int(claim.url.rpartition("/")[2])
        try:
            if n % 7 == 3:
                store.fail_page(claim, PageOut(Reason.GONE, "404", None), NOW + at)
                continue
            title, body = f"Report {n}", prose(n // 2)
            content = PageContent(claim.url, claim.url, title, body=body)
            aliases = (url_of(n - 2),) if n % 10 == 9 else ()
            story = story_text(title, body, source=claim.source_id, url=claim.url, at=NOW)
            page = PageIn(content, "fetched", aliases, story)
            store.commit_page(claim, page, RULES, NOW + at)
        except LeaseLost:  # it became another article's while it was fetched
            continue


def match(store: Store, at: timedelta, watch: tuple[int, int]) -> None:
    tell = tuple(TellRule(w, NOW - timedelta(days=1), False, TO) for w in watch)
    hits = (Hit("Report", "title", 0, 6, "Report"),)
    while batch := store.lagging(10):
        for article in batch:
            with store.db.read() as conn:
                version = rules_version(conn)
            found = [FoundMatch(w, 1, hits) for w in watch]
            store.commit_match(
                article,
                found,
                rules=version,
                tell=tell,
                now=NOW + at,
                wait_for_page=timedelta(seconds=90),
            )


def mail(n: int) -> Rendered:
    return Rendered(b"mail", f"<{n}@example.org>", "subject")


def send(store: Store, at: timedelta, handed: list[int]) -> None:
    """A channel that counts; every fifth mail is refused once."""
    while claims := store.claim_alerts(NOW + at, limit=5):
        for claim in claims:
            try:
                attempt = begin_attempt(store.db, claim, mail(claim.id), "counting", NOW + at)
            except LeaseLost:  # folded into another while it was prepared
                continue
            later = claim.id % 5 == 0 and claim.deferred_since is None
            if not later:
                handed.append(claim.id)
            end = AttemptEnd(
                state="deferred" if later else "sent",
                outcome="deferred" if later else "sent",
                now=NOW + at,
                due_at=NOW + at + timedelta(minutes=1) if later else None,
            )
            assert store.end_attempt(claim, attempt, end)


def test_everything_once(stores: list[Store]) -> None:
    db = stores[0].db
    ids = []
    for name in ("herald", "times"):
        add_source(db, name)
        ids += [add_feed(db, name, url=f"http://{name}.example/rss{n}") for n in range(FEEDS // 2)]
    watch = (add_watchlist(db, "One"), add_watchlist(db, "Two"))
    handed: list[int] = []

    def work(store: Store) -> Callable[[], None]:
        def run() -> None:
            turn = ids if store.owner == "owner-0" else ids[::-1]
            for edition in range(ROUNDS):
                at = timedelta(minutes=edition)  # no lease runs out
                for feed_id in turn:
                    poll(store, feed_id, edition, at)
                    match(store, at, watch)
                    fetch(store, at)
                    send(store, at, handed)

        return run

    together(*(work(store) for store in stores))
    end = timedelta(days=1)
    fetch(stores[0], end)
    match(stores[0], end, watch)
    send(stores[0], end, handed)

    assert [c for c in Counter(handed).values() if c > 1] == []
    found = rows(db, articles)
    assert len({row.canonical_url for row in found}) == len(found)
    merged = {n for n in range(ITEMS) if n % 10 == 9 and n % 7 != 3}
    assert len(found) == ITEMS - len(merged)
    assert all(row.matched_mark == row.text_mark for row in found)
    assert all(row.lease_owner is None for row in [*found, *rows(db, feeds), *rows(db, alerts)])
    counted = Counter((row.article_id, row.text_hash) for row in rows(db, revisions))
    assert set(counted.values()) == {1}
    assert len(rows(db, polls)) >= FEEDS * ROUNDS
    told = Counter((row.watchlist_id, row.article_id) for row in rows(db, matches))
    assert set(told.values()) == {1}
    live = [row for row in rows(db, alerts) if row.state not in ("cancelled", "folded")]
    assert {row.state for row in live} == {"sent"}
    assert sorted(handed) == sorted(row.id for row in live)
    by_story = {row.story_id for row in found}
    for story in by_story:
        for to in TO:
            # a mail that went on an article that turned out to be another's has a number above 0
            mine = [a for a in live if (a.story_id, a.recipient) == (story, to)]
            kinds = [a.kind for a in mine if a.n == 0]
            assert kinds == ["immediate"], (story, kinds)
    assert {row.id for row in rows(db, stories)} >= by_story


def test_alerts_are_claimed_once(stores: list[Store]) -> None:
    """Both owners take from one full outbox: nobody waits, nobody takes what is taken."""
    db = stores[0].db
    add_source(db)
    feed = add_feed(db)
    watch = (add_watchlist(db, "One"), add_watchlist(db, "Two"))
    poll(stores[0], feed, 0, timedelta(0))
    match(stores[0], timedelta(0), watch)
    taken: list[int] = []

    def take(store: Store) -> Callable[[], None]:
        def run() -> None:
            while claims := store.claim_alerts(NOW + timedelta(hours=1), limit=3):
                taken.extend(claim.id for claim in claims)

        return run

    together(*(take(store) for store in stores))
    assert sorted(taken) == [row.id for row in rows(db, alerts)]
    assert len(taken) == len(TO) * ITEMS // 3


def test_a_channel_that_fails_for_both(stores: list[Store]) -> None:
    """Two owners find the server gone at once; then one of them probes."""

    def fail(store: Store) -> Callable[[], None]:
        return lambda: store.channel_down("smtp", NOW, next_probe_at=NOW, reason="refused")

    together(*(fail(store) for store in stores))
    assert [row.failures for row in rows(stores[0].db, channels)] == [2]
    probing: list[str] = []

    def probe(store: Store) -> Callable[[], None]:
        return lambda: probing.extend([store.owner] if store.begin_probe("smtp", NOW) else [])

    together(*(probe(store) for store in stores))
    assert len(probing) == 1


@pytest.fixture
def expired(stores: list[Store]) -> Callable[[], None]:
    """Lets every lease run out, as five minutes of SIGSTOP would (fault 128)."""

    def run() -> None:
        gone = NOW - timedelta(days=300)  # before any clock that leases go by
        with stores[0].db.write() as conn:
            for table in (feeds, articles, alerts):
                conn.execute(
                    update(table).where(table.c.lease_owner.is_not(None)).values(lease_until=gone)
                )

    return run


class TestFencing:
    """A paused owner wakes with an old lease: what it brings is refused."""

    def test_a_poll(self, stores: list[Store], expired: Callable[[], None]) -> None:
        one, two = stores
        add_source(one.db)
        feed = add_feed(one.db)
        old = one.claim_feed(feed, NOW, forced=True)
        expired()
        new = two.claim_feed(feed, NOW, forced=True)
        assert old is not None
        assert new is not None
        outcome = PollOutcome(NOW, NOW, Reason.OK, "", 200, True, True, entries=(entry(1, 0),))
        with pytest.raises(LeaseLost):
            one.commit_poll(old, outcome, RULES)
        assert rows(one.db, articles) == []
        two.commit_poll(new, outcome, RULES)
        assert len(rows(one.db, articles)) == 1
        with pytest.raises(LeaseLost):
            one.commit_poll(old, outcome, RULES)

    def test_a_page(self, stores: list[Store], expired: Callable[[], None]) -> None:
        one, two = stores
        add_source(one.db)
        poll(one, add_feed(one.db), 0, timedelta(0))
        old = one.claim_page("herald.example", NOW)
        assert old is not None
        expired()
        claimed = [two.claim_page("herald.example", NOW) for _ in range(ITEMS)]
        assert old.id in {claim.id for claim in claimed if claim is not None}
        page = PageIn(PageContent(old.url, old.url, "Stale", body="Stale."), "fetched")
        with pytest.raises(LeaseLost):
            one.commit_page(old, page, RULES, NOW)
        with pytest.raises(LeaseLost):
            one.fail_page(old, PageOut(Reason.GONE, "", None), NOW)
        with one.db.read() as conn:
            row = conn.execute(select(articles).where(articles.c.id == old.id)).one()
        assert (row.lease_owner, row.state, row.title) == ("owner-1", "listed", row.title)
        assert row.title != "Stale"

    def test_an_alert(self, stores: list[Store], expired: Callable[[], None]) -> None:
        one, two = stores
        add_source(one.db)
        poll(one, add_feed(one.db), 0, timedelta(0))
        match(one, timedelta(0), (add_watchlist(one.db, "A"), add_watchlist(one.db, "B")))
        later = NOW + timedelta(minutes=5)
        (old,) = one.claim_alerts(later, limit=1)
        attempt = begin_attempt(one.db, old, mail(1), "smtp", later)
        expired()
        (new,) = two.claim_alerts(later, limit=1)
        assert new.id == old.id
        assert new.uncertain  # it may have gone: the same bytes again
        assert new.message == b"mail"
        with pytest.raises(LeaseLost):
            begin_attempt(one.db, old, mail(2), "smtp", later)
        with pytest.raises(LeaseLost):
            one.drop_watchlists(old, [1], "stale")
        with pytest.raises(LeaseLost):
            one.hold_alert(old, "stale", later)
        one.release_alert(old)
        assert not one.end_attempt(old, attempt, AttemptEnd("sent", "sent", later))
        with one.db.read() as conn:
            row = conn.execute(select(alerts).where(alerts.c.id == old.id)).one()
        assert (row.state, row.lease_owner) == ("sending", "owner-1")


def test_configuration_while_polls_commit(stores: list[Store], tmp_path: Path) -> None:
    """A reload and polls take their locks in one order."""
    from newsroom.model import Source, Watchlist
    from storage.sync import sync_sources, sync_watchlists

    one, two = stores
    urls = tuple(f"http://herald.example/rss{n}" for n in range(FEEDS))
    source = Source("herald", "Herald", ("herald.example",), urls)
    sync_sources(one.db, [source], NOW)
    ids = [row.id for row in rows(one.db, feeds)]

    def polls_() -> None:
        for edition in range(10):
            for feed_id in ids:
                poll(one, feed_id, edition, timedelta(minutes=edition))

    def reloads() -> None:
        for n in range(40):
            sync_sources(two.db, [source], NOW)
            sync_watchlists(two.db, [Watchlist("A", any=(f"term{n}",), origin="f")], NOW)

    together(polls_, reloads)
    assert len(rows(one.db, articles)) == ITEMS // 2

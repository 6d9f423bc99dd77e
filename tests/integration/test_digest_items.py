"""Items of digests in the tables: told once, whatever becomes of their stories (DESIGN §4, §5)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.errors import LeaseLost
from newsroom.model import ArticleText, NotifyRule, Watchlist
from storage.claims import FoundMatch, LaggingArticle, Rendered, TellRule
from storage.codec import watchlist_json
from storage.database import Database
from storage.digests import drop_items
from storage.digests_reading import read_items
from storage.matching import commit_match
from storage.merging import merge
from storage.outbox import claim_alerts, keep_message
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    digests,
    matches,
    messages,
    recipient_pauses,
    watchlists,
)
from storage.retro import Asked, Period, RulesMoved
from storage.retro_telling import Told, tell
from storage.story_moves import move_articles
from storage.tables import articles
from storage.told import told_watchlists
from storage.withdraw import withdraw
from tests.rows import (
    NOW,
    add,
    add_alert,
    add_article,
    add_delivery,
    add_match,
    add_source,
    add_watchlist,
    rows,
)

TO = "desk@example.org"
MONTH = Period(NOW - timedelta(days=30), NOW + timedelta(days=1))
STATES = {"pending": "pending", "sent": "sent", "refused": "deferred", "uncertain": "deferred"}


@dataclass
class World:
    """Articles 1, 2 and 3 in a story each; watchlists A and B, both met by all."""

    db: Database
    article: dict[int, int]
    story: dict[int, int]
    watch: dict[str, int]
    match: dict[tuple[str, int], int]

    def asked(self, names: str = "A", numbers: Sequence[int] = (1, 2)) -> list[Asked]:
        ids = tuple(self.article[n] for n in numbers)
        return [Asked(self.watch[name], 1, ids) for name in names]

    def tell(self, names: str = "A", numbers: Sequence[int] = (1, 2), to: str = TO) -> Told:
        return tell(self.db, to, self.asked(names, numbers), MONTH, NOW)

    def items(self) -> list[tuple[int, int, str]]:
        """(story, n, watchlists) of every item."""
        names = {ident: name for name, ident in self.watch.items()}
        of = {row.id: names[row.watchlist_id] for row in rows(self.db, matches)}
        told: dict[int, set[str]] = {}
        for row in rows(self.db, digest_matches):
            told.setdefault(row.item_id, set()).add(of[row.match_id])
        numbers = {ident: number for number, ident in self.story.items()}
        return [
            (numbers[row.story_id], row.n, "".join(sorted(told.get(row.id, ()))))
            for row in sorted(rows(self.db, digest_items), key=lambda r: (r.story_id, r.n))
        ]

    def live(self) -> list[tuple[str, str, str]]:
        """(kind, state, watchlists) of what tells somebody something, as it was made."""
        names = {ident: name for name, ident in self.watch.items()}
        told: dict[int, str] = {}
        for row in rows(self.db, alert_watchlists):
            told[row.alert_id] = "".join(
                sorted(told.get(row.alert_id, "") + names[row.watchlist_id])
            )
        return [
            (row.kind, row.state, told.get(row.id, ""))
            for row in rows(self.db, alerts)
            if row.state not in ("cancelled", "folded")
        ]

    def has_gone(self, alert: int, state: str = "sent") -> None:
        """The alert's mail was made and handed over, or tried."""
        if state == "pending":
            return
        add(self.db, messages, alert_id=alert, data=b"mail", rendered_at=NOW)
        outcome = {"sent": "sent", "refused": "deferred", "uncertain": "uncertain"}[state]
        add_delivery(self.db, alert, outcome=outcome, definite=state != "uncertain")
        with self.db.write() as conn:
            conn.execute(update(alerts).where(alerts.c.id == alert).values(state=STATES[state]))

    def alert(self, number: int, names: str, state: str = "pending", **values: Any) -> int:
        told = tuple(self.match[name, number] for name in names)
        ident = add_alert(self.db, article_id=self.article[number], told=told, **values)
        self.has_gone(ident, state)
        return ident

    def unite(self, source: int, target: int, numbers: Sequence[int] = ()) -> None:
        ids = [self.article[n] for n in numbers or [source]]
        with self.db.write() as conn:
            move_articles(self.db, conn, ids, self.story[source], self.story[target], NOW)


@pytest.fixture
def world(database: Database) -> World:
    add_source(database)
    watch = {}
    for name in "AB":
        rule = Watchlist(name=name, any=("Launch",), notify=(NotifyRule(to=(TO, "b@example.org")),))
        watch[name] = add_watchlist(database, name, definition=watchlist_json(rule))
    article, story, match = {}, {}, {}
    for n in (1, 2, 3):
        url = f"https://herald.example/article/{n}"
        article[n] = add_article(database, url=url, canonical_url=url)
        story[n] = next(a.story_id for a in rows(database, articles) if a.id == article[n])
        for name in "AB":
            match[name, n] = add_match(database, watch[name], article[n], alerting="silent")
    return World(database, article, story, watch, match)


def test_a_digest_is_written_whole(world: World) -> None:
    told = world.tell("AB", (1, 2))
    assert (told.stories, told.joined) == (2, 0)
    assert world.items() == [(1, 0, "AB"), (2, 0, "AB")]
    (digest,) = rows(world.db, digests)
    assert (digest.recipient, digest.schedule, digest.state) == (TO, "archive", "filled")
    assert digest.slot == f"{MONTH.since:%Y-%m-%d}..{MONTH.until:%Y-%m-%d}.1"
    assert (digest.since, digest.until) == (MONTH.since, MONTH.until)
    (alert,) = rows(world.db, alerts)
    assert (alert.kind, alert.digest_id, alert.story_id, alert.state, alert.due_at) == (
        "digest",
        digest.id,
        None,
        "pending",
        NOW,
    )
    assert told.alert == alert.id
    alerting = {row.article_id: row.alerting for row in rows(world.db, matches)}
    assert alerting == {
        world.article[1]: "told",
        world.article[2]: "told",
        world.article[3]: "silent",
    }


@pytest.mark.parametrize(
    ("state", "names", "expected", "items"),
    [
        # (of the alert on story 1, what it names) → (stories in the digest, told there), items
        ("pending", "A", (1, 0), [(2, 0, "A")]),
        ("sent", "A", (1, 0), [(2, 0, "A")]),
        ("refused", "A", (1, 0), [(2, 0, "A")]),
        ("uncertain", "A", (1, 0), [(2, 0, "A")]),
        ("pending", "B", (1, 1), [(2, 0, "A")]),
        ("sent", "B", (2, 0), [(1, 1, "A"), (2, 0, "A")]),
        ("refused", "B", (2, 0), [(1, 1, "A"), (2, 0, "A")]),
        ("uncertain", "B", (2, 0), [(1, 1, "A"), (2, 0, "A")]),
    ],
)
def test_what_an_alert_tells_is_left_out(
    world: World,
    state: str,
    names: str,
    expected: tuple[int, int],
    items: list[tuple[int, int, str]],
) -> None:
    world.alert(1, names, state)
    told = world.tell("A")
    assert (told.stories, told.joined) == expected
    assert world.items() == items
    if told.joined:
        assert world.live() == [("immediate", "pending", "AB"), ("digest", "pending", "A")]
    again = world.tell("A")
    assert (again.stories, again.joined, again.alert) == (0, 0, None)


@pytest.mark.parametrize("state", ["cancelled", "folded"])
def test_an_alert_that_tells_nothing_does_not_count(world: World, state: str) -> None:
    add_alert(world.db, article_id=world.article[1], told=(world.match["A", 1],), state=state, n=3)
    assert world.tell("A").stories == 2


def test_an_alert_on_an_emptied_story_counts(world: World) -> None:
    world.alert(2, "A", "sent")
    world.unite(2, 1)
    world.alert(1, "B", "sent", kind="update", n=1)
    assert world.tell("A", (1, 2)).stories == 0
    assert world.tell("B", (1, 2)).stories == 0


def test_one_is_told_of_what_another_was_not(world: World) -> None:
    world.tell("A", (1,))
    assert world.tell("A", (1, 2), "b@example.org").stories == 2
    assert world.tell("A", (1, 2)).stories == 1
    slots = sorted((row.recipient, row.slot[-2:]) for row in rows(world.db, digests))
    assert slots == [("b@example.org", ".1"), (TO, ".1"), (TO, ".2")]


@pytest.mark.parametrize("how", ["watchlist", "recipient", "left"])
def test_nobody_to_tell(world: World, how: str) -> None:
    """Who was paused, or left, after the archive was read hears nothing of it."""
    with world.db.write() as conn:
        mine = watchlists.c.id == world.watch["A"]
        if how == "watchlist":
            conn.execute(update(watchlists).where(mine).values(paused_at=NOW))
        elif how == "left":
            conn.execute(update(watchlists).where(mine).values(definition={"name": "A"}))
    if how == "recipient":
        add(world.db, recipient_pauses, watchlist="A", recipient=TO, since=NOW, why="by hand")
    assert world.tell("A").stories == 0
    assert not rows(world.db, alerts)


@pytest.mark.parametrize("change", [{"version": 2}, {"removed_at": NOW}])
def test_a_rule_that_moved(world: World, change: dict[str, Any]) -> None:
    with world.db.write() as conn:
        conn.execute(update(watchlists).values(change))
    with pytest.raises(RulesMoved):
        world.tell("A")


def test_two_processes_tell_once(world: World) -> None:
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: world.tell("AB", (1, 2, 3)), range(8)))
    assert sorted(one.stories for one in told) == [0] * 7 + [3]
    assert len(rows(world.db, alerts)) == 1


def told(world: World, number: int) -> str:
    """The watchlists the recipient was told of, for this story."""
    names = {ident: name for name, ident in world.watch.items()}
    with world.db.read() as conn:
        found = told_watchlists(conn, TO, world.story[number])
    return "".join(sorted(names[ident] for ident in found))


@dataclass(frozen=True)
class Case:
    """What tells of stories 1 and 2 before they become one."""

    name: str
    digests: tuple[tuple[str, str], ...]
    """(items as `A1 B2`, state) of every digest."""
    alerts: tuple[tuple[int, str, str], ...]
    """(story, watchlists, state) of every immediate alert."""
    items: list[tuple[int, int, str]]
    live: list[tuple[str, str, str]]


CASES = [
    Case("one digest", (("A1 A2", "pending"),), (), [(1, 0, "A")], [("digest", "pending", "A")]),
    Case(
        "one digest, two watchlists",
        (("A1 B2", "pending"),),
        (),
        [(1, 0, "AB")],
        [("digest", "pending", "AB")],
    ),
    Case("only the later", (("A2", "pending"),), (), [(1, 0, "A")], [("digest", "pending", "A")]),
    Case("only the later, sent", (("A2", "sent"),), (), [(1, 0, "A")], [("digest", "sent", "A")]),
    Case(
        "an alert waits",
        (("A2", "pending"),),
        ((1, "A", "pending"),),
        [],
        [("immediate", "pending", "A")],
    ),
    Case(
        "an alert waits, and there is more in the digest",
        (("A2 A3", "pending"),),
        ((1, "A", "pending"),),
        [(3, 0, "A")],
        [("digest", "pending", "A"), ("immediate", "pending", "A")],
    ),
    Case(
        "an alert went for another watchlist",
        (("A2", "pending"),),
        ((1, "B", "sent"),),
        [(1, 1, "A")],
        [("digest", "pending", "A"), ("immediate", "sent", "B")],
    ),
    Case(
        "the digest went, an alert waits",
        (("A1", "sent"),),
        ((2, "A", "pending"),),
        [(1, 0, "A")],
        [("digest", "sent", "A")],
    ),
    Case(
        "the digest went, an alert has more",
        (("A1", "sent"),),
        ((2, "AB", "pending"),),
        [(1, 0, "A")],
        [("digest", "sent", "A"), ("update", "pending", "B")],
    ),
    Case(
        "the digest may have come",
        (("A1", "uncertain"),),
        ((2, "A", "pending"),),
        [(1, 0, "A")],
        [("digest", "deferred", "A")],
    ),
    Case(
        "both went",
        (("A1", "sent"),),
        ((2, "A", "sent"),),
        [(1, 0, "A")],
        [("digest", "sent", "A"), ("immediate", "sent", "A")],
    ),
    Case(
        "two digests, one went",
        (("A1", "sent"), ("A2 A3", "pending")),
        (),
        [(1, 0, "A"), (3, 0, "A")],
        [("digest", "sent", "A"), ("digest", "pending", "A")],
    ),
    Case(
        "two digests wait",
        (("A1", "pending"), ("A2", "pending")),
        (),
        [(1, 0, "A")],
        [("digest", "pending", "A")],
    ),
    Case(
        "two digests went",
        (("A1", "sent"), ("A2", "sent")),
        (),
        [(1, 0, "A"), (2, 0, "A")],
        [("digest", "sent", "A"), ("digest", "sent", "A")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("merged", [False, True], ids=["moved", "merged"])
def test_two_stories_become_one(world: World, case: Case, merged: bool) -> None:
    """As a copy that joins, and as an article that turned out to be another."""
    for pairs, state in case.digests:
        by_name: dict[str, list[int]] = {}
        for pair in pairs.split():
            by_name.setdefault(pair[0], []).append(int(pair[1]))
        asked = [world.asked(name, numbers)[0] for name, numbers in by_name.items()]
        made = tell(world.db, TO, asked, MONTH, NOW)
        assert made.alert is not None
        world.has_gone(made.alert, state)
    for number, names, state in case.alerts:
        world.alert(number, names, state)
    before = told(world, 1) + told(world, 2)
    if merged:
        with world.db.write() as conn:
            merge(world.db, conn, world.article[1], world.article[2], NOW)
    else:
        world.unite(2, 1)
    assert world.items() == case.items
    assert world.live() == case.live
    assert told(world, 1) == "".join(sorted(set(before)))
    for row in rows(world.db, alerts):
        if row.state in ("folded", "cancelled"):
            assert row.reason


def test_an_article_leaves_its_story(world: World) -> None:
    """What a digest tells of it is told under the story it went to."""
    world.unite(2, 1)
    world.tell("A", (1, 2))
    assert world.items() == [(1, 0, "A")]
    world.unite(1, 3, [2])
    assert world.items() == [(1, 0, "A"), (3, 0, "A")]
    assert told(world, 3) == "A"


def test_an_article_leaves_for_a_story_that_is_told(world: World) -> None:
    world.unite(2, 1)
    world.alert(3, "A", "sent")
    world.tell("A", (1, 2))
    world.unite(1, 3, [2])
    assert world.items() == [(1, 0, "A")]
    assert world.live() == [("immediate", "sent", "A"), ("digest", "pending", "A")]


def test_the_only_matched_article_leaves(world: World) -> None:
    """The story it left is told no more."""
    world.unite(2, 1)
    world.tell("A", (2,))
    world.unite(1, 3, [2])
    assert world.items() == [(3, 0, "A")]
    assert (told(world, 1), told(world, 3)) == ("", "A")


def test_an_article_leaves_after_the_mail(world: World) -> None:
    world.unite(2, 1)
    made = world.tell("A", (2,))
    assert made.alert is not None
    world.has_gone(made.alert)
    world.unite(1, 3, [2])
    assert world.items() == [(1, 0, "A")]
    assert (told(world, 1), told(world, 3)) == ("A", "")


def test_one_that_is_being_prepared_is_taken_back(world: World) -> None:
    """Its stories moved between the claim and the mail: whoever made it finds the lease gone."""
    world.tell("A", (1, 2))
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    assert len(read_items(world.db, claim)) == 2
    world.unite(2, 1)
    with pytest.raises(LeaseLost):
        keep_message(world.db, claim, Rendered(b"mail", "<id>", "subject"), "smtp", NOW)
    (row,) = rows(world.db, alerts)
    assert (row.state, row.attempts, row.lease_owner) == ("pending", 0, None)
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    assert len(read_items(world.db, claim)) == 1


def later_match(world: World, name: str, story: int) -> list[tuple[str, int]]:
    """An article of the story comes and meets a watchlist; (kind, n) of the alerts that raises."""
    url = "https://herald.example/article/9"
    ident = add_article(
        world.db,
        url=url,
        canonical_url=url,
        story_id=world.story[story],
        first_seen_at=NOW + timedelta(hours=1),
    )
    committed = commit_match(
        world.db,
        LaggingArticle(ident, 1, ArticleText("Launch")),
        [FoundMatch(world.watch[name], 1, ())],
        rules=0,
        tell=[TellRule(world.watch[name], NOW, False, (TO,))],
        now=NOW + timedelta(hours=1),
        wait_for_page=timedelta(0),
    )
    return [(r.kind, r.n) for r in rows(world.db, alerts) if r.id in committed.alerts]


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_a_later_article_of_the_story(world: World, state: str) -> None:
    made = world.tell("A", (1,))
    assert made.alert is not None
    world.has_gone(made.alert, state)
    assert later_match(world, "A", 1) == []


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_another_watchlist_later(world: World, state: str) -> None:
    made = world.tell("A", (1,))
    assert made.alert is not None
    world.has_gone(made.alert, state)
    assert later_match(world, "B", 1) == [("update", 1)]
    # and then the archive, asked for it: told in that update
    assert world.tell("B", (1,)).stories == 0


def test_a_cancelled_digest_told_nothing(world: World) -> None:
    world.tell("A", (1, 2))
    with world.db.write() as conn:
        assert withdraw(conn, world.watch["A"], reason="watchlist paused") == 1
    assert world.items() == []
    assert [row.state for row in rows(world.db, digests)] == ["cancelled"]
    assert later_match(world, "A", 1) == [("immediate", 0)]
    assert world.tell("A", (1, 2)).stories == 1


@pytest.mark.parametrize(
    ("state", "live", "items"),
    [
        ("pending", [("digest", "pending", "B")], [(1, 0, "B"), (2, 0, "B")]),
        ("refused", [("digest", "deferred", "AB")], [(1, 0, "AB"), (2, 0, "AB")]),
        ("uncertain", [("digest", "deferred", "AB")], [(1, 0, "AB"), (2, 0, "AB")]),
        ("sent", [("digest", "sent", "AB")], [(1, 0, "AB"), (2, 0, "AB")]),
    ],
)
def test_one_of_two_watchlists_goes(
    world: World, state: str, live: list[Any], items: list[Any]
) -> None:
    """It leaves what is not made yet; a mail that is made goes whole."""
    made = world.tell("AB")
    assert made.alert is not None
    world.has_gone(made.alert, state)
    with world.db.write() as conn:
        withdraw(conn, world.watch["A"], reason="watchlist removed")
    assert world.live() == live
    assert world.items() == items


def test_what_matches_no_more_leaves(world: World) -> None:
    world.tell("AB")
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    items = read_items(world.db, claim)
    gone = [(i.id, m.id) for i in items for m in i.matches if m.watchlist == "A"]
    assert drop_items(world.db, claim, gone, "no", unmatched=[match for _, match in gone])
    assert world.live() == [("digest", "sending", "B")]
    assert world.items() == [(1, 0, "B"), (2, 0, "B")]
    dropped = {row.id for row in rows(world.db, matches) if row.alerting == "dropped"}
    assert dropped == {match for _, match in gone}
    rest = [(i.id, m.id) for i in read_items(world.db, claim) for m in i.matches]
    assert not drop_items(world.db, claim, rest, "nothing is left")
    (row,) = rows(world.db, alerts)
    assert (row.state, row.reason, row.lease_owner) == ("cancelled", "nothing is left", None)


def test_many_stories(world: World) -> None:
    """More than fit in one statement: every query takes them in portions."""
    ids = [
        add_article(world.db, url=f"https://h.example/{n}", canonical_url=f"https://h.example/{n}")
        for n in range(1_100)
    ]
    for ident in ids:
        add_match(world.db, world.watch["A"], ident, alerting="silent")
    asked = [Asked(world.watch["A"], 1, tuple(ids))]
    assert tell(world.db, TO, asked, MONTH, NOW).stories == 1_100
    assert tell(world.db, TO, asked, MONTH, NOW).stories == 0
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    assert len(read_items(world.db, claim)) == 1_100

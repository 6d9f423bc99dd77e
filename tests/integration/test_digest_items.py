"""Items of digests in the tables: written whole, told once, and leaving again (DESIGN §4, §5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.model import ArticleText
from storage.claims import FoundMatch, LaggingArticle, TellRule
from storage.digests import drop_items
from storage.digests_reading import read_items
from storage.matching import commit_match
from storage.outbox import claim_alerts
from storage.outbox_tables import (
    alerts,
    digests,
    matches,
    recipient_pauses,
    watchlists,
)
from storage.retro import Asked, RulesMoved
from storage.retro_telling import tell
from storage.withdraw import withdraw
from tests.integration.digest_world import MONTH, TO, World, world
from tests.rows import (
    NOW,
    add,
    add_alert,
    add_article,
    add_match,
    rows,
)

__all__ = ["world"]  # a fixture


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

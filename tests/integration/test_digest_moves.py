"""Items of digests follow their stories: told once, and nothing untold (DESIGN §4)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from newsroom.errors import LeaseLost
from storage.alert_claims import Rendered
from storage.digests_reading import read_items
from storage.merging import merge
from storage.outbox import claim_alerts
from storage.outbox_tables import alerts
from storage.retro_telling import tell
from tests.attempts import begin_attempt
from tests.integration.digest_world import MONTH, TO, World, told, world
from tests.rows import NOW, rows

__all__ = ["world"]  # a fixture


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
    """What the digest told goes along: it told nothing of what stays."""
    world.unite(2, 1)
    made = world.tell("A", (2,))
    assert made.alert is not None
    world.has_gone(made.alert)
    world.unite(1, 3, [2])
    assert world.items() == [(3, 0, "A")]
    assert (told(world, 1), told(world, 3)) == ("", "A")


def test_one_that_is_being_prepared_is_taken_back(world: World) -> None:
    """Its stories moved between the claim and the mail: whoever made it finds the lease gone."""
    world.tell("A", (1, 2))
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    assert len(read_items(world.db, claim)) == 2
    world.unite(2, 1)
    with pytest.raises(LeaseLost):
        begin_attempt(world.db, claim, Rendered(b"mail", "<id>", "subject"), "smtp", NOW)
    (row,) = rows(world.db, alerts)
    assert (row.state, row.attempts, row.lease_owner) == ("pending", 0, None)
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=5)
    assert len(read_items(world.db, claim)) == 1

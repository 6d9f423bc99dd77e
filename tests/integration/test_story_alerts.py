"""When two stories become one, every recipient is told once, and of everything (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from newsroom.model import ArticleText
from storage.claims import FoundMatch, LaggingArticle, TellRule
from storage.database import Database
from storage.matching import commit_match
from storage.outbox_tables import alert_watchlists, alerts, messages
from storage.story_moves import move_articles
from storage.tables import articles
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

SENT, PENDING = "sent", "pending"
REFUSED = "refused for now"
"""Deferred after a 4xx: rendered, and surely not received."""
UNCERTAIN = "uncertain"
"""Deferred without a definite reply: it may have been received."""


@dataclass(frozen=True)
class Case:
    name: str
    earlier: tuple[str, str]
    """State and watchlists of the alert on the story that stays; "" for none."""
    later: tuple[str, str]
    expected: tuple[tuple[str, str, str], ...]
    """(kind, state, watchlists) of what is live afterwards, in the order of their keys."""


def case(name: str, earlier: str, later: str, *expected: str) -> Case:
    def split(text: str) -> tuple[str, str]:
        state, _, named = text.rpartition(" ")
        return state, named

    told = tuple((e.split()[0], *split(e.partition(" ")[2])) for e in expected)
    return Case(name, split(earlier), split(later), told)


CASES = [
    case("both wait", f"{PENDING} A", f"{PENDING} A", "immediate pending A"),
    case("both wait for others", f"{PENDING} A", f"{PENDING} B", "immediate pending AB"),
    case("only the later", "", f"{PENDING} A", "immediate pending A"),
    case("only the later, sent", "", f"{SENT} A", "immediate sent A"),
    case("the earlier went", f"{SENT} A", f"{PENDING} A", "immediate sent A"),
    case("the later went", f"{PENDING} A", f"{SENT} A", "immediate sent A"),
    case(
        "the later went, more to tell",
        f"{PENDING} AB",
        f"{SENT} A",
        "immediate sent A",
        "update pending B",
    ),
    case(
        "the earlier went, more to tell",
        f"{SENT} A",
        f"{PENDING} AB",
        "immediate sent A",
        "update pending B",
    ),
    case("both went", f"{SENT} A", f"{SENT} A", "immediate sent A", "immediate sent A"),
    case("refused for now", f"{REFUSED} A", f"{SENT} A", "immediate sent A"),
    case("refused for now, later", f"{SENT} A", f"{REFUSED} A", "immediate sent A"),
    case("one may have come", f"{UNCERTAIN} A", f"{PENDING} A", "immediate deferred A"),
    case("the later may have come", f"{PENDING} A", f"{UNCERTAIN} A", "immediate deferred A"),
    case("being prepared", f"{SENT} A", "sending A", "immediate sent A"),
    case("being prepared both", "sending A", "sending B", "immediate pending AB"),
    case("cancelled is nothing", "cancelled A", f"{PENDING} A", "immediate pending A"),
]


@dataclass
class World:
    db: Database
    article: dict[str, int]
    story: dict[str, int]
    watch: dict[str, int]
    match: dict[tuple[str, str], int]


@pytest.fixture
def world(database: Database) -> World:
    """Two articles, two stories, two watchlists; both match both."""
    add_source(database)
    watch = {name: add_watchlist(database, name) for name in "AB"}
    ids, story, match = {}, {}, {}
    for n, name in enumerate(("earlier", "later")):
        url = f"https://herald.example/article/{n}"
        ids[name] = add_article(database, url=url, canonical_url=url)
        story[name] = next(a.story_id for a in rows(database, articles) if a.id == ids[name])
        for w in "AB":
            match[name, w] = add_match(database, watch[w], ids[name])
    return World(database, ids, story, watch, match)


def put(world: World, name: str, state: str, named: Sequence[str], **values: Any) -> int:
    """An alert on an article's story, as the sending left it."""
    real = {REFUSED: "deferred", UNCERTAIN: "deferred"}.get(state, state)
    if real == "sending":
        lease = NOW + timedelta(minutes=10)
        values |= {"lease_owner": "me", "lease_token": "t", "lease_until": lease, "attempts": 1}
    alert = add_alert(
        world.db,
        article_id=world.article[name],
        told=tuple(world.match[name, w] for w in named),
        state=real,
        **values,
    )
    if state in (SENT, REFUSED, UNCERTAIN):
        add(world.db, messages, alert_id=alert, data=b"mail", rendered_at=NOW)
        outcome = {SENT: "sent", REFUSED: "deferred", UNCERTAIN: "uncertain"}[state]
        add_delivery(world.db, alert, outcome=outcome, definite=state != UNCERTAIN)
    return alert


def live(world: World) -> list[tuple[str, str, str]]:
    names = {number: name for name, number in world.watch.items()}
    told: dict[int, str] = {}
    for row in rows(world.db, alert_watchlists):
        told[row.alert_id] = "".join(sorted(told.get(row.alert_id, "") + names[row.watchlist_id]))
    return [
        (row.kind, row.state, told.get(row.id, ""))
        for row in sorted(rows(world.db, alerts), key=lambda r: (r.kind, r.n, r.id))
        if row.state not in ("cancelled", "folded")
    ]


def unite(world: World) -> None:
    with world.db.write() as conn:
        move_articles(
            world.db,
            conn,
            [world.article["later"]],
            world.story["later"],
            world.story["earlier"],
            NOW,
        )


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_two_stories_become_one(world: World, case: Case) -> None:
    for name, (state, named) in (("earlier", case.earlier), ("later", case.later)):
        if state:
            put(world, name, state, named)
    unite(world)
    assert live(world) == list(case.expected)
    for row in rows(world.db, alerts):
        if row.state == "folded":
            assert row.reason
            assert row.lease_owner is None
        if row.state == PENDING:
            assert row.lease_owner is None
            assert row.story_id == world.story["earlier"]


def test_an_update_does_not_tell_again(world: World) -> None:
    """The later story's update names what the earlier story's alert told already."""
    put(world, "earlier", SENT, "A")
    put(world, "later", SENT, "B")
    put(world, "later", PENDING, "A", kind="update", n=1)
    unite(world)
    assert live(world) == [("immediate", "sent", "A"), ("immediate", "sent", "B")]


def test_a_folded_alert_gives_its_key_back(world: World) -> None:
    """A story that stays behind may be told later: the key of what was folded is free."""
    third = add_article(
        world.db,
        url="https://herald.example/article/3",
        canonical_url="https://herald.example/article/3",
        story_id=world.story["later"],
    )
    put(world, "earlier", SENT, "A")
    put(world, "later", PENDING, "A")
    unite(world)  # the third article stays in the later story; nothing matches it
    assert live(world) == [("immediate", "sent", "A")]
    add_alert(world.db, article_id=third)


def test_what_stays_behind_is_still_told(world: World) -> None:
    """An article leaves a story whose waiting alert another article's match needs as well."""
    third = add_article(
        world.db,
        url="https://herald.example/article/3",
        canonical_url="https://herald.example/article/3",
        story_id=world.story["later"],
    )
    other = add_match(world.db, world.watch["A"], third)
    alert = put(world, "later", PENDING, "A")
    unite(world)
    row = next(r for r in rows(world.db, alerts) if r.id == alert)
    assert (row.state, row.story_id, row.article_id) == (PENDING, world.story["later"], third)
    assert [r.match_id for r in rows(world.db, alert_watchlists)] == [other]


def test_what_an_emptied_story_told_counts(world: World) -> None:
    """Both alerts went; a third copy is news to nobody, whichever of the two told of it."""
    put(world, "earlier", SENT, "A")
    put(world, "later", SENT, "B")
    unite(world)
    url = "https://herald.example/article/3"
    third = add_article(
        world.db, url=url, canonical_url=url, story_id=world.story["earlier"], matched_mark=0
    )
    watch = [world.watch[name] for name in "AB"]
    day_before = NOW - timedelta(days=1)
    committed = commit_match(
        world.db,
        LaggingArticle(third, 1, ArticleText("Launch")),
        [FoundMatch(w, 1, ()) for w in watch],
        rules=0,
        tell=[TellRule(w, day_before, False, ("desk@example.org",)) for w in watch],
        now=NOW,
        wait_for_page=timedelta(0),
    )
    assert (committed.new_matches, committed.alerts) == (2, ())

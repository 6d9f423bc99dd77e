"""What a digest tells is told: to those who match again, and to updates after it."""

from __future__ import annotations

from sqlalchemy import update

from newsroom.model import ArticleText
from storage.claims import FoundMatch, LaggingArticle, TellRule
from storage.digests import drop_items
from storage.digests_reading import read_items
from storage.edits import pause_watchlist
from storage.matching import commit_match, rules_version
from storage.outbox import standing_of
from storage.outbox_tables import alerts, digest_items, matches
from storage.tables import articles
from storage.told import last_mail, told_watchlists
from tests.integration.digest_world import (
    DAY,
    HOUR,
    TO,
    World,
    claim,
    make,
    states,
    told,
    waits,
    world,
)
from tests.rows import MINUTE, NOW, rows

__all__ = ["world"]  # a fixture


# told through the item


def match_again(world: World, number: int, name: str) -> tuple[int, ...]:
    """Another text of the article is matched; the alerts that follow."""
    with world.db.write() as conn:
        text = {"text_mark": 2, "matched_mark": 1}
        conn.execute(update(articles).where(articles.c.id == world.article[number]).values(text))
        mine = matches.c.id == world.match[name, number]
        conn.execute(update(matches).where(mine).values(alerting="dropped"))
        rules_now = rules_version(conn)
    rules = [TellRule(world.watch[n], NOW - DAY, False, (TO,)) for n in "AB"]
    return commit_match(
        world.db,
        LaggingArticle(world.article[number], 2, ArticleText("Launch")),
        [FoundMatch(world.watch[name], 1, ())],
        rules=rules_now,
        tell=rules,
        now=NOW + HOUR,
        wait_for_page=MINUTE,
    ).alerts


def test_what_a_digest_tells_is_told(world: World) -> None:
    waits(world, 1, "A")
    alert = make(world)
    assert told(world, 1) == "A"
    assert match_again(world, 1, "A") == ()
    (update,) = match_again(world, 1, "B")
    row = next(row for row in rows(world.db, alerts) if row.id == update)
    assert (row.kind, row.n) == ("update", 1)
    with world.db.read() as conn:
        under_way = last_mail(conn, TO, world.story[1], before=update)
    assert (under_way.at, under_way.waits_for) == (None, alert.due_at)


def test_a_watchlist_more_in_what_waits_has_it_judged_anew(world: World) -> None:
    waiting = waits(world, 1, "A")
    assert match_again(world, 1, "B") == ()
    (row,) = rows(world.db, alerts)
    assert (row.id, row.schedule, row.due_at) == (waiting, None, NOW)
    with world.db.read() as conn:
        assert told_watchlists(conn, TO, world.story[1]) == set(world.watch.values())


def test_nothing_of_a_digest_that_tells_nothing_is_told(world: World) -> None:
    """Its watchlist is paused; afterwards a first alert is raised again, under its own key."""
    waits(world, 1, "A")
    make(world)
    pause_watchlist(world.db, "A", NOW)
    assert states(world) == [("immediate", "folded"), ("digest", "cancelled")]
    assert (world.items(), told(world, 1)) == ([], "")
    (again,) = match_again(world, 1, "A")
    row = next(row for row in rows(world.db, alerts) if row.id == again)
    assert (row.kind, row.n, row.state) == ("immediate", 0, "pending")


def test_what_leaves_an_unsent_digest_is_told_when_it_matches_again(world: World) -> None:
    waits(world, 1, "A")
    waits(world, 2, "A")
    make(world)
    found = claim(world)
    item = next(i for i in read_items(world.db, found) if i.story_id == world.story[1])
    gone = [(item.id, match.id) for match in item.matches]
    assert drop_items(world.db, found, gone, "no match", unmatched=[gone[0][1]])
    assert world.items() == [(2, 0, "A")]
    (again,) = match_again(world, 1, "A")
    assert again not in (row.alert_id for row in rows(world.db, digest_items))


def test_another_article_stands_in_for_what_leaves(world: World) -> None:
    """Nobody was told by it, as the digest was to tell the story by the first."""
    world.unite(2, 1)
    waits(world, 1, "AB")
    waits(world, 3, "A")
    make(world)
    with world.db.write() as conn:
        conn.execute(update(matches).values(alerting="told"))
    found = claim(world)
    item = next(i for i in read_items(world.db, found) if i.story_id == world.story[1])
    gone = [(item.id, match.id) for match in item.matches]
    unmatched = [world.match["A", 1]]  # of B the recipient is told no more
    assert drop_items(world.db, found, gone, "no match", unmatched=unmatched)
    owed = {row.id: row.alerting for row in rows(world.db, matches)}
    assert [key for key, ident in world.match.items() if owed[ident] == "dropped"] == [
        ("A", 1),
        ("A", 2),
    ]
    lagging = [row.id for row in rows(world.db, articles) if row.matched_mark < row.text_mark]
    assert world.article[2] in lagging
    (again,) = match_again(world, 2, "A")
    row = next(row for row in rows(world.db, alerts) if row.id == again)
    assert (row.kind, row.n, row.story_id) == ("immediate", 0, world.story[1])


def test_an_update_after_a_digest_says_what_was_told(world: World) -> None:
    waits(world, 1, "A")
    world.has_gone(make(world).id)
    world.alert(1, "B", kind="update", n=1)
    found = claim(world, NOW)
    assert found.told == (world.article[1],)
    assert standing_of(world.db, found).told == {world.watch["A"]}

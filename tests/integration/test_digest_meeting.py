"""Stories that meet and part while alerts of theirs wait for a digest, or are in one."""

from __future__ import annotations

from typing import Any

import pytest

from newsroom.stories_news import News
from newsroom.timetable import Slot
from storage.alert_claims import ClaimedAlert, Rendered
from storage.alert_news import add_news, is_told
from storage.digests_reading import read_items
from storage.outbox_tables import alerts, digest_items
from storage.story_hand import merge_stories, split_article
from tests.attempts import begin_attempt
from tests.integration.digest_world import (
    DAILY,
    DAY,
    EIGHT,
    TO,
    World,
    claim,
    make,
    states,
    wait_for,
    waits,
    world,
)
from tests.rows import NOW, rows

__all__ = ["world"]  # a fixture

SPAN = News("number", "title", 0, 2, "12")


# stories meet and part


@pytest.mark.parametrize("made", [False, True], ids=["waiting", "in the digest"])
def test_stories_that_meet_are_told_once(world: World, made: bool) -> None:
    one = waits(world, 1, "A")
    two = waits(world, 2, "B")
    if made:
        make(world)
    merge_stories(world.db, world.story[1], world.story[2], NOW)
    if not made:
        assert [row.schedule for row in rows(world.db, alerts)] == [None, None]
        assert [row.state for row in rows(world.db, alerts)] == ["pending", "folded"]
        return
    assert world.items() == [(1, 0, "AB")]
    assert {row.alert_id for row in rows(world.db, digest_items)} <= {one, two}


def test_one_waits_and_the_other_is_in_a_digest(world: World) -> None:
    """The alert tells the story; the digest goes with the rest, or not at all."""
    waits(world, 1, "A")
    make(world)
    waits(world, 2, "A")
    merge_stories(world.db, world.story[1], world.story[2], NOW)
    assert world.items() == []
    assert states(world) == [
        ("immediate", "folded"),
        ("digest", "folded"),
        ("immediate", "pending"),
    ]
    (left,) = [row.id for row in rows(world.db, alerts) if row.state == "pending"]
    assert wait_for(world.db, left, DAILY, EIGHT + DAY)
    make(world, Slot(DAILY, "2026-11-25 08:00", EIGHT + DAY))
    assert world.items() == [(1, 0, "A")]
    assert world.live() == [("digest", "pending", "A")]


def with_news(world: World, number: int, **values: Any) -> int:
    """An update that waits, of what is new in an article."""
    alert = waits(world, number, "A", kind="update", n=1, **values)
    with world.db.write() as conn:
        add_news(conn, alert, world.article[number], 1, [SPAN])
    return alert


def news_told(world: World, found: ClaimedAlert) -> list[tuple[int, list[int]]]:
    numbers = {ident: number for number, ident in world.article.items()}
    stories = {ident: number for number, ident in world.story.items()}
    return sorted(
        (stories[item.story_id], [numbers[news.article_id] for news in item.news])
        for item in read_items(world.db, found)
    )


def test_news_in_a_digest_stays_when_stories_meet(world: World) -> None:
    """Though the watchlist told of the story before."""
    for number in (1, 2):
        world.alert(number, "A", "sent")
        with_news(world, number)
    make(world)
    merge_stories(world.db, world.story[1], world.story[2], NOW)
    assert [(story, names) for story, _, names in world.items()] == [(1, "A")]
    assert news_told(world, claim(world)) == [(1, [2, 1])]


def test_news_goes_along_with_its_article(world: World) -> None:
    world.unite(2, 1)
    world.alert(1, "A", "sent")
    alert = with_news(world, 1)
    with world.db.write() as conn:
        add_news(conn, alert, world.article[2], 1, [SPAN])
    make(world)
    found = split_article(world.db, world.article[2], NOW)
    world.story[2] = found.story
    assert news_told(world, claim(world)) == [(1, [1]), (2, [2])]
    with world.db.read() as conn:
        assert all(is_told(conn, TO, world.article[n], 1) for n in (1, 2))


def test_a_mail_that_is_made_stays_as_it_is(world: World) -> None:
    waits(world, 1, "A")
    make(world)
    found = claim(world)
    begin_attempt(world.db, found, Rendered(b"mail", "<id>", "s"), "smtp", EIGHT)
    waits(world, 2, "AB")
    merge_stories(world.db, world.story[1], world.story[2], NOW)
    assert world.items() == [(1, 0, "A")]
    assert world.live()[-1] == ("update", "pending", "B")

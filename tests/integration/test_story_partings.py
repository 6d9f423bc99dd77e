"""When articles part, the mails go where their articles go, and every recipient is asked apart."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.outbox_tables import alerts
from storage.story_hand import merge_stories, split_article
from tests.integration.story_world import READER, Outlets
from tests.prose import prose
from tests.rows import rows

HEADLINE = "Council of the harbour town votes for a second ferry"
FERRY, MUSEUM = prose(1, 14), prose(2, 14)
CUT = FERRY.rsplit("\n\n", 2)[0]
NEWS = "\n\nThe boat carries 240 passengers, the mayor said."
OTHER = "other@example.org"


@pytest.fixture
def outlets(database: Database) -> Outlets:
    return Outlets(database).open()


def told(outlets: Outlets) -> Counter[tuple[str, int]]:
    return Counter((recipient, article) for recipient, _, article in outlets.told())


def is_in_order(outlets: Outlets) -> bool:
    """Every mail that named an article stands by the story where the article is."""
    return all(story == outlets.story(article) for _, story, article in outlets.told())


def test_a_mail_goes_with_its_article_out_of_a_merge(outlets: Outlets) -> None:
    """Both were told, so what comes of either later is an update of its own mail."""
    ferry = outlets.published("herald", "1", "Ferry", FERRY)
    museum = outlets.published("times", "1", "Museum", MUSEUM)
    outlets.match()
    assert outlets.send() == [ferry, museum]
    merge_stories(outlets.db, outlets.story(ferry), outlets.story(museum), outlets.now)
    split_article(outlets.db, museum, outlets.now)
    outlets.match()
    assert outlets.send() == []
    assert is_in_order(outlets)
    outlets.pass_(hours=3)
    outlets.page(museum, "Museum", MUSEUM + NEWS)
    outlets.page(ferry, "Ferry", FERRY + NEWS.replace("240", "310"))
    outlets.match()
    assert sorted(outlets.send()) == [ferry, museum]
    assert Counter(a.kind for a in rows(outlets.db, alerts)) == {"immediate": 2, "update": 2}


def test_a_mail_goes_with_its_article_though_nobody_else_matched(outlets: Outlets) -> None:
    """What stays has not been told, and once it is matched it is told."""
    first = outlets.listed("herald", "1", HEADLINE)
    second = outlets.listed("times", "1", HEADLINE)
    outlets.match(but=[second])
    assert outlets.send() == [first]
    outlets.page(second, HEADLINE, MUSEUM)
    outlets.match(but=[second])
    outlets.page(first, HEADLINE, FERRY)
    outlets.match(but=[second])
    assert outlets.story(first) != outlets.story(second)
    assert is_in_order(outlets)
    outlets.pass_(hours=3)
    outlets.page(first, HEADLINE, FERRY + NEWS)
    outlets.page(second, HEADLINE, MUSEUM + NEWS)
    outlets.match()
    assert sorted(outlets.send()) == [first, second]
    kinds = Counter(a.kind for a in rows(outlets.db, alerts))
    assert kinds == {"immediate": 2, "update": 1}


def two_told_by_different_articles(outlets: Outlets) -> tuple[int, int]:
    first = outlets.published("herald", "1", "Ferry", FERRY)
    outlets.match(READER)
    assert outlets.send() == [first]
    copy = outlets.published("times", "1", "Boat", CUT)
    outlets.match(READER, OTHER)
    assert outlets.send() == [copy]
    assert told(outlets) == {(READER, first): 1, (OTHER, copy): 1}
    return first, copy


@pytest.mark.parametrize("leaves", [0, 1], ids=["first", "copy"])
def test_each_recipient_is_told_of_the_other_side(outlets: Outlets, leaves: int) -> None:
    both = two_told_by_different_articles(outlets)
    split_article(outlets.db, both[leaves], outlets.now)
    outlets.match(READER, OTHER)
    assert sorted(outlets.send()) == sorted(both)
    assert told(outlets) == {(to, article): 1 for to in (READER, OTHER) for article in both}
    assert is_in_order(outlets)
    with outlets.db.read() as conn:
        ids = conn.execute(select(alerts.c.message_id)).scalars().all()
    assert len(set(ids)) == 4
    outlets.match(READER, OTHER)
    assert outlets.send() == []


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_told_once_each_however_often_they_part_and_meet(outlets: Outlets, sent: int) -> None:
    first = outlets.published("herald", "1", "Ferry", FERRY)
    copy = outlets.published("times", "1", "Boat", CUT)
    outlets.match(READER, OTHER)
    for turn in range(3):
        if turn == sent:
            outlets.send()
        split_article(outlets.db, (first, copy)[turn % 2], outlets.now)
        outlets.match(READER, OTHER)
        merge_stories(outlets.db, outlets.story(first), outlets.story(copy), outlets.now)
        outlets.match(READER, OTHER)
    split_article(outlets.db, copy, outlets.now)
    outlets.match(READER, OTHER)
    outlets.send()
    assert told(outlets) == {
        (to, article): 1 for to in (READER, OTHER) for article in (first, copy)
    }
    assert is_in_order(outlets)

"""What an article is to its story when it comes, and what of its text the story did not know."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.listing_detail import article
from storage.tables import story_keys, story_marks
from tests.integration.story_world import Outlets
from tests.prose import prose
from tests.rows import rows

FERRY = prose(1, 14)
COST = f"{FERRY}\n\nThe boat costs 12 million won."
MORE = f"{FERRY}\n\nThe boat costs 340 million won."


@pytest.fixture
def outlets(database: Database) -> Outlets:
    return Outlets(database).open()


def test_the_order_of_relations(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", "Ferry", COST)
    outlets.pass_(minutes=1)
    copy = outlets.published("times", "1", "Boat", COST)
    again = outlets.published("herald", "2", "Ferry comes", f"{COST}\n\nIt is slow.")
    more = outlets.published("times", "2", "Boat comes", MORE)
    assert {outlets.story(n) for n in (first, copy, again, more)} == {1}
    told = {n: outlets.notes(n).relation for n in (first, copy, again, more)}
    assert told == {first: "first", copy: "copy", again: "revision", more: "update"}
    assert outlets.news(copy) == outlets.news(again) == []
    assert [span for span in outlets.news(more) if "340" in span]


def test_an_article_shows_what_it_is_to_its_story(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", "Ferry", COST)
    outlets.pass_(minutes=1)
    more = outlets.published("times", "2", "Boat comes", MORE)
    shown = {n: article(outlets.db, n) or {} for n in (first, more)}
    keys = ("relation", "news", "placed_by_hand")
    assert [shown[first][key] for key in keys] == ["first", [], False]
    assert shown[more]["relation"] == "update"
    spans = {
        (s["field"], shown[more][s["field"]][s["start"] : s["end"]]) for s in shown[more]["news"]
    }
    assert spans == {(s["field"], s["text"]) for s in shown[more]["news"]}
    assert any("340" in text for _, text in spans)


def test_a_first_page_is_no_news(outlets: Outlets) -> None:
    """Of an article, and of a story that feeds alone have shown."""
    headline = "Council of the harbour town votes for a second ferry"
    first = outlets.listed("herald", "1", headline, "It costs 12 million won.")
    second = outlets.listed("times", "1", headline, "It sails in 3 years.")
    assert outlets.story(first) == outlets.story(second)
    outlets.page(first, headline, MORE)
    assert outlets.news(first) == []
    outlets.page(second, headline, f"{MORE}\n\nIt sails in 77 days.")
    assert [span for span in outlets.news(second) if "77" in span]
    assert outlets.notes(second).relation == "update"


HEADLINE = "Council of the harbour town votes for a second ferry"


def test_a_rewrite_whose_page_comes_first_is_judged_when_the_first_page_is_in(
    outlets: Outlets,
) -> None:
    first = outlets.listed("herald", "1", HEADLINE, "It costs 12 million won.")
    outlets.pass_(minutes=1)
    lead = outlets.listed("times", "1", HEADLINE, "It costs 12 million won.")
    outlets.match()
    outlets.page(lead, HEADLINE, f"{COST}\n\nIt sails in 77 days.")
    outlets.match()
    assert outlets.news(lead) == []
    outlets.page(first, HEADLINE, COST)
    assert outlets.news(first) == []
    assert [span for span in outlets.news(lead) if "77" in span]
    assert outlets.notes(lead).relation == "update"
    assert outlets.article(lead).matched_mark < outlets.article(lead).text_mark
    outlets.match()
    outlets.page(first, HEADLINE, f"{COST}\n\nIt is slow.")
    assert outlets.news(first) == []


def test_a_copy_whose_page_comes_first_says_nothing_new(outlets: Outlets) -> None:
    first = outlets.listed("herald", "1", HEADLINE, "It costs 12 million won.")
    outlets.pass_(minutes=1)
    copy = outlets.listed("times", "1", HEADLINE, "It costs 12 million won.")
    outlets.match()
    outlets.page(copy, HEADLINE, MORE)
    outlets.match()
    outlets.page(first, HEADLINE, f"{MORE}\n\nIt sails in 77 days.")
    assert outlets.news(copy) == []
    assert outlets.article(copy).matched_mark == outlets.article(copy).text_mark


def test_the_first_page_of_an_article_told_on_its_feed_text_is_no_news(outlets: Outlets) -> None:
    first = outlets.listed("herald", "1", HEADLINE, "It costs 12 million won.")
    outlets.pass_(minutes=1)
    cut = outlets.listed("times", "1", HEADLINE, "It costs 12 million won.")
    outlets.match("desk@example.org")
    assert outlets.send() == [first]
    outlets.page(cut, HEADLINE, COST)
    outlets.page(first, HEADLINE, f"{COST}\n\nIt sails in 77 days.")
    assert outlets.story(first) == outlets.story(cut)
    assert outlets.news(first) == outlets.news(cut) == []
    outlets.match("desk@example.org")
    outlets.page(first, HEADLINE, f"{COST}\n\nIt sails in 88 days.")
    assert [span for span in outlets.news(first) if "88" in span]


def test_a_rewrite_whose_alert_still_waits_tells_what_its_page_says(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", HEADLINE, COST)
    outlets.match()
    assert outlets.send() == [first]
    outlets.pass_(minutes=1)
    lead = outlets.listed("times", "1", HEADLINE, "It sails in 77 days.")
    assert [span for span in outlets.news(lead) if "77" in span]
    outlets.match()  # an update that waits names the rewrite
    outlets.page(lead, HEADLINE, f"{COST}\n\nIt sails in 77 days with 340 men.")
    assert [span for span in outlets.news(lead) if "340" in span]


def test_a_rewritten_page_tells_what_is_new_once(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", "Ferry", COST)
    outlets.match()
    assert outlets.news(first) == []
    outlets.page(first, "Ferry", MORE)
    assert [span for span in outlets.news(first) if "340" in span]
    outlets.match()
    outlets.page(first, "Ferry", f"{MORE}\n\nIt is slow.")
    assert outlets.news(first) == []
    outlets.match()
    outlets.page(first, "Ferry", COST)  # what it said before is not new again
    assert outlets.news(first) == []


def test_news_that_nobody_was_told_yet_stay_news(outlets: Outlets) -> None:
    """A text may come before the one before it was matched."""
    outlets.published("herald", "1", "Ferry", COST)
    second = outlets.published("times", "1", "Boat", MORE)
    assert [span for span in outlets.news(second) if "340" in span]
    outlets.page(second, "Boat", f"It is slow.\n\n{MORE}")
    assert [span for span in outlets.news(second) if "340" in span]
    outlets.match()
    outlets.page(second, "Boat", f"It is slow and red.\n\n{MORE}")
    assert outlets.news(second) == []


def test_without_a_page_news_stand_in_the_summary(outlets: Outlets) -> None:
    outlets.published("yonhap-en", "view/AEN20261123003800320", "Ferry", COST)
    lead = "view/AEN20261123003851320"
    second = outlets.listed("yonhap-en", lead, "(LEAD) Ferry", "It costs 340 million won now.")
    assert {span["field"] for span in outlets.notes(second).news} == {"summary"}
    assert [span for span in outlets.news(second) if "340" in span]


def test_a_wall_leaves_the_marks_of_the_feed(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", "Ferry over the river", FERRY)
    second = outlets.listed("herald", "2", "Museum on the hill opens", "It has 12 rooms.")
    before = outlets.notes(second)
    outlets.page(second, "Log in", FERRY)  # the source has this text under another headline
    assert outlets.notes(second) == before
    assert outlets.article(second).state == "partial"
    assert outlets.story(first) != outlets.story(second)


def test_keys_are_those_of_the_present_text(outlets: Outlets) -> None:
    first = outlets.published("yonhap-en", "view/AEN20261123003800320", "Ferry", FERRY)
    old = {(row.kind, row.key) for row in rows(outlets.db, story_keys)}
    assert {kind for kind, _ in old} == {"family", "exact"}
    outlets.page(first, "Ferry", COST)
    new = {(row.kind, row.key) for row in rows(outlets.db, story_keys)}
    assert {kind for kind, _ in new} == {"family", "exact"}
    assert len(old & new) == 1


def test_every_change_has_a_number_of_its_own(outlets: Outlets) -> None:
    first = outlets.published("herald", "1", "Ferry", FERRY)
    before = outlets.notes(first).seq
    outlets.page(first, "Ferry", COST)
    second = outlets.listed("times", "1", "Boat")
    assert before < outlets.notes(first).seq < outlets.notes(second).seq
    assert len(rows(outlets.db, story_marks)) == 2

"""What the demo's outlets answer."""

from __future__ import annotations

import pytest

from tests.unit.demo_case import day, stage
from wirewatch.demo.outlets import OUTLETS

DAY = day()
NEWS = "/RSS/news.xml"


def test_an_unchanged_feed_is_a_304_until_a_step_changes_it() -> None:
    made = stage(DAY, steps=1)
    first = made.answer("yonhap-en", NEWS, None)
    tag = first.headers["ETag"]
    again = made.answer("yonhap-en", NEWS, tag)
    assert (first.status, again.status, again.body) == (200, 304, b"")
    made.apply(DAY.steps()[1])
    assert made.answer("yonhap-en", NEWS, tag).status == 200
    assert made.polls("yonhap-en") == {NEWS: 3}
    assert made.unchanged("yonhap-en") == 1
    assert made.unchanged("koreaherald") == 0


@pytest.mark.parametrize(
    ("key", "decoration", "status"),
    [
        ("dance", "", 200),
        ("dance", "?section=news&input=rss", 200),
        ("thanks", "?input=rss", 200),
        ("apples", "", 200),
        ("costs", "", 500),
    ],
)
def test_pages_are_found_however_decorated(key: str, decoration: str, status: int) -> None:
    story = DAY.stories[key]
    target = OUTLETS[story.outlet].path(story) + decoration
    assert stage(DAY).answer(story.outlet, target, None).status == status


def test_a_page_is_on_its_own_outlet_only_and_not_before_it_is_shown() -> None:
    review = DAY.stories["review"]
    path = OUTLETS[review.outlet].path(review)
    assert stage(DAY).answer("koreaherald", path, None).status == 404
    assert stage(DAY, steps=1).answer(review.outlet, path, None).status == 404
    assert review.title not in stage(DAY, steps=1).titles().values()


def test_an_edit_changes_feed_and_page() -> None:
    chips = DAY.stories["chips"]
    made = stage(DAY)
    page = made.answer("koreaherald", OUTLETS["koreaherald"].path(chips), None).body.decode()
    feed = made.answer("koreaherald", "/rss/newsAll", None).body.decode()
    for text in (page, feed):
        assert chips.edited_title in text
        assert chips.title not in text
    assert made.titles()["chips"] == chips.edited_title


def test_a_section_feed_shows_its_section_and_then_a_login_page() -> None:
    titles = stage(DAY, steps=4).answer("koreaherald", "/rss/kh_National", None).body.decode()
    assert DAY.stories["reprint"].title in titles
    assert DAY.stories["chips"].title not in titles
    made = stage(DAY)
    answer = made.answer("koreaherald", "/rss/kh_National", None)
    assert (answer.status, answer.content_type) == (200, "text/html; charset=UTF-8")
    assert made.locked() == {"/rss/kh_National"}


def test_robots_may_come_and_other_addresses_are_not_there() -> None:
    made = stage(DAY)
    assert b"Allow: /" in made.answer("yonhap-ko", "/robots.txt", None).body
    assert made.answer("yonhap-ko", "/elsewhere", None).status == 404

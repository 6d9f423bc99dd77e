"""The demo's day is read by the product as its file says: pages, feeds, matches, stories."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from crawler.feeds import read_feed
from crawler.pages.read import read_page
from newsroom.errors import FeedError
from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, FeedEntry, PageContent, Watchlist
from newsroom.ports import Morphology
from newsroom.reasons import Reason
from tests.unit.demo_case import day, stage
from tests.unit.stories_case import exact_key
from wirewatch.demo.day import LENGTH, TOGETHER, Story
from wirewatch.demo.outlets import OUTLETS

DAY = day()
STAGE = stage(DAY)
READABLE = [key for key, story in DAY.stories.items() if story.page == 200]
PAGES = {"koreaherald": "koreaherald", "yonhap-en": "yonhap", "yonhap-ko": "yonhap"}


def page(story: Story) -> PageContent:
    outlet = OUTLETS[story.outlet]
    answer = STAGE.answer(outlet.id, outlet.path(story), None)
    return read_page(
        answer.body,
        url=STAGE.url(story),
        content_type=answer.content_type,
        page=PAGES[outlet.id],
        timezone="Asia/Seoul",
    )


def entries(outlet: str, path: str) -> dict[str, FeedEntry]:
    answer = STAGE.answer(outlet, path, None)
    feed = read_feed(
        answer.body,
        url=STAGE.bases[outlet] + path,
        content_type=answer.content_type,
        timezone="Asia/Seoul",
    )
    assert not feed.rejected
    return {entry.title: entry for entry in feed.entries}


@pytest.mark.parametrize("key", READABLE)
def test_a_page_is_read_whole_and_clean(key: str) -> None:
    story = DAY.stories[key]
    content = page(story)
    end = " (Yonhap)" if story.same_as else ""
    assert content.title == (story.edited_title or story.title)
    assert content.body == "\n\n".join(story.paragraphs) + end
    assert content.subtitle == story.subtitle
    assert content.published_at == story.published
    assert content.authors == (() if story.same_as else (story.byline,))
    assert content.credit == ("Yonhap" if story.same_as else None)
    assert content.captions == ((story.caption,) if story.caption else ())
    assert content.tags == story.tags
    assert content.language == ("ko" if story.outlet == "yonhap-ko" else "en")
    assert not content.partial


@pytest.mark.parametrize(
    ("key", "layout"),
    [
        ("apples", "koreaherald-c"),
        ("chips", "koreaherald-d"),
        ("review", "yonhap-en"),
        ("flash", "yonhap-ko-2025"),
    ],
)
def test_the_pages_are_of_the_layouts_they_play(key: str, layout: str) -> None:
    assert page(DAY.stories[key]).page == layout


@pytest.mark.parametrize("key", DAY.stories)
def test_the_feed_shows_every_story_with_its_instant(key: str) -> None:
    story = DAY.stories[key]
    outlet = OUTLETS[story.outlet]
    entry = entries(outlet.id, outlet.feeds[0])[story.edited_title or story.title]
    assert entry.published_at == story.published
    assert entry.url is not None
    assert entry.url.startswith(STAGE.url(story))
    assert entry.summary.rstrip(" .") == story.summary.rstrip(" .")


@pytest.mark.parametrize("key", DAY.stories)
def test_feed_and_page_together_match_what_the_file_says(key: str, morphology: Morphology) -> None:
    story = DAY.stories[key]
    rules = [compile_watchlist(Watchlist(topic.name, any=topic.any)) for topic in DAY.topics]
    body = page(story).body if story.page == 200 else ""
    text = ArticleText(title=story.title, summary=story.summary, body=body)
    assert [name for name, _ in Matcher(rules, morphology).match(text)] == list(story.matches)


def test_the_story_without_a_page_matches_by_its_feed_text() -> None:
    assert [key for key, story in DAY.stories.items() if story.page != 200] == ["costs"]
    assert "THAAD" in DAY.stories["costs"].summary


def test_the_reprint_says_the_same_word_by_word_and_the_lead_does_not() -> None:
    original, reprint, lead = (page(DAY.stories[k]) for k in ("review", "reprint", "lead"))
    key = exact_key(original.title, original.body)
    assert key is not None
    assert exact_key(reprint.title, reprint.body) == key
    assert exact_key(lead.title, lead.body) != key


def test_no_two_stories_are_one_text_unless_they_say_so() -> None:
    keys = [
        exact_key(content.title, content.body)
        for story in DAY.stories.values()
        if story.page == 200 and not story.same_as
        for content in [page(story)]
    ]
    known = [key for key in keys if key is not None]
    assert len(set(known)) == len(known)


def test_the_locked_feed_is_no_feed() -> None:
    (login,) = DAY.logins
    with pytest.raises(FeedError) as refused:
        entries(login.outlet, login.feed)
    assert refused.value.reason is Reason.NOT_A_FEED


def test_steps_show_every_story_once_and_in_order() -> None:
    steps = DAY.steps()
    shown = [key for step in steps for key in step.shown]
    assert sorted(shown) == sorted(DAY.stories)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[0].at == timedelta(0)
    assert steps[-1].at < LENGTH
    assert min(b.at - a.at for a, b in pairwise(steps)) >= TOGETHER
    for step in steps:
        assert all(DAY.stories[key].published <= DAY.start + step.at for key in step.shown)


def test_what_builds_on_another_story_comes_in_a_later_step() -> None:
    order = {key: n for n, step in enumerate(DAY.steps()) for key in step.shown}
    edits = {key: n for n, step in enumerate(DAY.steps()) for key in step.edited}
    assert order["reprint"] > order["review"]
    assert order["lead"] > order["review"]
    assert edits["chips"] > order["chips"]


def test_every_story_is_mailed_or_says_why_not() -> None:
    for story in DAY.stories.values():
        assert bool(story.mails) != bool(story.why), story.key
        assert set(story.mails) <= set(story.matches), story.key

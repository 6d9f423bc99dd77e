"""Feeds of matches over HTTP, read back by feedparser and by parsers that forgive nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree

from newsroom.tokens import feed_token
from storage.database import Database
from storage.edits import pause_watchlist
from storage.match_feed import (
    NEWEST,
    STORIES,
    feed_key_by_name,
    feed_stories,
    renew_feed_key,
)
from storage.outbox_tables import matches, watchlists
from storage.sync import take_out
from tests.rows import MINUTE, NOW, add_article, add_match, add_source, add_story, add_watchlist
from tests.web_case import Web, read_atom, web_part
from wirewatch.web.feed_documents import (
    ATOM,
)

NAME = "사드 / THAAD? <b>&"
TITLE = "Seoul says <THAAD> & radar stay"
BODY = (
    "First of all rice. The THAAD battery stays in Seongju, they said. More rice.\n\nTHAAD again."
)


def hit(field: str, text: str, word: str, nth: int = 0) -> dict[str, Any]:
    start = [m.start() for m in re.finditer(re.escape(word), text)][nth]
    return {"term": word, "field": field, "start": start, "end": start + len(word), "text": word}


def fill(db: Database) -> int:
    """One watchlist (its id) with a story that two outlets carry, the second a minute later."""
    add_source(db, "herald", name="The Korea Herald")
    add_source(db, "yonhap", name="Yonhap <News>")
    watchlist = add_watchlist(db, NAME)
    story = add_story(db)
    first = add_article(
        db,
        "herald",
        story_id=story,
        title=TITLE,
        body=BODY,
        url="https://herald.example/view?a=1&b=2",
        published_at=NOW - 3 * MINUTE,
    )
    hits = [hit("title", TITLE, "THAAD"), hit("body", BODY, "THAAD"), hit("body", BODY, "THAAD", 1)]
    add_match(db, watchlist, first, hits=hits)
    second = add_article(db, "yonhap", story_id=story, title="사드 <유지>", url="javascript:x")
    add_match(db, watchlist, second, matched_at=NOW + MINUTE)
    return watchlist


@pytest.fixture
def web(sqlite_database: Database) -> Iterator[Web]:
    fill(sqlite_database)
    with web_part(sqlite_database, base_url="https://desk.example.org/watch") as web:
        yield web


def path(web: Web, form: str = "atom") -> str:
    return feed_key_by_name(web.db, web.secret, NAME).path(form)


# what it says


def test_an_atom_feed_has_a_story_with_its_first_article(web: Web) -> None:
    answer = web.get(path(web))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    found = read_atom(answer.content)
    assert found.version == "atom10"
    assert found.feed.title == f"{NAME} · Wirewatch"
    assert found.feed.updated == "2026-11-23T03:11:00Z"
    (link,) = found.feed.links
    assert (link.rel, link.href) == ("self", "https://desk.example.org/watch" + path(web))
    (entry,) = found.entries
    assert entry.title == TITLE
    assert entry.link == "https://herald.example/view?a=1&b=2"
    assert entry.author == "The Korea Herald"
    assert (entry.published, entry.updated) == ("2026-11-23T03:07:00Z", "2026-11-23T03:11:00Z")
    assert entry.id.startswith("urn:uuid:")


def test_the_summary_is_the_matched_sentence_with_the_term_marked(web: Web) -> None:
    root = etree.fromstring(web.get(path(web)).content)
    (summary,) = root.iter(f"{{{ATOM}}}summary")
    assert summary.get("type") == "html"
    assert summary.text == "The <mark>THAAD</mark> battery stays in Seongju, they said."
    (content,) = root.iter(f"{{{ATOM}}}content")
    assert content.text == (
        "<p>The <mark>THAAD</mark> battery stays in Seongju, they said.</p>"
        "<p><mark>THAAD</mark> again.</p><ul><li>Yonhap &lt;News&gt;: 사드 &lt;유지&gt;</li></ul>"
    )


def test_a_json_feed_says_the_same(web: Web) -> None:
    answer = web.get(path(web, "json"))
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    document = answer.json()
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"] == f"{NAME} · Wirewatch"
    assert document["feed_url"] == "https://desk.example.org/watch" + path(web, "json")
    (item,) = document["items"]
    (entry,) = read_atom(web.get(path(web)).content).entries
    assert item["id"] == entry.id
    assert item["summary"] == "The THAAD battery stays in Seongju, they said."
    assert "<mark>THAAD</mark>" in item["content_html"]
    assert item["authors"] == [{"name": "The Korea Herald"}]
    assert (item["date_published"], item["date_modified"]) == (entry.published, entry.updated)
    assert (item["url"], item["language"]) == (entry.link, "en")


def test_another_article_moves_the_entry_and_keeps_its_id(web: Web) -> None:
    (before,) = read_atom(web.get(path(web)).content).entries
    with web.db.read() as connection:
        story = connection.execute(matches.select()).first()
    assert story is not None
    third = add_article(web.db, "yonhap", story_id=story.story_id, title="Third")
    add_match(web.db, story.watchlist_id, third, matched_at=NOW + 9 * MINUTE)
    (after,) = read_atom(web.get(path(web)).content).entries
    assert (after.id, after.title) == (before.id, before.title)
    assert after.updated == "2026-11-23T03:19:00Z"


def test_a_feed_without_matches_is_one_too(web: Web) -> None:
    add_watchlist(web.db, "Quiet")
    key = feed_key_by_name(web.db, web.secret, "Quiet")
    found = read_atom(web.get(key.path("atom")).content)
    assert (found.entries, found.feed.updated) == ([], "2026-11-23T03:10:00Z")
    assert web.get(key.path("json")).json()["items"] == []


def test_without_base_url_it_names_no_address_of_its_own(web: Web) -> None:
    web.voice = replace(web.voice, base_url="", language="ko")
    assert "links" not in read_atom(web.get(path(web)).content).feed
    assert "feed_url" not in web.get(path(web, "json")).json()
    assert web.get(path(web, "json")).json()["language"] == "ko"


def test_a_paused_watchlist_is_still_read_and_says_so(web: Web) -> None:
    pause_watchlist(web.db, NAME, NOW)
    found = read_atom(web.get(path(web)).content)
    assert "paused" in found.feed.subtitle
    assert len(found.entries) == 1


def test_a_removed_one_is_gone_and_comes_back_with_its_address(web: Web) -> None:
    address = path(web)
    with web.db.write() as connection:
        take_out(connection, 1, NOW)
    answer = web.get(address)
    assert (answer.status_code, answer.text) == (410, "This watchlist was removed.\n")
    with web.db.write() as connection:
        connection.execute(watchlists.update().values(removed_at=None))
    assert web.get(address).status_code == 200


# who may read it


def test_a_wrong_token_is_answered_like_a_feed_that_never_was(web: Web) -> None:
    good = feed_token(web.secret, NAME)
    other = add_watchlist(web.db, "Other")
    wrong = [
        f"/feeds/{good}/{other}.atom",
        f"/feeds/{good}/999.atom",
        f"/feeds/{good[:-1]}/1.atom",
        f"/feeds/{good}/1.rss",
        f"/feeds/{good}/1",
        f"/feeds/{good}/01.atom.json",
        f"/feeds/{good}/{'9' * 30}.atom",
        "/feeds/-/999.atom",
        f"/feeds/{feed_token(b'another', NAME)}/1.atom",
        "/feeds/%00/1.atom",
        f"/feeds/{good}/%D9%A1.atom",
    ]
    answers = {(answer.status_code, answer.text) for answer in map(web.get, wrong)}
    assert answers == {(404, "There is no such feed.\n")}
    assert web.post(path(web), {}).status_code == 405


def test_renewing_gives_another_address(web: Web) -> None:
    before = path(web)
    key = renew_feed_key(web.db, web.secret, NAME)
    assert key == feed_key_by_name(web.db, web.secret, NAME)
    assert web.get(before).status_code == 404
    assert web.get(path(web)).status_code == 200
    assert renew_feed_key(web.db, web.secret, NAME).token not in (key.token, before)


def test_the_address_is_safe_whatever_the_name(web: Web) -> None:
    for name in ("../../etc", "a/b?c#d", "%2e%2e", "감시 목록", "x" * 3000):
        add_watchlist(web.db, name)
        address = feed_key_by_name(web.db, web.secret, name).path("atom")
        assert re.fullmatch(r"/feeds/[A-Za-z0-9_-]{22}/[0-9]+\.atom", address)
        assert unquote(address) == address
        assert web.get(address).status_code == 200


def test_feeds_may_be_kept_but_not_shared(web: Web) -> None:
    headers = web.get(path(web)).headers
    assert headers["cache-control"] == "private, no-cache"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


# asked again


@pytest.mark.parametrize("form", ["atom", "json"])
def test_what_did_not_change_is_not_sent_again(web: Web, form: str) -> None:
    first = web.get(path(web, form))
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = web.get(path(web, form), headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "private, no-cache"
    assert web.get(path(web, form), headers={"If-None-Match": '"x"'}).content == first.content


def test_a_change_is_always_sent(web: Web) -> None:
    """Also where it bears an instant of before the last answer, or falls into the same second."""
    add_watchlist(web.db, "Other")
    first = web.get(path(web))
    assert "last-modified" not in first.headers  # this second may still see another version
    web.clock.at += timedelta(seconds=1)
    second = web.get(path(web))
    asked = {"If-Modified-Since": second.headers["last-modified"]}
    assert web.get(path(web), headers=asked).status_code == 304
    third = add_article(web.db, "yonhap", title="Late")
    add_match(web.db, 1, third, matched_at=NOW - 5 * MINUTE)
    changed = web.get(path(web), headers=asked)
    assert changed.status_code == 200
    assert "last-modified" not in changed.headers
    assert web.get(path(web), headers=asked).status_code == 200
    assert web.get(path(web), headers={"If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("at", ["", "x", "Mon, 23 Nov 2026", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_odd_date_is_passed_over(web: Web, at: str) -> None:
    assert web.get(path(web), headers={"If-Modified-Since": at}).status_code == 200


# what it is made of, on each database


def test_the_newest_stories_come_first_and_have_a_bound(database: Database) -> None:
    add_source(database)
    watchlist, other = add_watchlist(database), add_watchlist(database, "Other")
    stories = []
    for number in range(STORIES + 5):
        article = add_article(database, title=f"{number}")
        add_match(database, watchlist, article)
        add_match(database, other, article)
        stories.append(article)
    found = feed_stories(database, watchlist)
    assert [story.article.title for story in found] == [str(n) for n in range(STORIES + 4, 4, -1)]
    assert NEWEST >= STORIES


def test_what_nobody_is_told_of_any_more_is_left_out(database: Database) -> None:
    add_source(database)
    watchlist = add_watchlist(database)
    for alerting in ("told", "dropped", "silent", "undated"):
        article = add_article(database, title=alerting)
        add_match(database, watchlist, article, alerting=alerting)
    titles = [story.article.title for story in feed_stories(database, watchlist)]
    assert titles == ["undated", "silent", "told"]


def test_a_date_in_the_future_counts_as_first_seen(database: Database) -> None:
    add_source(database)
    watchlist = add_watchlist(database)
    for published in (NOW + 9 * MINUTE, None, NOW - MINUTE):
        add_match(database, watchlist, add_article(database, published_at=published))
    dates = [story.published_at for story in feed_stories(database, watchlist)]
    assert dates == [NOW - MINUTE, NOW, NOW]

"""The listings: the contract's keys, newest first, filters, and ids that became aliases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.event import listen, remove

from storage import listing_base
from storage.database import Database
from storage.listing import alerts, articles, matches, stories
from storage.listing_base import Filters
from storage.listing_detail import alert, article, message
from storage.outbox_tables import messages
from storage.tables import (
    article_aliases,
    article_urls,
    entries,
    revisions,
    story_aliases,
)
from storage.tables import (
    stories as stories_table,
)
from tests.rows import (
    NOW,
    add,
    add_alert,
    add_article,
    add_delivery,
    add_feed,
    add_match,
    add_source,
    add_story,
    add_watchlist,
    rows,
)

HOUR = timedelta(hours=1)
ISO = "2026-11-23T03:10:00+00:00"


@dataclass
class Desk:
    """A small news day: three articles in two stories, two watchlists, three alerts."""

    db: Database
    en: int
    ko: int
    old: int
    thaad: int
    drones: int
    alert_ids: tuple[int, ...]
    match_ids: tuple[int, ...]
    story: int


@pytest.fixture
def desk(database: Database) -> Desk:
    db = database
    add_source(db, "herald")
    add_source(db, "agency", language="ko")
    story = add_story(db, NOW)
    en = add_article(db, "herald", story_id=story, title="Battery moved", published_at=NOW - HOUR)
    ko = add_article(
        db,
        "agency",
        story_id=story,
        title="포대 이동",
        language="ko",
        state="partial",
        first_seen_at=NOW + HOUR,
    )
    old = add_article(db, "herald", title="Drones seen", first_seen_at=NOW - 2 * HOUR, url=None)
    thaad, drones = add_watchlist(db, "THAAD"), add_watchlist(db, "Drones", removed_at=NOW)
    found = (
        add_match(db, thaad, en),
        add_match(db, thaad, ko, matched_at=NOW + HOUR),
        add_match(db, drones, en, matched_at=NOW + 2 * HOUR),
    )
    made = (
        add_alert(db, article_id=en, told=(found[0], found[2])),
        add_alert(
            db, article_id=ko, told=(found[1],), n=1, kind="update", state="sent",
            created_at=NOW + HOUR, sent_at=NOW + HOUR, message_id="<m@x>", attempts=2,
        ),
        add_alert(db, kind="notice", subject="feed:1", created_at=NOW + 2 * HOUR, reason="r"),
    )  # fmt: skip
    return Desk(db, en, ko, old, thaad, drones, made, found, story)


Listing = Callable[[Database, Filters], Iterable[dict[str, Any]]]


def ids(listing: Listing, desk: Desk, **filters: Any) -> list[int]:
    found = list(listing(desk.db, Filters(**filters)))
    json.dumps(found)  # every value is ready for JSON
    return [line["id"] for line in found]


def test_an_article_has_the_contracts_keys(desk: Desk) -> None:
    line = next(iter(articles(desk.db, Filters(source="herald", since=NOW))))
    assert line == {
        "id": desk.en,
        "url": "http://herald.example/article/1",
        "canonical_url": "https://herald.example/article/1",
        "title": "Battery moved",
        "source": "herald",
        "language": "en",
        "state": "fetched",
        "published_at": "2026-11-23T02:10:00+00:00",
        "modified_at": None,
        "first_seen_at": ISO,
        "story": desk.story,
    }


def test_articles_newest_first_and_filtered(desk: Desk) -> None:
    en, ko, old = desk.en, desk.ko, desk.old
    assert ids(articles, desk) == [ko, en, old]
    assert ids(articles, desk, source="herald") == [en, old]
    assert ids(articles, desk, lang="ko") == [ko]
    assert ids(articles, desk, state="fetched") == [en, old]
    assert ids(articles, desk, story=desk.story) == [ko, en]
    assert ids(articles, desk, watchlist="Drones") == [en]
    assert ids(articles, desk, watchlist="THAAD", lang="ko") == [ko]
    assert ids(articles, desk, since=NOW) == [ko, en]
    assert ids(articles, desk, until=NOW) == [old]
    assert ids(articles, desk, limit=2) == [ko, en]
    assert ids(articles, desk, limit=0) == []
    assert ids(articles, desk, watchlist="Nobody") == []


def test_stories_name_their_articles(desk: Desk) -> None:
    found = list(stories(desk.db, Filters()))
    assert found[0] == {
        "id": desk.story,
        "title": "Battery moved",
        "articles": [desk.en, desk.ko],
        "first_seen_at": ISO,
        "origin": {"name": "Herald", "source": "herald", "article": desk.en},
    }
    assert found[1]["origin"] is None
    assert [line["articles"] for line in found[1:]] == [[desk.old]]
    assert ids(stories, desk, lang="ko") == [desk.story]
    assert ids(stories, desk, watchlist="Drones") == [desk.story]
    assert ids(stories, desk, story=desk.story) == [desk.story]
    assert ids(stories, desk, until=NOW) == [found[1]["id"]]


def test_a_story_names_who_wrote_it_first(database: Database) -> None:
    add_source(database, "herald", name="The Korea Herald")
    add_source(database, "yonhap-en", name="Yonhap News Agency")
    reprinted, both = add_story(database, NOW), add_story(database, NOW + HOUR)
    alone = add_article(database, "herald", story_id=reprinted, credit="Yonhap")
    add_article(database, "herald", story_id=both, credit="Yonhap", published_at=NOW - HOUR)
    wire = add_article(database, "yonhap-en", story_id=both, published_at=NOW)
    found = {line["id"]: line["origin"] for line in stories(database, Filters())}
    named = {"name": "Yonhap", "source": "yonhap-en", "article": wire}
    assert found == {reprinted: {"name": "Yonhap", "source": None, "article": None}, both: named}
    for article_id, origin in ((alone, found[reprinted]), (wire, named)):
        shown = article(database, article_id)
        assert shown is not None
        assert shown["origin"] == origin


@pytest.mark.parametrize("portion", [1, 2, 100])
def test_the_origins_cost_no_query_of_their_own(
    database: Database, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    add_source(database)
    for hour in range(4):
        add_article(database, first_seen_at=NOW + HOUR * hour, credit="Yonhap")
    asked: list[str] = []

    def count(*event: Any) -> None:
        asked.append(event[2])

    listen(Engine, "before_cursor_execute", count)
    try:
        monkeypatch.setattr(listing_base, "PORTION", portion)
        assert len(list(stories(database, Filters(limit=4)))) == 4
    finally:
        remove(Engine, "before_cursor_execute", count)
    reads = [query for query in asked if "articles.credit" in query]
    assert len(reads) == -(-4 // portion)


def test_a_story_without_articles_is_not_listed(desk: Desk) -> None:
    emptied = add_story(desk.db, NOW)
    assert emptied not in ids(stories, desk)


def test_an_old_story_id_stands_for_the_one_that_took_its_articles(desk: Desk) -> None:
    gone = add_story(desk.db)
    with desk.db.write() as connection:
        connection.execute(insert(story_aliases).values(old_id=gone, story_id=desk.story, at=NOW))
    assert ids(articles, desk, story=gone) == [desk.ko, desk.en]
    assert ids(stories, desk, story=gone) == [desk.story]
    told = add_alert(desk.db, story_id=gone, n=7, state="sent", created_at=NOW + 9 * HOUR)
    assert next(iter(alerts(desk.db, Filters())))["story"] == desk.story
    assert told in ids(alerts, desk, story=desk.story)
    assert told in ids(alerts, desk, story=gone)


def test_a_match_has_the_contracts_keys(desk: Desk) -> None:
    line = list(matches(desk.db, Filters()))[-1]
    assert line == {
        "id": desk.match_ids[0],
        "watchlist": "THAAD",
        "article": desk.en,
        "story": desk.story,
        "hits": [{"term": "Launch", "field": "title", "start": 0, "end": 6, "text": "Launch"}],
        "matched_at": ISO,
    }


def test_hits_keep_the_contracts_order_on_both_databases(desk: Desk) -> None:
    shown = article(desk.db, desk.en)
    assert shown is not None
    for line in [*matches(desk.db, Filters()), *shown["matches"]]:
        assert [list(hit) for hit in line["hits"]] == [["term", "field", "start", "end", "text"]]


def test_matches_newest_first_and_filtered(desk: Desk) -> None:
    first, second, third = desk.match_ids
    assert ids(matches, desk) == [third, second, first]
    assert ids(matches, desk, watchlist="THAAD") == [second, first]
    assert ids(matches, desk, watchlist="Drones") == [third]  # removed, still named
    assert ids(matches, desk, source="agency") == [second]
    assert ids(matches, desk, lang="en") == [third, first]
    assert ids(matches, desk, story=desk.story, limit=1) == [third]
    assert ids(matches, desk, since=NOW + HOUR, until=NOW + 2 * HOUR) == [second]


def test_an_alert_has_the_contracts_keys(desk: Desk) -> None:
    lines = {line["id"]: line for line in alerts(desk.db, Filters())}
    assert lines[desk.alert_ids[1]] == {
        "id": desk.alert_ids[1],
        "kind": "update",
        "watchlists": ["THAAD"],
        "recipient": "desk@example.org",
        "story": desk.story,
        "state": "sent",
        "message_id": "<m@x>",
        "created_at": "2026-11-23T04:10:00+00:00",
        "sent_at": "2026-11-23T04:10:00+00:00",
        "attempts": 2,
        "reason": None,
        "schedule": None,
    }
    assert lines[desk.alert_ids[0]]["watchlists"] == ["THAAD", "Drones"]
    notice = lines[desk.alert_ids[2]]
    assert (notice["watchlists"], notice["story"], notice["reason"]) == ([], None, "r")


def test_alerts_newest_first_and_filtered(desk: Desk) -> None:
    first, update_, notice = desk.alert_ids
    assert ids(alerts, desk) == [notice, update_, first]
    assert ids(alerts, desk, state="sent") == [update_]
    assert ids(alerts, desk, watchlist="Drones") == [first]
    assert ids(alerts, desk, source="agency") == [update_]
    assert ids(alerts, desk, lang="en") == [first]
    assert ids(alerts, desk, story=desk.story) == [update_, first]
    assert ids(alerts, desk, until=NOW + HOUR) == [first]


@pytest.mark.parametrize("portion", [1, 2, 3])
@pytest.mark.parametrize("limit", [None, 1, 3, 7, 8, 99])
def test_portions_join_without_a_seam(
    database: Database, monkeypatch: pytest.MonkeyPatch, portion: int, limit: int | None
) -> None:
    """Also where several were seen in the same instant."""
    add_source(database)
    made = [
        (NOW + HOUR * (number % 3), add_article(database, first_seen_at=NOW + HOUR * (number % 3)))
        for number in range(8)
    ]
    expected = [ident for _, ident in sorted(made, reverse=True)]
    monkeypatch.setattr(listing_base, "PORTION", portion)
    found = [line["id"] for line in articles(database, Filters(limit=limit))]
    assert found == expected[:limit]


def test_an_article_with_all_that_is_known_of_it(desk: Desk) -> None:
    db = desk.db
    feed = add_feed(db)
    add(
        db, entries, feed_id=feed, article_id=desk.en, title="t", shown_hash="s",
        title_hash="t", first_poll_id=1, last_poll_id=1,
    )  # fmt: skip
    for number, title in ((2, "Battery is moved"), (1, "Battery moved")):
        add(
            db, revisions, article_id=desk.en, n=number, origin="feed", title=title,
            text_hash=str(number), at=NOW,
        )  # fmt: skip
    with db.write() as connection:
        for url in ("https://herald.example/b", "https://herald.example/a"):
            connection.execute(insert(article_urls).values(canonical_url=url, article_id=desk.en))
    found = article(db, desk.en)
    assert found is not None
    json.dumps(found)
    assert (found["id"], found["title"], found["authors"]) == (desk.en, "Battery moved", [])
    assert [r["title"] for r in found["revisions"]] == ["Battery moved", "Battery is moved"]
    assert [m["watchlist"] for m in found["matches"]] == ["THAAD", "Drones"]
    assert found["urls"] == ["https://herald.example/a", "https://herald.example/b"]
    assert found["feeds"] == ["http://herald.example/rss"]


def test_an_article_is_found_by_the_id_it_had(desk: Desk) -> None:
    with desk.db.write() as connection:
        for old, new in ((9001, desk.en), (9002, desk.ko)):
            connection.execute(insert(article_aliases).values(old_id=old, article_id=new, at=NOW))
    found = [article(desk.db, ident) for ident in (9001, 9002, 9003)]
    assert [line and line["id"] for line in found] == [desk.en, desk.ko, None]


def test_an_alert_with_its_deliveries(desk: Desk) -> None:
    sent = desk.alert_ids[1]
    add_delivery(desk.db, sent, outcome="deferred", code=451, reply="later", definite=True)
    add_delivery(
        desk.db, sent, outcome="sent", finished_at=NOW, reply="250 2.0.0 OK", definite=True
    )
    add_delivery(desk.db, sent, outcome="sent", reply="/var/outbox/250.eml", definite=True)
    add_delivery(desk.db, sent, outcome="sent", reply="2500 kept", definite=True)
    add_delivery(desk.db, sent, outcome="uncertain")
    with desk.db.write() as connection:
        connection.execute(
            insert(messages).values(alert_id=sent, data=b"Subject: x\r\n\r\n\xff", rendered_at=NOW)
        )
    found = alert(desk.db, sent)
    assert found is not None
    json.dumps(found)
    assert (found["id"], found["kind"], found["article"], found["n"]) == (
        sent,
        "update",
        desk.ko,
        1,
    )
    assert [(d["outcome"], d["code"]) for d in found["deliveries"]] == [
        ("deferred", 451),
        ("sent", 250),
        ("sent", None),
        ("sent", None),
        ("uncertain", None),
    ]
    assert found["rendered_at"] == ISO
    assert message(desk.db, sent) == b"Subject: x\r\n\r\n\xff"
    assert message(desk.db, desk.alert_ids[0]) is None
    assert alert(desk.db, 4711) is None


def test_a_row_that_comes_in_while_reading_disturbs_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_base, "PORTION", 1)
    reading = iter(stories(desk.db, Filters()))
    first = next(reading)
    add_article(desk.db, first_seen_at=NOW + 5 * HOUR)
    with desk.db.write() as connection:  # and a writer never waits for a reader
        connection.execute(update(stories_table).values(first_seen_at=NOW - 7 * HOUR))
    assert first["id"] == desk.story
    assert len(list(reading)) <= len(rows(desk.db, stories_table))

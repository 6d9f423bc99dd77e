"""Text from anywhere is kept alike on both databases."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from sqlalchemy import select

from crawler.feed_entry import MAX_GUID
from newsroom.urls import MAX_URL
from storage.database import Database
from storage.listing_detail import article
from storage.outbox_tables import notices
from storage.tables import article_urls, articles, entries
from tests.rows import add, add_article, add_feed, add_notice, add_source, rows

CASES = [
    ("plain", "plain"),
    ("한글 [속보] 사드·배치", "한글 [속보] 사드·배치"),
    ("北 美 中 😀", "北 美 中 😀"),
    ("\u202eRTL \u200b zero", "\u202eRTL \u200b zero"),
    ("a\x00b", "a\ufffdb"),
    ("\x00", "\ufffd"),
    ("half \ud83d pair", "half \ufffd pair"),
    ('quote " back\\slash \\u0000', 'quote " back\\slash \\u0000'),
    ("tab\tline\nbell\x07", "tab\tline\nbell\x07"),
    ("", ""),
]


@pytest.mark.parametrize(("given", "kept"), CASES)
def test_what_is_kept(database: Database, given: str, kept: str) -> None:
    add_source(database)
    ident = add_article(database, title=given, authors=[given], tags=[given, "x"])
    (row,) = rows(database, articles)
    assert (row.title, row.authors, row.tags) == (kept, [kept], [kept, "x"])
    assert len(kept) == len(given)  # spans of evidence stay where they are
    with database.read() as connection:
        found = connection.execute(select(articles.c.id).where(articles.c.title == given))
        assert found.scalar_one() == ident
    shown = article(database, ident)
    assert shown is not None
    assert shown["authors"] == [kept]


@pytest.mark.parametrize("length", [300, 5_000_000])
def test_no_text_is_too_long(database: Database, length: int) -> None:
    add_source(database)
    add_article(database, title="가" * length, language="x" * 300, page_host="h" * 300)
    (row,) = rows(database, articles)
    assert (len(row.title), len(row.language)) == (length, 300)


def test_the_longest_address_and_guid_fit_the_indexes(database: Database) -> None:
    dice = random.Random(7)  # text that does not compress
    url = "https://herald.example/" + "".join(dice.choices(string.ascii_letters, k=MAX_URL - 23))
    guid = "".join(chr(dice.randrange(0x20000, 0x2A000)) for _ in range(MAX_GUID))
    add_source(database)
    ident = add_article(database, canonical_url=url, url=url)
    add(database, article_urls, canonical_url=url, article_id=ident)
    made = {"guid": guid, "url": url, "title": "t", "shown_hash": "s", "title_hash": "t"}
    feed = add_feed(database, url=url)
    add(
        database, entries, feed_id=feed, article_id=ident, first_poll_id=1, last_poll_id=1, **made
    )  # fmt: skip
    assert rows(database, entries)[0].guid == guid


def test_json_null_is_sql_null_and_nested_values_are_cleaned(database: Database) -> None:
    add_source(database)
    nested: Any = [{"te\x00rm": "사\x00드", "n": 1, "deep": ["\udc00", None, True, 1.5]}]
    add_article(database, images=nested)
    (row,) = rows(database, articles)
    assert row.images == [{"te\ufffdrm": "사\ufffd드", "n": 1, "deep": ["\ufffd", None, True, 1.5]}]


def test_a_notice_of_any_text(database: Database) -> None:
    letters = "".join(random.Random(1).choices(string.printable, k=300))
    add_notice(database, letters[:300], text="a\x00" + letters)
    (row,) = rows(database, notices)
    assert row.text == "a\ufffd" + letters

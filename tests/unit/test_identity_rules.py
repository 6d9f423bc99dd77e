"""Which article an entry is: the three rules, and what text counts as the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.identity import (
    EntryFacts,
    KnownArticle,
    Rule,
    linkless_guid,
    pick,
    same_article,
    text_hash,
    title_key,
)

SEEN = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 8, 15, 2, 30, tzinfo=UTC)
OLD = "https://a.test/old"
NEW = "https://a.test/new"

KNOWN = KnownArticle(
    id=7,
    canonical_urls=frozenset({OLD, "https://a.test/alias"}),
    feed_guids=frozenset({(1, "g1"), (2, "g2")}),
    title_key="ministers meet in sejong",
    source_id="a",
    published_at=PUBLISHED,
    first_seen_at=SEEN - timedelta(hours=1),
)
OTHER = EntryFacts(
    canonical_url=NEW,
    feed_id=1,
    guid="other",
    guid_unique=True,
    title_key="something else",
    source_id="a",
    published_at=None,
    seen_at=SEEN,
    shown_urls=frozenset({NEW}),
)
SAME_GUID = replace(OTHER, guid="g1")
SAME_TITLE = replace(OTHER, title_key=KNOWN.title_key, published_at=PUBLISHED)
BOTH_SHOWN = frozenset({NEW, OLD})


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (OTHER, None),
        # 1: the canonical URL, aliases included, whatever else differs
        (replace(OTHER, canonical_url=OLD), Rule.CANONICAL_URL),
        (replace(OTHER, canonical_url="https://a.test/alias", source_id="b"), Rule.CANONICAL_URL),
        # 2: the guid in the same feed, the URL having moved
        (SAME_GUID, Rule.GUID),
        (replace(SAME_GUID, feed_id=2), None),
        (replace(SAME_GUID, feed_id=2, guid="g2"), Rule.GUID),
        (replace(SAME_GUID, guid_unique=False), None),
        # the old URL still stands beside it: the outlet used the guid again
        (replace(SAME_GUID, shown_urls=BOTH_SHOWN), None),
        (replace(SAME_GUID, shown_urls=frozenset({NEW, "https://a.test/alias"})), None),
        (replace(SAME_GUID, shown_urls=BOTH_SHOWN, title_key=KNOWN.title_key), Rule.GUID),
        # 3: title and instant within the source
        (SAME_TITLE, Rule.TITLE_AND_TIME),
        (replace(SAME_TITLE, feed_id=9), Rule.TITLE_AND_TIME),
        (replace(SAME_TITLE, source_id="b"), None),
        (replace(SAME_TITLE, published_at=None), None),
        (replace(SAME_TITLE, published_at=PUBLISHED + timedelta(seconds=1)), None),
        (replace(SAME_TITLE, title_key="something else"), None),
        (replace(SAME_TITLE, seen_at=KNOWN.first_seen_at + timedelta(days=7)), Rule.TITLE_AND_TIME),
        (replace(SAME_TITLE, seen_at=KNOWN.first_seen_at + timedelta(days=7, seconds=1)), None),
    ],
)
def test_the_rules_for_one_article(entry: EntryFacts, rule: Rule | None) -> None:
    assert same_article(entry, KNOWN) is rule


def test_two_articles_without_date_are_not_one_by_title() -> None:
    undated = replace(KNOWN, published_at=None)
    assert same_article(replace(SAME_TITLE, published_at=None), undated) is None


def test_empty_titles_prove_nothing() -> None:
    nameless = replace(KNOWN, title_key="")
    assert same_article(replace(SAME_TITLE, title_key=""), nameless) is None
    reused = replace(SAME_GUID, title_key="", shown_urls=BOTH_SHOWN)
    assert same_article(reused, nameless) is None


LINKLESS = replace(OTHER, canonical_url=None, guid=None, shown_urls=frozenset())


@pytest.mark.parametrize(
    ("entry", "guid"),
    [
        (OTHER, "other"),
        (replace(OTHER, guid_unique=False), None),
        (replace(OTHER, guid=None), None),
        (replace(OTHER, guid=""), None),
        (replace(LINKLESS, guid="other"), "other"),
        (LINKLESS, linkless_guid("something else")),
        (replace(LINKLESS, guid="other", guid_unique=False), linkless_guid("something else")),
        (replace(LINKLESS, title_key=""), None),
    ],
)
def test_what_identifies_an_entry_within_its_feed(entry: EntryFacts, guid: str | None) -> None:
    assert entry.identity_guid == guid


def test_an_entry_without_link_is_known_by_feed_and_title() -> None:
    guid = linkless_guid(LINKLESS.title_key)
    known = replace(KNOWN, canonical_urls=frozenset(), feed_guids=frozenset({(1, guid)}))
    assert same_article(LINKLESS, known) is Rule.GUID
    assert same_article(replace(LINKLESS, feed_id=2), known) is None
    assert same_article(replace(LINKLESS, title_key="another"), known) is None


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([], None),
        ([replace(KNOWN, source_id="b", feed_guids=frozenset())], None),
        ([replace(KNOWN, id=3), replace(KNOWN, id=2)], (2, Rule.GUID)),
        # a stronger rule beats a lower id
        (
            [
                replace(KNOWN, id=1, feed_guids=frozenset()),
                replace(KNOWN, id=5),
                replace(KNOWN, id=9, canonical_urls=frozenset({NEW}), feed_guids=frozenset()),
            ],
            (9, Rule.CANONICAL_URL),
        ),
        ([replace(KNOWN, id=1, feed_guids=frozenset()), KNOWN], (7, Rule.GUID)),
        ([replace(KNOWN, id=4, feed_guids=frozenset())], (4, Rule.TITLE_AND_TIME)),
    ],
)
def test_pick_takes_the_strongest_rule_then_the_oldest(
    candidates: list[KnownArticle], expected: tuple[int, Rule] | None
) -> None:
    entry = replace(SAME_TITLE, guid="g1")
    for order in (candidates, candidates[::-1]):
        found = pick(entry, order)
        assert (found and (found[0].id, found[1])) == expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Seoul’s “plan”", 'seoul\'s "PLAN"', True),
        ("  a\u00a0b\n c ", "a b c", True),
        ("1월—2월", "1월-2월", True),
        ("To be continued…", "to be continued...", True),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", True),
        ("zero\u200bwidth", "zerowidth", True),
        ("STRASSE", "straße", True),
        ("(LEAD) Talks end", "Talks end", False),
        ("회담 종료(종합)", "회담 종료", False),
        ("Talks end", "Talks ends", False),
    ],
)
def test_title_key(left: str, right: str, same: bool) -> None:
    assert (title_key(left) == title_key(right)) is same


@given(st.text())
def test_title_keys_are_idempotent(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)


def test_text_hash_ignores_form_and_blanks_but_not_case() -> None:
    assert text_hash("a  b\n\nc") == text_hash(" a b c")
    assert text_hash("\u1112\u1161\u11ab") == text_hash("한")
    assert text_hash("A") != text_hash("a")
    assert text_hash("\ud800")
    assert len(text_hash("")) == 32

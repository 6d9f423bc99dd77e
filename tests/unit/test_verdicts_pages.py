"""A source's pages against their own past: what is told, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.page_verdicts import ALL_WELL, LEARN_ANEW, PageFact, PageVerdict, judge_pages

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
FIELDS = frozenset({"title", "date", "text", "class"})


def pages(*groups: tuple[int, PageFact]) -> list[PageFact]:
    """Newest first, a quarter of an hour apart."""
    facts = [fact for count, fact in groups for fact in [fact] * count]
    return [replace(f, seen_at=NOW - timedelta(minutes=15 * n)) for n, f in enumerate(facts)]


GOOD = PageFact(NOW, length=2000, fields=FIELDS)
SHORT = replace(GOOD, length=300)
BRIEF = replace(GOOD, length=900)
FLASH = replace(SHORT, flash=True)
NO_DATE = replace(GOOD, fields=FIELDS - {"date"})
STRANGE = replace(GOOD, fields=FIELDS - {"class"})
REFUSED = replace(GOOD, reason="blocked", failing_since=NOW - timedelta(minutes=30))
REFUSED_NOW = replace(REFUSED, failing_since=NOW - timedelta(minutes=29))
SLOW = replace(REFUSED, reason="timeout")
GONE = replace(GOOD, reason="gone")
TABLE: list[tuple[str, list[PageFact], str]] = [
    ("nothing yet", [], "ok"),
    ("as ever", pages((220, GOOD)), "ok"),
    ("twelve short", pages((12, SHORT), (100, GOOD)), "layout_changed"),
    ("eleven short", pages((11, SHORT), (100, GOOD)), "ok"),
    ("shorter, not short", pages((20, BRIEF), (100, GOOD)), "ok"),
    ("a night of flashes", pages((20, FLASH), (100, GOOD)), "ok"),
    ("no dates any more", pages((12, NO_DATE), (100, GOOD)), "layout_changed"),
    ("never had dates", pages((120, NO_DATE)), "ok"),
    ("its class knows it no more", pages((12, STRANGE), (100, GOOD)), "layout_changed"),
    ("too little to compare with", pages((20, SHORT), (29, GOOD)), "ok"),
    ("enough to compare with", pages((20, SHORT), (30, GOOD)), "layout_changed"),
    ("a past that is no measure", pages((20, SHORT), (70, GOOD), (30, SHORT)), "ok"),
    ("refused", pages((6, REFUSED), (100, GOOD)), "blocked"),
    ("refused a moment ago", pages((6, REFUSED_NOW), (100, GOOD)), "ok"),
    ("some refused", pages((5, REFUSED), (100, GOOD)), "ok"),
    ("all there is", pages((4, REFUSED)), "blocked"),
    ("too few to tell", pages((3, REFUSED)), "ok"),
    ("mostly slow", pages((2, REFUSED), (5, SLOW), (100, GOOD)), "timeout"),
    ("taken down", pages((20, GONE), (100, GOOD)), "ok"),
    ("refused, gone among them", pages((5, GONE), (6, REFUSED), (100, GOOD)), "blocked"),
]


@pytest.mark.parametrize(("what", "facts", "verdict"), TABLE, ids=[c[0] for c in TABLE])
def test_the_first_word(what: str, facts: list[PageFact], verdict: str) -> None:
    found = judge_pages(facts, ALL_WELL, NOW)
    assert found.verdict == verdict
    assert (found.since is None) is (found.evidence is None) is (verdict == "ok")


CHANGED = PageVerdict("layout_changed", NOW - timedelta(hours=10), "told")
WALLED = PageVerdict("blocked", NOW - timedelta(hours=10), "told")
STANDING: list[tuple[str, list[PageFact], PageVerdict, str]] = [
    ("it goes on", pages((41, SHORT), (100, GOOD)), CHANGED, "layout_changed"),
    ("three good ones", pages((3, GOOD), (38, SHORT), (100, GOOD)), CHANGED, "layout_changed"),
    ("seven good ones", pages((7, GOOD), (34, SHORT), (100, GOOD)), CHANGED, "ok"),
    ("the past is not at hand", pages((41, SHORT), (5, GOOD)), CHANGED, "layout_changed"),
    ("the wall stands", pages((4, REFUSED), (100, GOOD)), WALLED, "blocked"),
    ("the wall fell", pages((3, REFUSED), (100, GOOD)), WALLED, "ok"),
]


@pytest.mark.parametrize(
    ("what", "facts", "standing", "verdict"), STANDING, ids=[c[0] for c in STANDING]
)
def test_what_stands_ends_only_when_most_are_well(
    what: str, facts: list[PageFact], standing: PageVerdict, verdict: str
) -> None:
    found = judge_pages(facts, standing, NOW)
    assert found.verdict == verdict
    if verdict != "ok":
        assert found.since == standing.since


def test_a_layout_that_lasts_is_how_its_pages_are() -> None:
    daily = [replace(SHORT, seen_at=NOW - timedelta(hours=12 * n)) for n in range(200)]
    since = NOW - LEARN_ANEW - timedelta(days=20)
    assert judge_pages(daily, PageVerdict("layout_changed", since, "x"), NOW) == ALL_WELL


def test_evidence_says_what_was_and_what_is() -> None:
    found = judge_pages(pages((12, NO_DATE), (100, GOOD)), ALL_WELL, NOW)
    assert found.evidence == (
        "12 of the newest 20 article pages are poor; text of 2000 characters (2000 before); "
        "with date: 8 of 20 (92 of 92 before)"
    )
    assert found.since == NOW - timedelta(minutes=15 * 11)
    refused = judge_pages(pages((6, REFUSED), (100, GOOD)), ALL_WELL, NOW)
    assert refused.evidence is not None
    assert refused.evidence.startswith("6 of the newest 10 article pages cannot be had (blocked)")

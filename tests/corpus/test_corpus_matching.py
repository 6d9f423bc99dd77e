"""Matching and stories over real headlines and articles, against independent plain scripts."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator

import pytest

from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist
from newsroom.stories import StoryInput, group
from tests.corpus.paths import CORPUS, corpus

pytestmark = corpus


def tweets() -> list[str]:
    path = CORPUS / "text/kr_newspaper_tweets_2017.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


def feed_items() -> list[ArticleText]:
    path = CORPUS / "text/rss_items_11_outlets.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [ArticleText(title=r["title"] or "", summary=r["summary"] or "") for r in rows]


def matching(term: str, texts: Iterator[ArticleText]) -> set[int]:
    matcher = Matcher([compile_watchlist(Watchlist("w", any=(term,)))])
    return {n for n, article in enumerate(texts) if matcher.match(article)}


@pytest.mark.parametrize(
    ("term", "at_least"), [("사드", 50), ("북한", 60), ("미사일", 30), ("한미", 5), ("한국", 50)]
)
def test_korean_headlines_against_a_prefix_regex(term: str, at_least: int) -> None:
    texts = tweets()
    found = matching(term, (ArticleText(title=text) for text in texts))
    begins = re.compile(rf"(?<![가-힣A-Za-z0-9]){term}")
    expected = {n for n, text in enumerate(texts) if begins.search(text)}
    assert len(expected) >= at_least
    assert expected <= found
    # what is found beyond it is the abbreviation written with a dot
    dotted = re.compile("[·.ㆍ-]?".join(term))
    assert all(dotted.search(texts[n]) for n in found)


@pytest.mark.parametrize(
    ("term", "regex"),
    [
        ("missile", r"(?i)\bmissiles?\b"),
        ("Taiwan", r"(?i)\btaiwans?\b"),
        ("US", r"\b(US|U\.S\.?(?![A-Za-z]))(s\b|\b|(?<=\.))"),
        ("North Korea", r"(?i)\bnorth[\s-]+koreas?\b"),
        ("NATO", r"\b(NATO|Nato)s?\b"),
        ("AI", r"\b(AI|A\.I\.?)s?(?![A-Za-z0-9])"),
    ],
)
def test_english_items_against_a_regex(term: str, regex: str) -> None:
    items = feed_items()
    found = matching(term, iter(items))
    plain = re.compile(regex, re.ASCII)
    expected = {n for n, i in enumerate(items) if plain.search(i.title) or plain.search(i.summary)}
    assert len(expected) >= 10
    missed = [(items[n].title, items[n].summary[:300]) for n in sorted(expected - found)]
    extra = [(items[n].title, items[n].summary[:300]) for n in sorted(found - expected)]
    assert (missed, extra) == ([], [])


def test_one_article_in_several_files_is_one_story() -> None:
    rows: list[dict[str, str]] = []
    for path in sorted((CORPUS / "koreaherald").glob("covid_2020_sample*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    articles = [
        StoryInput(str(n), row["TITLE"], row["CONTENT"], None, row["URL"])
        for n, row in enumerate(rows)
    ]
    serial = [re.search(r"ud=(\d+)", row["URL"]) for row in rows]
    uds = [match[1] if match else "" for match in serial]
    assert len(set(uds)) < len(uds)
    by_text = group([StoryInput(a.id, a.title, a.body) for a in articles])
    by_page = group([StoryInput(a.id, a.title, "", None, a.url) for a in articles])
    for answers in (by_text, by_page):
        for answer in answers:
            # the earliest of equal pages leads, and no other page is joined
            assert uds[int(answer.story)] == uds[int(answer.article)]
    assert len({a.story for a in by_page}) == len(set(uds))
    assert len({a.story for a in by_text}) <= len(set(uds)) + 3

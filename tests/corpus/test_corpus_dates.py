"""Dates of real feeds and of other projects' lists of odd dates."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime

import feedparser
import pytest

from newsroom.dates import parse_date
from tests.corpus.paths import CORPUS, corpus

pytestmark = corpus

FACTS = CORPUS.parent / "facts" / "dates.tsv"
ODD = CORPUS / "hostile" / "miniflux" / "date_strings.json"
# an offset feedparser understands as well; its own reading of all else is not to be trusted
_OFFSET = re.compile(r"(?:[+-]\d{4}| GMT)$")
_UNREADABLE = {"1520932969"}


def fact_lines() -> list[tuple[str, str]]:
    if not FACTS.is_file():
        return []
    lines = FACTS.read_text(encoding="utf-8").split("\n")
    return [(r, e) for r, t, e in (x.partition("\t") for x in lines) if t and r[:1] != "#"]


@pytest.mark.parametrize(("raw", "expected"), fact_lines())
def test_every_line_of_the_facts(raw: str, expected: str) -> None:
    found = parse_date(raw, timezone="Asia/Seoul")
    assert found == (None if expected == "null" else datetime.fromisoformat(expected))


def test_odd_dates_are_read_and_agree_where_feedparser_can_tell() -> None:
    odd: list[str] = json.loads(ODD.read_text(encoding="utf-8"))
    compared = 0
    for raw in odd:
        found = parse_date(raw, timezone="UTC")
        assert (found is None) == (raw in _UNREADABLE), raw
        theirs = feedparser.datetimes._parse_date(raw) if _OFFSET.search(raw) else None
        if found is not None and theirs is not None:
            compared += 1
            assert found.timetuple()[:6] == tuple(theirs[:6]), raw
    assert len(odd) > 40
    assert compared >= 4


def test_the_korea_times_feed_has_195_dates_and_all_are_read() -> None:
    packed = CORPUS / "korean_other" / "rss" / "real-korean-times.rss.gz"
    text = gzip.decompress(packed.read_bytes()).decode("utf-8", "replace")
    raws = re.findall(r"<pubdate>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</pubdate>", text, re.S)
    read = [parse_date(raw, timezone="Asia/Seoul") for raw in raws]
    assert len(raws) >= 195
    assert all(read)

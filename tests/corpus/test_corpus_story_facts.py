"""Real texts reprinted: what changes around a text brings nothing new."""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest

from crawler.pages.read import read_page
from newsroom.stories_facts import FactKind, facts_of, keys_of, new_facts
from newsroom.text_sentences import sentence_breaks
from tests.corpus.page_truth import fundus_korea, korean_outlets, yonhap
from tests.corpus.paths import CORPUS, corpus

pytestmark = [*corpus, pytest.mark.xdist_group("story facts")]  # texts are read once
KOREA = timezone(timedelta(hours=9))
Text = tuple[str, str]
"""Title and body."""
SHARE = 0.01
"""Reprints that may bring something new."""


@cache
def texts() -> list[tuple[str, str, datetime]]:
    found = []
    with gzip.open(
        CORPUS / "koreaherald/national_2017-12.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for row in map(json.loads, lines):
            at = datetime.fromisoformat(row["time"]).replace(tzinfo=KOREA)
            found.append((row["title"], row["body"], at))
    path = CORPUS / "articles/article_extraction_benchmark/ground-truth.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in json.load(file).values():
            body = row["articleBody"]
            found.append((body[:60], body, datetime(2019, 5, 1, tzinfo=KOREA)))
    for truth in [*korean_outlets(), *fundus_korea(), *yonhap()]:
        page = read_page(truth.html, url=truth.url)
        if page.body and page.published_at:
            found.append((page.title, page.body, page.published_at))
    return found


@cache
def known() -> list[frozenset[str]]:
    """What is remembered of each."""
    return [keys_of(title, body, facts_of(title, body, at)) for title, body, at in texts()]


def is_korean(text: str) -> bool:
    return sum("가" <= char <= "힣" for char in text) > len(text) / 4


def sentences(body: str) -> list[str]:
    """Cut a text where a sentence ends and no quote is open."""
    parts, start = [""], 0
    for at in [*sentence_breaks(body), len(body)]:
        end = at + 1
        while end < len(body) and body[end] in "\"'”’)]":
            end += 1
        piece, start = body[start:end], max(start, end)
        last = parts[-1]
        open_quote = last.count('"') % 2 or last.count("“") > last.count("”")
        if open_quote and len(last) < 1500:
            parts[-1] += piece
        else:
            parts.append(piece)
    return [part for part in parts if part.strip()]


def cut_tail(text: Text, chance: random.Random) -> Text:
    parts = sentences(text[1])
    return text[0], "".join(parts[: max(1, int(len(parts) * chance.uniform(0.4, 0.9)))])


def trim_lead(text: Text, chance: random.Random) -> Text:
    return text[0], "".join(sentences(text[1])[1:]) or text[1]


def drop(text: Text, chance: random.Random) -> Text:
    return text[0], "".join(part for part in sentences(text[1]) if chance.random() > 0.2)


def curly(text: Text, chance: random.Random) -> Text:
    body = re.sub(r'(^|[\s(])"', r"\1“", text[1], flags=re.MULTILINE).replace('"', "”")
    return text[0], body


def straight(text: Text, chance: random.Random) -> Text:
    return text[0], text[1].translate(str.maketrans("“”‘’", "\"\"''"))


def single(text: Text, chance: random.Random) -> Text:
    return text[0], curly(text, chance)[1].translate(str.maketrans("“”", "‘’"))


def headline(text: Text, chance: random.Random) -> Text:
    words = re.sub(r"^.{0,60}(?:--|=) ", "", sentences(text[1])[0]).split()[:9]
    return (" ".join(words).title() if chance.random() < 0.5 else " ".join(words)), text[1]


def composed(text: Text, chance: random.Random) -> Text:
    return text[0], unicodedata.normalize("NFD", text[1]).replace(" ", "\u00a0", 3)


def dateline(text: Text, chance: random.Random) -> Text:
    body = re.sub(r"^[A-Z ]+, [A-Z][a-z.]+ \d+ \(Yonhap\) -- ", "", text[1])
    body = re.sub(r"^\([^)=]*=연합뉴스\)[^=]{0,30}= ?", "", body)
    head = "(부산=연합뉴스) 홍길동 기자 = " if is_korean(body) else "GWANGJU, March 3 (Yonhap) -- "
    return text[0], head + body


def caption(text: Text, chance: random.Random) -> Text:
    body = text[1]
    if is_korean(body):
        line, end = "홍길동 장관이 7월 3일 부산에서 45명과 악수하고 있다. (연합뉴스)", "\n\n(끝)"
    else:
        line = "Quentin Blake greets 45 officials in Lisbon on July 3. (Yonhap)"
        end = " (Yonhap)\n\n(END)"
    return text[0], f"{line}\n\n{body}{end}"


def byline(text: Text, chance: random.Random) -> Text:
    if is_korean(text[1]):
        return text[0], f"{text[1]}\n\n임꺽정 기자 hong@example.com"
    return text[0], f"By Zelda Quux\n\n{text[1]}\n\nBy Zelda Quux (zelda@example.com)"


EDITS: list[Callable[[Text, random.Random], Text]] = [
    drop, cut_tail, trim_lead, curly, straight, single, headline, composed, dateline, caption,
    byline,
]  # fmt: skip


def mixed(text: Text, chance: random.Random) -> Text:
    for edit in sorted(chance.sample(EDITS, 4), key=EDITS.index):
        text = edit(text, chance)
    return text


@pytest.mark.parametrize("edit", [*EDITS, mixed], ids=lambda edit: edit.__name__)
def test_reprints_bring_nothing_new(edit: Callable[[Text, random.Random], Text]) -> None:
    chance = random.Random(edit.__name__)
    said = []
    for (title, body, at), keys in zip(texts(), known(), strict=True):
        other = edit((title, body), chance)
        later = at + timedelta(hours=chance.choice([0, 2, 20]))
        if news := new_facts(facts_of(*other, later), keys):
            said.append((title[:40], [(fact.kind.value, fact.text[:60]) for fact in news[:3]]))
    print(f"{edit.__name__}: {len(said)} of {len(texts())}", *said, sep="\n  ")
    assert len(said) <= SHARE * len(texts())


def test_the_rewrite_of_a_first_filing_brings_what_was_added() -> None:
    pages = {
        truth.url[-20:]: read_page(truth.html, url=truth.url)
        for truth in yonhap()
        if truth.url.endswith(("3800320", "3851320"))
    }
    first, lead = (pages[name] for name in sorted(pages))
    keys = keys_of(first.title, first.body, facts_of(first.title, first.body, first.published_at))
    news = new_facts(facts_of(lead.title, lead.body, lead.published_at), keys)
    assert [fact.kind for fact in news] == [FactKind.QUOTE, FactKind.NAME, FactKind.QUOTE]
    assert min(fact.start for fact in news) >= len(first.body)

"""700 successive states of one real feed, polled in order: nothing missed, nothing twice.

The truth is computed here with nothing of the product: distinct ids, distinct (title, summary)
pairs per id, and a plain substring search.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import func, select

from newsroom.model import FetchRequest, FetchResult
from newsroom.reasons import Reason
from storage.tables import articles, polls, revisions
from tests.corpus.paths import corpus
from tests.corpus.sequence import URL, bodies
from tests.newsdesk import newsdesk, source, watchlist

pytestmark = [*corpus, pytest.mark.slow]

TERMS = ("萨德", "无人机")


class Truth:
    """What the sequence holds, by an XML parser and a substring search."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.versions: dict[str, list[tuple[str, str]]] = {}
        self.matching_later: set[str] = set()
        self.title_edits = self.summary_edits = 0

    def learn(self, body: bytes, *, first: bool) -> None:
        parser = etree.XMLParser(recover=True, encoding="utf-8")
        for element in etree.fromstring(body, parser).iter("item"):
            guid = element.findtext("guid") or ""
            pair = (
                " ".join((element.findtext("title") or "").split()),
                " ".join((element.findtext("description") or "").split()),
            )
            new = guid not in self.ids
            self.ids.add(guid)
            seen = self.versions.setdefault(guid, [])
            if pair not in seen:
                if seen:
                    self.title_edits += pair[0] != seen[-1][0]
                    self.summary_edits += pair[1] != seen[-1][1]
                seen.append(pair)
            later = not (first and new) and guid not in self.first_ids
            if later and any(term in text for term in TERMS for text in pair):
                self.matching_later.add(guid)
        if first:
            self.first_ids = frozenset(self.ids)

    first_ids: frozenset[str] = frozenset()


def test_every_state_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = Truth()

    async def play() -> tuple[int, int, list[str], int]:
        cn = source(
            id="yonhap-cn",
            name="韩联社",
            hosts=("cn.yna.co.kr",),
            feeds=(URL,),
            page="yonhap",
            language="zh",
            timezone="Asia/Seoul",
        )
        rules = [watchlist("cn", *TERMS)]
        start = next(bodies())[0]
        async with newsdesk(tmp_path, sources=[cn], watchlists=rules, start=start) as desk:
            for number, (when, body) in enumerate(bodies()):
                truth.learn(body, first=number == 0)
                desk.clock.time = max(when, desk.clock.time)
                desk.sites.answers[URL] = _answer(body)
                await desk.run(seconds=1)
            with desk.db.read() as conn:
                stored = conn.execute(select(func.count()).select_from(articles)).scalar_one()
                versions = conn.execute(select(func.count()).select_from(revisions)).scalar_one()
                unchanged = conn.execute(
                    select(func.count()).select_from(polls).where(~polls.c.changed)
                ).scalar_one()
                urls = dict(conn.execute(select(articles.c.id, articles.c.canonical_url)).all())
            told = []
            for alert in desk.alerts():
                assert alert["state"] == "sent"
                found = [m for m in desk.matches() if m["story"] == alert["story"]]
                told += [urls[m["article"]].rsplit("/", 1)[1] for m in found]
            assert len(desk.mails()) == len(desk.alerts())
            return stored, versions, told, unchanged

    stored, versions, told, unchanged = asyncio.run(play())
    edits = sum(len(v) - 1 for v in truth.versions.values())
    with capsys.disabled():
        print(
            f"\n700 states: {stored} articles, {versions - stored} later revisions "
            f"({truth.title_edits} edits of titles, {truth.summary_edits} of summaries), "
            f"{len(told)} alerts, {unchanged} unchanged bodies"
        )
    assert stored == len(truth.ids)
    assert versions - stored == edits
    assert sorted(told) == sorted(truth.matching_later)


def _answer(body: bytes) -> FetchResult:
    return FetchResult(
        FetchRequest(URL, "", ""),
        Reason.OK,
        status=200,
        url=URL,
        body=body,
        headers={"content-type": "text/xml"},
    )

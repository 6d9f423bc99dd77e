"""`watch backtest` over a month of articles: seconds, articles/s, and the share of morphology.

Builds a temporary SQLite database through the real tables, half English and half Korean articles of
2-3 kB from invented words, and tries three rules on all of it: an English term; a frequent Korean
one (미국 in 30 % of the Korean articles, several places each); a whole query in both languages with
NEAR and terms that are denied. The target is 100,000 articles in under 30 s for each. For
comparison the same database is read without matching anything.

    python benchmarks/backtest.py [ARTICLES]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import insert

from jobs.backtest import Backtest
from jobs.morphology import KiwiWorker
from newsroom.matching import compile_watchlist
from newsroom.model import Watchlist
from newsroom.ports import Token
from storage.backtest_reading import Period, pages
from storage.database import Database
from storage.migrate import ensure
from storage.tables import articles, sources, stories

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = 30
CHUNK = 5_000

RULES = (
    Watchlist("English term", any=("missile", "air strike")),
    Watchlist("Korean term", any=("미국",)),
    Watchlist(
        "query",
        query='("missile defense" NEAR/8 Seongju) OR (미국 NEAR/5 미사일) OR (사드 AND 북한)',
        none=("missile command", "미국산"),
    ),
)


def _words(text: str) -> list[str]:
    return text.split()


ENGLISH = _words(
    """
    the of to and in a that for on is with said was by as at from it has he have be its
    are an government ministry official officials president parliament security defense
    military economy market percent company workers trade talks leaders agreement policy
    court police residents city province river road school hospital weather report week
    month year billion million plan budget growth export import bank rate price vote party
    candidate campaign Seoul Busan Incheon Pyongyang Tokyo Beijing Washington Seongju
    Korea Japan China Russia nuclear launch exercise troops border summit statement
    reporters interview spokesman
    """
)
KOREAN = _words(
    """
    정부 대통령 국회 경제 시장 회담 국방부 한국 중국 일본 외교부 장관 발표
    훈련 협상 제재 기업 투자 수출 주민 검찰 법원 의원 선거 후보 여당 야당
    반도체 금리 물가 병원 학교 교육 환경 날씨 태풍 사고 경찰 소방 구조 축구
    야구 감독 선수 대회 서울 부산 성주 평양 도쿄 베이징 회사 노동자 정책
    예산 성장 은행 가격 투표 정당 도시 도로 강변 주민들 관계자 위원회 회의
    보고서 사업 계획 지역 주민 시민 단체 대표 행사 문화 영화 음악 공연 작품
    관광 여행 항공 철도 버스 지하철 아파트
    """
)
PARTICLES = _words("은 는 이 가 을 를 의 에 에서 와 과 도 로 으로 까지 만 보다 에게")
VERBS = _words("밝혔다 말했다 전했다 강조했다 발표했다 설명했다 지적했다 덧붙였다 나타났다 열렸다")
AMERICAN = _words("미국 미국의 미국은 미국이 미국과 미국에서 미국산 미국인 미국측 미국대사관")


class Writer:
    """Writes invented articles, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def english(self) -> str:
        pick = self._random
        rare = ["missiles", "missile defense"] if pick.random() < 0.1 else []
        return self._written(ENGLISH, [""], rare, lambda: ".", 2_000, 3_000)

    def korean(self) -> str:
        pick = self._random
        rare = AMERICAN if pick.random() < 0.3 else []
        rare = rare + (["미사일", "사드", "북한의"] if pick.random() < 0.1 else [])
        return self._written(KOREAN, PARTICLES, rare, lambda: f" {pick.choice(VERBS)}.", 700, 1_200)

    def _written(
        self, words: Sequence[str], ends: Sequence[str], rare: Sequence[str], end: Any, *size: int
    ) -> str:
        """A text of about so many characters, with some rare words five times in it."""
        pick, parts, length = self._random, [], 0
        wanted = pick.randint(*size)
        while length < wanted:
            count = pick.randint(6, 18)
            sentence = [pick.choice(words) + pick.choice(ends) for _ in range(count)]
            if rare and pick.random() < 5 * count * 6 / wanted:
                sentence[pick.randrange(count)] = pick.choice(rare)
            parts.append(" ".join(sentence) + end())
            length += len(parts[-1]) + 1
        return "".join(p + ("\n\n" if n % 4 == 3 else " ") for n, p in enumerate(parts)).strip()


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Articles evenly over the period; every fifth is in the story of the one before."""
    writer = Writer(7)
    for n in range(1, count + 1):
        korean = n % 2 == 0
        body = writer.korean() if korean else writer.english()
        yield {
            "id": n,
            "source_id": "ko" if korean else "en",
            "story_id": n - (n % 5 == 0),
            "url": f"https://news.example/{n}",
            "canonical_url": f"https://news.example/{n}",
            "state": "fetched",
            "title": body[:40],
            "title_key_hash": "0" * 64,
            "subtitle": "",
            "summary": body[:120],
            "body": body,
            "first_seen_at": UNTIL - timedelta(days=DAYS) * (1 - (n - 0.5) / count),
            "language": "ko" if korean else "en",
            "authors": ["A. Reporter"],
            "captions": [],
            "images": [],
            "tags": [],
            "warnings": [],
            "alerting": "alert",
            "text_mark": 1,
            "matched_mark": 1,
            "page_settled": True,
        }


def fill(db: Database, count: int) -> int:
    """Put the articles in; how many bytes their bodies have."""
    usual = {"timezone": "Asia/Seoul", "enabled": True, "origin": "catalogue", "position": 0}
    with db.write() as connection:
        for language in ("en", "ko"):
            named = {"id": language, "name": language, "language": language}
            connection.execute(insert(sources).values(**named, **usual))
        made = [{"id": n, "first_seen_at": UNTIL} for n in range(1, count + 1)]
        connection.execute(insert(stories), made)
    size, chunk = 0, []
    for row in rows(count):
        size += len(row["body"].encode())
        chunk.append(row)
        if len(chunk) == CHUNK or row["id"] == count:
            with db.write() as connection:
                connection.execute(insert(articles), chunk)
            chunk = []
    return size


class Counted:
    """A morphology, how much it was asked, and what its process worked."""

    def __init__(self) -> None:
        self._worker = KiwiWorker()
        self.texts = 0

    def __call__(self, texts: Sequence[str]) -> Sequence[tuple[Token, ...] | None]:
        """Analyse texts."""
        self.texts += len(texts)
        return self._worker(texts)

    def close(self) -> float:
        """End it; the seconds of CPU it took, loading its models included."""
        used = [psutil.Process(pid).cpu_times() for pid in self._worker.pids()]
        self._worker.close()
        return sum(times.user + times.system for times in used)


def tried(db: Database, watchlist: Watchlist, period: Period) -> dict[str, object]:
    """One rule over all of it, morphology started anew as a command would."""
    began, cpu = time.perf_counter(), time.process_time()
    morphology = Counted()
    backtest = Backtest(db, [compile_watchlist(watchlist)], morphology)
    outcome = backtest.run(period)
    matched = outcome.reckonings[0].matched
    samples = backtest.samples(watchlist.name, matched)
    of_morphology = morphology.close()
    seconds = time.perf_counter() - began
    own = time.process_time() - cpu
    return {
        "rule": watchlist.name,
        "articles": outcome.articles,
        "matched": len(matched),
        "samples": len(samples),
        "seconds": round(seconds, 1),
        "articles/s": round(outcome.articles / seconds),
        "CPU s, matching": round(own, 1),
        "CPU s, morphology": round(of_morphology, 1),
        "share of morphology, %": round(100 * of_morphology / (own + of_morphology)),
        "texts for morphology": morphology.texts,
    }


def main(count: int) -> None:
    """Build, read, try."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'backtest.db'}")
        ensure(db)
        size = fill(db, count)
        print(json.dumps({"articles": count, "bytes of body": round(size / count)}), flush=True)
        period = Period(UNTIL - timedelta(days=DAYS), UNTIL)
        began, cpu = time.perf_counter(), time.process_time()
        read = sum(len(page) for page in pages(db, period))
        seconds = {
            "seconds": round(time.perf_counter() - began, 1),
            "CPU s": round(time.process_time() - cpu, 1),
        }
        print(json.dumps({"reading alone": read, **seconds}), flush=True)
        for watchlist in RULES:
            print(json.dumps(tried(db, watchlist, period), ensure_ascii=False), flush=True)
        db.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

"""What digests say of the sources: gaps with their times, the rest in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.model import HealthContent, SourceCoverage, SourceGap
from alerts.strings import strings
from alerts.view_coverage import MAX_LINES, coverage_lines
from alerts.when import zone

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 15:00 in Seoul
SEOUL = zone("Asia/Seoul")
GAP = SourceGap(
    datetime(2026, 11, 22, 18, 10, tzinfo=UTC), datetime(2026, 11, 22, 19, 5, tzinfo=UTC), 4, 4
)
YONHAP = SourceCoverage("Yonhap", 96, 96)
HERALD = SourceCoverage("Korea Herald", 95, 96, (GAP,))


def lines(*coverage: SourceCoverage, language: str = "en") -> tuple[str, ...]:
    health = HealthContent(len(coverage), coverage=coverage)
    return coverage_lines(health, strings(language), SEOUL, now=NOW)


def test_few_sources_are_all_named() -> None:
    assert lines(YONHAP, HERALD) == (
        "Korea Herald: 95/96 polls, gap 03:10-04:05 (4 recovered)",
        "Yonhap: 96/96 polls, 0 gaps",
    )
    assert lines(YONHAP, HERALD, language="ko") == (
        "Korea Herald: 확인 95/96회, 03:10-04:05 공백 (4건 복구)",
        "Yonhap: 확인 96/96회, 공백 없음",
    )


def test_of_many_sources_only_those_with_something_to_say() -> None:
    fine = [replace(YONHAP, source_name=f"S{n}", polls_ok=95) for n in range(30)]
    assert lines(*fine, HERALD) == (
        "Korea Herald: 95/96 polls, gap 03:10-04:05 (4 recovered)",
        "The other 30 sources: 2,850/2,880 polls, 0 gaps",
    )
    assert lines(*fine) == ("30 sources: 2,850/2,880 polls, 0 gaps",)


def test_however_many_have_gaps_the_mail_stays_short() -> None:
    told = lines(*(replace(HERALD, source_name=f"S{n}") for n in range(40)))
    assert len(told) == MAX_LINES + 1
    assert told[-1] == "The other 30 sources: 2,850/2,880 polls, 30 more gaps"


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (replace(GAP, lost=5), "gap 03:10-04:05 (4 recovered, 1 lost)"),
        (replace(GAP, lost=2, recovered=0), "gap 03:10-04:05 (2 lost)"),
        (
            replace(GAP, lost=None, recovered=0, open=True),
            "gap 03:10-04:05 (not known yet what it held)",
        ),
        (
            replace(GAP, start=GAP.start - timedelta(days=1)),
            "gap 22 Nov 03:10-23 Nov 04:05 (4 recovered)",
        ),
    ],
)
def test_a_gap_in_words(gap: SourceGap, said: str) -> None:
    assert lines(replace(HERALD, gaps=(gap,))) == (f"Korea Herald: 95/96 polls, {said}",)


def test_what_a_listing_showed_and_no_feed_did() -> None:
    (told,) = lines(replace(YONHAP, shown=380, missed=3))
    assert told == "Yonhap: 96/96 polls, 0 gaps, 3 of 380 listed articles had not come in"


def test_a_hostile_name_stays_one_line() -> None:
    (told,) = lines(replace(YONHAP, source_name="A\r\nBcc: x\u202e" + "y" * 500))
    assert not set("\r\n\u202e") & set(told)
    assert len(told) <= 300


def test_nothing_known_says_nothing() -> None:
    assert lines() == ()
    assert coverage_lines(HealthContent(3), strings("en"), SEOUL, now=NOW) == ()

"""What a poll says of a feed, and feeds that moved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.model import Redirect
from newsroom.moves import STAYS, Move, after_answer, permanent_target
from newsroom.reasons import Reason
from newsroom.verdicts import (
    OVER_AFTER,
    TOLD_AFTER,
    after_poll,
    failure_evidence,
    move_evidence,
)

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
NEW = "https://news.example/feeds/all.xml"
DOCS = Path(__file__).parents[2] / "docs" / "verdicts.md"


@pytest.mark.parametrize(
    ("standing", "reason", "showed_new", "moved", "verdict"),
    [
        ("new", Reason.OK, True, False, "ok"),
        ("ok", Reason.BLOCKED, False, False, "blocked"),
        ("blocked", Reason.OK, False, False, "ok"),
        ("stale", Reason.OK, False, False, "stale"),
        ("stale", Reason.OK, True, False, "ok"),
        ("stale", Reason.OK, True, True, "moved"),
        ("stale", Reason.OK, False, True, "stale"),
        ("stale", Reason.CONNECT, False, False, "connect"),
        ("ok", Reason.OK, False, True, "moved"),
        ("moved", Reason.OK, True, True, "moved"),
        ("moved", Reason.OK, False, False, "ok"),
        ("moved", Reason.GONE, False, True, "gone"),
    ],
)
def test_after_a_poll(
    standing: str, reason: Reason, showed_new: bool, moved: bool, verdict: str
) -> None:
    assert after_poll(standing, reason, showed_new, moved=moved) == verdict


def hops(*chain: tuple[int, str]) -> tuple[Redirect, ...]:
    return tuple(Redirect(status, url) for status, url in chain)


@pytest.mark.parametrize(
    ("chain", "target"),
    [
        ((), None),
        (((301, NEW),), NEW),
        (((308, NEW),), NEW),
        (((302, NEW),), None),
        (((307, NEW),), None),
        (((301, "https://b.example/"), (301, NEW)), NEW),
        (((301, NEW), (302, "https://cdn.example/1")), NEW),
        (((302, "https://b.example/"), (301, NEW)), None),
        (((301, "https://b.example/"), (301, "https://a.example/rss")), None),
    ],
)
def test_where_permanent_redirects_lead(
    chain: tuple[tuple[int, str], ...], target: str | None
) -> None:
    found = permanent_target(hops(*chain), "https://a.example/rss")
    assert (found.url if found else None) == target


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


SEEN_TWICE = Move(NEW, ago(hours=24), 2)
FOLLOWED = Move(NEW, ago(days=9), 5, ago(days=8))


@pytest.mark.parametrize(
    ("before", "target", "reason", "failures", "last_ok", "after"),
    [
        (STAYS, NEW, Reason.OK, 1, ago(hours=1), Move(NEW, NOW, 1)),
        (SEEN_TWICE, NEW, Reason.OK, 1, NOW, Move(NEW, ago(hours=24), 3, NOW)),
        (Move(NEW, ago(hours=23), 9), NEW, Reason.OK, 1, NOW, Move(NEW, ago(hours=23), 10)),
        (Move(NEW, ago(days=9), 1), NEW, Reason.OK, 1, NOW, Move(NEW, ago(days=9), 2)),
        (SEEN_TWICE, "https://b.example/", Reason.OK, 1, NOW, Move("https://b.example/", NOW, 1)),
        (SEEN_TWICE, None, Reason.OK, 1, NOW, STAYS),
        (SEEN_TWICE, NEW, Reason.NOT_A_FEED, 1, NOW, SEEN_TWICE),
        (Move(NEW, NOW + timedelta(days=1), 2), NEW, Reason.OK, 1, NOW, Move(NEW, NOW, 1)),
        (FOLLOWED, None, Reason.OK, 1, NOW, FOLLOWED),
        (FOLLOWED, None, Reason.CONNECT, 2, ago(hours=9), FOLLOWED),
        (FOLLOWED, None, Reason.CONNECT, 3, ago(hours=5), FOLLOWED),
        (FOLLOWED, None, Reason.CONNECT, 3, ago(hours=6), STAYS),
        (FOLLOWED, None, Reason.GONE, 1, NOW, STAYS),
    ],
)
def test_after_an_answer(
    before: Move, target: str | None, reason: Reason, failures: int, last_ok: datetime, after: Move
) -> None:
    found = after_answer(
        before, target, reason=reason, failures=failures, last_ok_at=last_ok, now=NOW
    )
    assert found == after


@given(st.lists(st.tuples(st.sampled_from([None, NEW, "https://b.example/"]), st.integers(0, 40))))
def test_nothing_is_followed_before_a_day_of_equal_answers(
    answers: list[tuple[str | None, int]],
) -> None:
    move, now = STAYS, NOW
    run: list[datetime] = []
    for target, hours in answers:
        now += timedelta(hours=hours)
        run = [*run, now] if run and target == move.to else [now] if target else []
        move = after_answer(move, target, reason=Reason.OK, failures=1, last_ok_at=now, now=now)
        if move.at is not None:
            assert len(run) >= 3
            assert run[-1] - run[0] >= timedelta(hours=24)
            return


def test_evidence() -> None:
    told = failure_evidence(status=403, detail="403 Forbidden", failures=1, since=None, now=NOW)
    assert told == "403 Forbidden; 1 poll, so since 2026-08-15 03:00 UTC"
    told = failure_evidence(status=None, detail="", failures=3, since=ago(hours=2), now=NOW)
    assert told == "no answer; 3 polls in a row, so since 2026-08-15 01:00 UTC"
    told = failure_evidence(status=200, detail="a login page", failures=2, since=NOW, now=NOW)
    assert told.startswith("HTTP 200: a login page; 2 polls")
    assert move_evidence(STAYS) is None
    assert move_evidence(Move(NEW, NOW, 1), 301) == (
        f"301 to {NEW} since 2026-08-15 03:00 UTC, seen once"
    )
    assert "polled at" in (move_evidence(FOLLOWED) or "")


def test_the_stated_times_are_those_of_the_page() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|[^|]+\|$", DOCS.read_text(), re.MULTILINE)
    )
    words = {
        timedelta(0): "at once",
        timedelta(minutes=30): "30 min",
        timedelta(hours=1): "1 h",
        timedelta(hours=2): "2 h",
        timedelta(hours=5): "5 h on a weekday",
    }
    for reason in Reason:
        if reason in (Reason.OK, Reason.LAYOUT_CHANGED):
            continue
        assert rows[reason.value].strip().startswith(words[TOLD_AFTER[reason]]), reason
    assert f"{OVER_AFTER // timedelta(minutes=1)} minutes" in DOCS.read_text()

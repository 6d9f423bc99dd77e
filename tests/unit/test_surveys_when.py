"""When listings are looked at, and when a gap is settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.surveys_when import (
    GIVE_UP,
    Told,
    lists_all,
    next_gap_try,
    next_witness,
    verdict,
    witness_stretch,
)

NOW = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
H, M = timedelta(hours=1), timedelta(minutes=1)
MAP, A, B = "https://n.example/news-sitemap.xml", "https://n.example/a", "https://n.example/b"


@pytest.mark.parametrize(
    ("url", "all_"),
    [
        (MAP, True),
        ("https://n.example/sitemap/index", True),
        ("https://n.example/2026.xml.gz", True),
        ("https://n.example/National", False),
        ("https://sitemap.example/news", False),
    ],
)
def test_sitemaps_list_every_section(url: str, *, all_: bool) -> None:
    assert lists_all(url) is all_


@pytest.mark.parametrize(
    ("told", "by", "detail"),
    [
        ([], "", "no listing that could tell"),
        ([Told(A, reached=True)], A, ""),
        ([Told(A)], "", "nothing in it tells"),
        ([Told(A, reaches_to=NOW)], "", "goes back to 2026-08-15 12:00 UTC only"),
        ([Told(A, failure="timeout")], "", "timeout"),
        ([Told(A, reached=True), Told(B, failure="timeout")], "", f"{B}: timeout"),
        ([Told(A, reached=True), Told(B, reached=True)], f"{A}, {B}", ""),
        ([Told(MAP, reached=True), Told(B, failure="timeout")], MAP, ""),
        ([Told(MAP, failure="http_5xx"), Told(B, reached=True)], B, ""),
        ([Told(MAP)], "", "nothing in it tells"),
    ],
)
def test_a_gap_is_settled_by_those_that_go_back(told: list[Told], by: str, detail: str) -> None:
    found = verdict(told, undated=0, tries=0)
    assert found.by == by
    assert detail in found.detail
    assert bool(found.by) != bool(found.detail)


def test_pages_are_waited_for_a_few_tries() -> None:
    told = [Told(A, reached=True)]
    assert [verdict(told, undated=2, tries=n).by for n in range(4)] == ["", "", "", A]
    assert "2 found" in verdict(told, undated=2, tries=0).detail


def test_tries_grow_to_a_day_and_end_after_a_week() -> None:
    waits, now, tries = [], NOW, 0
    while tries < 50:
        tries += 1
        planned = next_gap_try(tries, NOW, now)
        if planned is None:
            break
        waits.append(planned - now)
        now = planned
    assert waits[:6] == [2 * M, 5 * M, 15 * M, 60 * M, 240 * M, 24 * H]
    assert set(waits[5:]) == {24 * H}
    assert GIVE_UP - 24 * H < now - NOW <= GIVE_UP


def test_witnesses() -> None:
    assert next_witness(NOW, read=True) == NOW + 24 * H
    assert next_witness(NOW, read=False) == NOW + H
    day = NOW - 24 * H
    assert witness_stretch(day, None, 2 * M, NOW) == (day, NOW - 30 * M)
    assert witness_stretch(day - H, day, 60 * M, NOW) == (day, NOW - 2 * H)
    assert witness_stretch(NOW - 1000 * H, None, M, NOW)[0] == NOW - timedelta(days=7)

"""The gate: what is read of captured pages never falls under its floors, nor under trafilatura.

`-s` prints the table; `python -m tests.quality.extraction_report` prints what was read wrongly too.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.corpus.paths import CORPUS, corpus
from tests.quality.extraction_measure import (
    FIELDS,
    Pair,
    Read,
    figures,
    grouped,
    judge,
    measured,
)
from tests.quality.extraction_report import table
from tests.quality.extraction_sets import Sample, samples

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))[
    "extraction"
]
KOREAN = "Korean outlets"
KOREAN_F1 = 0.95
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

pytestmark = [
    pytest.mark.timeout(600),  # on a machine that is busy with much else
    pytest.mark.xdist_group("extraction quality"),  # what is measured is measured once
]


@pytest.fixture(scope="session")
def pairs() -> list[Pair]:
    return measured(samples(CORPUS))


@pytest.mark.parametrize("set_", [pytest.param(name, marks=corpus) for name in FLOORS])
def test_reading_keeps_its_floor_and_is_no_worse_than_trafilatura(
    pairs: list[Pair], set_: str
) -> None:
    print("\n" + table(grouped(pairs, lambda row: row.set)))
    own = [pair for pair in pairs if pair.ours.set == set_]
    ours, theirs = figures([p.ours for p in own]), figures([p.theirs for p in own])
    floors = FLOORS[set_]
    assert ours.pages >= floors["pages"]
    for name in FIELDS:
        reached, beside = getattr(ours, name), getattr(theirs, name)
        assert (name in floors) == (reached is not None)
        if reached is not None and beside is not None:
            assert reached >= floors[name], name
            assert reached >= beside, name


@pytest.mark.parametrize("least", [pytest.param(9, marks=corpus)])
def test_every_korean_outlet_is_read_well(pairs: list[Pair], least: int) -> None:
    own = [pair for pair in pairs if pair.ours.set == KOREAN]
    outlets = grouped(own, lambda row: row.outlet)
    assert len(outlets) >= least
    for outlet, theirs in outlets.items():
        reached = figures([pair.ours for pair in theirs])
        assert reached.f1 >= KOREAN_F1, outlet
        assert {reached.title, reached.instant, reached.day} == {1.0}, outlet
        assert reached.authors in (1.0, None), outlet


def test_no_floor_lies_lower_than_was_promised() -> None:
    assert FLOORS.keys() == {KOREAN, "hand-made bodies", "outlets abroad"}
    assert FLOORS[KOREAN]["f1"] >= KOREAN_F1
    for floors in FLOORS.values():
        assert 0.95 <= floors["f1"] <= 1


def sample(**changes: object) -> Sample:
    values: dict[str, object] = {
        "set": "made up", "outlet": "hanbit", "name": "hanbit/1", "url": "https://hanbit.example/1",
        "html": b"", "timezone": "Asia/Seoul", "title": "Bridge “holds”", "published_at": AT,
        "authors": ("Ada Berg", "Bo Holm"), "bodies": (("a", "b", "c", "d"), ("b", "c", "d")),
    }  # fmt: skip
    return Sample(**values | changes)  # type: ignore[arg-type]  # a table of any fields


def read(**changes: object) -> Read:
    values: dict[str, object] = {
        "title": 'Bridge "holds"', "published": AT, "day": AT.date(),
        "authors": ("ada  berg", "Bo Holm"), "body": "b, c d",
    }  # fmt: skip
    return Read(**values | changes)  # type: ignore[arg-type]  # a table of any fields


@pytest.mark.parametrize(
    ("expected", "found", "verdicts"),
    [
        (sample(), read(), (1.0, True, True, True, 1.0)),
        (sample(), read(body="a b"), (2 / 3, True, True, True, 1.0)),
        (sample(), read(body=""), (0.0, True, True, True, 1.0)),
        (sample(), read(body="b c d", captions="x"), (1.0, True, True, True, 1.0)),
        (sample(set=KOREAN), read(body="b c", captions="d"), (1.0, True, True, True, 1.0)),
        (sample(), read(title="Bridge"), (1.0, False, True, True, 1.0)),
        (sample(), read(published=AT.replace(second=59)), (1.0, True, True, True, 1.0)),
        (sample(), read(published=AT.replace(hour=0)), (1.0, True, False, True, 1.0)),
        (sample(), read(published=None, day=None), (1.0, True, False, False, 1.0)),
        (sample(), read(authors=("Ada Berg",)), (1.0, True, True, True, 2 / 3)),
        (sample(), read(authors=("Ada Berg", "Bo Holm", "dpa")), (1.0, True, True, True, 1.0)),
        (sample(), read(authors=("Bob",)), (1.0, True, True, True, 0.0)),
        (
            sample(title=None, published_at=None, authors=None),
            read(),
            (1.0, None, None, None, None),
        ),
    ],
)
def test_a_page_is_judged(
    expected: Sample, found: Read, verdicts: tuple[float | bool | None, ...]
) -> None:
    row = judge(expected, found)
    assert (row.f1, row.title, row.instant, row.day, row.authors) == pytest.approx(verdicts)

"""How well pages are read, by us and by trafilatura, in one run and by the same measure.

trafilatura reads as one would have it read for us: precision before recall, with metadata.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from statistics import fmean
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.pages.read import read_page
from newsroom.errors import PageError
from tests.corpus.page_truth import token_f1, words
from tests.quality.extraction_sets import NOBODY, Sample

FIELDS = ("f1", "title", "instant", "day", "authors")
"""What of a page is judged, in the order of the tables."""


class Read(NamedTuple):
    """What a reader found on a page."""

    title: str
    published: datetime | None
    day: date | None
    """In the outlet's zone; a reader may know the day alone."""
    authors: tuple[str, ...]
    body: str
    captions: str = ""
    """What it tells apart from the body, where some expectations leave it in."""


class Row(NamedTuple):
    """How one page was read; None where nothing was expected of a field."""

    set: str
    outlet: str
    name: str
    f1: float
    title: bool | None
    instant: bool | None
    day: bool | None
    authors: float | None
    found: Read


class Pair(NamedTuple):
    """One page, read by us and by trafilatura."""

    ours: Row
    theirs: Row


@dataclass(frozen=True)
class Figures:
    """What is printed of many rows: means, shares of those where something was expected."""

    pages: int
    f1: float
    least: float
    title: float | None
    instant: float | None
    day: float | None
    authors: float | None


def measured(samples: Iterable[Sample], workers: int = 2) -> list[Pair]:
    """Read every page both ways, on `workers` processes."""
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return list(pool.map(compare, samples, chunksize=8))


def compare(sample: Sample) -> Pair:
    """Read one page both ways."""
    return Pair(judge(sample, by_us(sample)), judge(sample, by_trafilatura(sample)))


def by_us(sample: Sample) -> Read:
    """Our reading, of a page that might be anyone's: the class is found by the host alone."""
    try:
        content = read_page(sample.html, url=sample.url, timezone=sample.timezone)
    except PageError:
        return Read("", None, None, (), "")
    at = content.published_at
    day = at.astimezone(ZoneInfo(sample.timezone)).date() if at else None
    captions = " ".join(content.captions)
    return Read(content.title, at, day, content.authors, content.body, captions)


def by_trafilatura(sample: Sample) -> Read:
    """Its reading of the same tree-bearing text; its dates with what time and zone it finds."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    found = bare_extraction(
        sample.html,
        url=sample.url,
        favor_precision=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={
            "original_date": True,
            "extensive_search": True,
            "outputformat": "%Y-%m-%dT%H:%M:%S%z",
        },
    )
    if not isinstance(found, Document):
        return Read("", None, None, (), "")
    at = _iso(found.date, sample.timezone)
    day = date.fromisoformat(found.date[:10]) if found.date else None
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Read(found.title or "", at, day, authors, found.text or "")


def judge(sample: Sample, found: Read) -> Row:
    """What of one page was read rightly."""
    body, extra = words(found.body), words(found.captions)
    tellings = (body, body + extra) if sample.set == "Korean outlets" else (body,)
    at = sample.published_at
    return Row(
        set=sample.set,
        outlet=sample.outlet,
        name=sample.name,
        f1=max(token_f1(told, expected) for told in tellings for expected in sample.bodies),
        title=None if sample.title is None else words(sample.title) == words(found.title),
        instant=None if at is None else _minute(found.published) == _minute(at),
        day=None if at is None else found.day == at.astimezone(ZoneInfo(sample.timezone)).date(),
        authors=None if sample.authors is None else _names_f1(found.authors, sample.authors),
        found=found,
    )


def figures(rows: Sequence[Row]) -> Figures:
    """The means of some rows."""
    return Figures(
        pages=len(rows),
        f1=fmean(row.f1 for row in rows),
        least=min(row.f1 for row in rows),
        title=_mean(row.title for row in rows),
        instant=_mean(row.instant for row in rows),
        day=_mean(row.day for row in rows),
        authors=_mean(row.authors for row in rows),
    )


def grouped(pairs: Iterable[Pair], key: Callable[[Row], str]) -> dict[str, list[Pair]]:
    """The pairs by what `key` says of them, in the order of its words."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair.ours), []).append(pair)
    return dict(sorted(groups.items()))


def _names_f1(found: Sequence[str], expected: Sequence[str]) -> float:
    people = (name for name in found if name.casefold() not in NOBODY)
    ours, theirs = set(map(_name, people)), set(map(_name, expected))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs) or 1)


def _name(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _minute(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC).replace(second=0, microsecond=0)


def _iso(raw: str | None, zone: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(raw) if raw else None
    except ValueError:
        return None
    return at.replace(tzinfo=ZoneInfo(zone)) if at and at.tzinfo is None else at


def _mean(values: Iterable[float | None]) -> float | None:
    said = [value for value in values if value is not None]
    return fmean(said) if said else None

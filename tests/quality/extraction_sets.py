"""Captured pages with what they hold, from other projects, as sets to read and to compare.

A body may be told in more than one right way: with or without its standfirst, with or without its
subheadings. Each way is kept; a reader is measured by the one it comes nearest to.
"""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from newsroom.dates import parse_date
from tests.corpus.page_truth import Truth, fundus_korea, korean_outlets, words

ZONES = {
    "at": "Europe/Vienna", "au": "Australia/Sydney", "be": "Europe/Brussels",
    "ca": "America/Toronto", "ch": "Europe/Zurich", "cn": "Asia/Shanghai", "cz": "Europe/Prague",
    "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "es": "Europe/Madrid", "fr": "Europe/Paris",
    "gl": "America/Nuuk", "id": "Asia/Jakarta", "il": "Asia/Jerusalem", "ind": "Asia/Kolkata",
    "isl": "Atlantic/Reykjavik", "it": "Europe/Rome", "jp": "Asia/Tokyo", "lb": "Asia/Beirut",
    "li": "Europe/Vaduz", "ls": "Africa/Maseru", "lt": "Europe/Vilnius", "lu": "Europe/Luxembourg",
    "mx": "America/Mexico_City", "my": "Asia/Kuala_Lumpur", "na": "Africa/Windhoek",
    "no": "Europe/Oslo", "pl": "Europe/Warsaw", "pt": "Europe/Lisbon", "py": "America/Asuncion",
    "ru": "Europe/Moscow", "se": "Europe/Stockholm", "tr": "Europe/Istanbul", "tw": "Asia/Taipei",
    "tz": "Africa/Dar_es_Salaam", "ua": "Europe/Kyiv", "uk": "Europe/London",
    "us": "America/New_York", "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
}  # fmt: skip
"""The zone an operator would give a source of that country."""

NOBODY = frozenset(
    {
        "afp deutschland", "afp, manila", "anadolu ajansı", "ap", "associated press", "der spiegel",
        "dpa", "euronews", "focus online", "gear team", "guardian staff reporter", "habertürk",
        "kicker", "le figaro et afp", "lille", "ndr.de", "nieuwsblad.be", "nieuwsblad be", "ndr de",
        "ntv.com.tr", "salzburger nachrichten", "t-online", "the associated press", "tpn",
        "東京新聞デジタル", "読売新聞オンライン", "condé nast", "deutsche welle",
        "n-tv nachrichten",
        "der postillon", "stuttgarter zeitung", "lesotho times", "mediaindonesia com developer",
    }
)  # fmt: skip
"""Agencies, houses, desks and a dateline the sets or trafilatura name as authors; an author here is
a person, so they are taken out of what is expected and of what either reader found."""


@dataclass(frozen=True)
class Sample:
    """One page to read; None where nothing is said of a field."""

    set: str
    outlet: str
    name: str
    url: str
    html: bytes
    timezone: str
    title: str | None
    published_at: datetime | None
    authors: tuple[str, ...] | None
    bodies: tuple[tuple[str, ...], ...]
    """The words of the body, each right way of telling it."""


def samples(corpus: Path) -> Iterator[Sample]:
    """Every page there is, set by set."""
    yield from korean()
    yield from hand_made(corpus)
    yield from abroad(corpus)


def korean() -> Iterator[Sample]:
    """Pages of Korean outlets."""
    for truth in korean_outlets():
        yield _of_truth(truth, truth.name.partition("/")[0])
    for truth in fundus_korea():
        yield _of_truth(truth, truth.name.partition("_")[0].lower())


def hand_made(corpus: Path) -> Iterator[Sample]:
    """Pages whose body alone was written down by hand."""
    folder = corpus / "articles" / "article_extraction_benchmark"
    told = json.loads(gzip.decompress((folder / "ground-truth.json.gz").read_bytes()))
    for path in sorted((folder / "html").glob("*.html.gz")):
        key = path.name.removesuffix(".html.gz")
        yield Sample(
            "hand-made bodies", "", key[:12], told[key]["url"], gzip.decompress(path.read_bytes()),
            "UTC", None, None, None, (words(told[key]["articleBody"]),),
        )  # fmt: skip


def abroad(corpus: Path) -> Iterator[Sample]:
    """Pages of outlets outside Korea with all their fields."""
    for folder in sorted((corpus / "articles" / "fundus").iterdir()):
        meta = json.loads((folder / "meta.info").read_text("utf-8"))
        for path in sorted(folder.glob("*.json")):
            told = list(json.loads(path.read_text("utf-8")).values())
            for capture in sorted(folder.glob(f"{path.stem}_*.html.gz")):
                body = gzip.decompress(capture.read_bytes())
                data = _version(told, body)
                if data is not None:
                    yield _abroad(capture, meta[capture.name]["url"], body, data)


def _abroad(capture: Path, url: str, body: bytes, data: dict[str, Any]) -> Sample:
    country = capture.parent.name
    name = capture.name.removesuffix(".html.gz")
    authors = [who for who in data.get("authors") or () if who.casefold() not in NOBODY]
    return Sample(
        set="outlets abroad",
        outlet=name.partition("_")[0],
        name=f"{country}/{name}",
        url=url,
        html=body,
        timezone=ZONES[country],
        title=data.get("title"),
        published_at=_instant(data.get("publishing_date"), ZONES[country]),
        authors=tuple(authors) if authors else None,
        bodies=tuple(dict.fromkeys(_ways(data["body"]))),
    )


def _ways(body: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    standfirst = list(body.get("summary") or ())
    whole = [[*s["headline"], *s["paragraphs"]] for s in body["sections"]]
    plain = [s["paragraphs"] for s in body["sections"]]
    for sections in (whole, plain):
        for lead in (standfirst, []):
            yield words("\n".join([*lead, *chain.from_iterable(sections)]))


def _version(told: list[dict[str, Any]], body: bytes) -> dict[str, Any] | None:
    """Of the expectations for several generations of an outlet the one that is of this page."""
    shown = html.unescape(body.decode("utf-8", "replace"))
    known = [data for data in told if data.get("body") and data.get("title")]
    scored = [(shown.count(data["title"]), n, data) for n, data in enumerate(known)]
    best = max(scored, default=None)
    return best[2] if best and best[0] else None


def _of_truth(truth: Truth, outlet: str) -> Sample:
    return Sample(
        "Korean outlets", outlet, truth.name, truth.url, truth.html, "Asia/Seoul", truth.title,
        truth.published_at, truth.authors, (truth.words,),
    )  # fmt: skip


def _instant(raw: str | None, zone: str) -> datetime | None:
    return parse_date(raw, timezone=zone) if raw else None

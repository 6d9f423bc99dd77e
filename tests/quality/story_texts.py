"""Whole articles read from the captures, each told once: what the newsroom edits are made from.

Nothing of them is kept in the project. Where a capture tells no hour, or lies years from its
neighbours, a time is chosen by its key, so that all of a set fall within one window and any two of
them could be taken for one story.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from newsroom.stories import StoryInput

CROWDED = datetime(2026, 3, 2, tzinfo=UTC)
"""Where articles of many years are put together: within three days of it."""
LONGEST = 8_000
"""Characters; the few longer texts cost much time and tell nothing more."""
_LANGUAGES = {
    "en": ("us", "uk", "ca", "au", "ind", "za", "na", "my", "tz"),
    "cjk": ("jp", "tw", "cn"),
}
_OUTLETS = {"chosun": "ko", "yna": "ko", "nhk": "cjk", "lemonde": "other"}
"""Languages of feeds that are not English."""
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})"
    r"(은(?!행)|는|을|를|의|에서|에게|으로|까지|부터|했다고|이라고|라고|하고|하며|면서|지만|된다)"
    r"(?=[가-힣0-9A-Z\"'(])"
)
_HANGUL = re.compile(r"[가-힣]")
_QUOTED_ITEMS = re.compile(r"',\s*'|',|,'")


class Original(NamedTuple):
    """An article as it was captured, under a key that never changes."""

    key: str
    """`set:place`, as in `herald:12`."""
    language: str
    """`en`, `ko`, `cjk` or `other`."""
    article: StoryInput

    @property
    def set(self) -> str:
        """The part of the captures it comes from."""
        return self.key.partition(":")[0]


def number(*key: object) -> int:
    """A number that any machine and any Python version draws alike from these words."""
    return int.from_bytes(blake2b("|".join(map(str, key)).encode(), digest_size=8).digest())


@cache
def originals(corpus: Path) -> tuple[Original, ...]:
    """Every whole article, in one order; the same page or text is told once."""
    found = chain(
        _herald(corpus), _covid(corpus), _benchmark(corpus), _fundus(corpus), _pages(corpus)
    )
    return tuple(_once(found))


@cache
def economy(corpus: Path, draw: int = 0, *, blanks: bool = True) -> tuple[Original, ...]:
    """Yonhap's economy desk in Korean, whose captures lost all blanks.

    With `blanks`, one is put back after what looks like a particle or an ending: the words are not
    those of a reader, but of about the right length, and the same in every edit of an article.
    Every twelfth article, another with another `draw`.
    """
    found = []
    for year in ("2015", "2016"):
        content = _unzipped(corpus / "text" / f"yonhap_ko_economy_naver_{year}.csv.gz")
        for place, row in enumerate(csv.DictReader(io.StringIO(content, newline=""))):
            paragraphs = [p for p in _listed(row["content"]) if p]
            body = "\n\n".join(map(_spaced, paragraphs) if blanks else paragraphs)
            if len(body) < 300 or number("economy", year, place) % 12 != draw:
                continue
            key = f"economy:{year}-{place}"
            day = datetime.strptime(row["date"], "%Y%m%d").replace(tzinfo=UTC)
            crowded = CROWDED + timedelta(days=day.toordinal() % 3)
            found.append(_original(key, "ko", row["title"], body, row["link"], "yonhap", crowded))
    return tuple(_once(found))


@cache
def families(corpus: Path) -> tuple[tuple[str, StoryInput], ...]:
    """Items of Yonhap's feed with the family their id puts them in."""
    content = _unzipped(corpus / "text" / "yonhap_ko_revision_families.jsonl.gz")
    return tuple(
        (
            row["family"],
            StoryInput(
                item["id"],
                item["title"],
                html.unescape(item["summary"]),
                datetime.fromisoformat(item["date"]),
                item["url"],
                "yonhap",
            ),
        )
        for row in map(json.loads, content.splitlines())
        for item in row["items"]
    )


@cache
def near_duplicates(corpus: Path, size: int) -> tuple[tuple[str, StoryInput], ...]:
    """Short documents of one set with the story of each: the first of its pair, or itself."""
    folder = corpus / "text" / "minhash_near_dup"
    pairs = (line.split() for line in (folder / f"articles_{size}.truth").read_text().splitlines())
    story = {second: first for first, second in filter(None, pairs)}
    found = []
    for line in _unzipped(folder / f"articles_{size}.train.gz").splitlines():
        key, _, body = line.partition(" ")
        at = CROWDED + timedelta(minutes=number(key) % 2880)
        url = f"https://{key}.example/{key}"
        found.append((story.get(key, key), StoryInput(key, "", body, at, url, key)))
    return tuple(found)


@cache
def feed_items(corpus: Path) -> tuple[Original, ...]:
    """Short items of eleven outlets' feeds: title and summary, in their own time."""
    content = _unzipped(corpus / "text" / "rss_items_11_outlets.jsonl.gz")
    found = []
    for place, row in enumerate(map(json.loads, content.splitlines())):
        if not row["date"] or not row["summary"]:
            continue
        language = _OUTLETS.get(row["source"], "en")
        title, summary = html.unescape(row["title"]), html.unescape(row["summary"])
        at = datetime.fromisoformat(row["date"])
        article = StoryInput(f"feed:{place}", title, summary, at, row["url"], row["source"])
        found.append(Original(article.id, language, article))
    return tuple(found)


def _once(found: Iterable[Original]) -> Iterator[Original]:
    seen: set[str] = set()
    for original in found:
        article = original.article
        marks = {f"{article.url}", "".join(article.body.split())}
        if 100 <= len(article.body) <= LONGEST and not marks & seen:
            yield original
        seen |= marks


def _original(
    key: str,
    language: str,
    title: str,
    body: str,
    url: str,
    source: str,
    day: datetime | None = None,
) -> Original:
    """Make an article; a day is filled with an hour, and without one it is crowded with others."""
    if day is None:
        day = CROWDED + timedelta(days=number(key, "day") % 3)
    if not (day.hour or day.minute):
        day += timedelta(minutes=number(key, "hour") % 1440)
    text = html.unescape(body).strip()
    return Original(key, language, StoryInput(key, html.unescape(title), text, day, url, source))


def _herald(corpus: Path) -> Iterator[Original]:
    content = _unzipped(corpus / "koreaherald" / "national_2017-12.jsonl.gz")
    for place, row in enumerate(map(json.loads, content.splitlines())):
        key = f"herald:{place}"
        at = datetime.strptime(row["time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        url = f"http://www.koreaherald.com/view.php?ud={at:%Y%m%d}{place:06}"
        yield _original(key, "en", row["title"], row["body"], url, "koreaherald", at)


def _covid(corpus: Path) -> Iterator[Original]:
    for name in ("sample", "sample1", "sample2"):
        content = _unzipped(corpus / "koreaherald" / f"covid_2020_{name}.csv.gz")
        for place, row in enumerate(csv.DictReader(io.StringIO(content, newline=""))):
            url = row["URL"]
            issued = re.search(r"ud=(\d{8})", url)
            if not row["CONTENT"] or not issued:
                continue
            day = datetime.strptime(issued[1], "%Y%m%d").replace(tzinfo=UTC)
            key = f"covid:{name}-{place}"
            yield _original(key, "en", row["TITLE"], row["CONTENT"], url, "koreaherald", day)


def _benchmark(corpus: Path) -> Iterator[Original]:
    content = _unzipped(
        corpus / "articles" / "article_extraction_benchmark" / "ground-truth.json.gz"
    )
    for place, row in sorted(json.loads(content).items()):
        body = row["articleBody"]
        first = body.strip().split("\n", 1)[0]
        url = row.get("url") or f"https://benchmark.example/{place}"
        language = "ko" if len(_HANGUL.findall(body)) > 100 else "en"
        yield _original(
            f"benchmark:{place[:12]}", language, _headline(first), body, url, _host(url)
        )


def _fundus(corpus: Path) -> Iterator[Original]:
    paths = [*(corpus / "articles" / "fundus").glob("*/*.json"), *_korean(corpus).glob("*/*.json")]
    for path in sorted(paths):
        if path.name.endswith(".expected.json"):
            continue
        country = path.parent.name
        language = "ko" if country == "fundus_kr" else _language(country)
        for version, row in json.loads(path.read_text()).items():
            sections = (row.get("body") or {}).get("sections", [])
            body = "\n\n".join(chain.from_iterable(s["paragraphs"] for s in sections))
            key = f"fundus:{country}-{path.stem}-{version}"
            url = f"https://{path.stem.lower()}.example/{version}"
            yield _original(key, language, row.get("title") or "", body, url, path.stem.lower())


def _pages(corpus: Path) -> Iterator[Original]:
    for path in sorted(_korean(corpus).glob("*/*.expected.json")):
        row: dict[str, Any] = json.loads(path.read_text())["parsed_data"]
        title, body = _first(row.get("title")), "\n\n".join(_texts(row.get("text")))
        outlet = path.parent.name
        url = f"https://{outlet}.example/{path.name}"
        yield _original(f"pages:{path.name.split('.')[0]}", "ko", title, body, url, outlet)


def _korean(corpus: Path) -> Path:
    return corpus / "korean_other"


def _first(value: object) -> str:
    return next(iter(_texts(value)), "")


def _texts(value: object) -> list[str]:
    values: Sequence[object] = value if isinstance(value, list) else [value]
    return [v for v in values if isinstance(v, str) and v]


def _language(country: str) -> str:
    return next((name for name, codes in _LANGUAGES.items() if country in codes), "other")


def _headline(first: str) -> str:
    return " ".join(first.split()[:10])


def _host(url: str) -> str:
    return url.split("/")[2].removeprefix("www.")


def _listed(raw: str) -> list[str]:
    """Read the list that a capture wrote down with quotes, not all of them where they should be."""
    return [part.strip() for part in _QUOTED_ITEMS.split(raw.strip("[]'"))]


def _spaced(paragraph: str) -> str:
    return _PARTICLE.sub(r"\1 ", paragraph)


def _unzipped(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()

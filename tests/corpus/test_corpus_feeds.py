"""Every captured feed, and other projects' hostile ones, through our reader."""

from __future__ import annotations

import gzip
import io
import itertools
import re
import tarfile
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from crawler.feeds import read_feed
from newsroom.errors import FeedError
from newsroom.model import FeedEntry, ParsedFeed
from newsroom.reasons import Reason
from tests.corpus.paths import CORPUS, corpus

pytestmark = corpus

URL = "https://feeds.example.com/feed.xml"
REAL = ("feeds", "korean_other/rss", "koreaherald/rss")
HOSTILE = (
    "hostile/feedparser",
    "hostile/miniflux",
    "hostile/reader",
    "hostile/feedparser_crashers",
    "hostile/xxe",
    "hostile/html5lib_encoding",
    "hostile/xss",
    "hostile/strings",
)
# text that a reader of ours must never hand on: markup that came through, or half-resolved entities
_LEFT_OVER = re.compile(r"</(?:p|div|span|b|i|strong|script)>|&(?:amp|rsquo|quot|nbsp|#39);")


def files(*folders: str) -> list[Path]:
    return sorted(p for f in folders for p in (CORPUS / f).rglob("*") if p.is_file())


def body(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def name(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


def read(data: bytes, timezone: str = "Asia/Seoul") -> ParsedFeed | FeedError:
    try:
        return read_feed(data, url=URL, timezone=timezone)
    except FeedError as error:
        return error


def theirs(data: bytes) -> list[dict[str, object]] | None:
    """feedparser's entries; None where it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [dict(entry) for entry in feedparser.parse(io.BytesIO(data)).entries]
        except Exception:  # noqa: BLE001  # that it does is the point
            return None


def members(archive: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(CORPUS / "feed_sequences" / archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            opened = tar.extractfile(member) if member.isfile() else None
            if opened is not None:
                yield member.name, opened.read()


def check_entry(entry: FeedEntry) -> None:
    """What holds for every entry of whatever feed."""
    assert entry.title == " ".join(entry.title.split())
    assert len(entry.title) <= 2_000
    assert len(entry.summary) <= 100_000
    assert entry.url is None or entry.url.startswith(("https://", "http://"))
    assert entry.published_at is None or entry.published_at.tzinfo is UTC
    assert entry.published_at is None or entry.published_raw
    assert all("@" not in author for author in entry.authors)
    for text in (entry.title, entry.summary, *entry.authors, *entry.tags):
        text.encode()  # no lone surrogates
        assert not re.search("[\x00-\x08\x0e-\x1f]", text)


@pytest.mark.parametrize("path", files(*REAL), ids=name)
def test_a_real_feed_loses_nothing(path: Path) -> None:
    data = body(path)
    ours, expected = read(data), theirs(data)
    assert expected is not None
    if isinstance(ours, FeedError):
        assert ours.reason is Reason.NOT_A_FEED, ours.message
        assert expected == []
        return
    assert not ours.rejected
    for entry in ours.entries:
        check_entry(entry)
        assert not _LEFT_OVER.search(entry.title)
    if path.name.removesuffix(".gz").endswith(".json"):
        return  # feedparser reads none
    assert len(ours.entries) == len(expected)
    for entry, their in zip(ours.entries, expected, strict=True):
        compare(entry, their)


def compare(entry: FeedEntry, their: dict[str, object]) -> None:
    parsed = their.get("published_parsed")
    if parsed and re.search(r"[+-]\d{4}$|GMT$|Z$", str(their["published"])):
        assert entry.published_at is not None
        assert entry.published_at.timetuple()[:6] == tuple(parsed)[:6]  # type: ignore[arg-type]  # a struct_time
    if their.get("published"):
        assert entry.published_at is not None, their["published"]
    if str(their.get("link", "")).startswith("http"):
        assert entry.url is not None
    if their.get("title") and not re.search(r"[<&]", str(their["title"])):
        assert entry.title == " ".join(str(their["title"]).split())


def test_hostile_feeds_raise_nothing_but_feed_errors() -> None:
    paths = files(*HOSTILE)
    verdicts: Counter[str] = Counter()
    fewer = []
    for path in paths:
        data = body(path)
        ours = read(data)
        if isinstance(ours, FeedError):
            verdicts[ours.reason] += 1
        else:
            verdicts["feed"] += 1
            for entry in ours.entries:
                check_entry(entry)
        count = 0 if isinstance(ours, FeedError) else len(ours.entries)
        if count < len(theirs(data) or []):
            fewer.append(name(path))
    print(dict(verdicts))
    assert len(paths) > 2_000
    assert fewer == []


def test_all_known_crashers_are_refused_or_read() -> None:
    for path in files("hostile/feedparser_crashers"):
        assert theirs(body(path)) is None
        ours = read(body(path))
        assert isinstance(ours, FeedError)
        assert ours.reason in (Reason.PARSE_ERROR, Reason.NOT_A_FEED)


def test_the_korea_herald_item_of_2021() -> None:
    (path,) = files("koreaherald/rss")
    feed = read(body(path))
    assert isinstance(feed, ParsedFeed)
    (entry,) = feed.entries
    assert re.fullmatch(r"2021\d{10}", entry.guid or "")
    assert entry.url == f"http://www.koreaherald.com/view.php?ud={entry.guid}"
    assert entry.published_at == datetime(2021, 2, 9, 6, 22, 43, tzinfo=UTC)
    assert "&" not in entry.title + entry.summary


def test_the_korea_times_feed_has_every_date() -> None:
    (path,) = files("korean_other/rss")
    feed = read(body(path))
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) == 195
    assert {e.published_at for e in feed.entries} == {datetime(2022, 7, 27, 19, 35, 5, tzinfo=UTC)}
    assert all((e.guid or "").isdecimal() and e.url for e in feed.entries)


def test_700_states_of_one_feed() -> None:
    seen: dict[str, set[datetime | None]] = {}
    states = 0
    for _, data in members("yonhap_cn_news_2024.tar.xz"):
        feed = read(data)
        assert isinstance(feed, ParsedFeed)
        states += 1
        assert len(feed.entries) == 20
        for entry in feed.entries:
            assert entry.guid is not None
            assert entry.guid_unique
            assert entry.url is not None
            assert entry.guid in entry.url
            assert entry.published_at is not None
            assert re.search("[\u4e00-\u9fff]", entry.title)
            seen.setdefault(entry.guid, set()).add(entry.published_at)
    assert states == 700
    assert all(len(instants) == 1 for instants in seen.values())
    print(f"{len(seen)} distinct ids")


def test_states_behind_a_marker_line() -> None:
    states = 0
    for label, data in itertools.islice(members("otcmarkets_rss_raw.tar.xz"), 0, None, 5):
        assert not data.lstrip().startswith(b"<"), label
        feed = read(data, "America/New_York")
        states += 1
        assert isinstance(feed, ParsedFeed), label
        assert all(e.published_at and e.url and e.title for e in feed.entries)
    assert states == 80

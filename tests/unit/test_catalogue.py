"""The catalogue: what is in it, and that every entry is whole."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import catalogue
from config.catalogue import load_catalogue
from crawler.pages.registry import names
from newsroom.identity import canonical_url, host_of
from newsroom.model import Source

SOURCES = load_catalogue()
WATCHED = [source for source in SOURCES if source.enabled]
FURTHER = [source for source in SOURCES if not source.enabled]
LIST = Path(__file__).resolve().parents[2] / "docs" / "outlets.md"


def test_the_outlets_watched_out_of_the_box() -> None:
    assert {s.id: (s.name, s.language, s.page, s.hosts[0]) for s in WATCHED} == {
        "koreaherald": ("The Korea Herald", "en", "koreaherald", "www.koreaherald.com"),
        "yonhap-en": ("Yonhap News Agency", "en", "yonhap", "en.yna.co.kr"),
        "yonhap-ko": ("연합뉴스", "ko", "yonhap", "www.yna.co.kr"),
    }
    assert sum(len(s.feeds) for s in WATCHED) == 12


@pytest.mark.parametrize("source", WATCHED, ids=lambda s: s.id)
def test_an_outlet_is_whole(source: Source) -> None:
    assert source.listings
    for url in source.feeds + source.listings:
        assert urlsplit(url).netloc == source.hosts[0]


def test_further_outlets_are_off_and_many() -> None:
    assert len(FURTHER) >= 8
    assert {source.language for source in FURTHER} == {"en", "ko"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.id)
def test_every_outlet(source: Source) -> None:
    assert source.origin == "catalogue"
    assert source.timezone == "Asia/Seoul"
    assert source.page in names()
    assert source.name != source.id
    urls = source.feeds + source.listings
    assert urls
    assert len(set(urls)) == len(urls)
    house = ".".join(source.hosts[0].split(".")[1:])
    for url in urls:
        assert urlsplit(url).scheme == "https"
        assert host_of(url).endswith(house)


@pytest.mark.parametrize("source", FURTHER, ids=lambda s: s.id)
def test_every_host_of_an_outlet_folds_to_its_first(source: Source) -> None:
    shown = [f"http://{host}/a/7?id=3&utm_source=rss" for host in source.hosts]
    found = {canonical_url(url, page=source.page, hosts=source.hosts) for url in shown}
    assert found == {f"https://{source.hosts[0]}/a/7?id=3"}


@pytest.mark.parametrize(
    ("source_id", "shown", "expected"),
    [
        (
            "sbs",
            "http://news.sbs.co.kr/news/endPage.do?news_id=N1000000007&oaid=N1&plink=TOP&cooper=SBS",
            "https://news.sbs.co.kr/news/endPage.do?news_id=N1000000007",
        ),
        (
            "sbs",
            "https://news.sbs.co.kr/news/endPage.do?plink=RSSREADER&news_id=N1000000007",
            "https://news.sbs.co.kr/news/endPage.do?news_id=N1000000007",
        ),
        ("ytn", "https://m.ytn.co.kr/_ln/0103_7", "https://www.ytn.co.kr/_ln/0103_7"),
        (
            "kbs",
            "https://mn.kbs.co.kr/news/view.do?ncd=7&ref=RSS",
            "https://news.kbs.co.kr/news/view.do?ncd=7",
        ),
        ("mbn", "http://mbn.co.kr/news/society/7", "https://www.mbn.co.kr/news/society/7"),
        ("chosun", "https://www.chosun.com/x/AB7/?outputType=amp", "https://www.chosun.com/x/AB7"),
    ],
)
def test_one_article_has_one_address(source_id: str, shown: str, expected: str) -> None:
    source = next(source for source in SOURCES if source.id == source_id)
    assert canonical_url(shown, page=source.page, hosts=source.hosts) == expected


def test_no_id_host_or_feed_belongs_to_two_outlets() -> None:
    for many in (
        [source.id for source in SOURCES],
        [host for source in SOURCES for host in source.hosts],
        [url for source in SOURCES for url in source.feeds],
    ):
        assert len(set(many)) == len(many)


def test_every_further_outlet_says_how_sure_its_addresses_are() -> None:
    text = Path(catalogue.__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    tables = text.split("\n[[source]]\n")
    for before, table in pairwise(tables):
        if tomllib.loads(table).get("enabled", True):
            continue
        note = before.rstrip().splitlines()[-1]
        assert note.startswith("# ")
        assert "seen" in note or "unconfirmed" in note


def test_the_page_of_outlets_lists_them_all() -> None:
    rows = LIST.read_text(encoding="utf-8")
    assert [s.id for s in SOURCES if f"| `{s.id}` |" not in rows] == []

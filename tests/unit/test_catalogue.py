"""The catalogue: what is in it, and that every entry is whole."""

from urllib.parse import urlsplit

import pytest

from config.catalogue import load_catalogue
from newsroom.model import Source

SOURCES = load_catalogue()


def test_the_outlets() -> None:
    assert {s.id: (s.name, s.language, s.page, s.hosts[0]) for s in SOURCES} == {
        "koreaherald": ("The Korea Herald", "en", "koreaherald", "www.koreaherald.com"),
        "yonhap-en": ("Yonhap News Agency", "en", "yonhap", "en.yna.co.kr"),
        "yonhap-ko": ("연합뉴스", "ko", "yonhap", "www.yna.co.kr"),
    }
    assert sum(len(s.feeds) for s in SOURCES) == 12


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.id)
def test_an_outlet_is_whole(source: Source) -> None:
    assert source.enabled
    assert source.origin == "catalogue"
    assert source.timezone == "Asia/Seoul"
    assert source.listings
    urls = source.feeds + source.listings
    assert len(set(urls)) == len(urls)
    for url in urls:
        assert urlsplit(url).scheme == "https"
        assert urlsplit(url).netloc == source.hosts[0]


def test_no_host_belongs_to_two_outlets() -> None:
    hosts = [host for source in SOURCES for host in source.hosts]
    assert len(set(hosts)) == len(hosts)

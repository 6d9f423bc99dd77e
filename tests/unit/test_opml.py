"""OPML in and out: what others export, what nobody should be able to make us read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import opml
from config.added_sources import read_definition
from config.opml import Outline, read_opml, write_opml
from newsroom.discovery import feed_key
from newsroom.errors import ConfigError
from newsroom.model import Source
from wirewatch.cli.opml_in import definitions_of


def document(body: str) -> bytes:
    return f'<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


FOLDERS = document(
    """<outline text="News"><outline text="Seoul">
    <outline text="Han Daily" type="rss" xmlUrl="https://han.example/rss?a=1&amp;b=2"
             htmlUrl="https://www.han.example/" language="ko-KR"/>
    </outline><outline title="Port Post" xmlURL=" https://port.example/feed "/></outline>"""
)


def test_nested_outlines_are_read_in_order() -> None:
    assert read_opml(FOLDERS, "f") == (
        Outline(
            "https://han.example/rss?a=1&b=2", "Han Daily", "https://www.han.example/", "ko-KR"
        ),
        Outline("https://port.example/feed", "Port Post"),
    )


def test_a_bare_ampersand_keeps_its_letters() -> None:
    body = document('<outline text="A & B" xmlUrl="https://a.example/?x=1&y=2&amp;z=3"/>')
    (one,) = read_opml(body, "f")
    assert (one.url, one.title) == ("https://a.example/?x=1&y=2&z=3", "A & B")


SECRET = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            SECRET.encode() + document('<outline text="&x;" xmlUrl="http://a.example/"/>'),
            "entities",
        ),
        ((SECRET + "<opml/>").encode("utf-16"), "entities"),
        (b"<rss/>", "is no OPML"),
        (b"", "is no XML"),
        (b"<opml><body>", "is no XML"),
        (document("<outline " * 3), "is no XML"),
        (b"<o>" * 5_000, "is no XML"),
    ],
)
def test_what_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        read_opml(body, "feeds.opml")
    assert "feeds.opml" in str(refused.value)


def test_too_many_feeds_are_refused_with_their_number() -> None:
    outline = '<outline xmlUrl="https://a.example/{}"/>'
    body = document("".join(outline.format(n) for n in range(100_000)))
    with pytest.raises(ConfigError, match="names 100000 feeds; 5000 can be imported"):
        read_opml(body, "f")


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opml, "MAX_BYTES", 100)
    with pytest.raises(ConfigError, match="larger"):
        read_opml(FOLDERS, "f")


def test_a_bad_outline_costs_only_itself() -> None:
    theirs = Source("theirs", "Theirs", (), ("https://t.example/rss",))
    off = Source("off", "Off", (), ("https://off.example/rss",), enabled=False)
    urls = [
        "javascript:alert(1)",
        "https://t.example/rss/",
        "http://off.example/rss",
        "https://user:pw@a.example/",
        "https://a.example/" + "x" * 3_000,
        "https://good.example/rss",
        "http://good.example/rss",
    ]
    found = definitions_of(
        [Outline(url, "T") for url in urls],
        {feed_key(feed): source for source in (theirs, off) for feed in source.feeds},
        ["theirs", "off"],
    )
    assert [one["feeds"] for one in found.definitions] == [["https://good.example/rss"]]
    reasons = [why for _, why in found.skipped]
    assert len(reasons) == 6
    assert "no http or https URL" in reasons[0]
    assert reasons[1] == "is a feed of source 'theirs' already"
    assert reasons[2].endswith("which is off: say `wirewatch sources add off`")
    assert "pw" not in reasons[3]
    assert "longer than" in reasons[4]
    assert reasons[5] == "stands in the file twice"


def test_feeds_of_one_host_and_title_are_one_source() -> None:
    outlines = [
        Outline("https://han.example/politics", "Han Daily", language="ko-KR"),
        Outline("https://han.example/world", "Han daily"),
        Outline("https://han.example/blog", "Han Blog"),
        Outline("https://port.example/world", "Han Daily", "https://www.port.co.kr/"),
    ]
    found = definitions_of(outlines, {}, ["port"])
    assert [(one["id"], one["name"], len(one["feeds"])) for one in found.definitions] == [
        ("han", "Han Daily", 2),
        ("han-en", "Han Blog", 1),
        ("port-en", "Han Daily", 1),
    ]
    assert found.definitions[0]["language"] == "ko"
    assert found.definitions[0]["timezone"] == "Asia/Seoul"
    assert found.definitions[2]["timezone"] == "Asia/Seoul"  # by .kr


def test_an_unusable_title_or_language_gives_way() -> None:
    (one,) = definitions_of(
        [Outline("https://a.example/rss", "", language="english!")], {}, []
    ).definitions
    assert (one["name"], one["language"]) == ("a.example", "en")


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
SOURCES = st.lists(
    st.builds(
        lambda n, name, paths, language, zone: Source(
            id=f"s{n}",
            name=" ".join(name.split()) or "x",
            hosts=(f"h{n}.example",),
            feeds=tuple(f"https://h{n}.example/{path}?a=1&b='<>" for path in sorted(paths)),
            language=language,
            timezone=zone,
            origin="db",
        ),
        st.integers(0, 30),
        NAMES,
        st.sets(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=3),
        st.sampled_from(["en", "ko", "zh-Hant"]),
        st.sampled_from(["UTC", "Asia/Seoul"]),
    ),
    max_size=5,
    unique_by=lambda source: source.id,
)


@given(SOURCES)
def test_what_is_exported_is_imported_the_same(sources: list[Source]) -> None:
    text = write_opml(sources)
    found = definitions_of(read_opml(text.encode(), "f"), {}, [])
    assert found.skipped == []
    back = {d["id"]: read_definition(d) for d in found.definitions}
    assert back == {source.id: source for source in sources}
    assert write_opml(back.values()) == text

"""What becomes of one item: title, summary, link, guid, dates, people, tags."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.feeds import entry_json, read_feed
from tests.unit.feed_documents import URL, atom, item, only, read, rss

DC = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
CONTENT = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Radar ready", "Radar ready"),
        ("  Radar\n\t ready\u00a0now ", "Radar ready now"),
        ("<![CDATA[Seoul&rsquo;s &ldquo;radar&rdquo;]]>", "Seoul’s “radar”"),
        ("Seoul&amp;rsquo;s radar", "Seoul’s radar"),
        ("A &amp; B", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("<![CDATA[A &amp;amp; B]]>", "A & B"),
        ("<![CDATA[<b>Radar</b> ready]]>", "Radar ready"),
        ("&lt;b&gt;Radar&lt;/b&gt; ready", "Radar ready"),
        ("<![CDATA[Radar<br/>ready]]>", "Radar ready"),
        ("<![CDATA[&lt;i&gt;Radar&lt;/i&gt; ready]]>", "<i>Radar</i> ready"),
        ("It&amp;apos;s &amp;lt;i&amp;gt;", "It's <i>"),
        ("<![CDATA[It&apos;s &lt;script&gt;]]>", "It's <script>"),
        ("<![CDATA[<b>It</b>&rsquo;s &lt;!-- &amp;amp; --&gt;]]>", "It’s <!-- & -->"),
        ("<![CDATA[사드 &amp;amp; &amp;quot;배치&amp;quot;]]>", '사드 & "배치"'),
        ("<![CDATA[<script>steal()</script>Radar]]>", "Radar"),
        ("<![CDATA[<속보> 사드 배치]]>", "<속보> 사드 배치"),
        ("&lt;그래픽&gt; 사드 배치", "<그래픽> 사드 배치"),
        ("<![CDATA[When a < b and c > d]]>", "When a < b and c > d"),
        ("[속보] 사드 &#54620;국 배치", "[속보] 사드 한국 배치"),
        ("<![CDATA[AT&T, R&D and x&copy=1]]>", "AT&T, R&D and x&copy=1"),
        ("", ""),
    ],
)
def test_titles_are_plain_text(written: str, title: str) -> None:
    assert only(rss(item(title=written))).title == title


@pytest.mark.parametrize(
    ("kind", "written", "title"),
    [
        ("html", "It&amp;apos;s &amp;lt;i&amp;gt;", "It's <i>"),
        ("html", "&lt;i>It&lt;/i>&amp;apos;s", "It's"),
        ("html", "<![CDATA[A &amp; B &lt;b&gt;]]>", "A & B <b>"),
        ("text", "It's &lt;i&gt;", "It's <i>"),
        ("text", "&lt;b&gt;Radar&lt;/b&gt; ready", "Radar ready"),
        ("text", "Seoul&amp;rsquo;s &amp;lt;i&amp;gt;", "Seoul’s <i>"),
        ("xhtml", "<div xmlns='http://www.w3.org/1999/xhtml'>It's <i>red</i></div>", "It's red"),
    ],
)
def test_an_atom_title_is_read_as_its_type_says(kind: str, written: str, title: str) -> None:
    entry = f"<entry><id>urn:1</id><title type='{kind}'>{written}</title></entry>"
    assert only(atom(entry)).title == title


def test_fault_60_nul_and_control_characters_go() -> None:
    assert only(rss(item(title="Ra\x00dar\x07 re\x1bady"))).title == "Radar ready"


def test_fault_62_undefined_entities_are_resolved() -> None:
    assert only(rss(item(title="Radar&nbsp;ready &hellip; R & D"))).title == "Radar ready … R & D"


def test_fault_89_a_huge_title_is_capped() -> None:
    entry = only(rss(item(title="사드 " * 1_700_000)))
    assert len(entry.title) <= 2_000
    assert entry.title.startswith("사드 사드")


def test_fault_90_invisible_characters_are_kept_as_published() -> None:
    written = "TH\u200bAAD \u202eready"
    assert only(rss(item(title=written))).title == written


@pytest.mark.parametrize(
    ("written", "summary"),
    [
        ("<![CDATA[(Seoul) One.]]>", "(Seoul) One."),
        ("<![CDATA[<p>One &amp; a half.</p><p>Two.</p>]]>", "One & a half.\n\nTwo."),
        ("<![CDATA[One.<br><br>Two.]]>", "One.\n\nTwo."),
        ("<![CDATA[One.\n\n  Two\nlines.]]>", "One.\n\nTwo lines."),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("<![CDATA[<div>One.<script>alert(1)</script><style>p{}</style></div>]]>", "One."),
        ("<![CDATA[One &amp;amp; two]]>", "One & two"),
        ("<![CDATA[<속보> 사드 <b>배치</b>]]>", "<속보> 사드 배치"),
        ("<![CDATA[Seoul&rsquo;s line]]>", "Seoul’s line"),
        ("<![CDATA[<img src='a.png'>]]>", ""),
        ("<![CDATA[<p>Unclosed <b>markup]]>", "Unclosed markup"),
        ("<![CDATA[<?xml version='1.0' encoding='euc-kr'?><p>One.</p>]]>", "One."),
        ("", ""),
    ],
)
def test_summaries_are_plain_paragraphs(written: str, summary: str) -> None:
    document = rss(item(more=f"<description>{written}</description>"))
    assert only(document).summary == summary


def test_the_description_comes_before_the_content_wherever_it_stands() -> None:
    parts = [
        "<description>Short.</description>",
        "<content:encoded><![CDATA[<p>The whole.</p>]]></content:encoded>",
    ]
    for more in ("".join(parts), "".join(reversed(parts))):
        assert only(rss(item(more=more)).replace("<rss", f"<rss{CONTENT}")).summary == "Short."
    document = rss(item(more=f"<description/>{parts[1]}")).replace("<rss", f"<rss{CONTENT}")
    assert only(document).summary == "The whole."


def test_a_huge_summary_is_capped() -> None:
    entry = only(rss(item(more=f"<description>{'사드 ' * 400_000}</description>")))
    assert len(entry.summary) <= 100_000


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://news.example.com/a/1", "https://news.example.com/a/1"),
        ("  https://news.example.com/a/1\n", "https://news.example.com/a/1"),
        ("https://news.example.com/a?x=1&amp;y=2", "https://news.example.com/a?x=1&y=2"),
        ("<![CDATA[https://news.example.com/a?x=1&y=2]]>", "https://news.example.com/a?x=1&y=2"),
        ("/a/1", "https://news.example.com/a/1"),
        ("a/1", "https://news.example.com/rss/a/1"),
        ("//m.example.com/a/1", "https://m.example.com/a/1"),
        ("?id=1", "https://news.example.com/rss/all.xml?id=1"),
        ("", None),
    ],
)
def test_fault_87_links_are_made_absolute(written: str, url: str | None) -> None:
    assert only(rss(item(link=written))).url == url


def test_fault_87_a_base_inside_the_document_counts() -> None:
    entry = '<entry xml:base="{}"><id>urn:1</id><title>One</title><link href="story.html"/></entry>'
    absolute = only(atom(entry.format("https://m.example.com/b/")))
    assert absolute.url == "https://m.example.com/b/story.html"
    relative = only(atom(entry.format("deep/"), attributes=' xml:base="/b/"'))
    assert relative.url == "https://news.example.com/b/deep/story.html"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "mailto:a@example.com",
        "https://",
        "https://user:secret@example.com/",
    ],
)
def test_fault_88_only_http_links_are_links(link: str) -> None:
    assert only(rss(item(link=f"<![CDATA[{link}]]>"))).url is None


@pytest.mark.parametrize(
    ("more", "guid", "url"),
    [
        ("<guid>20260815000123</guid>", "20260815000123", "https://news.example.com/a/1"),
        ("<id>ACK20260815000100881</id>", "ACK20260815000100881", "https://news.example.com/a/1"),
        ('<guid isPermaLink="false"> x </guid>', "x", "https://news.example.com/a/1"),
        ("<guid/>", None, "https://news.example.com/a/1"),
        (f"<guid>{'x' * 5_000}</guid>", None, "https://news.example.com/a/1"),
    ],
)
def test_guids_are_kept_as_written(more: str, guid: str | None, url: str) -> None:
    entry = only(rss(item(more=more)))
    assert (entry.guid, entry.url) == (guid, url)


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ("<guid>https://news.example.com/a/7</guid>", "https://news.example.com/a/7"),
        ("<link/><guid>https://news.example.com/a/7</guid>", "https://news.example.com/a/7"),
        ('<guid isPermaLink="false">https://news.example.com/a/7</guid>', None),
        ("<guid>20260815000123</guid>", None),
        ("<guid>tag:example.com,2026:7</guid>", None),
    ],
)
def test_a_guid_stands_in_for_a_missing_link_only_as_an_address(more: str, url: str | None) -> None:
    assert only(rss(f"<item><title>x</title>{more}</item>")).url == url


def test_fault_74_an_item_without_guid_and_link_is_an_entry() -> None:
    entry = only(rss("<item><title>Radar ready</title></item>"))
    assert (entry.guid, entry.url, entry.title) == (None, None, "Radar ready")


def test_fault_75_guids_two_items_share_are_marked() -> None:
    feed = read(rss("".join(item(more=f"<guid>{g}</guid>") for g in ("a", "b", "a")) + item()))
    assert [(e.guid, e.guid_unique) for e in feed.entries] == [
        ("a", False),
        ("b", True),
        ("a", False),
        (None, True),
    ]


def test_items_keep_the_documents_order() -> None:
    dates = ("2026-08-15", "2026-08-17", "2026-08-16")
    feed = read(rss("".join(item(title=d, more=f"<pubDate>{d}</pubDate>") for d in dates)))
    assert tuple(e.title for e in feed.entries) == dates


@pytest.mark.parametrize(
    ("more", "raw", "instant"),
    [
        ("<pubDate>20260815120000</pubDate>", "20260815120000", "2026-08-15T12:00:00+09:00"),
        (
            "<pubdate>Thu,28 Jul 2022 4:35:5 GMT+9</pubdate>",
            "Thu,28 Jul 2022 4:35:5 GMT+9",
            "2022-07-28T04:35:05+09:00",
        ),
        (
            "<pubDate> Sat, 15 Aug 2026 12:00:00 KST\n</pubDate>",
            "Sat, 15 Aug 2026 12:00:00 KST",
            "2026-08-15T12:00:00+09:00",
        ),
        ("<dc:date>2026-08-15 12:00:00</dc:date>", "2026-08-15 12:00:00", "2026-08-15T12:00+09:00"),
        ("<date>2026/08/15 12:00</date>", "2026/08/15 12:00", "2026-08-15T12:00+09:00"),
        (
            "<dc:date>2026-08-15T11:00:00Z</dc:date><pubDate>2026-08-15T10:00:00Z</pubDate>",
            "2026-08-15T10:00:00Z",
            "2026-08-15T10:00Z",
        ),
        (
            "<pubDate>soon</pubDate><dc:date>2026-08-15T11:00:00Z</dc:date>",
            "2026-08-15T11:00:00Z",
            "2026-08-15T11:00Z",
        ),
        (
            "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "1970-01-01T00:00Z",
        ),
        ("<pubDate>2099-01-01T00:00:00Z</pubDate>", "2099-01-01T00:00:00Z", "2099-01-01T00:00Z"),
        ("<pubDate>soon</pubDate>", "soon", None),
        ("<pubDate/>", None, None),
        ("", None, None),
    ],
)
def test_fault_82_dates_come_from_the_raw_text(
    more: str, raw: str | None, instant: str | None
) -> None:
    document = rss("<lastBuildDate>2020-01-01T00:00:00Z</lastBuildDate>" + item(more=more))
    entry = only(document.replace("<rss", f"<rss{DC}"))
    assert entry.published_raw == raw
    assert entry.published_at == (utc(instant) if instant else None)


def test_the_sources_zone_holds_for_a_date_without_one() -> None:
    body = rss(item(more="<pubDate>2026-08-15 12:00</pubDate>")).encode()
    berlin = read_feed(body, url=URL, timezone="Europe/Berlin").entries[0]
    assert berlin.published_at == utc("2026-08-15T12:00+02:00")
    assert read_feed(body, url=URL).entries[0].published_at == utc("2026-08-15T12:00Z")


SENT = "<pubDate>Tue, 09 Feb 2021 15:22:43 +0900</pubDate>"


@pytest.mark.parametrize(
    ("more", "updated"),
    [
        (SENT, None),
        (f"{SENT}<dc:date>2021-02-09T15:22:43+09:00</dc:date>", None),
        (f"<dc:date>2021-02-09T15:22:43+09:00</dc:date>{SENT}", None),
        (f"{SENT}<dc:date>2021-02-09T16:22:43+09:00</dc:date>", None),
        ("<dc:date>2021-02-09T16:22:43+09:00</dc:date>", None),
        (
            f"{SENT}<a:updated>2021-02-09T16:00:00+09:00</a:updated>",
            "2021-02-09T16:00:00+09:00",
        ),
        (
            f"{SENT}<t:modified>2021-02-09T16:00:00+09:00</t:modified>",
            "2021-02-09T16:00:00+09:00",
        ),
    ],
)
def test_an_rss_item_is_updated_only_where_it_says_so(more: str, updated: str | None) -> None:
    names = f"{DC} xmlns:a='http://www.w3.org/2005/Atom' xmlns:t='http://purl.org/dc/terms/'"
    document = rss(item(more=more) + item(more=SENT)).replace("<rss", f"<rss{names}")
    head = "<a:updated>2021-02-10T00:00:00Z</a:updated><lastBuildDate>x</lastBuildDate><item>"
    entry = read(document.replace("<item>", head, 1)).entries[0]
    assert entry.updated_at == (utc(updated) if updated else None)
    assert entry.published_at is not None


def test_atom_keeps_published_and_updated_apart() -> None:
    published = "<published>2026-08-15T12:00:00+09:00</published>"
    updated = "<updated>2026-08-15T13:00:00+09:00</updated>"
    both = only(atom(f"<entry><id>urn:1</id><title>x</title>{published}{updated}</entry>"))
    assert both.published_at == utc("2026-08-15T12:00+09:00")
    assert both.updated_at == utc("2026-08-15T13:00+09:00")
    same = updated.replace("13:", "12:")
    unchanged = only(atom(f"<entry><id>urn:1</id><title>x</title>{published}{same}</entry>"))
    assert unchanged.updated_at == unchanged.published_at == utc("2026-08-15T12:00+09:00")
    late = only(atom(f"<entry><id>urn:1</id><title>x</title>{updated}</entry>"))
    assert (late.published_at, late.published_raw) == (None, None)
    assert late.updated_at == utc("2026-08-15T13:00+09:00")


@pytest.mark.parametrize(
    ("more", "authors"),
    [
        ("<dc:creator>Kim Min-ji</dc:creator>", ("Kim Min-ji",)),
        ("<dc:creator>김민지</dc:creator><dc:creator>박서준</dc:creator>", ("김민지", "박서준")),
        ("<dc:creator>Kim</dc:creator><dc:creator>Kim</dc:creator>", ("Kim",)),
        ("<author>desk@example.com (Kim Min-ji)</author>", ("Kim Min-ji",)),
        ("<author>Kim Min-ji &lt;kim@example.com&gt;</author>", ("Kim Min-ji",)),
        ("<author>desk@example.com</author>", ()),
        ("<dc:creator><![CDATA[Kim &amp; Park]]></dc:creator>", ("Kim & Park",)),
        ("<author/>", ()),
        ("", ()),
    ],
)
def test_authors_are_names_without_addresses(more: str, authors: tuple[str, ...]) -> None:
    assert only(rss(item(more=more)).replace("<rss", f"<rss{DC}")).authors == authors


def test_atom_authors_and_tags() -> None:
    entry = only(
        atom(
            "<entry><id>urn:1</id><title type='html'>&lt;b>Radar&lt;/b> &amp;amp; co</title>"
            "<author><name>Kim</name><email>k@example.com</email></author><author><name>Park</name></author>"
            "<category term='defense'/><category term='' label='Asia'/><category term='defense'/>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One.</p><p>Two.</p></div>"
            "</content>"
            "<link rel='enclosure' href='/x.mp3'/>"
            "<link rel='alternate' type='application/pdf' href='/a/1'/></entry>"
        )
    )
    assert entry.title == "Radar & co"
    assert entry.authors == ("Kim", "Park")
    assert entry.tags == ("defense", "Asia")
    assert entry.summary == "One.\n\nTwo."
    assert entry.url == "https://news.example.com/a/1"


def test_rdf_items_are_read() -> None:
    entry = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f"{DC}><channel rdf:about='https://news.example.com/'><title>Desk</title></channel>"
        '<item rdf:about="https://news.example.com/a/1"><title>Radar</title>'
        "<dc:date>2026-08-15T12:00:00+09:00</dc:date><dc:subject>defense</dc:subject></item></rdf:RDF>"
    )
    assert entry.url == entry.guid == "https://news.example.com/a/1"
    assert entry.published_at == utc("2026-08-15T12:00+09:00")
    assert entry.tags == ("defense",)


def test_what_try_feed_prints() -> None:
    document = rss(
        item(more="<guid>7</guid><pubDate>2026-08-15 12:00</pubDate><category>a</category>")
    )
    assert entry_json(only(document)) == {
        "guid": "7",
        "url": "https://news.example.com/a/1",
        "title": "Radar ready",
        "summary": "",
        "published_at": "2026-08-15T03:00:00+00:00",
        "published_raw": "2026-08-15 12:00",
        "updated_at": None,
        "authors": [],
        "tags": ["a"],
    }
    bare = entry_json(only(rss("<item><title>x</title></item>")))
    assert [key for key, value in bare.items() if value is None] == [
        "guid",
        "url",
        "published_at",
        "published_raw",
        "updated_at",
    ]

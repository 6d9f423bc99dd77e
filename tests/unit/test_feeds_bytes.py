"""Encodings, junk and attacks: what is done to bytes before they are parsed."""

from __future__ import annotations

import socket

import pytest

from crawler.feed_bytes import xml_document
from newsroom.reasons import Reason
from tests.unit.feed_documents import atom, item, only, read, reason, rss

KOREAN = "사드 배치 논의, 펲시콜라와 똠방각하"
CHINESE = "韩国讨论部署萨德系统，无人机飞越边境"
JAPANESE = "韓国、サード配備を議論、ドローンが国境を越える"
RUSSIAN = "Сеул обсуждает размещение системы ПРО, беспилотник пересёк границу"


def xml(text: str, declared: str | None) -> str:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return rss("".join(item(title=text, more=f"<guid>{i}</guid>") for i in range(3)), head=head)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", ["utf-8", "utf-16", None])
def test_fault_54_byte_order_marks_and_wide_encodings(encoding: str, declared: str | None) -> None:
    assert read(xml(KOREAN, declared).encode(encoding)).entries[0].title == KOREAN


@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=utf-8"])
def test_fault_55_declared_utf8_really_cp949(content_type: str) -> None:
    feed = read(xml(KOREAN, "utf-8").encode("cp949"), content_type=content_type)
    assert feed.entries[0].title == KOREAN


@pytest.mark.parametrize("declared", ["euc-kr", "EUC-KR", "ks_c_5601-1987", "cp949"])
def test_fault_56_declared_euc_kr_holds_cp949_syllables(declared: str) -> None:
    assert read(xml(KOREAN, declared).encode("cp949")).entries[0].title == KOREAN


@pytest.mark.parametrize(
    ("declared", "header", "encoding"),
    [
        ("euc-kr", "text/xml; charset=iso-8859-1", "cp949"),
        ("utf-8", "text/xml; charset=euc-kr", "cp949"),
        ("euc-kr", "text/xml; charset=utf-8", "cp949"),
        ("euc-kr", "text/xml; charset=utf-8", "utf-8"),
        ("utf-8", "text/xml; charset=iso-8859-1", "utf-8"),
        ("utf8", "text/xml", "utf-8"),
        ("utf-16", "text/xml", "utf-8"),
        ("no-such-charset", "text/xml; charset='", "utf-8"),
        (None, "text/xml; charset=us-ascii", "utf-8"),
    ],
)
def test_fault_57_header_and_declaration_at_odds(
    declared: str | None, header: str, encoding: str
) -> None:
    feed = read(xml(KOREAN, declared).encode(encoding), content_type=header)
    assert feed.entries[0].title == KOREAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KOREAN, "cp949"),
        (JAPANESE, "shift_jis"),
        (CHINESE, "gb18030"),
        ("韓國討論部署薩德系統，無人機飛越邊境", "big5"),
        (RUSSIAN, "koi8-r"),
    ],
)
def test_fault_58_unlabelled_legacy_encodings(text: str, encoding: str) -> None:
    document = xml(text, None).replace("Desk", text * 4)
    assert read(document.encode(encoding)).entries[0].title == text


def test_fault_59_text_encoded_twice_is_healed() -> None:
    twice = "Séoul, le café".encode().decode("iso-8859-1")
    assert read(xml(twice, "utf-8")).entries[0].title == "Séoul, le café"


def test_one_broken_character_does_not_spoil_a_feed() -> None:
    body = xml(KOREAN, "utf-8").encode().replace(b"</title><link>", b"\xec\x82</title><link>", 1)
    feed = read(body)
    assert feed.entries[0].title == KOREAN + "\N{REPLACEMENT CHARACTER}"
    assert feed.entries[1].title == KOREAN


def test_fault_61_lone_surrogates_and_numbers_beyond_unicode() -> None:
    title = "a&#xD800;b&#999999999999;c&#0;d&#x1F600;e&#55296;f&#xFFFE;g&#65;&#x42;"
    assert only(rss(item(title=title))).title == "a�b�c�d😀e�f�gAB"
    cesu = rss(item(title="x", more=f"<description>{KOREAN * 4}</description>")).encode()
    entry = only(cesu.replace(b">x<", b">x\xed\xa0\x80y<"))
    assert entry.title.strip("�") == "x���y".strip("�")
    assert entry.summary == KOREAN * 4


@pytest.mark.parametrize(
    "document",
    [
        "<rss><channel><item><title><![CDATA[Radar]]></title><description>a <b>b <![CDATA[c]]>",
        "<rss><channel><item><title>Radar</title><link>https://e.com/1</item></channel></rss>",
        "<rss><channel><item><title>Radar & co</title></item></channel></rss>",
        "<rss><channel><item><title>Radar</title><dc:date>2026</dc:date></item></channel></rss>",
    ],
)
def test_fault_63_ill_formed_documents_give_their_items(document: str) -> None:
    assert only(document).title.startswith("Radar")


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>Lost<link>/a/1</link></item>",
        "<item><title>Lost</titel></item>",
        "<item><title>Lost</title><description><![CDATA[cut</item>",
        "<item><title>Lost</title></width></item>",
        "<item><title>Lost & <b </title></item>",
    ],
)
def test_fault_63_a_broken_item_costs_no_other(broken: str) -> None:
    before, after = (
        [item(title=f"{word} {i}", more=f"<guid>{word}{i}</guid>") for i in range(20)]
        for word in ("Before", "After")
    )
    feed = read(rss("".join([*before, broken, *after])))
    titles = [e.title for e in feed.entries]
    assert titles[:20] == [f"Before {i}" for i in range(20)]
    assert titles[-20:] == [f"After {i}" for i in range(20)]
    assert len(feed.entries) + len(feed.rejected) == 41
    assert all("Lost" in r.raw and r.reason for r in feed.rejected)


@pytest.mark.parametrize(
    "junk",
    [
        "\n\n  \t",
        "\ufeff\ufeff",
        "<br />\n<b>Warning</b>: Undefined index in <b>/srv/feed.php</b> on line 3<br />\n",
        "Notice: something in /srv/feed.php\n",
        "# mirrored 2026-08-15 12:00\n",
        "<!-- cached -->\n",
        "<!DOCTYPE html><html><body>",
    ],
)
def test_fault_64_junk_before_the_document(junk: str) -> None:
    assert only(junk + rss(item(title=KOREAN))).title == KOREAN


def test_fault_64_junk_hides_no_encoding() -> None:
    body = b"<b>Warning</b>\n" + xml(KOREAN, "euc-kr").encode("cp949")
    assert read(body).entries[0].title == KOREAN


@pytest.mark.parametrize("tail", ["<script>x</script>", "</body></html>", "\n<br>x & y", "\x00"])
def test_junk_after_the_document(tail: str) -> None:
    assert only(rss(item()) + tail).title == "Radar ready"


def test_items_after_the_channel_of_a_cut_rdf_document_stay() -> None:
    document = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/'
        'rss/1.0/"><channel/><item><title>Radar</title></item></rdf:RDF'
    )
    assert only(document).title == "Radar"


def test_fault_65_xml_1_1() -> None:
    assert only(rss(item(), head='<?xml version="1.1"?>')).title == "Radar ready"


LAUGHS = '<!DOCTYPE l [<!ENTITY l0 "ha">{}]>'.format(
    "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_fault_66_billion_laughs(encoding: str) -> None:
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}{rss(item(title="&l9;"), head="")}'
    )
    entry = only(document.encode(encoding))
    assert len(entry.title) < 20


def test_fault_67_quadratic_blow_up() -> None:
    big = "x" * 50_000
    document = f'<!DOCTYPE q [<!ENTITY a "{big}">]>{rss(item(title="&a;" * 1_000), head="")}'
    assert len(xml_document(document)) < len(document)
    assert "x" not in only(document).title


def test_short_flat_entities_still_work() -> None:
    document = "<!DOCTYPE rss [<!ENTITY desk 'Radar desk'>\n<!ENTITY reg \"&#174;\">]>" + rss(
        item(title="&desk;&reg;"), head=""
    )
    assert only(document).title == "Radar desk®"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "{}/file">]>',
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "{}/dtd"> %x;]>',
        '<!DOCTYPE r PUBLIC "-//X//EN" "{}/public.dtd" [<!ENTITY y "z">]>',
        '<!DOCTYPE r SYSTEM "{}/plain.dtd">',
        '<?xml-stylesheet href="{}/style.xsl"?>',
    ],
)
def test_fault_68_external_entities_open_no_connection(doctype: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        place = f"http://127.0.0.1:{server.getsockname()[1]}"
        head = '<?xml version="1.0"?>' + doctype.format(place)
        link = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{place}/x"/>'
        read(rss(item(title="Radar &x;", more=link), head=head))
        with pytest.raises(TimeoutError):
            server.accept()


def test_fault_70_deep_nesting() -> None:
    deep = "<a>" * 20_000 + "</a>" * 20_000
    assert only(rss(item(more=deep))).title == "Radar ready"
    html = f"<description>{'&lt;div&gt;' * 20_000}Radar</description>"
    assert only(rss(item(more=html))).title == "Radar ready"


def test_fault_71_very_many_items_keep_the_newest() -> None:
    dates = [f"2026-08-{1 + i % 28:02}T{i % 24:02}:00:00Z" for i in range(12_000)]
    items = "".join(item(title=d, more=f"<pubDate>{d}</pubDate>") for d in dates)
    feed = read(rss(items))
    assert (len(feed.entries), feed.dropped) == (5_000, 7_000)
    kept = [e.title for e in feed.entries]
    assert sorted(kept) == sorted(dates)[-5_000:]
    assert feed.entries == tuple(e for _, e in sorted(enumerate(feed.entries)))


def test_fault_71_undated_items_keep_the_first() -> None:
    feed = read(rss("".join(item(title=str(i)) for i in range(5_010))))
    assert feed.dropped == 10
    assert [e.title for e in feed.entries] == [str(i) for i in range(5_000)]


def test_fault_71_json_items_too() -> None:
    items = ",".join(
        f'{{"id":"{i}","date_published":"{2000 + i % 50}-01-01"}}' for i in range(5_050)
    )
    feed = read(f'{{"version":"https://jsonfeed.org/version/1.1","items":[{items}]}}')
    assert (len(feed.entries), feed.dropped) == (5_000, 50)
    assert min(str(e.published_raw) for e in feed.entries) == "2000-01-01"


JSON = '{{"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "items": [{}]}}'


def test_fault_92_broken_numbers_and_duplicate_keys() -> None:
    one = (
        '{"id": 1e999, "title": NaN, "content_text": "Body", "url": "/a/1", "tags": [NaN, "x", 3]}'
    )
    two = '{"id": 7, "id": 8, "title": "Two", "date_published": -Infinity, "authors": {"a": 1}}'
    three = f'{{"id": {"9" * 5_000}, "title": "\\ud800Three\\u0000"}}'
    feed = read(JSON.format(f"{one}, {two}, {three}"))
    assert [e.guid for e in feed.entries] == ["1e999", "8", None]
    assert [e.title for e in feed.entries] == ["", "Two", "Three"]
    assert feed.entries[0].url == "https://news.example.com/a/1"
    assert feed.entries[0].summary == "Body"
    assert feed.entries[0].tags == ("x", "3")
    assert not feed.rejected


def test_fault_92_deep_arrays() -> None:
    assert reason(JSON.format("[" * 100_000)) is Reason.PARSE_ERROR
    assert reason("[" * 100_000) is Reason.NOT_A_FEED


def test_a_json_feed_is_read_whole() -> None:
    entry = only(
        JSON.format(
            '{"id": "https://news.example.com/a/1", "title": "Seoul\\u2019s &amp; radar",'
            ' "content_html": "<p>One.</p><p>Two.</p>", "date_published": "2026-08-15T12:00:00",'
            ' "date_modified": "2026-08-15T13:00:00+09:00", "author": {"name": "Kim"},'
            ' "authors": [{"name": "Park"}, "x@example.com"], "tags": ["a", "a"]}'
        )
    )
    assert entry.url == entry.guid == "https://news.example.com/a/1"
    assert entry.title == "Seoul’s & radar"
    assert entry.summary == "One.\n\nTwo."
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-08-15T03:00:00+00:00"
    assert entry.updated_at is not None
    assert entry.updated_at.isoformat() == "2026-08-15T04:00:00+00:00"
    assert entry.authors == ("Park", "Kim")
    assert entry.tags == ("a",)


def test_a_stylesheet_and_comments_before_the_root_are_no_junk() -> None:
    head = '<?xml version="1.0"?><?xml-stylesheet href="x"?><!-- <html> <rss> -->'
    assert only(
        atom("<entry><title>x</title></entry>").replace(
            '<?xml version="1.0" encoding="utf-8"?>', head
        )
    )

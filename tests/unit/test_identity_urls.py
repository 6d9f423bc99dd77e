"""Canonical URLs: tables per outlet and for the rest, and the laws that hold for any string."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.identity import (
    MAX_URL,
    article_id,
    canonical_url,
    host_of,
    in_hosts,
    usable_url,
    yonhap_family,
)

EN = "https://en.yna.co.kr/view/AEN20170601002651315"
KO = "https://www.yna.co.kr/view/AKR20251201150500009"
UD = "https://www.koreaherald.com/view.php?ud=20240911050866"
NUMBER = "https://www.koreaherald.com/article/10493730"

YONHAP = [
    ("http://en.yna.co.kr/view/AEN20170601002651315", EN),
    ("https://en.yna.co.kr/view/AEN20170601002651315?section=politics/all", EN),
    ("https://en.yna.co.kr/view/AEN20170601002651315?section=news&input=rss", EN),
    ("https://en.yna.co.kr/view/AEN20170601002651315?input=rss&section=news", EN),
    ("https://en.yna.co.kr/view/AEN20170601002651315?section=nk/nk&site=topnews01#top", EN),
    ("https://en.yna.co.kr/view/AEN20170601002651315/", EN),
    ("https://m-en.yna.co.kr/view/AEN20170601002651315?input=tw", EN),
    ("https://www.yna.co.kr/view/AEN20170601002651315", EN),
    (
        "http://english.yonhapnews.co.kr/news/2017/06/01/38/0200000000AEN20170601002651315F.html",
        EN,
    ),
    (
        "http://english.yonhapnews.co.kr/northkorea/2017/07/29/0401000000AEN20170729000700315.html",
        "https://en.yna.co.kr/view/AEN20170729000700315",
    ),
    (
        "http://english.yonhapnews.co.kr/national/2013/03/20/46/"
        "0301000000AEN20130320004251315F.HTML?input=www",
        "https://en.yna.co.kr/view/AEN20130320004251315",
    ),
    (
        "http://m.english.yonhapnews.co.kr/news/2017/06/01/0200000000AEN20170601002651315.html",
        EN,
    ),
    ("https://www.yna.co.kr/view/AKR20251201150500009?section=international/asia", KO),
    ("//www.yna.co.kr/view/AKR20251201150500009", ""),
    ("https://m.yna.co.kr/view/AKR20251201150500009?input=1195m", KO),
    ("https://m.yna.co.kr/amp/view/AKR20251201150500009", KO),
    (
        "http://www.yonhapnews.co.kr/bulletin/2017/06/01/0200000000AKR20170601001800014.HTML",
        "https://www.yna.co.kr/view/AKR20170601001800014",
    ),
    (
        "https://cn.yna.co.kr/view/ACK20240913000200881?section=news&input=rss",
        "https://cn.yna.co.kr/view/ACK20240913000200881",
    ),
    (
        "http://m-cn.yna.co.kr/view/ACK20240913000200881",
        "https://cn.yna.co.kr/view/ACK20240913000200881",
    ),
    (
        "https://jp.yna.co.kr/view/AJP20240913000200882",
        "https://jp.yna.co.kr/view/AJP20240913000200882",
    ),
    (
        "https://m-ar.yna.co.kr/view/AAR20240913000200885",
        "https://ar.yna.co.kr/view/AAR20240913000200885",
    ),
    (
        "https://es.yna.co.kr/view/ASP20240913000200883",
        "https://sp.yna.co.kr/view/ASP20240913000200883",
    ),
    (
        "https://fr.yna.co.kr/view/AFR20240913000200884",
        "https://fr.yna.co.kr/view/AFR20240913000200884",
    ),
    # kinds of which we do not know the home stay where they were shown
    (
        "http://m.yna.co.kr/view/PYH20240913000200013?x=1",
        "https://www.yna.co.kr/view/PYH20240913000200013",
    ),
    (
        "http://en.yna.co.kr/view/PYH20240913000200013",
        "https://en.yna.co.kr/view/PYH20240913000200013",
    ),
    # no article: the general rule
    ("http://en.yna.co.kr/nk/nk/?utm_source=x", "https://en.yna.co.kr/nk/nk"),
    # another site with ids of the same shape
    (
        "https://www.yonhapnewstv.co.kr/news/MYH20260106016000641?srt=l",
        "https://www.yonhapnewstv.co.kr/news/MYH20260106016000641?srt=l",
    ),
]

HERALD = [
    ("http://www.koreaherald.com/view.php?ud=20240911050866", UD),
    ("https://www.koreaherald.com/view.php?ud=20240911050866&ACE_SEARCH=1", UD),
    ("https://www.koreaherald.com/view.php?ACE_SEARCH=1&amp;ud=20240911050866", UD),
    ("http://m.koreaherald.com/view.php?ud=20240911050866#a", UD),
    ("http://koreaherald.com:80/view.php?ud=20240911050866", UD),
    ("https://www01.koreaherald.com/view.php?ud=20240911050866", UD),
    ("http://news.koreaherald.com/view.php?ud=20240911050866", UD),
    ("http://khnews.kheraldm.com/view.php?ud=20240911050866", UD),
    ("https://khnews.heraldcorp.com/view.php?ud=20240911050866&np=1&mp=1", UD),
    ("https://m.koreaherald.com/article/10493730?utm_source=x", NUMBER),
    ("http://www.koreaherald.com/article/10493730/", NUMBER),
    ("https://koreaherald.com/article/10493730/amp", NUMBER),
    # no article: the general rule on the outlet's one host
    ("http://m.koreaherald.com/National?page=3", "https://www.koreaherald.com/National?page=3"),
    (
        "http://m.koreaherald.com/view.php?ud=x&b=2",
        "https://www.koreaherald.com/view.php?b=2&ud=x",
    ),
    # the sister paper counts its own articles
    ("https://biz.heraldcorp.com/article/10493730", "https://biz.heraldcorp.com/article/10493730"),
]

GENERIC = [
    ("HTTP://Example.COM", "https://example.com/"),
    ("http://example.com:80/a/", "https://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://example.com/a/../b/./c//", "https://example.com/b/c"),
    ("https://example.com/%7euser/%ea%b0%80", "https://example.com/~user/%EA%B0%80"),
    ("https://example.com/가", "https://example.com/%EA%B0%80"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("http://www.bücher.de?q=bücher", "https://www.xn--bcher-kva.de/?q=b%C3%BCcher"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a?a=2&a=1", "https://example.com/a?a=2&a=1"),
    ("https://example.com/a?q=x%20y", "https://example.com/a?q=x+y"),
    ("https://example.com/a?q=%b0%a1", "https://example.com/a?q=%B0%A1"),
    ("https://example.com/a?&&", "https://example.com/a"),
    ("https://example.com/a#part", "https://example.com/a"),
    ("https://example.com/a#!/story/1", "https://example.com/a#!/story/1"),
    ("https://example.com/a?utm_source=b&UTM_Medium=c&id=1", "https://example.com/a?id=1"),
    ("https://example.com/a?fbclid=1&gclid=2&mc_cid=3", "https://example.com/a"),
    ("https://bbc.co.uk/n-1?at_medium=RSS&at_campaign=rss", "https://bbc.co.uk/n-1"),
    ("https://example.com/p/20220728/slug?fl", "https://example.com/p/20220728/slug"),
    ("https://example.com/p?fl=3", "https://example.com/p?fl=3"),
    ("https://example.com/p?ref=rss", "https://example.com/p"),
    ("https://example.com/p?ref=15", "https://example.com/p?ref=15"),
    ("https://example.com/p?from=seoul", "https://example.com/p?from=seoul"),
    ("https://example.com/p?from=rss_top", "https://example.com/p"),
    (
        "https://example.com/news_view.htm?lang=e&Seq_Code=1",
        "https://example.com/news_view.htm?Seq_Code=1&lang=e",
    ),
    ("https://example.com/a?b=1&amp;utm_term=x&amp;amp;c=2", "https://example.com/a?b=1&c=2"),
    ("https://example.com/a;jsessionid=AB12?x=1", "https://example.com/a?x=1"),
    ("https://example.com/story/amp/", "https://example.com/story"),
    ("https://example.com/amp", "https://example.com/amp"),
    ("https://example.com/story?outputType=amp", "https://example.com/story"),
    ("https://example.com/story?amp", "https://example.com/story"),
    ("https://m.example.com/a", "https://m.example.com/a"),
    ("http://[::0001]:8080/a", "https://[::1]:8080/a"),
    ("https:\\\\example.com\\a", "https://example.com/a"),
    # as browsers read it: the host ends at the backslash
    ("https://example.com\\@evil.test/", "https://example.com/@evil.test"),
    ("https://example.com/\ud800", "https://example.com/%EF%BF%BD"),
]

UNUSABLE = [
    "",
    "   ",
    "nonsense",
    "/relative",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://example.com/a",
    "mailto:user@example.org",
    "https://",
    "https:///a",
    "https://example|org/",
    "https://user:pw@example.com/",
    "https://example.com:99999/",
    "https://example.com:0/",
    "https://example.com:x/",
    "https://example..com/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://256.1.1.1/",
    "http://1.2.3.4.5/",
    "https://[::1/",
    "https://[fe80::1%25eth0]/",
    "https://a b.com/",
    "https://" + "a" * 64 + ".com/",
    "https://.éxamplé.com/a",
    "https://example.com/" + "a" * MAX_URL,
]


@pytest.mark.parametrize(("url", "canonical"), YONHAP + HERALD)
def test_outlet_urls_fold_to_their_one_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(("url", "canonical"), GENERIC)
def test_other_urls_are_normalised(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize("url", UNUSABLE)
def test_unusable_urls_have_no_identity(url: str) -> None:
    assert canonical_url(url) == ""
    assert usable_url(url) is None
    assert host_of(url) == "" or len(url) > MAX_URL


MIRROR = "127.0.0.1:8081"


@pytest.mark.parametrize(
    ("url", "page", "hosts", "canonical"),
    [
        # an own mirror named in the source's hosts has the outlet's identities
        (f"http://{MIRROR}/view/AEN20170601002651315?input=rss", "yonhap", (MIRROR,), EN),
        (f"http://{MIRROR}/article/10493730", "koreaherald", (MIRROR,), NUMBER),
        (f"http://{MIRROR}/view.php?a=1&ud=20240911050866", "koreaherald", (MIRROR,), UD),
        (f"http://{MIRROR}/view/AEN20170601002651315", "yonhap-en", (MIRROR,), EN),
        # no hosts known (a saved page): the page class alone decides
        (f"http://{MIRROR}/view/AEN20170601002651315", "yonhap", (), EN),
        # a link that leads elsewhere is not the outlet's, whatever its shape
        (
            "https://biz.heraldcorp.com/article/10493730",
            "koreaherald",
            ("www.koreaherald.com", "m.koreaherald.com"),
            "https://biz.heraldcorp.com/article/10493730",
        ),
        (
            f"http://{MIRROR}/article/10493730",
            None,
            (MIRROR,),
            f"https://{MIRROR}/article/10493730",
        ),
        (f"http://{MIRROR}/news/x", "yonhap", (MIRROR,), f"https://{MIRROR}/news/x"),
        (
            f"http://{MIRROR}/view/PYH20240913000200013",
            "yonhap",
            ("localhost:1", MIRROR),
            "https://localhost:1/view/PYH20240913000200013",
        ),
        # the outlet's own hosts need no naming
        (NUMBER, "generic", ("elsewhere.test",), NUMBER),
        # hosts fold to the first, and only when named
        ("http://m.a.test/x", None, ("www.a.test", "a.test", "m.a.test"), "https://www.a.test/x"),
        ("http://A.test:80/x", None, ("www.a.test", "a.test"), "https://www.a.test/x"),
        ("http://a.test:81/x", None, ("www.a.test", "a.test"), "https://a.test:81/x"),
        ("http://b.test:81/x", None, ("a.test", "b.test:81"), "https://a.test/x"),
    ],
)
def test_page_and_hosts_steer_the_rule(
    url: str, page: str | None, hosts: tuple[str, ...], canonical: str
) -> None:
    assert canonical_url(url, page=page, hosts=hosts) == canonical


_LINKS = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            [
                *("http://", "https://", "a.test", "m.yna.co.kr", "koreaherald.com", ":80", ":81"),
                *("/", "..", ".", "//", "amp", "view", "AEN20170601002651315", "F.html", "%2e"),
                *("?", "&", "=", "utm_x", "amp;", "ud=20240911050866", "view.php", "%", "%2541"),
                *(
                    "#",
                    "#!",
                    ";jsessionid=",
                    " ",
                    "\t",
                    "\\",
                    "가",
                    "\u0301",
                    "@",
                    "article/123456",
                ),
            ]
        ),
        max_size=12,
    ),
)
_HOSTS = st.sampled_from([(), ("www.a.test", "a.test", "a.test:81"), ("m.yna.co.kr",), ("%",)])


@given(
    url=st.text() | st.text().map("https://a.test/".__add__) | _LINKS.map("https://".__add__),
    page=st.sampled_from([None, "yonhap", "koreaherald", "generic"]),
    hosts=_HOSTS,
)
@example(url="https://a.test/..;jsessionid=1/x", page=None, hosts=())
@example(url="http://a.test:443/x", page=None, hosts=())
def test_canonical_urls_are_idempotent(url: str, page: str | None, hosts: tuple[str, ...]) -> None:
    once = canonical_url(url, page=page, hosts=hosts)
    assert canonical_url(once, page=page, hosts=hosts) == once
    assert once == "" or once.startswith("https://")
    assert once.isascii()


@given(st.text() | _LINKS, st.none() | st.just("https://a.test/b/c?d"))
def test_a_usable_url_is_fetchable_and_keeps_its_identity(url: str, base: str | None) -> None:
    usable = usable_url(url, base)
    if usable is not None:
        assert usable.isascii()
        assert not any(c <= " " or c == "\x7f" for c in usable)
        assert usable_url(usable) == usable
        assert host_of(usable)
        assert canonical_url(usable)


@pytest.mark.parametrize(
    ("url", "base", "usable"),
    [
        ("/view/1", "https://a.test/list/2", "https://a.test/view/1"),
        ("view/1", "https://a.test/list/2", "https://a.test/list/view/1"),
        ("?page=2", "https://a.test/list", "https://a.test/list?page=2"),
        ("//b.test/x", "http://a.test/", "http://b.test/x"),
        ("//b.test/x", None, "https://b.test/x"),
        ("  https://a.test/x\r\n", None, "https://a.test/x"),
        ("https://a.test/x\ny", None, "https://a.test/xy"),
        ("https://A.TEST", None, "https://a.test/"),
        ("http://a.test:80/x?b=2&a=1#c", None, "http://a.test/x?b=2&a=1#c"),
        ("https://a.test/x?a=1&amp;b=2", None, "https://a.test/x?a=1&b=2"),
        (
            "https://a.test/한글 기사?q=한",
            None,
            "https://a.test/%ED%95%9C%EA%B8%80%20%EA%B8%B0%EC%82%AC?q=%ED%95%9C",
        ),
        ("https://a.test/x\x00y", None, "https://a.test/x%00y"),
        ("\\\\b.test\\x", "https://a.test/", "https://b.test/x"),
    ],
)
def test_links_become_absolute(url: str, base: str | None, usable: str) -> None:
    assert usable_url(url, base) == usable


@pytest.mark.parametrize(
    "url",
    [
        *("#", "#comments", "", " ", "javascript:void(0)", "JavaScript:x", "java\nscript:x"),
        *("data:text/html,x", "mailto:a@b.test", "tel:1", "https://u@a.test/", "//u@a.test/"),
        "http://[",
    ],
)
def test_links_that_lead_to_no_page_are_refused(url: str) -> None:
    assert usable_url(url, "https://a.test/x") is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (EN, "AEN20170601002651315"),
        (KO, "AKR20251201150500009"),
        (UD, "20240911050866"),
        (NUMBER, "10493730"),
        ("https://www.yna.co.kr/view/PYH20240913000200013", "PYH20240913000200013"),
        ("https://www.koreaherald.com/National", None),
        ("https://example.com/article/10493730", None),
        ("", None),
    ],
)
def test_article_id(url: str, number: str | None) -> None:
    assert article_id(url) == number


@pytest.mark.parametrize(
    ("number", "family"),
    [
        ("AEN20230419003800320", "AEN202304190038320"),
        ("AEN20230419003851320", "AEN202304190038320"),
        ("AKR20250805171351071", "AKR202508051713071"),
        ("AEN20230419000952325", "AEN202304190009325"),
        ("20240911050866", None),
        ("AEN2023041900385132", None),
        ("aen20230419003851320", None),
        ("", None),
    ],
)
def test_yonhap_filings_of_one_story_share_a_family(number: str, family: str | None) -> None:
    assert yonhap_family(number) == family


@pytest.mark.parametrize(
    ("url", "hosts", "inside"),
    [
        ("http://127.0.0.1:8081/x", ("127.0.0.1:8081",), True),
        ("http://127.0.0.1:8082/x", ("127.0.0.1:8081",), False),
        ("http://127.0.0.1/x", ("127.0.0.1:8081",), False),
        ("https://A.test:443/x", ("b.test", "a.test"), True),
        ("https://sub.a.test/x", ("a.test",), False),
        ("https://a.test.evil.test/x", ("a.test",), False),
        ("https://a.test@evil.test/x", ("a.test",), False),
        ("javascript:x", ("a.test",), False),
        ("https://a.test/", (), False),
    ],
)
def test_in_hosts(url: str, hosts: tuple[str, ...], inside: bool) -> None:
    assert in_hosts(url, hosts) is inside

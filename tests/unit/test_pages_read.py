"""The door: class by name or host, the generic way, errors, and the contract's line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.arc import ArcStory, read_arc
from crawler.pages.as_json import as_json
from crawler.pages.containers import story_paragraphs
from crawler.pages.document import MAX_BYTES, Page, parse
from crawler.pages.read import read_page
from crawler.pages.registry import names, outlet_for
from newsroom.errors import PageError

FIXTURES = Path(__file__).parent / "fixtures" / "pages"
HANBIT = "https://news.hanbit.example/news/articleView.html?idxno=77"


@pytest.mark.parametrize(
    ("url", "page", "expected"),
    [
        ("https://en.yna.co.kr/view/AEN1", None, "yonhap"),
        ("https://yna.co.kr/", None, "yonhap"),
        ("http://english.yonhapnews.co.kr/x", None, "yonhap"),
        ("https://notyna.co.kr/", None, None),
        ("https://yna.co.kr.example.org/", None, None),
        ("http://127.0.0.1:9/x", "yonhap", "yonhap"),
        ("http://127.0.0.1:9/x", "yonhap-en", "yonhap"),
        ("https://en.yna.co.kr/view/AEN1", "generic", None),
        ("http://[broken", None, None),
    ],
)
def test_outlet_for(url: str, page: str | None, expected: str | None) -> None:
    outlet = outlet_for(url, page)
    assert (outlet and outlet.name) == expected


def test_names() -> None:
    assert {"yonhap", "generic"} <= set(names())


GENERIC: list[tuple[str, str, dict[str, Any]]] = [
    (
        "generic_jsonld",
        HANBIT + "&utm_source=rss",
        {
            "canonical_link": HANBIT,
            "title": "도깨비섬 다리 개통",
            "published_at": datetime(2025, 9, 1, 1, 0, tzinfo=UTC),
            "modified_at": datetime(2025, 9, 1, 2, 30, tzinfo=UTC),
            "authors": ("심청",),
            "credit": None,
            "section": "지역",
            "language": "ko",
            "captions": ("새로 놓인 다리. /한빛일보",),
            "images": ("https://news.hanbit.example/image/bridge.jpg",),
            "tags": ("다리", "도깨비섬"),
            "page": "generic",
            "warnings": (),
        },
    ),
    (
        "generic_opengraph",
        "https://post.hanbit.example/2025/09/bridge?utm_source=rss",
        {
            "canonical_url": "https://post.hanbit.example/2025/09/bridge",
            "title": "Bridge to Dokkaebi Island opens",
            "published_at": datetime(2025, 9, 1, 1, 0, tzinfo=UTC),
            "authors": ("Ada van den Berg",),
            "credit": "Yonhap",
            "dateline": "DOKKAEBI ISLAND",
            "language": "en",
            "page": "generic",
        },
    ),
]


@pytest.mark.parametrize(("name", "url", "expected"), GENERIC, ids=[c[0] for c in GENERIC])
def test_generic_fields(name: str, url: str, expected: dict[str, Any]) -> None:
    content = read_page((FIXTURES / f"{name}.html").read_bytes(), url=url)
    assert {key: getattr(content, key) for key in expected} == expected


def page_of(markup: str, head: str = "") -> bytes:
    return (
        f"<html lang=ko><head><title>비</title>{head}</head><body>{markup}</body></html>".encode()
    )


LONG = "도깨비섬에 비가 왔다. " * 12


@pytest.mark.parametrize(
    "markup",
    [
        f"<div id=cont_newstext>{LONG}<br><br>비가 그쳤다.</div><div class=p>{LONG}{LONG}</div>",
        f"<div itemprop=articleBody><div class='toast-popup left'>복사됨</div><p>{LONG}</p>"
        "<p>비가 그쳤다.</p><div class=related_news><a href=/x>다른 기사</a></div></div>",
        f"<div class='article_txt big'><figure><figcaption>사진</figcaption></figure>{LONG}"
        "<p>비가 그쳤다.</p><p>심청 기자 shim@hanbit.example</p></div>",
    ],
)
def test_known_containers_of_korean_outlets(markup: str) -> None:
    content = read_page(page_of(markup), url="https://x.example/a")
    assert content.body == f"{LONG.strip()}\n\n비가 그쳤다."


def test_a_container_that_is_a_list_of_links_is_not_the_story() -> None:
    links = "".join(f"<p><a href=/{n}>{LONG}</a></p>" for n in range(5))
    assert story_paragraphs(parsed(page_of(f"<div id=articleBody>{links}</div>"))) == []


def parsed(body: bytes) -> Page:
    return parse(body, url="https://x.example/a", content_type="", timezone="Asia/Seoul")


def test_arc_pages_hold_the_story_in_a_script() -> None:
    story = {
        "content_elements": [
            {"type": "text", "content": LONG},
            {"type": "image", "caption": "사진"},
            {"type": "text", "content": "비가 <b>그쳤다</b>.<br/>"},
            "no object",
        ],
        "credits": {
            "by": [
                {"name": "청 심", "additional_properties": {"original": {"byline": "심청 기자"}}},
                {"name": "Hong Gil-dong"},
                None,
            ]
        },
    }
    script = f"<script>window.x=1;Fusion.globalContent={json.dumps(story)};Fusion.y=2;</script>"
    content = read_page(page_of("<div id=root></div>", script), url="https://x.example/a")
    assert content.body == f"{LONG.strip()}\n\n비가 그쳤다."
    assert content.authors == ("심청", "Hong Gil-dong")
    broken = parsed(page_of("", "<script>Fusion.globalContent={broken</script>"))
    assert read_arc(broken.root) == ArcStory()


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG * 3}\n둘째.\n셋째.",
        f"<p>{LONG * 3}</p><p>둘째 <a href=x>줄</a>.</p>",
    ],
)
def test_article_body_of_json_ld(text: str) -> None:
    block = {"@type": "NewsArticle", "articleBody": text}
    head = f'<script type="application/ld+json">{json.dumps(block)}</script>'
    content = read_page(page_of("<p>x</p>", head), url="https://x.example/a")
    paragraphs = content.body.split("\n\n")
    assert paragraphs[0].startswith(LONG.strip())
    assert paragraphs[1].startswith("둘째")
    assert "<" not in content.body


def test_the_newest_metadata_place_with_people_names_the_authors() -> None:
    head = (
        '<meta property="article:author" content="https://facebook.com/x">'
        '<meta name="author" content="한빛일보"><meta property="dable:author" content="심청">'
    )
    assert read_page(page_of("<p>x</p>", head), url="https://x.example/a").authors == ("심청",)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<time datetime='2025-09-01T10:00:00+09:00'>today</time>", (2025, 9, 1, 1, 0)),
        (
            "<p class=info_date>입력 2025.09.01 10:00 | 수정 2025.09.01 11:00</p>",
            (2025, 9, 1, 1, 0),
        ),
        ("<span class=art-info>등록 2025-09-01 오후 3:05</span>", (2025, 9, 1, 6, 5)),
        ("<div class=date>Published : Sept. 1, 2025 - 10:00</div>", (2025, 9, 1, 1, 0)),
        ("<div class=date>2025년 9월 1일 10시 00분</div>", (2025, 9, 1, 1, 0)),
        ("<div class=candidates>seven</div>", None),
    ],
)
def test_visible_dates(markup: str, expected: tuple[int, ...] | None) -> None:
    found = read_page(page_of(markup), url="https://x.example/a").published_at
    assert found == (datetime(*expected, tzinfo=UTC) if expected else None)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<a rel=author href=/r>심청 기자</a>", ("심청",)),
        ("<p class=byline>By Ada Berg</p>", ("Ada Berg",)),
        ("<p class=byline>한빛일보 온라인뉴스팀</p>", ()),
    ],
)
def test_visible_authors(markup: str, expected: tuple[str, ...]) -> None:
    assert read_page(page_of(markup), url="https://x.example/a").authors == expected


def test_the_site_is_nobody_and_its_name_no_part_of_a_title() -> None:
    head = (
        "<meta property=og:site_name content='Ada Berg'><meta name=author content='Ada Berg'>"
        "<meta property=og:title content='It rained | The Hanbit Post'>"
        "<meta property=og:image content='https://x.example/house_logo.png'>"
    )
    content = read_page(page_of("<p>x</p>", head), url="https://post.hanbit.example/a")
    assert (content.title, content.authors, content.images) == ("It rained", (), ())


def test_generic_bodies_are_clean() -> None:
    korean = read_page((FIXTURES / "generic_jsonld.html").read_bytes(), url=HANBIT).body
    assert korean.startswith("도깨비섬과 뭍을 잇는")
    assert korean.endswith("공사는 내년 봄에 시작된다.")
    assert "새로 놓인 다리" not in korean
    english = read_page(
        (FIXTURES / "generic_opengraph.html").read_bytes(), url="https://x.example/a"
    )
    assert english.body.startswith("DOKKAEBI ISLAND, South Korea, Sept. 1 (Yonhap) -- A bridge")
    assert english.body.endswith("next spring. (Yonhap)")


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "empty"),
        (b" \n\x00 ", "text/html", "empty"),
        (b'{"a": 1}', "application/json", "parse_error"),
        (b"%PDF-1.7 binary", "application/pdf", "parse_error"),
        (b"<p>fine</p>", "application/pdf", "parse_error"),
        (b"just words", "text/html", "parse_error"),
        (b"<rss><channel><item/></channel></rss>", "", "parse_error"),
        (b"<p>" + b"x" * MAX_BYTES, "text/html", "too_large"),
    ],
)
def test_what_is_no_page(body: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(PageError) as caught:
        read_page(body, url="https://x.example/a", content_type=content_type)
    assert caught.value.reason == reason


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='comp-box'>", "</div>", "<article class=story-news>", "<br>",
         "<figure>", "<figcaption><p class=txt-desc>Caption text</p></figcaption>", "</figure>",
         "<h1 class=tit>T</h1>", "(END)", "(ATTN: x)", "By Kim Min-ji", "kim@yna.co.kr", "<script>",
         "<script type='application/ld+json'>", "{", "</script>", "<table><td>", "&#0;", "\x0b",
         "<meta property=article:published_time content=2024-13-45>", "SEOUL, May 1 (Yonhap) -- "]
    ) | st.text(max_size=12),
    max_size=30,
)  # fmt: skip


@given(MARKUP)
@settings(max_examples=60)
def test_any_markup_is_read_or_refused_and_no_caption_is_in_the_body(parts: list[str]) -> None:
    body = ("<html lang=en><h1 class=tit>T</h1><article class=story-news>" + "".join(parts)).encode(
        "utf-8", "replace"
    )
    try:
        content = read_page(body, url="https://en.yna.co.kr/view/AEN20240305001251325")
    except PageError:
        return
    paragraphs = content.body.split("\n\n")
    assert not [caption for caption in content.captions if caption in paragraphs]
    assert all(" ".join(p.split()) == p for p in paragraphs)


@given(st.binary(max_size=400), st.text(max_size=20))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    reasons: set[str] = set()
    for page in ("yonhap", None):
        try:
            content = read_page(
                body, url="https://x.example/a", content_type=content_type, page=page
            )
        except PageError as error:
            reasons.add(str(error.reason))
        else:
            reasons.add(content.url)
    assert reasons <= {"empty", "parse_error", "https://x.example/a"}


def test_the_line_of_the_contract() -> None:
    content = read_page(
        (FIXTURES / "yonhap_en.html").read_bytes(),
        url="https://en.yna.co.kr/view/AEN20240305001251325",
    )
    line = as_json(content)
    assert list(line) == [
        "url", "canonical_url", "title", "subtitle", "published_at", "modified_at", "authors",
        "credit", "dateline", "section", "language", "body", "captions", "images", "tags", "page",
        "warnings",
    ]  # fmt: skip
    assert line["published_at"] == "2024-03-05T02:02:03+00:00"
    assert line["authors"] == ["Hong Gil-dong", "Im Kkeok-jeong"]
    assert as_json(read_page(b"<p>x", url="https://x.example/a"))["published_at"] is None

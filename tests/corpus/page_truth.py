"""What the corpus says its pages hold, made comparable.

The expected fields beside the captures come from other projects' spiders: titles, dates and authors
are theirs as they stand; their texts still hold captions, bylines, notes and addresses, and lost
every double quote. What is known to be furniture is taken out here by rules of its own, not by the
reader's, and texts are compared as words.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsroom.dates import parse_date
from tests.corpus.paths import CORPUS

_LINK = re.compile(rb"""(?:canonical|og:url)["'][^>]*(?:href|content)=["']([^"']+)""")
_DESKS = {"", "SBS NEWS", "iMBC 연예", "연합뉴스TV"}
_ROLE = re.compile(r"\s+(?:기자|에디터|앵커)$")
_OTHERS = re.compile(r"\s+기자 외 \d+명$")
_FURNITURE = re.compile(
    r"브라우저가 video 태그를.*?닫기|[가-힣]{3} PD \(\S+@yna\.co\.kr\)"
    r"|(?:연합뉴스TV )?기사문의.*?jebo23"
    r"|\(끝\)|#\S+|이미지 확대하기"
    r"|^\[스포츠조선 [가-힣]{3} 기자\]|[가-힣]{3} 기자 \S+@sportschosun\.com"
    r"|(?:KBS 뉴스|MBN뉴스|연합뉴스TV) [가-힣]{3}입니다\.(?: ?[(\[]\S+[)\]])?"
    r"|영상(?:취재|편집) ?: ?[가-힣]{3}(?: 기자)?|\( 취재 : .*? \)"
    r"|사진=[가-힣]{3} 기자|\(사진=연합뉴스\)|\[사진 출처 : .*?\]|[가-힣]{3} / 사진출처 .*$"
    r"|\(?SBS연예뉴스 [가-힣]{3} 기자\)?|▲위 사진은 기사 내용과 직접적인 관련이 없습니다\."
    r"|인터뷰 자료의 저작권은.*?밝혀주시기 바랍니다\.|YTN [가-힣]{3} \(\S+@ytn\.co\.kr\).*$",
    re.DOTALL,
)
_SHARE = re.compile(r"\s+공유하기$")


@dataclass(frozen=True)
class Truth:
    """One capture and its expected fields; None where the corpus does not say."""

    name: str
    url: str
    html: bytes
    title: str
    published_at: datetime | None
    modified_at: datetime | None
    authors: tuple[str, ...] | None
    section: str | None
    tags: tuple[str, ...]
    words: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """The words of a text: letters and digits, whatever stands between them."""
    return tuple(re.findall(r"\w+", text))


def token_f1(found: tuple[str, ...], expected: tuple[str, ...]) -> float:
    """Harmonic mean of precision and recall over words counted with repetition."""
    shared = sum((Counter(found) & Counter(expected)).values())
    return 2 * shared / (len(found) + len(expected) or 1)


def yonhap() -> Iterator[Truth]:
    """The English Yonhap captures; bylines and furniture taken out of the expected text."""
    for path in sorted((CORPUS / "yonhap" / "en_article_2023").glob("*.expected.json")):
        name = path.name.removesuffix(".expected.json")
        data = json.loads(path.read_text("utf-8"))["parsed_data"]
        text = " ".join(" ".join(data["text"]).split())
        for shown in (*data["images"], *data.get("video", ())):
            text = text.replace(_unquoted(shown.get("caption", "")), " ")
        text = re.sub(r"https://youtu\.be/\S+|\S+@yna\.co\.kr \(END\)", " ", text)
        text = re.sub(r"^\(ATTN: [^)]*\)\s*", "", text)
        byline = re.match(r"By ([A-Z][\w -]+?) (?=[A-Z]{4,},)", text)
        authors = (byline[1],) if byline else tuple(a["name"] for a in data["author"])
        yield Truth(
            name=name,
            url=f"https://en.yna.co.kr/view/{name}",
            html=gzip.decompress(path.with_name(f"{name}.html.gz").read_bytes()),
            title=data["title"][0],
            published_at=_date(data["published_at"]),
            modified_at=_date(data["modified_at"]),
            authors=authors,
            section=data["section"][0],
            tags=tuple(tag.lstrip("#") for tag in data["tags"]),
            words=words(text[byline.end() :] if byline else text),
        )


def korean_outlets() -> Iterator[Truth]:
    """The captures of Korean outlets with another spider's fields."""
    for path in sorted((CORPUS / "korean_other").glob("*/*.expected.json")):
        stem = path.name.removesuffix(".expected.json")
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        data = document.get("parsed_data", document)
        body = gzip.decompress(path.with_name(f"{stem}.html.gz").read_bytes())
        link = _LINK.search(body)
        named = [_ROLE.sub("", html.unescape(a["name"]).strip()) for a in data.get("author") or ()]
        people = tuple(name for name in named if name not in _DESKS)
        title = _SHARE.sub("", html.unescape(" ".join(data["title"])))
        shown = " ".join(html.unescape(" ".join(data.get("text") or ())).split())
        # one spider's texts begin with the player's notice and the headline, or the headline alone
        text = _FURNITURE.sub(" ", shown).strip().removeprefix(title)
        yield Truth(
            name=f"{path.parent.name}/{stem.split('_test_article_')[-1]}",
            url=link[1].decode() if link else f"https://{path.parent.name}.example/",
            html=body,
            title=title,
            published_at=_date(data.get("published_at")),
            modified_at=_date(data.get("modified_at")),
            authors=people or None,
            section=None,
            tags=(),
            words=words(text),
        )


def fundus_korea() -> Iterator[Truth]:
    """The Korean captures with hand-checked fields; a page's version is the one that fits best."""
    folder = CORPUS / "korean_other" / "fundus_kr"
    meta = json.loads((folder / "meta.info").read_text("utf-8"))
    for path in sorted(folder.glob("*.json")):
        versions = list(json.loads(path.read_text("utf-8")).values())
        for capture in sorted(folder.glob(f"{path.stem}_*.html.gz")):
            body = gzip.decompress(capture.read_bytes())
            shown = body.decode("utf-8")
            data = max(versions, key=lambda v: html.unescape(shown).count(v["title"]))
            yield Truth(
                name=capture.name.removesuffix(".html.gz"),
                url=meta[capture.name]["url"],
                html=body,
                title=data["title"],
                published_at=_date([data["publishing_date"]]),
                modified_at=None,
                authors=tuple(_OTHERS.sub("", name) for name in data["authors"]),
                section=None,
                tags=(),
                words=words("\n".join(_sections(data["body"]))),
            )


def _sections(body: dict[str, Any]) -> Iterator[str]:
    yield from body.get("summary") or ()
    for section in body["sections"]:
        yield from section["headline"]
        yield from section["paragraphs"]


def _date(raw: list[str] | None) -> datetime | None:
    # one spider wrote "2023.04.07.T19:22"
    text = (raw or [""])[0].replace(".T", " ")
    return parse_date(text, timezone="Asia/Seoul")


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', "").split()) or "\0"

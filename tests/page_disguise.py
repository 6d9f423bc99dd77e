"""A page's skeleton with invented text: its markup, names and dates stay, its words do not.

Every word becomes an invented one of the same shape: as long, capitals where it had them, vowels
for vowels, a Korean word with its ending. The same word always becomes the same invented word, so
that a headline still equals the title in the metadata and a byline the author. What stays: words of
up to three letters, words that mark furniture or dates, whatever the outlet is called, digits, URLs
of the page itself. Scripts go, but for JSON-LD and the story data of Arc; their texts are disguised
too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from hashlib import blake2b
from urllib.parse import urlsplit

from lxml.html import HtmlElement, tostring

from crawler.pages.base import Outlet
from crawler.pages.document import Page
from newsroom.dates import parse_date

_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"(\s*:)?', re.DOTALL)
_PLAIN_KEYS = re.compile(r'"(?:@\w+|type|_id|version)"\s*:\s*\[?\s*$')
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WHOLE = re.compile(r"(?:https?:)?//\S+|&#?\w+;")
"""Links, and references that were escaped twice."""
_ARC = "Fusion.globalContent"
_GONE = ("style", "noscript", "svg", "iframe", "object", "embed", "canvas", "template")
_ATTRIBUTES = frozenset(
    {
        "class", "id", "name", "property", "content", "itemprop", "itemtype", "itemscope", "rel",
        "href", "src", "type", "lang", "datetime", "alt", "title", "charset", "http-equiv",
    }
)  # fmt: skip
_TIMED = re.compile(r"data-.*(?:time|date|publish)")
_TEXTUAL = frozenset({"alt", "title"})
_KEPT = frozenset(
    "January February March April May June July August September October November December Sept"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday Published Updated Posted Reporter"
    " reporter Staff writer correspondent Yonhap ATTN copyright Copyright rights reserved Rights"
    " Link copied Share Related Articles Keywords LEAD URGENT prohibited redistribution"
    " 기자 특파원 앵커 인턴기자 입력 수정 송고 등록 승인 오전 오후 저작권자 무단 무단전재 전재"
    " 재배포 금지 학습 활용 및 제보 제보는 카카오톡 연합뉴스 속보 종합 사진 제공 영상 편집 취재"
    " 뉴스 공유하기 관련기사 기사".split()
)
_VOWELS = "aeiou"
_CONSONANTS = "bdfgklmnprstvz"
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍"
_SYLLABLES = "가나다라마바사아자차카타파하노도로모보소고누두루무부수구니디리미비시기"
_ENDING = re.compile(
    r"(?:[은는이가을를의에도와과로다요며고서만부팀]|뉴스|신문|일보|방송|통신|센터)$"
)
"""Particles, verbs' ends, and what makes a word the name of a desk or a house."""
_HAN = "山水木火土金日月田川石竹米雨風花"
_KANA = "あいうえおかきくけこさしすせそ"
_CYRILLIC = "авдеиклмнопрсту"


class Disguise:
    """Invents text for one page; `kept` are further words that stay."""

    def __init__(self, page: Page, outlet: Outlet | None = None) -> None:
        self._page = page
        host = (urlsplit(page.url).hostname or "").lower()
        self._house = re.split(r"[.-]", host)
        named: Iterable[str] = (*outlet.suffixes, outlet.agency or "") if outlet else ()
        self._kept = _KEPT.union(*(_WORD.findall(name) for name in named))
        self._own = {page.url, page.meta.canonical_link or page.url}

    def html(self) -> bytes:
        """The whole page, disguised. The tree of the page is changed by it."""
        root = self._page.root
        for node in list(root.iter(*_GONE)):
            node.drop_tree()
        for node in list(root.iter("script")):
            self._script(node)
        for node in root.iter():
            if isinstance(node.tag, str):
                self._attributes(node)
                if node.tag != "script" and node.text:
                    node.text = self.text(node.text)
            if node.tail:
                node.tail = self.text(node.tail)
        body: bytes = tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
        return body + b"\n"

    def text(self, text: str) -> str:
        """Invented words for the text's; a date stays as it stands."""
        if len(text) < 80 and re.search(r"\d", text) and parse_date(text.strip(), timezone="UTC"):
            return text
        text = _ADDRESS.sub("desk@hanbit.example", text)
        made = [self._words(piece) for piece in _WHOLE.split(text)]
        whole = [w if w.startswith("&") else self._link(w) for w in _WHOLE.findall(text)]
        return "".join(a + b for a, b in zip(made, [*whole, ""], strict=True))

    def _words(self, text: str) -> str:
        return _WORD.sub(lambda found: self._word(found.group()), text)

    def _word(self, word: str) -> str:
        hangul = all("가" <= c <= "힣" for c in word)
        short = len(word) <= (1 if hangul or not word.isascii() else 3)
        if short or word in self._kept or word.lower() in self._house:
            return word
        draw = blake2b(word.casefold().encode(), digest_size=64).digest()
        if hangul:
            return _korean(word, draw)
        return "".join(_letter(c, draw[n % 64], n) for n, c in enumerate(word))

    def _attributes(self, node: HtmlElement) -> None:
        for name, value in list(node.attrib.items()):
            if name in ("href", "src"):
                node.set(name, self._link(value))
            elif name in _TEXTUAL or (name == "content" and not _is_plain(node)):
                node.set(name, self.text(value))
            elif name not in _ATTRIBUTES and not _TIMED.fullmatch(name):
                del node.attrib[name]

    def _link(self, link: str) -> str:
        """The page's own links stay; of others the host does, and the words of their paths go."""
        if link in self._own or link.startswith("#"):
            return link
        try:
            parts = urlsplit(link)
        except ValueError:
            return "#"
        if parts.scheme not in ("", "http", "https"):
            return "#"
        return parts._replace(path=self._words(parts.path), query="", fragment="").geturl()

    def _script(self, node: HtmlElement) -> None:
        text = node.text or ""
        if "ld+json" in (node.get("type") or "").lower():
            node.text = self._json(text)
        elif _ARC in text:
            node.text = self._json(text[text.find(_ARC) :])
        else:
            node.drop_tree()

    def _json(self, text: str) -> str:
        """Invented text in all strings but keys and types, whether the JSON is valid or not."""

        def replace(found: re.Match[str]) -> str:
            if found[2] or _PLAIN_KEYS.search(text, max(0, found.start() - 60), found.start()):
                return found.group()
            try:
                value: str = json.loads(f'"{found[1]}"', strict=False)
            except ValueError:
                return '""'
            value = _TAG.sub(r"<\1\2>", value)
            parts = re.split(r"(<[^<>]*>)", value)
            told = "".join(part if part.startswith("<") else self.text(part) for part in parts)
            return json.dumps(told, ensure_ascii=False).replace("</", "<\\/")

        return _JSON_STRING.sub(replace, text)


def _is_plain(node: HtmlElement) -> bool:
    """True for metadata that say nothing: types, sizes, languages, dates."""
    names = f"{node.get('name') or ''} {node.get('property') or ''} {node.get('itemprop') or ''}"
    plain = r"viewport|robots|charset|locale|:type|card|time|date|width|height|verification"
    return node.get("http-equiv") is not None or re.search(plain, names.lower()) is not None


def _korean(word: str, draw: bytes) -> str:
    """The ending stays, a surname becomes another."""
    found = _ENDING.search(word, 2) if len(word) > 2 else None
    ending = found.group() if found else ""
    stem = word.removesuffix(ending)
    made = [_SYLLABLES[draw[n % 64] % len(_SYLLABLES)] for n in range(len(stem))]
    made[0] = _SURNAMES[draw[0] % len(_SURNAMES)]
    return "".join(made) + ending


def _letter(character: str, drawn: int, place: int) -> str:
    plain = character.lower()
    if "가" <= character <= "힣":
        letters = _SYLLABLES
    elif "一" <= character <= "鿿":
        letters = _HAN
    elif "぀" <= character <= "ヿ":
        letters = _KANA
    elif "а" <= plain <= "я":
        letters = _CYRILLIC
    elif plain in "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüý":
        letters = _VOWELS
    else:
        letters = _CONSONANTS
    made = letters[(drawn + place) % len(letters)]
    return made.upper() if character.isupper() else made

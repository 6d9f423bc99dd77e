"""From a feed's bytes to text that is safe and worth parsing, or the reason why it is not.

Encoding is decided here and not by feedparser: one broken byte of a summary cut mid-character
would turn a whole Korean feed into mojibake there.
"""

from __future__ import annotations

import re

from crawler.pages.charset import decode
from newsroom.errors import FeedError
from newsroom.reasons import Reason

MAX_BYTES = 64 * 2**20

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_WIDE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)

_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_PROLOG = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|(?P<doctype><!DOCTYPE[^\[>]*(?:\[(?P<subset>.*?)\]\s*)?>)",
    re.IGNORECASE | re.DOTALL,
)
_START = re.compile(rf"<\?xml\s|{_ROOT.pattern}", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# stands as such in no page that merely talks of feeds: some hosts wrap a whole feed in HTML
_EXPLICIT = re.compile(
    r"<\?xml\s|<rss\s[^>]*version\s*=|<feed\s[^>]*xmlns\s*=|<rdf:RDF\s[^>]*xmlns", re.IGNORECASE
)
_JUNK_WITHIN = 262_144
_TAIL_WITHIN = 4_096

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUSPECT = re.compile(
    r"&#(?:x0*(?P<hex>[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F]..|[fF]{3}[efEF]|[0-9a-fA-F]{6,}|)"
    r"|0*(?P<dec>[0-8]|1[124-9]|2\d|3[01]|5[5-7]\d{3}|6553[45]|\d{7,}|));"
)
_SAFE_ENTITY = re.compile(
    r"<!ENTITY\s+(\w{1,40})\s+(?:\"((?:&#\w{1,8};|[^&\"%<]){0,64})\"|'((?:&#\w{1,8};|[^&'%<\"]){0,64})')\s*>"
)
_MAX_ENTITIES = 300


def feed_text(body: bytes, content_type: str) -> str:
    """Decode a document; raises FeedError when it is empty or over MAX_BYTES.

    In order: BOM, UTF-16/32 by the first bytes, valid UTF-8, the XML declaration, the header,
    guessing. The declaration wins over the header unless it says UTF-8 and that is not so.
    """
    if len(body) > MAX_BYTES:
        raise FeedError(Reason.TOO_LARGE, f"{len(body):,} bytes; at most {MAX_BYTES:,} are read")
    if not body.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise FeedError(Reason.EMPTY, "the answer is empty")
    for head, name in _WIDE:
        if body.startswith(head):
            return body.decode(name, "replace")
    return decode(body, f"charset={_declared(body, content_type)}").lstrip("\ufeff")


def _declared(body: bytes, content_type: str) -> str:
    found = _DECLARED.search(body, 0, 4_096)
    inside = found.group(1).decode("ascii", "replace") if found else ""
    given = _CHARSET.search(content_type)
    header = given.group(1) if given else ""
    honest = [c for c in (inside, header) if not c.lower().startswith(("utf-16", "utf-32", "ucs"))]
    if len(honest) == 2 and honest[0].lower().replace("-", "") in ("utf8", ""):
        honest.reverse()
    return next((c for c in honest if c), "")


def xml_document(text: str) -> str:
    """The feed document inside `text`, made safe; raises FeedError(not_a_feed) when there is none.

    Goes: what stands before and after the document (PHP warnings, a mirror's marker line),
    characters and references XML forbids, external and nested entities.
    """
    start, head_end, doctype = _find_root(text)
    head = text[start:head_end] if doctype is None else _defused(text, start, head_end, doctype)
    document = head + _without_tail(text[head_end:])
    if _ILLEGAL.search(document):
        document = _ILLEGAL.sub("", document)
    return _SUSPECT.sub(_legal, document) if "&#" in document else document


def _find_root(text: str) -> tuple[int, int, re.Match[str] | None]:
    """(begin of the document, begin of its root element, its DOCTYPE)."""
    start, at, doctype = 0, *_skip_prolog(text, 0)
    if _ROOT.match(text, at) is None:
        found = _START.search(text, at, at + _JUNK_WITHIN)
        junk = text[at : found.start() if found else at + _JUNK_WITHIN]
        page = _HTML.search(junk) or (doctype and _HTML.match(doctype.group()))
        if found is None or (page and not _EXPLICIT.match(text, found.start())):
            raise FeedError(Reason.NOT_A_FEED, f"no feed but {_describe(text[at:])}")
        start = found.start()
        at, doctype = _skip_prolog(text, start)
        if _ROOT.match(text, at) is None:
            raise FeedError(Reason.NOT_A_FEED, f"no feed but {_describe(text[at:])}")
    return start, at, doctype


def _skip_prolog(text: str, at: int) -> tuple[int, re.Match[str] | None]:
    doctype = None
    while found := _PROLOG.match(text, at):
        if found["doctype"]:
            doctype = found
        at = found.end()
    return at, doctype


def _describe(text: str) -> str:
    """What a person should be told this is."""
    text = text.lstrip()
    if _HTML.match(text) or re.search(
        r"<(?:body|form|script|div|p)\b", text[:2_000], re.IGNORECASE
    ):
        return "an HTML page"
    found = re.match(r"<([\w:.-]{1,40})", text)
    if found:
        return f"XML whose root is <{found.group(1)}>"
    if text.startswith(("{", "[")):
        return "JSON that is no JSON Feed"
    printable = text[:200].replace("\n", "").replace("\t", "").isprintable()
    return "plain text" if printable else "binary data"


def _defused(text: str, start: int, end: int, doctype: re.Match[str]) -> str:
    """The head with a DOCTYPE that holds short flat entities only, a line each for feedparser.

    Sixty-four characters an entity bound every blow-up to a small multiple of the document.
    """
    kept = []
    for name, double, single in _SAFE_ENTITY.findall(doctype["subset"] or "")[:_MAX_ENTITIES]:
        kept.append(f'<!ENTITY {name} "{double or single}">')
    safe = "\n<!DOCTYPE feed [\n{}\n]>\n".format("\n".join(kept)) if kept else ""
    return text[start : doctype.start()] + safe + text[doctype.end() : end]


def _without_tail(text: str) -> str:
    """Cut what a host appended after the end of the root element `text` begins with."""
    name = re.match(r"<([\w:-]+)", text)
    close = re.compile(rf"</{re.escape(name[1]) if name else ''}\s*>", re.IGNORECASE)
    ends = list(close.finditer(text, max(0, len(text) - _TAIL_WITHIN)))
    return text[: ends[-1].end()] if ends else text


def _legal(found: re.Match[str]) -> str:
    """A reference to a character XML forbids becomes U+FFFD; feedparser dies of them."""
    number = int(found["hex"], 16) if found["hex"] else int((found["dec"] or "0")[:9])
    legal = number in (9, 10, 13) or (32 <= number <= 0x10FFFF and not 0xD800 <= number < 0xE000)
    return (
        found.group() if legal and number not in (0xFFFE, 0xFFFF) else "\N{REPLACEMENT CHARACTER}"
    )

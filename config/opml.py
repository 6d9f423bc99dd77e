"""OPML 2.0 (opml.org/spec2.opml): the lists of feeds that readers exchange.

A file is anybody's: no document type, no entity, nothing outside it is read, and its size, depth
and number of feeds are capped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from newsroom.errors import ConfigError, Problem
from newsroom.model import Source

MAX_BYTES = 32 * 2**20
MAX_FEEDS = 5_000
MAX_TEXT = 200
MAX_URL = 2_000
NAMESPACE = "https://wirewatch.example/opml"
"""Of our own attributes: `id` and `timezone` of the source that a feed belongs to."""
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed as an OPML file names it; texts on one line, nothing checked."""

    url: str
    title: str = ""
    site: str = ""
    """Address of the page it belongs to."""
    language: str = ""
    id: str = ""
    """Of the source, where the file is an export of ours."""
    timezone: str = ""


def read_opml(body: bytes, name: str) -> tuple[Outline, ...]:
    """Every outline with a feed, nested ones too, in the file's order.

    Raises ConfigError (naming the file) for what is no OPML, is too large, has a document type or
    entities, or names more than MAX_FEEDS feeds.
    """
    if len(body) > MAX_BYTES:
        raise _refusal(name, f"is larger than {MAX_BYTES // 2**20} MiB", "split it")
    root = _parse(body, name)
    if etree.QName(root).localname.lower() != "opml":
        raise _refusal(name, "is no OPML: its first element is not <opml>", "export it as OPML")
    found = tuple(_outlines(root))
    if len(found) > MAX_FEEDS:
        wrong = f"names {len(found)} feeds; {MAX_FEEDS} can be imported"
        raise _refusal(name, wrong, "split it into smaller files")
    return found


def write_opml(sources: Iterable[Source]) -> str:
    """The feeds of these sources as OPML 2.0, sorted by name; `read_opml` reads it back.

    A source without feeds is left out: OPML knows no listings.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:ww="{NAMESPACE}">',
        "  <head><title>Wirewatch</title></head>",
        "  <body>",
    ]
    for source in sorted(sources, key=lambda s: (s.name.casefold(), s.id)):
        lines += [f"    <outline {_attributes(source, feed)}/>" for feed in source.feeds]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _attributes(source: Source, feed: str) -> str:
    host = source.hosts[0] if source.hosts else ""
    scheme = feed.partition("://")[0]
    values = {
        "type": "rss",
        "text": source.name,
        "title": source.name,
        "xmlUrl": feed,
        "htmlUrl": f"{scheme}://{host}/" if host else "",
        "language": source.language,
        "ww:id": source.id,
        "ww:timezone": source.timezone,
    }
    shown = {key: _CONTROL.sub("", value) for key, value in values.items()}
    return " ".join(f"{key}={quoteattr(value)}" for key, value in shown.items() if value)


def _parse(body: bytes, name: str) -> etree._Element:
    if _DOCTYPE.search(_as_text(body)):
        wrong = "has a document type or entities, which are not read"
        raise _refusal(name, wrong, "take the <!DOCTYPE> out")
    try:
        try:
            return etree.fromstring(body, _parser())
        except etree.XMLSyntaxError:
            # exports with a bare & in their addresses are common; a repairing parser loses letters
            return etree.fromstring(_BARE.sub(b"&amp;", body), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        why = " ".join(str(error).split())[:200] or "it is empty"
        raise _refusal(name, f"is no XML: {why}", "export it again as OPML", line) from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _as_text(body: bytes) -> str:
    """The bytes as far as ASCII goes in any encoding XML may have: zero bytes apart."""
    return body.replace(b"\x00", b"").decode("latin-1")


def _outlines(root: etree._Element) -> Iterator[Outline]:
    for node in root.iter("{*}outline"):
        given = {etree.QName(key).localname.lower(): key for key in map(str, node.attrib)}
        own = {key: f"{{{NAMESPACE}}}{key}" for key in ("id", "timezone")}
        values = {key: str(node.attrib[given[key]]) for key in given}
        url = values.get("xmlurl", "").strip()
        if not url:
            continue  # a folder, or a note
        yield Outline(
            url=url[: MAX_URL + 1],
            title=_line(values.get("title") or values.get("text", "")),
            site=values.get("htmlurl", "").strip()[:MAX_URL],
            language=_line(values.get("language", "")),
            id=_line(str(node.get(own["id"]) or "")),
            timezone=_line(str(node.get(own["timezone"]) or "")),
        )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:MAX_TEXT]


def _refusal(name: str, problem: str, hint: str, line: int | None = None) -> ConfigError:
    return ConfigError([Problem(name, line, "", problem, hint)])

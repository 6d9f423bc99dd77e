"""One item of a feed, as feedparser hands it over, made an entry of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.feed_text import clean, one_line, prose
from newsroom.dates import parse_date
from newsroom.identity import usable_url
from newsroom.model import FeedEntry

MAX_GUID = 600
"""A row of a PostgreSQL index holds 2,704 bytes; nobody's guid is near that."""
MAX_RAW_DATE = 200
MAX_NAMES = 100
_MAIL = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = _MARKUP_TYPES | {"text/plain", ""}

# what outlets write for pubDate beside the spellings feedparser knows
_PUBLISHED = ("published", "created", "pub_date", "publishdate", "publisheddate", "publicationdate")


@dataclass(frozen=True, slots=True)
class Where:
    """What an entry is read against."""

    url: str
    timezone: str
    atom: bool
    """In Atom `updated` is no date of publication; elsewhere it is what became of dc:date."""
    tells_updates: bool = True
    """Whether items have an element of their own for it; else `updated` is a dc:date only."""


def read_entry(raw: Mapping[str, object], where: Where) -> FeedEntry:
    """Make a FeedEntry; fields the item lacks are None or empty, never guessed."""
    raw = dict(raw)  # FeedParserDict's own look-up maps absent keys to others
    published_raw, published_at = _published(raw, where)
    updated_raw, updated_at = _first_date([raw.get("updated")], where)
    is_update = where.tells_updates and updated_raw != published_raw
    guid = clean(raw.get("id")).strip()
    return FeedEntry(
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=_link(raw, where.url),
        title=_title(raw, where),
        summary=_summary(raw),
        published_at=published_at,
        published_raw=published_raw,
        updated_at=updated_at if where.atom or is_update else None,
        authors=_authors(raw),
        tags=_tags(raw),
    )


def _title(raw: Mapping[str, object], where: Where) -> str:
    """The title; Atom says whether it is HTML, elsewhere it may always be."""
    detail = raw.get("title_detail")
    kind = detail.get("type") if where.atom and isinstance(detail, dict) else None
    return one_line(raw.get("title"), markup=kind != "text/plain")


def _published(raw: Mapping[str, object], where: Where) -> tuple[str | None, datetime | None]:
    keys = _PUBLISHED if where.atom else (*_PUBLISHED, "updated")
    return _first_date([raw.get(key) for key in keys], where)


def _first_date(values: Iterable[object], where: Where) -> tuple[str | None, datetime | None]:
    """The first date that can be read; with none, the first text that stood where one belongs."""
    texts = [text for value in values if (text := clean(value).strip())]
    for text in texts:
        instant = parse_date(text, timezone=where.timezone)
        if instant is not None:
            return text[:MAX_RAW_DATE], instant
    return (texts[0][:MAX_RAW_DATE] if texts else None), None


def _link(raw: Mapping[str, object], base: str) -> str | None:
    """The item's page: its link, an alternate link, or a guid or rdf:about that is an address.

    feedparser offers a permalink guid as link where no link stands (only one that looks like an
    address is one), but neither beside an empty link element nor rdf:about.
    """
    guid = clean(raw.get("id")).strip()
    link = clean(raw.get("link")).strip()
    if link and (link != guid or "/" in link):
        found = usable_url(link, base)
        if found:
            return found
    for other in _dicts(raw.get("links")):
        if other.get("rel") == "alternate":
            found = usable_url(clean(other.get("href")).strip(), base)
            if found:
                return found
    denied = "guidislink" in raw and "link" not in raw  # isPermaLink="false"
    return usable_url(guid) if not link and not denied and _ABSOLUTE.match(guid) else None


def _summary(raw: Mapping[str, object]) -> str:
    """The description or summary, else the content: the feed's own short text first."""
    detail = raw.get("summary_detail")
    kind = detail.get("type", "") if isinstance(detail, dict) else "text/html"
    text = prose(raw.get("summary"), markup=kind in _MARKUP_TYPES)
    if text:
        return text
    for content in _dicts(raw.get("content")):
        kind = clean(content.get("type"))
        if kind in _TEXT_TYPES:
            text = prose(content.get("value"), markup=kind in _MARKUP_TYPES)
            if text:
                return text
    return ""


def _authors(raw: Mapping[str, object]) -> tuple[str, ...]:
    names = [detail.get("name") for detail in _dicts(raw.get("authors"))]
    if not any(names):
        names = [raw.get("author")]
    return person_names(names)


def person_names(values: Iterable[object]) -> tuple[str, ...]:
    """Names of people, each once, addresses taken out."""
    names = []
    for value in values:
        name = _WEB.sub("", _MAIL.sub("", one_line(value, 300)))
        name = name.replace("()", "").replace("<>", "").strip(" ,;()<>")
        if name:
            names.append(name)
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def _tags(raw: Mapping[str, object]) -> tuple[str, ...]:
    return tag_names(tag.get("term") or tag.get("label") for tag in _dicts(raw.get("tags")))


def tag_names(values: Iterable[object]) -> tuple[str, ...]:
    """Tags on one line each, every one once."""
    tags = (one_line(value, 300) for value in values)
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MAX_NAMES]


def _dicts(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def wished_ttl(feed: Mapping[str, object]) -> timedelta | None:
    """How long the feed asks to be left alone: ttl (minutes), or sy:updatePeriod/Frequency."""
    ttl = clean(feed.get("ttl")).strip()
    if ttl.isdecimal() and len(ttl) < 6 and int(ttl) > 0:
        return timedelta(minutes=int(ttl))
    periods = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
    minutes = periods.get(clean(feed.get("sy_updateperiod")).strip().lower())
    if minutes is None:
        return None
    frequency = clean(feed.get("sy_updatefrequency")).strip()
    times = int(frequency) if frequency.isdecimal() and len(frequency) < 5 else 1
    return timedelta(minutes=max(1, minutes // max(1, times)))

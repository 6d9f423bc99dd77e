"""Which article an entry is: one identity per page, however and wherever it is shown.

Rules, in order: (1) the canonical URL; (2) the guid within its feed; (3) source, title and
published instant. An entry without a usable link is known by its feed and guid, else by its feed
and title. Storage looks candidates up by these keys; the decision is made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import blake2b

from newsroom.outlet_urls import (
    KOREAHERALD_HOST,
    is_koreaherald_host,
    is_yonhap_host,
    koreaherald_canonical,
    outlet_id,
    yonhap_canonical,
    yonhap_family,
)
from newsroom.urls import (
    MAX_URL,
    UrlParts,
    generic_canonical,
    host_of,
    in_hosts,
    split_url,
    usable_url,
)

__all__ = [
    "MAX_URL",
    "SAME_TITLE_WINDOW",
    "EntryFacts",
    "KnownArticle",
    "Rule",
    "article_id",
    "canonical_url",
    "host_of",
    "in_hosts",
    "linkless_guid",
    "pick",
    "same_article",
    "text_hash",
    "title_key",
    "usable_url",
    "yonhap_family",
]

SAME_TITLE_WINDOW = timedelta(days=7)
"""How long after its first sight an article is recognised by title and published instant."""

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f]"
)
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
        **dict.fromkeys("“”„‟″＂", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)


def canonical_url(url: str, *, page: str | None = None, hosts: Sequence[str] = ()) -> str:
    """The identity of a page: one spelling for all its hosts, schemes and decorations.

    `page` names the source's page class, `hosts` its hosts (first is canonical). The rule of an
    outlet holds on its own hosts, and, where `page` names it, on the source's `hosts` too (an own
    mirror), or on any host when `hosts` is empty. Everything else: https, host folded, AMP and
    tracking parameters and fragment (but `#!`) dropped, query sorted by name, escapes and dot
    segments normalised, no final slash. Idempotent. Returns "" for a URL that cannot be used.
    """
    if len(url) > MAX_URL:
        return ""
    parts = split_url(url)
    if parts is None:
        return ""
    made = _by_outlet(parts, page, hosts)
    if made is None:
        if is_koreaherald_host(parts.host):
            parts = UrlParts("https", KOREAHERALD_HOST, parts.path, parts.query, parts.fragment)
        made = generic_canonical(parts, hosts)
    return made if len(made) <= MAX_URL else ""


def _by_outlet(parts: UrlParts, page: str | None, hosts: Sequence[str]) -> str | None:
    page = page and page.partition("-")[0]  # `yonhap-en` is a layout of `yonhap`
    ours = not hosts or in_hosts(f"{parts.scheme}://{parts.host}", hosts)
    if is_yonhap_host(parts.host) or (page == "yonhap" and ours):
        return yonhap_canonical(parts, hosts)
    if is_koreaherald_host(parts.host) or (page == "koreaherald" and ours):
        return koreaherald_canonical(parts)
    return None


def article_id(canonical: str) -> str | None:
    """The outlet's own id in a canonical URL: Yonhap's id, The Korea Herald's ud or number."""
    parts = split_url(canonical)
    return outlet_id(parts) if parts else None


def title_key(title: str) -> str:
    """A title made comparable: case, white space, quotes, dashes and invisible signs folded.

    "(LEAD)" and its kin stay: a rewrite has its own page and is its own article.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", title)).translate(_TYPOGRAPHY)
    text = unicodedata.normalize("NFC", text.casefold())
    return " ".join(text.split())


def text_hash(text: str) -> str:
    """32 hex digits that stand for a text; white space and Unicode form do not count, case does."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def linkless_guid(key: str) -> str:
    """The guid kept for an entry without usable link and guid, from its title key."""
    return f"title:{text_hash(key)}"


class Rule(IntEnum):
    """Why two sightings are one article; the smaller the stronger."""

    CANONICAL_URL = 1
    GUID = 2
    TITLE_AND_TIME = 3


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What of an entry decides which article it is."""

    canonical_url: str | None
    """None where the entry has no usable link."""
    feed_id: int
    guid: str | None
    guid_unique: bool
    """False where another entry of the document has the same guid: then it identifies nothing."""
    title_key: str
    source_id: str
    published_at: datetime | None
    seen_at: datetime
    shown_urls: frozenset[str] = frozenset()
    """Canonical URLs of all entries of this document."""

    @property
    def identity_guid(self) -> str | None:
        """The guid to look up and to keep for this feed; None where nothing identifies."""
        if self.guid and self.guid_unique:
            return self.guid
        if self.canonical_url is None and self.title_key:
            return linkless_guid(self.title_key)
        return None


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What of a stored article decides whether an entry is it."""

    id: int
    canonical_urls: frozenset[str]
    """Its canonical URL and every alias; empty for an article without a link."""
    feed_guids: frozenset[tuple[int, str]]
    """(feed, identity guid) of every sighting that had one."""
    title_key: str
    source_id: str
    published_at: datetime | None
    first_seen_at: datetime


def same_article(entry: EntryFacts, known: KnownArticle) -> Rule | None:
    """The first rule by which the entry is this article; None where it is another."""
    if entry.canonical_url and entry.canonical_url in known.canonical_urls:
        return Rule.CANONICAL_URL
    same_title = bool(entry.title_key) and entry.title_key == known.title_key
    guid = entry.identity_guid
    if guid is not None and (entry.feed_id, guid) in known.feed_guids:
        # a guid whose old URL still stands in the document beside it was reused by the outlet
        gone = known.canonical_urls.isdisjoint(entry.shown_urls)
        if gone or same_title:
            return Rule.GUID
    if (
        same_title
        and entry.source_id == known.source_id
        and entry.published_at is not None
        and entry.published_at == known.published_at
        and abs(entry.seen_at - known.first_seen_at) <= SAME_TITLE_WINDOW
    ):
        return Rule.TITLE_AND_TIME
    return None


def pick(entry: EntryFacts, candidates: Iterable[KnownArticle]) -> tuple[KnownArticle, Rule] | None:
    """The article this entry is: the strongest rule wins, then the lowest id; None when new."""
    found = [
        (rule, known.id, known) for known in candidates if (rule := same_article(entry, known))
    ]
    if not found:
        return None
    rule, _, known = min(found, key=lambda f: f[:2])
    return known, rule

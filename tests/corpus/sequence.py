"""The states of one real feed, and what a poller of every n-th of them must have missed.

Computed with nothing of the product: an XML parser and sets of ids.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from tests.corpus.paths import CORPUS

URL = "https://cn.yna.co.kr/RSS/news.xml"
ARCHIVE = CORPUS / "feed_sequences" / "yonhap_cn_news_2024.tar.xz"


class Item(NamedTuple):
    """One item of a state."""

    id: str
    published: datetime
    title: str
    link: str


class State(NamedTuple):
    """The feed as it was at one time."""

    at: datetime
    items: tuple[Item, ...]
    body: bytes


class Between(NamedTuple):
    """Two successive states of those kept, by their numbers, and what was between them."""

    first: int
    second: int
    lost: frozenset[str]
    """Ids that only states between the two showed."""
    overlap: bool
    """The two share an id."""


def bodies() -> Iterator[tuple[datetime, bytes]]:
    """(when, bytes) of every state, oldest first."""
    with tarfile.open(ARCHIVE) as archive:
        members = sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name)
        for member in members:
            stamp = datetime.strptime(member.name[:17], "%Y-%m-%dT%H%M%S")  # noqa: DTZ007 - next
            file = archive.extractfile(member)
            assert file is not None
            yield stamp.replace(tzinfo=UTC) - timedelta(hours=8), file.read()


@cache
def states() -> tuple[State, ...]:
    """Every state, read by a plain XML parser."""
    return tuple(State(at, _items(body), body) for at, body in bodies())


def _items(body: bytes) -> tuple[Item, ...]:
    parser = etree.XMLParser(recover=True, encoding="utf-8")
    return tuple(
        Item(
            element.findtext("guid") or "",
            parsedate_to_datetime(element.findtext("pubDate") or "").astimezone(UTC),
            " ".join((element.findtext("title") or "").split()),
            element.findtext("link") or "",
        )
        for element in etree.fromstring(body, parser).iter("item")
    )


def thinned(step: int) -> list[Between]:
    """What lies between the states that a poller of every `step`-th one sees."""
    shown = [frozenset(item.id for item in state.items) for state in states()]
    kept = range(0, len(shown), step)
    found = []
    seen: set[str] = set(shown[0])
    for first, second in pairwise(kept):
        between = frozenset().union(*shown[first + 1 : second])
        later = frozenset().union(*shown[second:])
        lost = between - seen - later
        found.append(Between(first, second, lost, bool(shown[first] & shown[second])))
        seen |= between | shown[second]
    return found

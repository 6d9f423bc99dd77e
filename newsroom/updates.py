"""Updates, decided: when a second mail on a story goes, and what of it is new (DESIGN §4, §7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsroom.model import ArticleText, Hit
from newsroom.stories_news import MOST_NEWS, News

MOST_TERM_SPANS = 20
"""Spans of one term that are kept: it is new once, wherever else it stands."""


@dataclass(frozen=True, slots=True)
class Named:
    """A watchlist as an update names it."""

    interval: timedelta | None
    """Its `update_interval`; None: `never`."""
    first: bool
    """No other mail on the story names it to this recipient."""


def carries(named: Named) -> bool:
    """Whether an update may name the watchlist: `never` means first alerts only, but those."""
    return named.first or named.interval is not None


def pause_of(named: Iterable[Named]) -> timedelta | None:
    """How long after the last mail an update of these watchlists goes: the shortest of them.

    A first alert of a watchlist that says `never` waits for nothing. None: no watchlist is left
    that an update may name, so there is none.
    """
    pauses = [w.interval or timedelta(0) for w in named if carries(w)]
    return min(pauses, default=None)


def update_due(last_mail_at: datetime | None, pause: timedelta, now: datetime) -> datetime:
    """When an update may go; in the past where it may at once.

    `last_mail_at`: of the last mail on the story to this recipient; one that is under way counts
    as sent `now`, and so does one a clock that was ahead says was sent later. None: none went.
    """
    return now if last_mail_at is None else min(last_mail_at, now) + pause


def put_off_until(
    last_mail_at: datetime | None,
    waits_for: datetime | None,
    pause: timedelta,
    now: datetime,
    *,
    shortest: timedelta,
) -> datetime | None:
    """When an update that fell due is to be looked at again; None: it goes now.

    `waits_for`: when an earlier mail on the story that has not gone is to be tried; this one goes
    after it, and not before `shortest` has passed. What a clock that was ahead says was sent later
    than that went nobody knows when: nothing waits for it twice.
    """
    if waits_for is not None:
        return max(now + pause, waits_for, now + shortest)
    if last_mail_at is not None and last_mail_at > now + shortest:
        return None
    due = update_due(last_mail_at, pause, now)
    return due if due > now else None


def term_news(hits: Iterable[Hit], known: Collection[str]) -> tuple[News, ...]:
    """The spans of watch terms that are not among those `known` in the story, in their order."""
    spans: list[News] = []
    count: dict[str, int] = {}
    for hit in hits:
        if hit.term in known or count.get(hit.term, 0) == MOST_TERM_SPANS:
            continue
        count[hit.term] = count.get(hit.term, 0) + 1
        spans.append(News("term", hit.field, hit.start, hit.end, hit.text))
    return tuple(spans[:MOST_NEWS])


def joined(earlier: Sequence[News], later: Sequence[News]) -> tuple[News, ...]:
    """News of one article that go in one mail: each span once, the newest text's first.

    A place of which two kinds of news tell (a watched name that is a new name too) is told once.
    """
    places: dict[tuple[str, int, int, str, int], News] = {}
    for span in [*later, *earlier]:
        places.setdefault((span.field, span.start, span.end, span.text, span.edit), span)
    return tuple(places.values())


def fitting(news: Iterable[News], text: ArticleText) -> tuple[News, ...]:
    """The spans as they stand in a text that came later; those that left it are left out.

    A span is looked for near where it was, in its own field; what a feed's summary said, in the
    page first.
    """
    found: dict[News, None] = {}
    for span in news:
        if not span.text or span.start < 0 or span.field not in _FIELDS:
            continue
        for field in ("body", "summary") if span.field == "summary" else (span.field,):
            if (at := _nearest(getattr(text, field), span)) is not None:
                found[replace(span, field=field, start=at, end=at + len(span.text))] = None
                break
    return tuple(found)


_FIELDS = ("title", "subtitle", "summary", "body")
_MOST_PLACES = 100
"""Places of the same words that are looked at."""


def _nearest(words: str, span: News) -> int | None:
    """Where the span's words begin, nearest to where they were; None: nowhere."""
    if words.startswith(span.text, span.start) and _is_whole(words, span.start, len(span.text)):
        return span.start
    places = list[int]()
    at = words.find(span.text)
    while at >= 0 and len(places) < _MOST_PLACES:
        if _is_whole(words, at, len(span.text)):
            places.append(at)
        at = words.find(span.text, at + 1)
    return min(places, key=lambda at: abs(at - span.start), default=None)


def _is_whole(words: str, at: int, length: int) -> bool:
    """Not a part of a longer number or word: `12` is not told by `120`."""
    return not _same_word(words[at - 1 : at], words[at : at + 1]) and not _same_word(
        words[at + length - 1 : at + length], words[at + length : at + length + 1]
    )


def _same_word(one: str, other: str) -> bool:
    """Digits go on in digits, letters of an alphabet in letters; a Hangul particle may follow."""
    return bool(one and other) and (
        (one.isdigit() and other.isdigit())
        or (one.isascii() and one.isalpha() and other.isascii() and other.isalpha())
    )

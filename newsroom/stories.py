"""Which articles report the same thing in the same words.

For now articles are one story when they are one page (identity) or the same text word by word.
Rewrites, and Yonhap ids of one family, are joined by a later stage; so is `update`, which needs
the material of two texts compared and is never given here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b

from newsroom.identity import canonical_url, host_of
from newsroom.matching_json import article_from_json, text_of
from newsroom.stories_text import bare_body, bare_title, weight

_FLOOR = 150
"""Letters a body must have to identify a story by itself (Hangul and Han count twice).

Of 7,750 summaries of eleven outlets, formulas that recur over different stories reach 138 letters
in English (a weekly quiz) and 70 syllables in Korean (a note on advertising); longer texts that
recurred were one story nearly every time.
"""
_FLOOR_WITH_TITLE = 60
"""Letters that title and body together must have where the body alone is too short: a flash."""
_FLOOR_FLASH_BODY = 30


class Relation(StrEnum):
    """What an article is to its story; the first that holds."""

    FIRST = "first"
    """The earliest published."""
    UPDATE = "update"
    """It says something material that was not known: not given by this version."""
    REVISION = "revision"
    """From the outlet of the story's first article."""
    COPY = "copy"
    """From another outlet."""


@dataclass(frozen=True, slots=True)
class StoryInput:
    """What of an article decides its story."""

    id: str
    title: str
    body: str
    published_at: datetime | None = None
    """Aware; None where unknown: then it is later than every known one."""
    url: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """An article's place."""

    article: str
    story: str
    """Id of the story's first article."""
    relation: Relation


def exact_key(title: str, body: str) -> str | None:
    """Stand for a text word by word, whatever the outlet's furniture; None: too short to tell.

    A long body stands alone, as outlets write their own headlines over wire copy; a short one
    needs the same title.
    """
    text = bare_body(title, body)
    if weight(text) >= _FLOOR:
        return _digest("body", text)
    headline = bare_title(title)
    if weight(text) < _FLOOR_FLASH_BODY or weight(headline + text) < _FLOOR_WITH_TITLE:
        return None
    return _digest("flash", f"{headline}\n{text}")


def _digest(kind: str, text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=kind.encode())
    return f"{kind}:{digest.hexdigest()}"


def group(articles: Sequence[StoryInput]) -> list[Assignment]:
    """Put each article in its story; answers stand in the order of the input.

    What belongs together does not depend on that order; only ties of the published time do.
    """
    leaders = _leaders(articles)
    members: dict[int, list[int]] = {}
    for index, leader in enumerate(leaders):
        members.setdefault(leader, []).append(index)
    firsts = {
        leader: min(indexes, key=lambda i: (_published(articles[i]), i))
        for leader, indexes in members.items()
    }
    return [
        _assign(article, index, articles[firsts[leaders[index]]], firsts[leaders[index]])
        for index, article in enumerate(articles)
    ]


def _assign(article: StoryInput, index: int, first: StoryInput, at: int) -> Assignment:
    if index == at:
        relation = Relation.FIRST
    else:
        relation = Relation.REVISION if same_outlet(article, first) else Relation.COPY
    return Assignment(article.id, first.id, relation)


def same_outlet(one: StoryInput, other: StoryInput) -> bool:
    """Say whether two articles come from one source or one host."""
    if one.source and one.source == other.source:
        return True
    host = _host(one)
    return bool(host) and host == _host(other)


def _host(article: StoryInput) -> str:
    return host_of(canonical_url(article.url or ""))


def _published(article: StoryInput) -> datetime:
    return article.published_at or datetime.max.replace(tzinfo=UTC)


def _leaders(articles: Sequence[StoryInput]) -> list[int]:
    """Give every article the index that stands for its group (union-find over equal keys)."""
    parents = list(range(len(articles)))

    def find(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    seen: dict[tuple[str, str], int] = {}
    for index, article in enumerate(articles):
        for key in _keys(article):
            parents[find(index)] = find(seen.setdefault(key, index))
    return [find(index) for index in range(len(articles))]


def _keys(article: StoryInput) -> list[tuple[str, str]]:
    keys = [("id", article.id)]
    if canonical := canonical_url(article.url or ""):
        keys.append(("url", canonical))
    if exact := exact_key(article.title, article.body):
        keys.append(("text", exact))
    return keys


def story_from_json(obj: object) -> StoryInput:
    """Read an article line of `try stories`; raises ValueError with what is wrong with it.

    A time without a zone is taken as UTC, one that cannot be read as unknown.
    """
    article_id, article = article_from_json(obj)
    published = text_of(obj, "published_at") if isinstance(obj, Mapping) else None
    return StoryInput(
        article_id,
        article.title,
        article.body,
        _instant(published),
        article.url,
        article.source,
    )


def _instant(raw: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((raw or "").strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

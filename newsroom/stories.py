"""Which articles report the same thing in the same words.

Articles are taken as they were published, each compared with those before it; the same rules place
what the service stores (`newsroom.stories_ties`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from newsroom.identity import canonical_url, host_of
from newsroom.matching_json import article_from_json, text_of
from newsroom.stories_facts import Fact, facts_of, keys_of, new_facts
from newsroom.stories_index import StoryIndex
from newsroom.stories_marks import Marks, looked_up_by, marks_of, outlet_of
from newsroom.stories_text import is_flash
from newsroom.stories_ties import Candidate, choose


class Relation(StrEnum):
    """What an article is to its story; the first that holds."""

    FIRST = "first"
    """The earliest published."""
    UPDATE = "update"
    """It says something material that the story had not said."""
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


WINDOW = timedelta(days=7)
"""How far apart two articles of one story may be, where nothing else is set."""
MOST_MEMBERS = 64
"""Articles of one story that another is compared with, the latest."""


def group(articles: Sequence[StoryInput], window: timedelta = WINDOW) -> list[Assignment]:
    """Put each article in its story and say what it is to it, in the order of the input."""
    relations = dict[int, Relation]()
    firsts = dict[int, int]()
    for members in together(articles, window):
        firsts |= dict.fromkeys(members, members[0])
        relations |= zip(members, _relations([articles[i] for i in members]), strict=True)
    return [
        Assignment(article.id, articles[firsts[index]].id, relations[index])
        for index, article in enumerate(articles)
    ]


def together(articles: Sequence[StoryInput], window: timedelta = WINDOW) -> list[list[int]]:
    """Say which articles are one story: their places in the input, the earliest published first.

    What belongs together does not depend on that order; only ties of the published time do.
    """
    shelf = _Shelf(window)
    order = sorted(range(len(articles)), key=lambda i: _order(articles[i]))
    ordered = [articles[i] for i in order]
    for page in _pages(ordered):
        shelf.put(page, [_marks(ordered[n]) for n in page])
    return [
        sorted((order[n] for n in places), key=lambda i: (_published(articles[i]), i))
        for places in shelf.members.values()
    ]


class _Shelf:
    """Stories as they grow, one article after the other."""

    def __init__(self, window: timedelta) -> None:
        self.window = window
        self.marks: dict[int, Marks] = {}
        self.story_of: dict[int, int] = {}
        self.members: dict[int, list[int]] = defaultdict(list)
        self._keys: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._index = StoryIndex()

    def put(self, page: Sequence[int], marks: Sequence[Marks]) -> None:
        """Give the articles of one page their story: one that any of them joins, else their own."""
        joined = (story for mark in marks if (story := self._chosen(mark)) is not None)
        story = next(joined, page[0])
        for index, mark in zip(page, marks, strict=True):
            self.story_of[index] = story
            self.members[story].append(index)
            self.marks[index] = replace(mark, lead="")
            self._index.put(index, mark.sketch, 0.0)
            for key in looked_up_by(mark):
                self._keys[key].append(index)
            if mark.flash:
                self._keys["flash", outlet_of(mark)].append(index)

    def _chosen(self, marks: Marks) -> int | None:
        named = [i for key in looked_up_by(marks) for i in self._keys[key][-MOST_MEMBERS:]]
        flashes = self._keys["flash", outlet_of(marks)][-MOST_MEMBERS:]
        alike = self._index.like(marks.sketch)
        stories = dict.fromkeys(self.story_of[i] for i in (*named, *flashes, *alike))
        candidates = [
            Candidate(i, story, self.marks[i])
            for story in stories
            for i in self.members[story][-MOST_MEMBERS:]
        ]
        return choose(marks, candidates, self.window)


def _pages(articles: Sequence[StoryInput]) -> list[list[int]]:
    """Articles of one id or one canonical URL are one page; pages stand as their first articles."""
    found: dict[int, list[int]] = {}
    page_of: dict[tuple[str, str], int] = {}
    for index, article in enumerate(articles):
        url = canonical_url(article.url or "")
        names = [("id", article.id), *([("url", url)] if url else [])]
        known = sorted({page_of[name] for name in names if name in page_of})
        page = known[0] if known else index
        found.setdefault(page, []).append(index)
        for other in known[1:]:
            found[page] = sorted(found[page] + found.pop(other))
            page_of = {name: page if p == other else p for name, p in page_of.items()}
        page_of |= dict.fromkeys(names, page)
    return list(found.values())


def _marks(article: StoryInput) -> Marks:
    return marks_of(
        article.title,
        article.body,
        source=article.source,
        url=article.url,
        at=article.published_at,
    )


def _relations(members: Sequence[StoryInput]) -> Iterator[Relation]:
    """What each article of a story is to it; they are given as they were published."""
    known: set[str] = set()
    for n, article in enumerate(members):
        if len(members) == 1:
            yield Relation.FIRST
            return
        facts = facts_of(article.title, article.body, article.published_at)
        yield relation(article, members[:n], facts, known)
        known |= keys_of(article.title, article.body, facts)


def relation(
    article: StoryInput, before: Sequence[StoryInput], facts: Sequence[Fact], known: Collection[str]
) -> Relation:
    """Say what an article is to the story of those `before` it; the first that holds (DESIGN §8).

    `known`: what they said, as `stories_facts.keys_of` remembers it.
    """
    if not before:
        return Relation.FIRST
    if new_facts(facts, known):
        return Relation.UPDATE
    return Relation.REVISION if same_outlet(article, before[0]) else Relation.COPY


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


def _order(article: StoryInput) -> tuple[datetime, bool, int, tuple[str, ...]]:
    """A batch's own order: the same for the same articles, however they are given.

    Outlets tell the minute alone: of one minute the flash came first, then what goes on from it,
    the whole text before what was cut from it.
    """
    url, source = canonical_url(article.url or ""), article.source or ""
    rest = (url, article.title, article.body, source, article.id)
    return _published(article), not is_flash(article.title), -len(article.body), rest


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

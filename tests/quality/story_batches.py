"""The labelled articles, put together in batches as a newsroom's days bring them.

A batch is one call of `group`. Of an original it holds the text and one edit, or two edits of it
and not the text itself, so that a pair is judged by what the two of it say and not through a third;
the other originals and their edits in the batch are what they must not be joined with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from newsroom.stories import StoryInput
from tests.quality.story_edits import SINGLE, Draft, both_sides, combined
from tests.quality.story_texts import Original, number

OUTLETS = 12


class Item(NamedTuple):
    """An article with what is known of it."""

    article: StoryInput
    story: str | None
    """Key of the story it belongs to; None: it may stand in any, as a round-up may."""
    language: str
    kind: str
    """The edit that made it; `original` for the text as captured."""


class Batch(NamedTuple):
    """What is put together at once."""

    name: str
    set: str
    """The table of the floors its pairs are counted in."""
    items: tuple[Item, ...]
    apart: tuple[tuple[str, str, str], ...] = ()
    """A round-up's shape, and two stories that it must not make one."""
    either: frozenset[frozenset[str]] = frozenset()
    """Two stories that careful readers would join or not: their pairs do not count."""


def rounds(found: Sequence[Original], count: int = 6, draw: int = 0) -> Iterator[Batch]:
    """Every original in every round, each time beside another edit of it."""
    for turn in range(draw * count, (draw + 1) * count):
        items: list[Item] = []
        for original in found:
            items += _sides(original, turn) if turn % 3 == 2 else _beside(original, turn)
        yield Batch(f"round {turn}", "edits", tuple(items))


def reprints(found: Sequence[Original], draw: int = 0) -> Batch:
    """Each original with up to four edits of it at once: what many outlets make of one wire."""
    items: list[Item] = []
    for original in found:
        items.append(as_captured(original))
        for name in _order(original, "reprints")[4 * draw : 4 * draw + 4]:
            items += _edited(original, name, name)
    return Batch("reprints", "edits", tuple(items))


def roundups(found: Sequence[Original]) -> Batch:
    """Two stories each with a copy of one, and a third article made of both; set `roundups`."""
    items: list[Item] = []
    apart = []
    pairs = [
        (found[n], found[n + 1])
        for n in range(0, len(found) - 1, 2)
        if found[n].language == found[n + 1].language
    ]
    for n, (one, other) in enumerate(pairs):
        order = (one, other) if n % 2 else (other, one)
        shape = ("whole", "halves", "whole and half")[n % 3]
        when = ("before", "between", "after")[n // 3 % 3]
        items += [as_captured(one), as_captured(other)]
        if n % 4 < 2:
            items += _edited(one, "tail-30", "tail-30")
        items.append(_roundup(order, shape, when))
        apart.append((f"{shape}, {when}", one.key, other.key))
    return Batch("roundups", "roundups", tuple(items), tuple(apart))


def as_captured(original: Original) -> Item:
    """The text itself, whose key is its story's."""
    return Item(original.article, original.key, original.language, "original")


def brief_edits(original: Original) -> list[Item]:
    """One edit that leaves a short item whole."""
    names = ("typing", "credit", "byline", "headline")
    name = names[number(original.key, "brief") % len(names)]
    return _edited(original, name, "brief")


def _beside(original: Original, turn: int) -> list[Item]:
    names = _order(original)
    for name in (*names[turn % len(names) :], *names[: turn % len(names)]):
        if edited := _edited(original, name, f"{name}|{turn}"):
            return [as_captured(original), *edited]
    return [as_captured(original)]


def _sides(original: Original, turn: int) -> list[Item]:
    draft = Draft(original.article.title, original.article.body, original.language)
    both = both_sides(draft, f"{original.key}|{turn}")
    if both is None:
        return _beside(original, turn)
    return [_published(original, side, "both", f"both|{turn}|{n}") for n, side in enumerate(both)]


def _order(original: Original, *salt: str) -> list[str]:
    """Every kind of edit in an order of the original's own; combinations come three times."""
    names = [*SINGLE, "combined", "combined ", "combined  "]
    return sorted(names, key=lambda name: number(original.key, name, *salt))


def _edited(original: Original, name: str, salt: str) -> list[Item]:
    draft = Draft(original.article.title, original.article.body, original.language)
    kind = name.strip()
    edit = combined if kind == "combined" else SINGLE[kind]
    done = edit(draft, f"{original.key}|{salt}")
    return [_published(original, done, kind, salt)] if done else []


def _published(original: Original, draft: Draft, kind: str, salt: str) -> Item:
    """Give an edit its outlet, its address and its hour: minutes to two days after the text.

    A brief is reprinted within hours; a report that recurs, before the next one is due.
    """
    seed = f"{original.key}|{salt}"
    drawn = number(seed, "minutes")
    latest = {"recurring": 300, "feed": 720}.get(original.set, 2880)
    minutes = drawn % 90 if drawn % 3 else drawn % latest
    own = kind.startswith("rewritten") and drawn % 2
    outlet = original.article.source if own else f"outlet{number(seed, 'outlet') % OUTLETS}"
    host = (
        original.article.url.split("/")[2] if own and original.article.url else f"{outlet}.example"
    )
    published = original.article.published_at
    assert published is not None
    article = StoryInput(
        f"{seed}|{kind}",
        draft.title,
        draft.body,
        published + timedelta(minutes=minutes + 1),
        f"https://{host}/news/{number(seed, 'url')}",
        outlet,
    )
    return Item(article, original.key, original.language, kind)


def _roundup(order: tuple[Original, Original], shape: str, when: str) -> Item:
    first, second = (o.article for o in order)
    halves = {"whole": (1, 1), "halves": (2, 2), "whole and half": (1, 2)}[shape]
    body = "\n\n".join(
        article.body[: len(article.body) // part]
        for article, part in zip((first, second), halves, strict=True)
    )
    early, late = sorted(a.published_at for a in (first, second) if a.published_at)
    at = {
        "before": early - timedelta(minutes=20),
        "between": early + (late - early) / 2,
        "after": late + timedelta(minutes=50),
    }[when]
    key = f"roundup|{order[0].key}|{order[1].key}"
    title = ("News in brief", first.title, f"{first.title}; {second.title}")[number(key) % 3]
    url = f"https://roundup.example/{number(key)}"
    return Item(
        StoryInput(key, title, body, at, url, "roundup"), None, order[0].language, "roundup"
    )

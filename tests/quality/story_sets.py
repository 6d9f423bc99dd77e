"""Every batch that story grouping is measured on, by the set its pairs count in.

edits, roundups: real texts and what newsrooms do to them; families: Yonhap's ids; near_dup: the
documents of a public set; feeds: short items of some days, with what was judged by reading
(`story_judged.tsv`); written: what was written for the project and needs no captures.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.quality.story_batches import (
    Batch,
    Item,
    as_captured,
    brief_edits,
    reprints,
    rounds,
    roundups,
)
from tests.quality.story_texts import (
    Original,
    economy,
    families,
    feed_items,
    near_duplicates,
    number,
    originals,
)
from tests.quality.story_written import flashes, recurring, told

JUDGED = Path(__file__).with_name("story_judged.tsv")
_YONHAP = re.compile(r"A[A-Z]R(\d{12})\d\d(\d{3})")
_CROWDED_DAYS = (
    ("2025-08-13", "2025-08-14", "2025-08-15"),
    ("2025-08-18", "2025-08-19", "2025-08-20"),
)


def captured(corpus: Path, draw: int = 0) -> Iterator[Batch]:
    """What is made from the captures, set by set.

    Another `draw` gives other edits, other Korean texts and other days of the feeds (on which no
    pair was judged by reading): what a rule was not fitted to. The floors are those of draw 0.
    """
    found = (*originals(corpus), *economy(corpus, draw))
    either = _either({})
    made = (*rounds(found, draw=draw), reprints(found[draw % 2 :: 2], draw), roundups(found[draw:]))
    for batch in made:
        yield batch._replace(either=either)
    items = tuple(Item(a, family, "ko", "original") for family, a in families(corpus))
    yield Batch("families", "families", items)
    for size in (100, 1000):
        documents = near_duplicates(corpus, size)
        items = tuple(Item(a, story, "en", "original") for story, a in documents)
        yield Batch(f"near_dup {size}", "near_dup", items)
    yield _feeds(corpus, draw)


def written(draw: int = 0) -> Iterator[Batch]:
    """What needs no captures; the same texts in several rounds of edits."""
    found = (*told(), *recurring())
    for batch in (*rounds(found, draw=draw), reprints(found, draw)):
        yield batch._replace(name=f"written {batch.name}", set="written")
    merged = roundups(told()[::2] + told()[1::2])
    yield merged._replace(name="written roundups")
    yield Batch("flashes", "written", tuple(flashes()))


def unspaced(corpus: Path) -> Iterator[Batch]:
    """Korean without any blanks, as the captures have it: stress, held by no floor."""
    for batch in rounds(economy(corpus, blanks=False), 3):
        yield batch._replace(name=f"unspaced {batch.name}", set="unspaced")


@cache
def judged() -> tuple[dict[str, str], ...]:
    """Pairs judged by reading: `same`, or `either` where careful readers differ."""
    with JUDGED.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t"))


def _feeds(corpus: Path, draw: int) -> Batch:
    """Items of some crowded days, all that Yonhap filed around them, and reprints of a few."""
    shown = {o.article.url: o for o in reversed(feed_items(corpus))}
    places = {row[side] for row in judged() for side in ("one", "other")}
    found = [o for o in reversed(shown.values()) if o.key in places or _in_batch(o, draw)]
    stories = _feed_stories(found)
    bodies = Counter(o.article.body for o in found)
    items: list[Item] = []
    for original in found:
        story = stories[original.key]
        items.append(as_captured(original)._replace(story=story))
        alone = bodies[original.article.body] == 1  # a formula tells of no story
        if alone and number(original.key) % 12 == draw and len(original.article.body) >= 80:
            items += [edit._replace(story=story) for edit in brief_edits(original)]
    return Batch("feeds", "feeds", tuple(items), either=_either(stories))


def _in_batch(original: Original, draw: int) -> bool:
    day = f"{original.article.published_at:%Y-%m-%d}"
    own = original.article.source == "yna" and day >= "2025-08-12" and not draw
    return own or day in _CROWDED_DAYS[draw % 2]


def _feed_stories(found: list[Original]) -> dict[str, str]:
    """Name each item's story: by Yonhap's id, by equal title and summary, by judgement."""
    stories: dict[str, str] = {}
    texts: dict[tuple[str, str], str] = {}
    same = [(row["one"], row["other"]) for row in judged() if row["judged"] == "same"]
    for original in found:
        article = original.article
        family = _YONHAP.search(article.url or "")
        stories[original.key] = f"family:{family[1]}{family[2]}" if family else original.key
        if len(article.body) > 40:
            first = texts.setdefault((article.title, article.body), original.key)
            same.append((first, original.key))
    for one, other in same:
        into, out = stories.get(one, one), stories.get(other, other)
        if into != out:
            stories = {key: into if name == out else name for key, name in stories.items()}
    return stories


def _either(stories: dict[str, str]) -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset(stories.get(row[side], row[side]) for side in ("one", "other"))
        for row in judged()
        if row["judged"] == "either"
    )

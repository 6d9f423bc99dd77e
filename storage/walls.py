"""Pages that are no story: one text under several headlines of one source is its wall.

A log-in or consent page answers 200 for every article behind it. Under a second headline of the
same source it is known for what it is: the feed's words stand, and nothing joins a story by it.
A text that an outlet filed again is none: its headline has words in common with the first, or the
agency's ids make both one family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from newsroom.stories_marks import Marks, marks_of
from newsroom.stories_ties import headlines_share
from storage.claims import PageIn
from storage.story_candidates import EXACT, FAMILY
from storage.tables import articles, entries, story_keys

WARNING = "text_of_other_articles"
MOST_TWINS = 20
"""Articles with the text whose headlines are looked at."""
LIKE = 0.6
"""Headlines that share so much of the shorter one's words may stand over one text. More rather than
less: a wall taken for a story would keep an alert from going."""


def stands_for_others(conn: Connection, row: Any, marks: Marks) -> bool:
    """Whether another article of the source has this very text under an unlike headline.

    Headlines are those that feeds show: pages of a wall have one of their own in common. An
    article that no feed shows is no evidence.
    """
    if marks.exact is None:
        return False
    twins = (
        select(story_keys.c.article_id)
        .join(articles, articles.c.id == story_keys.c.article_id)
        .where(
            story_keys.c.kind == EXACT,
            story_keys.c.key == marks.exact,
            articles.c.source_id == row.source_id,
            articles.c.id != row.id,
        )
        .limit(MOST_TWINS)
    )
    if marks.family is not None:
        kin = select(story_keys.c.article_id).where(
            story_keys.c.kind == FAMILY, story_keys.c.key == marks.family
        )
        twins = twins.where(articles.c.id.not_in(kin))
    found = conn.execute(twins).scalars().all()
    if not found:
        return False
    shown = _headlines(conn, [row.id, *found])
    ours = shown.pop(row.id, [])
    return any(ours and not _alike(ours, theirs) for theirs in shown.values())


def _headlines(conn: Connection, ids: Collection[int]) -> dict[int, list[Marks]]:
    """Article → the marks of each headline that a feed shows it by."""
    query = (
        select(entries.c.article_id, entries.c.title)
        .where(entries.c.article_id.in_(ids), entries.c.title != "")
        .distinct()
    )
    found = defaultdict(list)
    for row in conn.execute(query):
        found[row.article_id].append(marks_of(row.title, "", source=None, url=None, at=None))
    return found


def _alike(ours: Collection[Marks], theirs: Collection[Marks]) -> bool:
    return any(headlines_share(one, other) >= LIKE for one in ours for other in theirs)


def as_wall(page: PageIn) -> PageIn:
    """The page as what it is: partial, no evidence for any story, its addresses nobody's."""
    warnings = tuple(dict.fromkeys([*page.content.warnings, WARNING]))
    return PageIn(content=replace(page.content, warnings=warnings), state="partial")

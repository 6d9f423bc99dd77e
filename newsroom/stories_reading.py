"""All that is worked out of a text before its story is looked up."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from newsroom.stories_facts import Fact, facts_of, keys_of
from newsroom.stories_marks import Marks, marks_of


class StoryText(NamedTuple):
    """All that is worked out of a text before its story is looked up."""

    marks: Marks
    facts: tuple[Fact, ...]
    keys: frozenset[str]
    """What is remembered of it: what another text says of this is not new."""


def story_text(
    title: str, body: str, *, source: str | None, url: str | None, at: datetime | None
) -> StoryText:
    """Work out what a text's story needs; parameters as for `marks_of`."""
    facts = facts_of(title, body, at)
    marks = marks_of(title, body, source=source, url=url, at=at)
    return StoryText(marks, facts, keys_of(title, body, facts))

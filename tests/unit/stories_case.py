"""What cases of stories ask of a text."""

from __future__ import annotations

from datetime import timedelta

from newsroom.stories_marks import Marks, marks_of
from newsroom.stories_signs import Signs
from newsroom.stories_sketch import shared
from newsroom.stories_text import bare_title, plain_story
from newsroom.stories_ties import Tie, tie


def exact_key(title: str, body: str) -> str | None:
    """What stands for the text word by word."""
    return marks_of(title, body, source=None, url=None, at=None).exact


def bare_body(title: str, body: str) -> str:
    """The letters of what a text tells, its furniture left out."""
    return Signs(plain_story(bare_title(title), body)).bare()


def tied(new: Marks, old: Marks, window: timedelta) -> Tie | None:
    """What ties one article to an older one."""
    return tie(new, old, shared(new.sketch, old.sketch), window)

"""What cases of stories ask of a text."""

from __future__ import annotations

from newsroom.stories_marks import marks_of


def exact_key(title: str, body: str) -> str | None:
    """What stands for the text word by word."""
    return marks_of(title, body, source=None, url=None, at=None).exact

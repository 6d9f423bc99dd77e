"""Regular expressions in time linear to the text (RE2), over folded text with its letter case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import re2

from newsroom.query_regex import options


@lru_cache(maxsize=1 << 10)
def compile_regex(pattern: str) -> re2._Regexp[str]:
    """Compile a pattern that `query_regex.check_regex` has let pass."""
    return re2.compile(pattern, options())


def search(pattern: re2._Regexp[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of all matches that are not empty, in code points."""
    for match in pattern.finditer(text):
        start, end = match.span()
        if end > start:
            yield start, end

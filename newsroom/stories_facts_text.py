"""Which parts of a text may bring something new: its story, without tables and links."""

from __future__ import annotations

import re
from bisect import bisect_right

from newsroom.stories_text import story_paragraphs

_FIGURE = re.compile(r"\d\S*")
_LEAST_CELLS = 6
"""Words a paragraph must have to be a table rather than a short sentence with figures."""
_NUMERIC = 0.4
"""Share of words with digits from which a paragraph is a table. Of sentences with many figures
(results of a poll) about a quarter are numbers."""
_NUMERIC_SENTENCE = 0.65
"""The same where it ends like a sentence."""
_SENTENCE = re.compile(r"(?:[a-z)%]|[다요음임함])[.!?][\"'\u201d\u2019)]*\s*$")
_LINKS = re.compile(
    r"(?:Related (?:Articles?|Stories|News)|More (?:from|stories)|See also|Read more"
    r"|관련 ?기사|관련 ?뉴스|주요 ?뉴스|많이 본 뉴스)\b ?[:>]?",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\(ATTN: |Copyright |ⓒ|©|제보는 |<저작권자|\(끝\)|\(END\)|▶ ?(?:연합뉴스|관련|네이버|기사)"
)


class Story:
    """The spans of a body that tell its story; offsets count the body as given."""

    def __init__(self, title: str, body: str) -> None:
        spans = []
        for start, end in story_paragraphs(title, body):
            if _LINKS.match(body, start, end):
                if end - start <= 40:
                    break  # a heading: what follows is links
                continue
            if not (_NOTICE.match(body, start, end) or _is_table(body[start:end])):
                spans.append((start, end))
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, start: int, end: int) -> bool:
        """Say whether a span lies in the story."""
        n = bisect_right(self._starts, start) - 1
        return n >= 0 and end <= self._ends[n]


def _is_table(paragraph: str) -> bool:
    cells = len(paragraph.split())
    if cells < _LEAST_CELLS:
        return False
    share = len(_FIGURE.findall(paragraph)) / cells
    return share >= (_NUMERIC_SENTENCE if _SENTENCE.search(paragraph) else _NUMERIC)

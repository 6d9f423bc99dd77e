"""The sentences of a feed's entry: few, and each looked for near its hit alone.

A feed is asked for again and again, and a page may repeat a term a thousand times: what it costs
must not grow with the text, as it may for a mail that is made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alerts.view_lines import segments
from alerts.view_shapes import Segment
from newsroom.model import ArticleText, Hit
from newsroom.text_sentences import sentence_around

Sentence = tuple[Segment, ...]

MOST = 3
"""Sentences shown."""
LONGEST = 300
"""Code points at which a sentence is cut."""
_MARGIN = 400
"""How far from its hit a sentence is looked for; more than it may be long."""
_MOST_HITS = 200
_MOST_TRIES = 8
"""Sentences looked at; the same one may stand in a text again and again."""
_FIELDS = ("body", "summary", "subtitle", "title")


def sentences(text: ArticleText, hits: Iterable[Hit]) -> list[Sentence]:
    """The sentences in which hits stand, marked, in their order; terms not shown yet come first.

    Of the body; where nothing of it matched, of the summary, the subtitle or the headline.
    """
    known = list(hits)[:_MOST_HITS]
    for field in _FIELDS:
        whole = getattr(text, field)
        # a revision may have come since
        true = [h for h in known if h.field == field and whole[h.start : h.end] == h.text != ""]
        if true:
            return _of_field(whole, sorted(true, key=lambda h: (h.start, h.end)))
    return []


def _of_field(text: str, hits: Sequence[Hit]) -> list[Sentence]:
    shown: dict[tuple[int, int], Sentence] = {}
    tries = 0
    for hit in _in_turn(hits):
        if any(start <= hit.start and hit.end <= end for start, end in shown):
            continue
        start, end, sentence = _around(text, hit, hits)
        if sentence and sentence not in shown.values():
            shown[start, end] = sentence
        tries += 1
        if len(shown) == MOST or tries == _MOST_TRIES:
            break
    return [shown[span] for span in sorted(shown)]


def _in_turn(hits: Sequence[Hit]) -> list[Hit]:
    """The first of each term, then the others."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.term, hit)
    return list(dict.fromkeys([*first.values(), *hits]))


def _around(text: str, hit: Hit, hits: Iterable[Hit]) -> tuple[int, int, Sentence]:
    base = max(0, hit.start - _MARGIN)
    near = text[base : hit.end + _MARGIN]
    left, right = sentence_around(near, hit.start - base, hit.end - base, len(near))
    start, end = sentence_around(near, hit.start - base, hit.end - base, LONGEST)
    marks = _joined((h.start - base - start, h.end - base - start) for h in hits)
    line = segments(near[start:end], marks, LONGEST + len(hit.text))
    before = (Segment("…"),) if start > left else ()
    after = (Segment("…"),) if end < right else ()
    return base + start, base + end, (*before, *line, *after) if line else ()


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that overlap as one; what lies outside the text is dropped by who sets it."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined

"""How well a found article answers a query, and which of its sentences shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.model import ArticleText, Hit
from newsroom.text import sentence_around

_WEIGHTS = {"title": 4.0, "subtitle": 2.0, "summary": 1.0, "body": 1.0}
_HALF = 2_000
"""Characters of text for which one more hit is needed to be as telling."""
_MOST_LOOKED_AT = 5
"""Sentences that are compared."""
_REACH = 480
"""Characters to each side of a hit in which its sentence is looked for: more than its longest."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of an article that answers the query."""

    text: str
    """Exactly as it stands in the article."""
    marks: tuple[tuple[int, int], ...]
    """Where in it the terms are, in code points, in order, none overlapping another."""


def score(article: ArticleText, hits: Sequence[Hit]) -> float:
    """Rate an article: more is better; 0 where nothing was found by name.

    Each term that hit gives once the weight of the best field it stands in (title 4, subtitle 2,
    else 1), and up to 1 for how often it stands there for the length of the text, counted as
    n / (n + 1 + length / 2,000). So an article with two of the terms is before one with more of a
    single one, and a headline before a mention.
    """
    length = len(article.summary) + len(article.body)
    fields: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        fields[hit.term].append(hit.field)
    rated = 0.0
    for found in fields.values():
        often = len(found)
        rated += max(_WEIGHTS[field] for field in found) + often / (often + 1 + length / _HALF)
    return round(rated, 4)


def excerpt(article: ArticleText, hits: Sequence[Hit]) -> Excerpt:
    """Choose the sentence with the most of the terms; of equals the earlier, the body first.

    Without hits it is the begin of the text, with nothing marked.
    """
    for field in ("body", "summary", "subtitle", "title"):
        inside = sorted((hit for hit in hits if hit.field == field), key=lambda hit: hit.start)
        if inside:
            return _best(getattr(article, field), inside)
    text = article.body or article.summary or article.subtitle or article.title
    start, end = sentence_around(text, 0, 0) if text else (0, 0)
    return Excerpt(text[start:end], ())


def _best(text: str, hits: Sequence[Hit]) -> Excerpt:
    best: tuple[int, int] | None = None
    most = looked_at = end = 0
    for hit in hits:
        if hit.start < end or looked_at == _MOST_LOOKED_AT:
            continue
        start, end = _sentence(text, hit)
        looked_at += 1
        terms = len({h.term for h in hits if start <= h.start and h.end <= end})
        if terms > most:
            best, most = (start, end), terms
    start, end = best or (0, len(text))
    marks: list[tuple[int, int]] = []
    for hit in hits:
        if start <= hit.start and hit.end <= end:
            _mark(marks, hit.start - start, hit.end - start)
    return Excerpt(text[start:end], tuple(marks))


def _sentence(text: str, hit: Hit) -> tuple[int, int]:
    """The same as in all of the text, where that may be a book."""
    first = max(0, hit.start - _REACH)
    near = text[first : hit.end + _REACH]
    start, end = sentence_around(near, hit.start - first, hit.end - first)
    return first + start, first + end


def _mark(marks: list[tuple[int, int]], start: int, end: int) -> None:
    if marks and start < marks[-1][1]:
        marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
    else:
        marks.append((start, end))

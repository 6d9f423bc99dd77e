"""From hits to what a mail shows of them: sentences with their matches marked, and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alerts.model import Excerpt, MatchReason
from newsroom.model import ArticleText, Hit
from newsroom.stories_news import News
from newsroom.text_sentences import sentence_around

SENTENCE_LIMIT = 300
MOST = 5
_FIELDS = ("title", "subtitle", "summary", "body")
_MOST_HITS = 200
"""Hits looked at per field; a page that repeats a term ten thousand times shows no more for it."""


def excerpts(
    article: ArticleText, hits: Iterable[Hit], *, limit: int = SENTENCE_LIMIT, most: int = MOST
) -> tuple[Excerpt, ...]:
    """The sentences in which the hits stand, in the order of the text, all their hits marked.

    The title comes whole and first. Of the other sentences at most `most` are taken: those that
    show a term not shown yet before those that do not; a sentence that recurs is shown once.
    """
    by_field = _by_field(article, hits)
    title = [
        Excerpt("title", article.title, _marks(found, 0, len(article.title)))
        for found in [by_field.get("title", [])]
        if found
    ]
    sentences = [
        sentence
        for field in _FIELDS[1:]
        for sentence in _sentences(field, getattr(article, field), by_field.get(field, []), limit)
        if field != "summary" or not _told_by(article.body, sentence[0])
    ]
    seen = {hit.term for hit in by_field.get("title", [])}
    chosen = _chosen(sentences, seen, most)
    return (*title, *chosen)


def news_excerpts(
    article: ArticleText, news: Iterable[News], *, limit: int = SENTENCE_LIMIT, most: int = MOST
) -> tuple[Excerpt, ...]:
    """The sentences in which something new stands, in the order of the text, the new marked.

    Several news in one sentence are one line. Of many sentences at most `most` are taken: the
    headline, those with a watch term not met before, then those that come first.
    """
    spans = list(news)
    terms = [n for n in spans if n.kind == "term"]
    hits = [Hit(f"{n.kind} {n.text}", n.field, n.start, n.end, n.text) for n in spans]
    chosen = excerpts(article, hits, limit=limit, most=_MOST_HITS)
    if len(chosen) <= most:
        return chosen
    wanted = [e for e in chosen if any(n.text in e.text and n.field == e.field for n in terms)]
    first = dict.fromkeys([*(e for e in chosen if e.field == "title"), *wanted, *chosen])
    kept = set(list(first)[:most])
    return tuple(e for e in chosen if e in kept)


def _told_by(body: str, excerpt: Excerpt) -> bool:
    """A feed's summary is mostly the lead once more, cut and closed by dots: shown once."""
    words = " ".join(excerpt.text.split()).rstrip(" .…")
    return bool(words) and words in " ".join(body.split())


def reason(watchlist: str, hits: Iterable[Hit]) -> MatchReason:
    """Why this watchlist met the article: its terms that hit, in the order they first did."""
    certain: dict[str, bool] = {}
    for hit in hits:
        certain[hit.term] = certain.get(hit.term, False) or not hit.undecided
    return MatchReason(
        watchlist, tuple(certain), tuple(term for term, sure in certain.items() if not sure)
    )


def _by_field(article: ArticleText, hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """Hits that lie in the text as it is now (a revision may have come since), in its order."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        text = getattr(article, hit.field, "") if hit.field in _FIELDS else ""
        whole = 0 <= hit.start < hit.end <= len(text)
        if whole and text[hit.start : hit.end] == hit.text:
            found.setdefault(hit.field, []).append(hit)
    for field, of_field in found.items():
        of_field.sort(key=lambda h: (h.start, h.end))
        found[field] = of_field[:_MOST_HITS]
    return found


def _sentences(
    field: str, text: str, hits: Sequence[Hit], limit: int
) -> Iterator[tuple[Excerpt, frozenset[str]]]:
    covered = 0
    for hit in hits:
        if hit.start < covered:
            continue
        start, end = sentence_around(text, hit.start, hit.end, limit)
        whole = sentence_around(text, hit.start, hit.end, len(text))
        start, covered = max(start, covered), end
        inside = [h for h in hits if start <= h.start and h.end <= end]
        excerpt = Excerpt(
            field,
            text[start:end],
            _marks(inside, start, end),
            cut_before=start > whole[0],
            cut_after=end < whole[1],
        )
        yield excerpt, frozenset(h.term for h in inside)


def _marks(hits: Iterable[Hit], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Spans relative to `start`, those that overlap joined."""
    marks: list[tuple[int, int]] = []
    for hit in hits:
        if hit.start < start or hit.end > end:
            continue
        if marks and hit.start - start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], hit.end - start))
        else:
            marks.append((hit.start - start, hit.end - start))
    return tuple(marks)


def _chosen(
    sentences: Sequence[tuple[Excerpt, frozenset[str]]], seen: set[str], most: int
) -> list[Excerpt]:
    texts: set[str] = set()
    news: list[int] = []
    rest: list[int] = []
    for index, (excerpt, terms) in enumerate(sentences):
        plain = " ".join(excerpt.text.split())
        if plain in texts:
            continue
        texts.add(plain)
        (rest if terms <= seen else news).append(index)
        seen = seen | terms
    return [sentences[i][0] for i in sorted((news + rest)[:most])]

"""Shorthand for tables of matching cases."""

from newsroom.matching import compile_watchlist, match_rule
from newsroom.model import ArticleText, Hit, Watchlist
from newsroom.ports import Morphology


def hits_of(
    article: ArticleText, watchlist: Watchlist, morphology: Morphology | None = None
) -> tuple[Hit, ...] | None:
    return match_rule(compile_watchlist(watchlist), article, morphology)


def found(term: str, text: str, morphology: Morphology | None = None) -> list[str]:
    """The slices of a body that one term hits, in order."""
    article = ArticleText(title="", body=text)
    hits = hits_of(article, Watchlist("w", any=(term,)), morphology) or ()
    for hit in hits:
        assert (hit.term, hit.field, hit.text) == (term, "body", text[hit.start : hit.end])
    return [hit.text for hit in hits]

"""The longer words that a rule's short Korean terms were found in, told when it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newsroom.model import Watchlist
from storage.database import Database
from wirewatch.cli.out import say

ARTICLES = 2_000
"""How many of the newest articles are looked through."""

Words = Mapping[str, Mapping[str, int]]
"""How often each longer word came, by term."""


def words_of(db: Database, watchlists: Iterable[Watchlist]) -> dict[str, dict[str, int]]:
    """The longer words of all two-syllable Hangul terms in these watchlists.

    The morphology is started only where the archive has such a word at all.
    """
    from jobs.morphology import KiwiWorker
    from newsroom.longer_words import longer_words, short_terms
    from storage.texts import newest_texts

    terms = tuple(dict.fromkeys(term for w in watchlists for term in short_terms(w)))
    if not terms:
        return {}
    morphology = KiwiWorker()
    try:
        return longer_words(newest_texts(db, ARTICLES), terms, morphology)
    finally:
        morphology.close()


def words_in(watchlist: Watchlist, words: Words) -> dict[str, dict[str, int]]:
    """What was found for this watchlist's own terms."""
    from newsroom.longer_words import short_terms

    return {term: dict(words[term]) for term in short_terms(watchlist) if term in words}


def say_words(words: Words) -> None:
    """Print a line per term, and what to do with them."""
    for term, found in words.items():
        listed = ", ".join(f"{word} ({count})" for word, count in found.items())
        say(f"{term} was found in {listed}")
    if words:
        say("a longer word that is not meant belongs under none, in a watchlist file")

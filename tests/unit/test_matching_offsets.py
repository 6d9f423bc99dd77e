"""Offsets count code points of the text as given, however its letters are spelled.

Texts are built from planted terms and other words, each spelled in some way that folds away:
decomposed, full-width, with marks that do not show. So it is known where every hit has to be.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from newsroom.matching import compile_watchlist, match_rule
from newsroom.model import ArticleText, Watchlist
from newsroom.text_fold import fold

FIELDS = ("title", "subtitle", "summary", "body")
TERMS = (
    "THAAD",
    "missile",
    "US troops",
    "COVID-19",
    "café",
    "Łódź",
    "사드",
    "한미",
    "고고도미사일방어체계",
    "萨德",
)
PLANTED = (
    {
        "Thaad": "THAAD",
        "T.H.A.A.D.": "THAAD",
        "MISSILES": "missile",
        "missile's": "missile",
        "US-troops": "US troops",
        "U.S. Troops": "US troops",
        "COVID 19": "COVID-19",
        "Cafés": "café",
        "cafe": "café",
        "Lodz": "Łódź",
        "한·미": "한미",
    }
    | {term: term for term in TERMS if term != "US troops"}
    | {"US troops": "US troops"}
)
OTHERS = ("we", "Ångström", "popstar", "감기", "5,000", "us", "x1", "中文", "👍🏽", "İ", "Thaa")
SEPARATORS = (" ", " ", ", ", "\n", "\n\n", " — ", " “", "” ", "／", "  (", ") ", ": ")
MARKS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff\u00ad"


class Place(NamedTuple):
    """Where a term was planted."""

    term: str
    field: str
    start: int
    end: int


def full_width(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


@st.composite
def spelled(draw: st.DrawFn, word: str) -> str:
    """A word spelled otherwise; no mark stands at its ends, where it belongs to nobody."""
    if draw(st.booleans()):
        word = full_width(word)
    if draw(st.booleans()):
        word = unicodedata.normalize("NFD", word)
    if len(word) > 1 and draw(st.booleans()):
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(1, len(word) - 1))
            word = word[:at] + draw(st.sampled_from(MARKS)) + word[at:]
    return word


@st.composite
def fields(draw: st.DrawFn) -> tuple[dict[str, str], list[Place]]:
    """The four texts of an article and what stands where."""
    texts: dict[str, str] = {}
    places = []
    for name in FIELDS:
        text = draw(st.sampled_from(["", "\ufeff", "\u200f ", "가. "]))
        for word in draw(st.lists(st.sampled_from([*PLANTED, *OTHERS]), max_size=5)):
            written = draw(spelled(word))
            if word in PLANTED:
                places.append(Place(PLANTED[word], name, len(text), len(text) + len(written)))
            text += written + draw(st.sampled_from(SEPARATORS))
        texts[name] = text
    return texts, places


RULE = compile_watchlist(Watchlist("w", any=TERMS))


def article_of(texts: dict[str, str]) -> ArticleText:
    title, subtitle, summary, body = (texts[field] for field in FIELDS)
    return ArticleText(title=title, subtitle=subtitle, summary=summary, body=body)


def letters(text: str) -> str:
    return "".join(char for char in fold(text).plain if char.isalnum())


@given(fields())
def test_every_hit_stands_where_the_term_was_written(
    written: tuple[dict[str, str], list[Place]],
) -> None:
    texts, places = written
    hits = match_rule(RULE, article_of(texts)) or ()
    assert [Place(hit.term, hit.field, hit.start, hit.end) for hit in hits] == places


@given(fields())
def test_hits_are_slices_with_the_letters_of_their_term_in_order(
    written: tuple[dict[str, str], list[Place]],
) -> None:
    texts, _ = written
    hits = match_rule(RULE, article_of(texts)) or ()
    for hit in hits:
        assert hit.text == texts[hit.field][hit.start : hit.end]
        assert letters(hit.text).removesuffix("s") == letters(hit.term).removesuffix("s")
    order = [(FIELDS.index(hit.field), hit.start) for hit in hits]
    assert order == sorted(order)


@given(st.data())
def test_the_length_of_what_stands_before_moves_a_hit_by_as_much(data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(OTHERS).flatmap(spelled)) + ". "
    term = data.draw(st.sampled_from(TERMS).flatmap(spelled))
    (hit,) = match_rule(RULE, ArticleText(title="", body=before + term)) or ()
    assert (hit.start, hit.end) == (len(before), len(before) + len(term))

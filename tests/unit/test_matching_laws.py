"""Laws of matching: evidence is exact, and the spelling of the same letters makes no difference."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.matching import Matcher, compile_watchlist, match_rule
from newsroom.model import ArticleText, Hit, Watchlist

TERMS = ("THAAD", "missile", "US troops", "사드", "한미", "고고도미사일방어체계", "café", "萨德")
WORDS = (
    "us",
    "U.S.",
    "missiles",
    "'s",
    "를",
    "감사드립니다",
    "고고도 미사일 방어체계",
    "한·미",
    "cafés",
)
SIGNS = (" ", " ", ", ", ". ", "\n", "\n\n", "-", "“", "”", "(", ")", "x", "Troops", "5")
PIECES = st.sampled_from((*TERMS, *WORDS, *SIGNS))
TEXTS = st.lists(PIECES, max_size=12).map("".join)
INVISIBLE = st.sampled_from("\u200b\u200d\u200e\u200f\ufeff\u00ad\u2060")
RULE = compile_watchlist(Watchlist("w", any=TERMS))


def hits_in(text: str) -> tuple[Hit, ...]:
    return match_rule(RULE, ArticleText(title="", body=text)) or ()


def seen(text: str) -> list[tuple[str, str]]:
    """Hits as (term, slice with invisible marks gone and letters composed)."""
    return [
        (
            hit.term,
            unicodedata.normalize("NFC", re.sub("[\u200b-\u200f\ufeff\u00ad\u2060]", "", hit.text)),
        )
        for hit in hits_in(text)
    ]


@given(TEXTS)
def test_evidence_is_the_exact_slice(text: str) -> None:
    for hit in hits_in(text):
        assert hit.text == text[hit.start : hit.end] != ""


@given(TEXTS)
def test_composed_and_decomposed_text_hit_the_same(text: str) -> None:
    assert seen(unicodedata.normalize("NFD", text)) == seen(text)


@given(TEXTS, st.data())
def test_invisible_marks_anywhere_change_no_hit(text: str, data: st.DataObject) -> None:
    sown = "".join(c + data.draw(INVISIBLE | st.just("")) for c in text)
    assert seen(sown) == seen(text)
    for hit in hits_in(sown):
        assert hit.text == sown[hit.start : hit.end]


@given(TEXTS)
def test_full_width_letters_hit_the_same_places(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert [(h.term, h.start, h.end) for h in hits_in(wide)] == [
        (h.term, h.start, h.end) for h in hits_in(text)
    ]


@given(TEXTS)
def test_a_term_is_found_alone_wherever_it_is_found_among_others(text: str) -> None:
    article = ArticleText(title="", body=text)
    rules = [compile_watchlist(Watchlist(term, any=(term,))) for term in TERMS]
    together = dict(Matcher(rules).match(article))
    for rule in rules:
        assert together.get(rule.name) == match_rule(rule, article)


@given(st.text(min_size=1, max_size=12), st.text(max_size=60))
def test_any_term_over_any_text_answers(term: str, text: str) -> None:
    try:
        rule = compile_watchlist(Watchlist("w", any=(term,)))
    except QueryError:
        return
    for hit in match_rule(rule, ArticleText(title=text, body=f"{text} {term}")) or ():
        assert hit.text


@given(st.text(min_size=1, max_size=12))
def test_a_term_without_operators_finds_itself(term: str) -> None:
    if term.strip()[:1] in ("=", "@", "") or term.strip()[-1:] == "*":
        return
    try:
        rule = compile_watchlist(Watchlist("w", any=(term,)))
    except QueryError:
        return
    assert match_rule(rule, ArticleText(title=term))

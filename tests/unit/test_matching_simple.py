"""Text that is looked through before it is folded: no place is lost by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsroom import matching_scan
from newsroom.matching import compile_watchlist, match_rule
from newsroom.matching_anchors import SQUEEZED
from newsroom.model import ArticleText, Watchlist
from newsroom.text_fold import simple_fold

SIMPLE = [c for c in map(chr, range(0x10000)) if matching_scan._SIMPLE.fullmatch(c)]
TERMS = ("THAAD", "air strike", "U.S.", "사드", "한미", "사드 배치", "萨德", "café", "ПРО")


def test_what_is_simple_folds_one_to_one_and_its_letters_to_themselves() -> None:
    assert len(SIMPLE) > 11_172 + 128
    for char in SIMPLE:
        cased, plain = simple_fold(char) or ("", "")
        assert (len(cased), len(plain)) == (1, 1), char
        assert plain == char or char.isascii() or not (plain + char).isalnum(), char
        assert (plain in SQUEEZED, plain.isspace()) == (char in SQUEEZED, char.isspace()), char


PIECES = st.sampled_from((*TERMS, *"-·.’“ ▲…\n!를은X", "strikes", "'s", "한·미", "감사드립니다"))


@given(st.lists(PIECES, max_size=10).map("".join))
def test_the_same_is_found_in_a_text_that_is_not_simple(text: str) -> None:
    rule = compile_watchlist(Watchlist("w", any=TERMS))
    assert not matching_scan._SIMPLE.fullmatch("\n\nя")
    alone = match_rule(rule, ArticleText("", body=text))
    beside = match_rule(rule, ArticleText("", body=text + "\n\nя"))
    assert (alone or ()) == (beside or ())

"""The sentences of a feed's entry."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.model import ArticleText, Hit
from wirewatch.web.feed_sentences import LONGEST, MOST, sentences


def hits(field: str, text: str, *terms: str) -> list[Hit]:
    found = [
        Hit(term, field, m.start(), m.end(), m[0])
        for term in terms
        for m in re.finditer(re.escape(term), text)
    ]
    return sorted(found, key=lambda h: h.start)


def said(text: ArticleText, found: list[Hit]) -> list[str]:
    """The sentences, marks in square brackets."""
    return [
        "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in sentence)
        for sentence in sentences(text, found)
    ]


@pytest.mark.parametrize(
    ("body", "terms", "expected"),
    [
        ("One. THAAD stays. Two.", ["THAAD"], ["[THAAD] stays."]),
        ("THAAD and THAAD. No.", ["THAAD"], ["[THAAD] and [THAAD]."]),
        (
            "THAAD stays. THAAD went. THAAD came. 사드 too.",
            ["THAAD", "사드"],
            ["[THAAD] stays.", "[THAAD] went.", "[사드] too."],
        ),
        (
            "Same THAAD.\n\nSame THAAD.\n\nOther THAAD.",
            ["THAAD"],
            ["Same [THAAD].", "Other [THAAD]."],
        ),
        ("US troops stay.", ["US troops", "troops stay"], ["[US troops stay]."]),
        ("사드가 남는다. 쌀.", ["사드"], ["[사드]가 남는다."]),
        ("rice", [], []),
    ],
)
def test_what_is_shown(body: str, terms: list[str], expected: list[str]) -> None:
    assert said(ArticleText(title="T", body=body), hits("body", body, *terms)) == expected


def test_the_body_comes_before_summary_subtitle_and_headline() -> None:
    text = ArticleText(title="THAAD", subtitle="THAAD s", summary="THAAD m", body="THAAD b")
    fields = ("title", "subtitle", "summary", "body")
    found = [h for field in fields for h in hits(field, getattr(text, field), "THAAD")]
    shown = []
    while found:
        shown += said(text, found)
        found.pop()
    assert shown == ["[THAAD] b", "[THAAD] m", "[THAAD] s", "[THAAD]"]


def test_hits_of_an_older_text_are_passed_over() -> None:
    text = ArticleText(title="T", body="Rice stays.")
    assert said(text, [Hit("THAAD", "body", 0, 5, "THAAD"), Hit("x", "author", 0, 1, "x")]) == []


def test_a_long_sentence_is_cut_at_both_ends() -> None:
    body = f"{'rice ' * 300}THAAD {'barley ' * 300}."
    (line,) = said(ArticleText(title="T", body=body), hits("body", body, "THAAD"))
    assert re.fullmatch(r"…(rice )+\[THAAD\]( barley)+…", line)
    assert len(line) <= LONGEST + 4


def test_many_hits_are_looked_at_no_further_than_needed() -> None:
    body = "The THAAD battery stays here. " * 50_000
    shown = said(ArticleText(title="T", body=body), hits("body", body, "THAAD")[:1000])
    assert shown == ["The [THAAD] battery stays here."]


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=8))
def test_any_text_and_hits(body: str, spans: list[tuple[int, int]]) -> None:
    found = [
        Hit("t", "body", start, start + length, body[start : start + length])
        for start, length in spans
    ]
    shown = sentences(ArticleText(title="T", body=body), found)
    assert len(shown) <= MOST
    for sentence in shown:
        assert "".join(piece.text for piece in sentence).strip()

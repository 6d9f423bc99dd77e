"""Strategies for queries: trees as the parser builds them, and texts near and far from queries."""

from __future__ import annotations

from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.query import (
    DATA_FIELDS,
    TEXT_FIELDS,
    Alias,
    Atom,
    Field,
    Near,
    Node,
    Regex,
    all_of,
    any_of,
    not_any,
    parse_term,
)

_TRICKY = """
    THAAD US us U.S. COVID-19 9/11 AT&T don't 3.5% deploy* =Apple =Kor* 사드 북한 사드* 萨德 北 and
    Or NOT NEAR near/3 NEAR/3 -x +x !x x! a:b title:x /x/ (a) a) @x= x@y a*b **a 1,000 10~20
    “quoted” « 《사드》 a\\b \\* C++ a&&b ~x x^2 a?b TO – –x
"""
_OPERATORS = """
    AND OR NOT NEAR/5 ONEAR/2 ( ) " = - + ! title: source: url: /a+b/ /(/ @x "a b "a b"~3 ~3 && ||
"""
_WORDS = _TRICKY.split()
_SIGNS = _OPERATORS.split()
_ALPHABET = 'ab사드Q1 .-*=@"\\/()~:&|!+？（“”\u200b\n\u3000'

entries = st.one_of(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join),
    st.text(_ALPHABET, min_size=1, max_size=8),
    st.text(min_size=1, max_size=8),
)
"""Entries of any/all/none, of which some cannot be read."""


def read(entry: str) -> Atom | Alias | None:
    """Read an entry, None where it is refused."""
    try:
        return parse_term(entry)
    except QueryError:
        return None


good_entries = entries.filter(lambda entry: read(entry) is not None)
_terms = good_entries.map(parse_term)
_regexes = st.sampled_from(["a", "a/b", r"\\/x", r"[/\"]", r"x\)y", "사드 ?가", r"\Qa/b\E"]).map(
    Regex
)
_distances = st.integers(1, 100)
_atoms = st.one_of(_terms, _terms, _regexes, st.just(Alias("북-한_1")))
_plain = st.sampled_from(["china", "사드", "COVID-19", "don't", '"x"', "a\\b", "and"]).map(
    parse_term
)
_beside = st.one_of(_atoms, st.lists(_atoms, min_size=2, max_size=3).map(any_of))
_groups = st.one_of(
    st.recursive(
        _beside,
        lambda inner: st.builds(
            lambda parts, distance, ordered: Near(parts, distance, ordered),
            st.tuples(inner, inner),
            _distances,
            st.booleans(),
        ),
        max_leaves=4,
    ),
    st.builds(
        lambda parts, n: Near(tuple(parts), n), st.lists(_plain, min_size=2, max_size=4), _distances
    ),
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(several.map(all_of), several.map(any_of), inner.map(not_any))


_data = st.builds(Field, st.sampled_from(DATA_FIELDS), st.recursive(_atoms, _joined, max_leaves=3))
_text = st.builds(Field, st.sampled_from(TEXT_FIELDS), st.recursive(_groups, _joined, max_leaves=3))
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(_groups, _data, _text), _joined, max_leaves=8
)
"""Trees as parse_query builds them, those that hold where nothing was found included."""

texts = st.one_of(
    st.text(max_size=40),
    st.text(_ALPHABET, max_size=40),
    st.lists(
        st.sampled_from(_WORDS + _SIGNS),
        max_size=15,
    ).flatmap(lambda words: st.sampled_from([" ", ""]).map(lambda gap: gap.join(words))),
)
"""Texts that may or may not be queries."""

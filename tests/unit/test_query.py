"""One entry of any/all/none: what is read, what is refused and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.query import Alias, And, Node, Not, Or, Phrase, Regex, Term, atoms, parse_term


@pytest.mark.parametrize(
    ("entry", "node"),
    [
        ("THAAD", Term("THAAD", "THAAD")),
        (" THAAD ", Term(" THAAD ", "THAAD")),
        ("=Apple", Term("=Apple", "Apple", exact=True)),
        ("= Apple", Term("= Apple", "Apple", exact=True)),
        ("deploy*", Term("deploy*", "deploy", prefix=True)),
        ("=Kor*", Term("=Kor*", "Kor", exact=True, prefix=True)),
        ("사드*", Term("사드*", "사드", prefix=True)),
        ("missile def*", Phrase("missile def*", "missile def", prefix=True)),
        ("사드 배치", Phrase("사드 배치", "사드 배치")),
        ("2차전지", Phrase("2차전지", "2차전지")),
        ("US AND us", Phrase("US AND us", "US AND us")),
        ('"exact phrase"', Phrase('"exact phrase"', '"exact phrase"')),
        ("a*b", Phrase("a*b", "a*b")),
        ("title:x", Phrase("title:x", "title:x")),
        ("you@x", Phrase("you@x", "you@x")),
        ("/a b/", Phrase("/a b/", "/a b/")),
        ("@thaad", Alias("thaad")),
        (" @North-Korea_2 ", Alias("North-Korea_2")),
        ("@북한", Alias("북한")),
        ("＠thaad", Alias("thaad")),
        ("＝Apple", Term("＝Apple", "Apple", exact=True)),
        ("deploy＊", Term("deploy＊", "deploy", prefix=True)),
    ],
)
def test_entries(entry: str, node: Node) -> None:
    assert parse_term(entry) == node


@pytest.mark.parametrize(
    ("entry", "problem", "column"),
    [
        ("", "empty", 1),
        (" \t", "empty", 1),
        ("@", "without a name", 1),
        ("  @", "without a name", 3),
        ("@north korea", "no alias name", 7),
        ("@thaad*", "no alias name", 7),
        ("@_x", "no alias name", 2),
        ("=@thaad", "does not go with an alias", 1),
        ("=", "no letters", 2),
        ("*", "no letters", 1),
        ("!?", "no letters", 1),
        ("\u200b", "no letters", 1),
        ("deploy *", "before the *", 8),
        ("Kim's*", "before the *", 6),
    ],
)
def test_refusals_name_problem_hint_and_column(entry: str, problem: str, column: int) -> None:
    with pytest.raises(QueryError) as refused:
        parse_term(entry)
    assert problem in refused.value.problem
    assert refused.value.hint
    assert refused.value.column == column


@given(st.text(max_size=30))
def test_any_entry_is_read_or_refused(entry: str) -> None:
    column = 1
    try:
        atom = parse_term(entry)
    except QueryError as refused:
        column = refused.column
    else:
        if isinstance(atom, Alias):
            assert atom.name in entry
        elif not isinstance(atom, Regex):
            assert atom.written == entry
            assert atom.text in entry
    # one further than the end where something is missing there
    assert 1 <= column <= len(entry) + 1


def test_atoms_are_told_apart_by_what_a_hit_of_theirs_means() -> None:
    a, b, c, d = (Term(x, x) for x in "abcd")
    tree = And((Or((a, b)), Not(Or((c, Not(d))))))
    assert atoms(tree) == (a, b, d)
    assert atoms(tree, positive=False) == (c,)

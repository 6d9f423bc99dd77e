"""A tree as text: canonical operators, brackets only where precedence asks for them."""

from __future__ import annotations

import pytest

from newsroom.query import And, Near, Node, Or, Regex, Term, parse_term
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query


@pytest.mark.parametrize(
    ("query", "printed"),
    [
        ("THAAD", "THAAD"),
        ('"THAAD"', "THAAD"),
        ('"COVID-19"', "COVID-19"),
        ('"U.S."', "U.S."),
        ('"9/11"', "9/11"),
        ('"missile defense"', '"missile defense"'),
        ("“missile defense”", '"missile defense"'),
        ('"=Apple"', "=Apple"),
        ('="US troops"', '="US troops"'),
        ('"=US troops"', '="US troops"'),
        ('"deploy*"', "deploy*"),
        ('"air str*"', '"air str*"'),
        ('"and"', '"and"'),
        ('"Not"', '"Not"'),
        ('"NEAR/3"', '"NEAR/3"'),
        ('"-x"', '"-x"'),
        ('"10:30"', '"10:30"'),
        ('"/x/"', '"/x/"'),
        (r'"a\"b\\c\*d"', r'"a\"b\\c\*d"'),
        ("@thaad", "@thaad"),
        ("＠thaad", "@thaad"),
        (r"/a\/b\\/", r"/a\/b\\/"),
        ("a b", "a AND b"),
        ("a && b || !c", "a AND b OR NOT c"),
        ("a -b", "a AND NOT b"),
        ("+a +b", "a AND b"),
        ("((a) OR (b c)) AND d", "(a OR b AND c) AND d"),
        ("NOT (a b)", "NOT (a AND b)"),
        ("NOT (a NEAR/3 b)", "NOT a NEAR/3 b"),
        ("(a NEAR/3 b) ONEAR/2 c", "a NEAR/3 b ONEAR/2 c"),
        ("a NEAR/3 (b NEAR/2 c)", "a NEAR/3 (b NEAR/2 c)"),
        ("(a OR b) NEAR/3 (c OR d)", "(a OR b) NEAR/3 (c OR d)"),
        ('"china thaad"~10', "china NEAR/10 thaad"),
        ('"a b c"~3', '"a b c"~3'),
        ('"a b c"~3 NEAR/2 d', '"a b c"~3 NEAR/2 d'),
        ("TITLE：a", "title:a"),
        ("title:(a)", "title:a"),
        ("title:(a b)", "title:(a AND b)"),
        ('title:"a b"~3', "title:(a NEAR/3 b)"),
        ('title:"a b c"~3', 'title:"a b c"~3'),
        ("title:(-a)", "title:(NOT a)"),
    ],
)
def test_canonical(query: str, printed: str) -> None:
    node = parse_query(query, alone=False)
    assert print_query(node) == printed
    assert parse_query(printed, alone=False) == node


@pytest.mark.parametrize(
    ("entry", "printed"),
    [
        (" THAAD ", '" THAAD "'),
        ("a*b", r'"a\*b"'),
        ("**a*", r'"\*\*a*"'),
        ("a* ", '"a* "'),
        ("= Apple", '=" Apple"'),
        ("/a b/", '"/a b/"'),
        ("title:x", '"title:x"'),
        ('"quoted"', r'"\"quoted\""'),
        ("＝Apple", "＝Apple"),
        (" =Apple", '" =Apple"'),
        ("US AND us", '"US AND us"'),
        ("AND\u200b", '"AND\u200b"'),
    ],
)
def test_an_entry_of_a_list_keeps_its_writing(entry: str, printed: str) -> None:
    node = parse_term(entry)
    assert print_query(node) == printed
    assert parse_query(printed) == node


_A, _B, _C = (Term(x, x) for x in "abc")


@pytest.mark.parametrize(
    "node",
    [
        Or(()),
        And(()),
        Near((_A, _B, _C), 3, ordered=True),
        Near((_A, _B, Regex("c")), 3),
        Near((_A, _B, parse_term("c d")), 3),
        Near((_A, _B, parse_term("=c")), 3),
        Near((_A, _B, parse_term("c*")), 3),
    ],
)
def test_what_has_no_spelling(node: Node) -> None:
    with pytest.raises(ValueError, match="no spelling"):
        print_query(node)

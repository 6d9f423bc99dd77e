"""The query language: what each thing that can be written stands for."""

from __future__ import annotations

import pytest

from newsroom.query import (
    DATA_FIELDS,
    TEXT_FIELDS,
    Alias,
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    parse_term,
)
from newsroom.query_lexer import MAX_LENGTH, MAX_NESTING, MAX_REGEXES
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query


def t(entry: str) -> Node:
    return parse_term(entry)


A, B, C, D, E = map(t, "abcde")


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("THAAD", Term("THAAD", "THAAD")),
        ("  THAAD\t", Term("THAAD", "THAAD")),
        ("사드", Term("사드", "사드")),
        ("萨德", Term("萨德", "萨德")),
        ("U.S.", t("U.S.")),
        ("AT&T", t("AT&T")),
        ("9/11", t("9/11")),
        ("COVID-19", Phrase("COVID-19", "COVID-19")),
        ("don't", t("don't")),
        ("don’t", t("don’t")),
        ("3.5%", t("3.5%")),
        ("10~20", t("10~20")),
        ("C++", t("C++")),
        ("5·18", t("5·18")),
        ("[속보]", t("[속보]")),
        ("who?", t("who?")),
        ("=Apple", Term("=Apple", "Apple", exact=True)),
        ("＝Apple", Term("＝Apple", "Apple", exact=True)),
        ("deploy*", Term("deploy*", "deploy", prefix=True)),
        ("deploy＊", Term("deploy＊", "deploy", prefix=True)),
        ("=Kor*", Term("=Kor*", "Kor", exact=True, prefix=True)),
        ("@thaad", Alias("thaad")),
        ("@north-korea", Alias("north-korea")),
        ("＠북한", Alias("북한")),
    ],
)
def test_a_word(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ('"missile defense"', t("missile defense")),
        ('"THAAD"', t("THAAD")),
        ('"air str*"', t("air str*")),
        ('="US troops"', t("=US troops")),
        ('"=US troops"', t("=US troops")),
        ('＝"US troops"', t("=US troops")),
        ('"and"', t("and")),
        ('"AND"', t("AND")),
        ('"NEAR/3"', t("NEAR/3")),
        ('"10:30"', t("10:30")),
        ('"/x/"', t("/x/")),
        ('"-x (y)"', t("-x (y)")),
        (r'"he said \"no\""', t('he said "no"')),
        (r'"a\\b"', t("a\\b")),
        (r'"a\b"', t("a\\b")),
        (r'"a\*b"', t("a*b")),
        ('"you@x"', t("you@x")),
        ("“missile defense”", t("missile defense")),
        ("„missile defense“", t("missile defense")),
        ("«missile defense»", t("missile defense")),
        ("＂missile defense＂", t("missile defense")),
        ('"he said “no” twice"', t("he said “no” twice")),
        (r"“he said \”no\” twice”", t("he said ”no” twice")),
        ('"two\nlines"', t("two\nlines")),
        ('a"b"', And((A, B))),
    ],
)
def test_a_phrase(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a && b", And((A, B))),
        ("a&&b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a || b", Or((A, B))),
        ("a||b", Or((A, B))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("a !b", And((A, Not(B)))),
        ("a ! b", And((A, Not(B)))),
        ('a -"b c"', And((A, Not(t("b c"))))),
        ("a -(b c)", And((A, Not(And((B, C)))))),
        ("a -title:b", And((A, Not(Field("title", B))))),
        ("a -@b", And((A, Not(Alias("b"))))),
        ("a-b", t("a-b")),
        ("a -5", And((A, Not(t("5"))))),
        ("+a +b", And((A, B))),
        ("+(a OR b) +c", And((Or((A, B)), C))),
        ("a\u00a0b", And((A, B))),
        ("a\u3000b", And((A, B))),
        ("a\nAND\nb", And((A, B))),
        ("\ufeffa \u200eAND\u200f b", And((t("\ufeffa"), B))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("（a OR b） c", And((Or((A, B)), C))),
        ("(a)(b)", And((A, B))),
    ],
)
def test_operators(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("a b OR c d", Or((And((A, B)), And((C, D))))),
        ("a AND b OR c AND d", Or((And((A, B)), And((C, D))))),
        ("a OR b c", Or((A, And((B, C))))),
        ("NOT a b", And((Not(A), B))),
        ("a OR b -c", Or((A, And((B, Not(C)))))),
        ("a NEAR/3 b c", And((Near((A, B), 3), C))),
        ("c -a NEAR/3 b", And((C, Not(Near((A, B), 3))))),
        ("a NEAR/3 b OR c", Or((Near((A, B), 3), C))),
        ("a OR b OR c", Or((A, B, C))),
        ("(a OR b) OR (c OR d)", Or((A, B, C, D))),
        ("(a b) AND (c (d e))", And((A, B, C, D, E))),
        ("((a))", A),
        ("a NOT NOT b", And((A, B))),
        ("a NOT (NOT (b OR c))", And((A, Or((B, C))))),
    ],
)
def test_precedence_and_flattening(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("a NEAR/10 b", Near((A, B), 10)),
        ("a ONEAR/3 b", Near((A, B), 3, ordered=True)),
        ("a NEAR/1 b", Near((A, B), 1)),
        ("a NEAR/100 b", Near((A, B), 100)),
        ("a NEAR/05 b", Near((A, B), 5)),
        ("a NEAR/3 b NEAR/3 c", Near((Near((A, B), 3), C), 3)),
        ("a NEAR/3 b ONEAR/2 c", Near((Near((A, B), 3), C), 2, ordered=True)),
        ("a NEAR/3 (b NEAR/2 c)", Near((A, Near((B, C), 2)), 3)),
        ("(a OR b) NEAR/2 (c OR @d)", Near((Or((A, B)), Or((C, Alias("d")))), 2)),
        ('a* NEAR/2 ="b c"', Near((t("a*"), t("=b c")), 2)),
        ("@a NEAR/2 /b/", Near((Alias("a"), Regex("b")), 2)),
        ("(a) NEAR/2 ((b))", Near((A, B), 2)),
        ('"china thaad"~10', Near((t("china"), t("thaad")), 10)),
        ('"a b c"~7', Near((A, B, C), 7)),
        ('"  a  b "~7', Near((A, B), 7)),
        ('"COVID-19 사드"~7', Near((t("COVID-19"), t("사드")), 7)),
        ('"a b"~7 NEAR/9 c', Near((Near((A, B), 7), C), 9)),
        ('title:"a b"~7', Field("title", Near((A, B), 7))),
        ('("a b"~7)', Near((A, B), 7)),
    ],
)
def test_near(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("/a/", "a"),
        ("/a b/", "a b"),
        (r"/a\/b/", "a/b"),
        (r"/a\\/", r"a\\"),
        (r"/\bTHAAD\b/", r"\bTHAAD\b"),
        ("/(?i)thaad|사드/", "(?i)thaad|사드"),
        ('/"(x)"/', '"(x)"'),
        ("/" + "a" * 500 + "/", "a" * 500),
    ],
)
def test_a_regex(query: str, pattern: str) -> None:
    assert parse_query(query) == Regex(pattern)
    assert parse_query(f"({query})") == Regex(pattern)


@pytest.mark.parametrize("name", TEXT_FIELDS + DATA_FIELDS)
def test_every_field(name: str) -> None:
    for query in (f"{name}:a", f"{name}: a", f"{name}：a", f"{name.upper()}:a", f"{name}:(a)"):
        assert parse_query(query) == Field(name, A)
    assert parse_query(f"{name}:(a OR b)") == Field(name, Or((A, B)))
    assert parse_query(f"{name}:/a/") == Field(name, Regex("a"))
    assert parse_query(f"{name}:@a") == Field(name, Alias("a"))
    assert parse_query(f'{name}:="a b"') == Field(name, t("=a b"))


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("title:a b", And((Field("title", A), B))),
        ("title:a body:b", And((Field("title", A), Field("body", B)))),
        ("title:(a -b)", Field("title", And((A, Not(B))))),
        ("title:(a NEAR/3 b)", Field("title", Near((A, B), 3))),
        ("(title:a)", Field("title", A)),
        ("lang:en-GB a", And((Field("lang", t("en-GB")), A))),
        ("source:yonhap-en", Field("source", t("yonhap-en"))),
        ('url:"https://www.example.org/a"', Field("url", t("https://www.example.org/a"))),
        ("url:/politics/", Field("url", Regex("politics"))),
        ("url:example.org/a", Field("url", t("example.org/a"))),
    ],
)
def test_fields(query: str, node: Node) -> None:
    assert parse_query(query) == node


@pytest.mark.parametrize(
    "query", ["NOT a", "-a", "-a -b", "b OR NOT a", "NOT (a AND b)", "title:(NOT a)", "-source:a"]
)
def test_beside_other_terms_a_query_may_only_deny(query: str) -> None:
    assert parse_query(print_query(parse_query(query, alone=False)), alone=False) is not None


@pytest.mark.parametrize(
    "query",
    [
        "a -b",
        "source:a",
        "source:a -b",
        "NOT NOT a",
        "NOT (NOT a)",
        "NOT (NOT a AND NOT b)",
        "NOT (NOT a OR b)",
        "NOT NOT (a -b)",
        "(a -b) OR (c -d)",
        "a (b OR NOT c)",
    ],
)
def test_what_holds_only_where_something_was_found_stands_alone(query: str) -> None:
    parse_query(query)


def test_the_example_of_the_configuration() -> None:
    query = 'title:THAAD OR ("missile defense" NEAR/8 (Seongju OR 성주))'
    assert parse_query(query) == Or(
        (
            Field("title", t("THAAD")),
            Near((t("missile defense"), Or((t("Seongju"), t("성주")))), 8),
        )
    )


def test_the_largest_queries_are_read_printed_and_compared() -> None:
    assert parse_query("(" * MAX_NESTING + "a" + ")" * MAX_NESTING) == A
    deep = "@x"
    for _ in range(MAX_NESTING - 1):
        deep = f"(a OR b AND NOT {deep})"
    tree = parse_query(f"title:(c NOT {deep})", alone=False)
    assert parse_query(print_query(tree), alone=False) == tree
    assert hash(tree) == hash(parse_query(print_query(tree), alone=False))
    chain = parse_query(" NEAR/3 ".join("a" * (MAX_NESTING + 1)))
    assert parse_query(print_query(chain)) == chain
    assert parse_query("a" * MAX_LENGTH) == t("a" * MAX_LENGTH)
    many = parse_query(" OR ".join("/a/" for _ in range(MAX_REGEXES)))
    assert many == Or((Regex("a"),) * MAX_REGEXES)
    assert parse_query("!" * 10_000 + "a") == A

"""What a query cannot say: the column pointed at, what is wrong, what to write instead."""

from __future__ import annotations

import pytest

from newsroom.errors import QueryError
from newsroom.query_lexer import MAX_LENGTH, MAX_NESTING, MAX_REGEXES
from newsroom.query_parse import parse_query


def refuse(query: str, column: int, problem: str, hint: str, *, alone: bool = True) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query, alone=alone)
    assert problem in refused.value.problem
    assert hint in refused.value.hint
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("", 1, "the query is empty", "write a word"),
        (" \n\u3000", 1, "the query is empty", "write a word"),
        ("()", 1, "the brackets are empty", "write words in them"),
        ("a ( )", 3, "the brackets are empty", "write words in them"),
        ("(", 1, "opened and not closed", "write )"),
        ("(a", 1, "opened and not closed", "write )"),
        ("((a)", 1, "opened and not closed", "write )"),
        ("a (b (c", 6, "opened and not closed", "write )"),
        ("a)", 2, "closes nothing", "write ("),
        ("(a))", 4, "closes nothing", "write ("),
        ("a）", 2, "closes nothing", "write ("),
        ('"abc', 1, "the quote is opened and not closed", 'write "'),
        ('a "b c" "d', 9, "the quote is opened and not closed", 'write "'),
        (r'a "b\"', 3, "the quote is opened and not closed", 'write "'),
        ('a "b”', 3, "the quote is opened and not closed", 'write "'),
        ("a ”", 3, "the quote is opened and not closed", 'write "'),
        ('""', 1, "nothing stands in the quotes", "write a phrase"),
        ('a " "', 3, "nothing stands in the quotes", "write a phrase"),
        ('"!?"', 2, "no letters or digits", "write a word"),
        ('a "@thaad"', 3, "an alias in quotes", "write @thaad without them"),
        ('a ="@thaad"', 5, "= does not go with an alias", "write ="),
    ],
)
def test_quotes_and_brackets(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("NOT", 1, "nothing follows NOT", 'put "NOT" in quotes'),
        ("a NOT", 3, "nothing follows NOT", "write a word after it"),
        ("a !", 3, "nothing follows !", "write a word after it"),
        ("AND", 1, "nothing stands before AND", 'put "AND" in quotes'),
        ("OR a", 1, "nothing stands before OR", "write a word before it"),
        ("NEAR/3 a", 1, "nothing stands before NEAR/3", 'put "NEAR" in quotes'),
        ("&& a", 1, "nothing stands before &&", "write a word before it"),
        ("a AND", 3, "nothing follows AND", "write a word after it"),
        ("a OR ", 3, "nothing follows OR", "write a word after it"),
        ("a ||", 3, "nothing follows ||", "write a word after it"),
        ("a NEAR/3", 3, "nothing follows NEAR/3", "write a word after it"),
        ("(a OR) b", 4, "nothing follows OR", "write a word after it"),
        ("(OR a)", 2, "between the bracket and OR", "write a word before it"),
        ("a AND OR b", 7, "OR right after AND", "between them"),
        ("a OR AND b", 6, "AND right after OR", "between them"),
        ("a NOT OR b", 7, "OR right after NOT", "between them"),
        ("a OR NEAR/3 b", 6, "NEAR/3 right after OR", "between them"),
        ("+NOT a", 2, "NOT right after +", "between them"),
        ("-AND a", 2, "AND right after -", "between them"),
        ("a and b", 3, "and is not in capitals", 'write AND, or put "and" in quotes'),
        ("a or b", 3, "or is not in capitals", 'write OR, or put "or" in quotes'),
        ("a Or b", 3, "Or is not in capitals", 'write OR, or put "Or" in quotes'),
        ("not a", 1, "not is not in capitals", 'write NOT, or put "not" in quotes'),
        ("a near b", 3, "near is not in capitals", 'write NEAR/10, or put "near" in quotes'),
        ("a near/5 b", 3, "near/5 is not in capitals", "write NEAR/5"),
        ("a onear b", 3, "onear is not in capitals", "write ONEAR/10"),
        ("title:and", 7, "and is not in capitals", 'put "and" in quotes'),
        ("a - b", 3, "a - that stands alone", "write NOT"),
        ("a -", 3, "a - that stands alone", "write NOT"),
        ("(a -)", 4, "a - that stands alone", "write NOT"),
        ("a + b", 3, "a + that stands alone", "leave it out"),
        ("a & b", 3, "a & that stands alone", "write AND"),
        ("a | b", 3, "a | that stands alone", "write OR"),
        ("a --b", 3, "- right before -", "write one"),
        ("a -+b", 3, "- right before +", "write one"),
        ("a –b", 3, "begins with –", "write -"),
        ("a −b", 3, "begins with −", "write -"),
    ],
)
def test_operators(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("a ...", 3, "no letters or digits", "write a word"),
        ("a –", 3, "no letters or digits", "write a word"),
        ("a \u200b", 3, "no letters or digits", "write a word"),
        ("a =", 3, "an = that stands alone", "as in =Apple"),
        ("a = b", 3, "an = that stands alone", "as in =Apple"),
        ("=(a b)", 1, "an = that stands alone", "as in =Apple"),
        ("=/a/", 1, "= before a regex", "leave it out"),
        ("=@a", 1, "= does not go with an alias", "alias set"),
        ("a @", 3, "@ without a name", "as in @thaad"),
        ("a @b.", 5, "no alias name", "letters, digits"),
        ("a @b*", 5, "no alias name", "letters, digits"),
        ("a *", 3, "a * that stands alone", "as in deploy*"),
        ("a *ment", 3, "wildcards stand at word ends only", "as in deploy*"),
        ("a de*ploy", 5, "wildcards stand at word ends only", r'write "de\*ploy"'),
        ("a deploy*,", 9, "wildcards stand at word ends only", "as in deploy*"),
        ("a deploy**", 9, "wildcards stand at word ends only", "as in deploy*"),
        ("a Kim's*", 8, "right before the *", "as in deploy*"),
        ("a !*", 4, "a * that stands alone", "as in deploy*"),
        ("a x-*", 5, "right before the *", "as in deploy*"),
        ('a "b* c"', 5, "wildcards stand at word ends only", r"write \*"),
        (r'a "\"* c"', 6, "wildcards stand at word ends only", r"write \*"),
        (r'a "b\*"', 5, r"\* at the end", "leave it out"),
        (r'a "\"x\" *"', 10, "right before the *", "as in deploy*"),
        ('a "air str"*', 12, "a * after the quotes", 'as in "air str*"'),
        (r"a b\-c", 4, "a backslash in a word", "in quotes"),
        ("a colo?r", 7, "? is no wildcard", "(color OR colour)"),
        ("a thaad~2", 8, "~ after a word", '"china thaad"~10'),
        ("a thaad^2", 8, "^ has no meaning", "leave it out"),
        ("a ~2", 3, "~ that stands alone", "right after the quote"),
    ],
)
def test_words(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("a NEAR b", 3, "NEAR without a distance", "write NEAR/10"),
        ("a ONEAR b", 3, "ONEAR without a distance", "write ONEAR/10"),
        ("NEAR", 1, "NEAR without a distance", 'put "NEAR" in quotes'),
        ("a NEAR/ b", 3, "the distance is missing", "write NEAR/10"),
        ("a NEAR/x b", 3, "the distance is no number", "write NEAR/10"),
        ("a ONEAR/1.5 b", 3, "the distance is no number", "write ONEAR/10"),
        ("a NEAR/-1 b", 3, "the distance is no number", "write NEAR/10"),
        ("a NEAR/１ b", 3, "the distance is no number", "write NEAR/10"),
        ("a NEAR/0 b", 3, "a distance of 0 words", "write 1 to 100"),
        ("a NEAR/101 b", 3, "a distance of 101 words", "write 1 to 100"),
        ("a NEAR/9999999999 b", 3, "the distance is no number", "write NEAR/10"),
        ("a NEAR/3 NOT b", 10, "NOT cannot stand beside NEAR/3", "AND NOT"),
        ("a NEAR/3 -b", 10, "- cannot stand beside NEAR/3", "AND NOT"),
        ("a NEAR/3 (NOT b)", 11, "NOT cannot stand beside NEAR/3", "AND NOT"),
        ("(a b) NEAR/3 c", 2, "AND cannot stand beside NEAR/3", "write a NEAR/10 b AND"),
        ("a ONEAR/3 (b OR c d)", 17, "AND cannot stand beside ONEAR/3", "write a NEAR/10 b AND"),
        ("a NEAR/3 (b OR NOT c)", 16, "NOT cannot stand beside NEAR/3", "AND NOT"),
        ("a NEAR/3 title:b", 10, "title: cannot stand beside NEAR/3", "title:(a NEAR/10 b)"),
        ("title:a NEAR/3 b", 1, "title: cannot stand beside NEAR/3", "title:(a NEAR/10 b)"),
        ("a NEAR/3 (b OR c NEAR/2 d)", 16, "OR of NEAR cannot stand beside NEAR/3", "write (a"),
        ("source:(a NEAR/3 b)", 11, "NEAR inside source:", "title:, body: and summary:"),
        ('url:("a b"~3 c)', 6, "NEAR inside url:", "title:, body: and summary:"),
        ('"a b"~', 6, "the distance is missing", '"china thaad"~10'),
        ('"a b"~ 3', 6, "the distance is missing", '"china thaad"~10'),
        ('"a b"~x', 6, "the distance is no number", '"china thaad"~10'),
        ('"a b"~0', 6, "a distance of 0 words", "write 1 to 100"),
        ('"a b"~101', 6, "a distance of 101 words", "write 1 to 100"),
        ('"a"~3', 4, "takes two words at least", '"china thaad"~10'),
        ('"a -"~3', 4, "no letters or digits", "write a word"),
        ('"a b*"~3', 4, "takes plain words only", "write NEAR"),
        ('"a =b"~3', 4, "takes plain words only", "write NEAR"),
        ('"@a b"~3', 2, "takes plain words only", "write NEAR"),
        ('="a b"~3', 1, "= before words that are near", "=china NEAR/10 =thaad"),
    ],
)
def test_near(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("tilte:a", 1, "there is no field tilte:", "write title:"),
        ("headline:a", 1, "there is no field headline:", "title:, body:, summary:, source:"),
        ("a 10:30", 3, "there is no field 10:", "a colon inside a word must stand in quotes"),
        ("https://x", 1, "there is no field https:", "in quotes"),
        ("url:https://x", 5, "there is no field https:", "in quotes"),
        ("=title:a", 1, "= before a field", "title:=Apple"),
        (":a", 1, "no field before the colon", "as in title:THAAD"),
        ("title :a", 7, "no field before the colon", "as in title:THAAD"),
        ('"a":b', 4, "no field before the colon", "as in title:THAAD"),
        ("title:", 1, "nothing follows title:", "write a word after it"),
        ("(body:)", 2, "nothing follows body:", "write a word after it"),
        ("title:OR b", 7, "OR right after title:", "between them"),
        ("title:body:a", 7, "a field inside a field", "title:a AND body:b"),
        ("title:(a OR body:b)", 13, "a field inside a field", "title:a AND body:b"),
        ("title:(title:a)", 8, "a field inside a field", "title:a AND body:b"),
        ("title:NOT a", 7, "NOT after title:", "NOT title:word"),
        ("title:-a", 7, "- after title:", "NOT title:word"),
        ("title:+a", 7, "+ after title:", "before the field"),
    ],
)
def test_fields(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("//", 1, "the regex is empty", "write a pattern"),
        ("a /b", 3, "the regex is opened and not closed", "in quotes"),
        (r"a /b\/", 3, "the regex is opened and not closed", "in quotes"),
        ("/a/i", 4, "a regex is followed by something", "(?i)"),
        ("/a/b/", 4, "a regex is followed by something", r"written \/"),
        ("a /(b/", 3, "a bracket is opened and not closed", r"write \("),
        ("a /b)/", 3, "a bracket is closed that was not opened", r"write \)"),
        ("a /[b/", 4, "[ is opened and not closed", r"write \["),
        (r"/b\\\/", 1, "opened and not closed", "in quotes"),
        (r"/ab\8/", 4, "does not know this escape", "without"),
        ("/ab(?=c)/", 4, "does not know this group", "look-around"),
        (r"/\/ab(?=c)/", 6, "does not know this group", "look-around"),
        ("/ab**/", 4, "one repetition follows another", "(?:a*)+"),
        ("/*a/", 2, "nothing stands before a repetition", "write \\"),
        ("/a{1001}/", 3, "a repetition is too large", "1000 times"),
        ("/[z-a]/", 3, "does not know this range", "lower end first"),
        (r"/\pL{1000}/", 1, "the pattern is too large", "smaller repetitions"),
        (r"/\pL{90}/", 1, "the regex is too large", "smaller repetitions"),
        ("/a*/", 1, "matches where nothing stands", "one character at least"),
        ("a /b|/", 3, "matches where nothing stands", "one character at least"),
        (r"/\b/", 1, "matches where nothing stands", "one character at least"),
        (r"/a?\B/", 1, "matches where nothing stands", "one character at least"),
        ("/^/", 1, "matches where nothing stands", "one character at least"),
        ("a /\ud800/", 3, "half a character", "whole character"),
        ("/" + "a" * 501 + "/", 1, "longer than 500 characters", "OR"),
    ],
)
def test_regexes(query: str, column: int, problem: str, hint: str) -> None:
    refuse(query, column, problem, hint)


@pytest.mark.parametrize(
    ("query", "column", "without"),
    [
        ("NOT thaad", 1, "thaad"),
        ("-thaad", 1, "thaad"),
        ("thaad OR NOT x", 10, "x"),
        ("a OR (b OR -c)", 12, "c"),
        ("NOT a NOT b", 1, "a"),
        ("NOT (a b)", 1, "a AND b"),
        ("NOT (a -b)", 1, "a AND NOT b"),
        ("NOT title:a", 1, "title:a"),
        ("title:(NOT a)", 8, "a"),
        ("-source:a", 1, "source:a"),
        ("NOT (a NEAR/3 b)", 1, "a NEAR/3 b"),
        ("NOT NOT NOT a", 1, "a"),
    ],
)
def test_what_would_hold_where_nothing_was_found(query: str, column: int, without: str) -> None:
    refuse(query, column, f"would match every article without {without}", "add what is looked for")


def test_a_long_denied_part_is_named_by_its_beginning() -> None:
    refuse("NOT " + "a" * 100, 1, "without " + "a" * 59 + "…", "add what is looked for")


def test_sizes() -> None:
    too_deep = "(" * (MAX_NESTING + 1) + "a" + ")" * (MAX_NESTING + 1)
    refuse(too_deep, MAX_NESTING + 1, "more than 50 brackets", "fewer")
    chain = " NEAR/3 ".join("a" * (MAX_NESTING + 2))
    refuse(chain, chain.rindex("NEAR") + 1, "more than 50 NEARs", "AND")
    refuse("a" * (MAX_LENGTH + 1), MAX_LENGTH + 1, "longer than 100,000", "any")
    refuse("/a/ " * (MAX_REGEXES + 1), 4 * MAX_REGEXES + 1, "more than 20 regexes", "join them")

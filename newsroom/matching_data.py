"""Conditions on what is known about an article beside its text: `source:` to `url:`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import re2

from newsroom.matching_regex import compile_regex, search
from newsroom.matching_scan import Index
from newsroom.matching_terms import compile_term
from newsroom.model import ArticleText
from newsroom.query import And, Field, Node, Not, Or, Phrase, Regex, Term
from newsroom.text import prepare
from newsroom.text_fold import fold

DataTest = Callable[[ArticleText], bool | None]
"""Judges an article; None where it does not say."""

_Test = Callable[[str], bool]


def data_test(node: Field) -> DataTest:
    """Make the test of `name:part`.

    `source` and `lang` of an article that names none do not apply (None); authors, section, credit
    and address that it does not name do not hold.
    """
    name = node.name

    def judge(article: ArticleText) -> bool | None:
        values = list(_values(name, article))
        if not values and name in ("source", "lang"):
            return None
        return _holds(test, values)

    test = _compiled(name, node.part)
    return judge


_Tree = tuple[str, tuple["_Tree", ...]] | _Test


def _compiled(name: str, node: Node) -> _Tree:
    match node:
        case And(parts):
            return "and", tuple(_compiled(name, part) for part in parts)
        case Or(parts):
            return "or", tuple(_compiled(name, part) for part in parts)
        case Not(part):
            return "not", (_compiled(name, part),)
        case Regex(pattern):
            return _regex(compile_regex(pattern))
        case Term() | Phrase():
            return _term(name, node)
        case _:
            raise ValueError(f"{node!r} cannot stand under {name}:")


def _holds(tree: _Tree, values: list[str]) -> bool:
    if not isinstance(tree, tuple):
        return any(map(tree, values))
    kind, parts = tree
    verdicts = (_holds(part, values) for part in parts)
    if kind == "not":
        return not next(verdicts)
    return all(verdicts) if kind == "and" else any(verdicts)


def _values(name: str, article: ArticleText) -> Iterator[str]:
    one = {
        "source": article.source,
        "lang": article.language,
        "section": article.section,
        "credit": article.credit,
        "url": article.url,
    }
    if name == "author":
        yield from article.authors
    elif value := one[name]:
        yield value


def _regex(pattern: re2._Regexp[str]) -> _Test:
    return lambda value: next(search(pattern, fold(value).cased), None) is not None


def _term(name: str, atom: Term | Phrase) -> _Test:
    wanted = fold(atom.text).plain
    if name == "source":
        return lambda value: _is(fold(value).plain, wanted, "", prefix=atom.prefix)
    if name == "lang":
        tag = wanted.replace("_", "-")
        return lambda value: _is(value.lower().replace("_", "-"), tag, "-", prefix=atom.prefix)
    if name == "url":
        return lambda value: wanted in fold(value).plain
    index = Index([(0, compile_term(atom))])

    def stands(value: str) -> bool:
        # a name is no sentence: where the letters of a Hangul name stand, it is the name
        places = index.scan(prepare(value))
        return bool(places.sure or places.asked)

    return stands


def _is(value: str, wanted: str, border: str, *, prefix: bool) -> bool:
    if prefix:
        return value.startswith(wanted)
    return value == wanted or (border != "" and value.startswith(wanted + border))

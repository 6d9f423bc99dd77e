"""What must hold of any query, any terms and any article: no surprise, and exact evidence."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace

from newsroom.errors import QueryError
from newsroom.explain import explain_watchlist
from newsroom.explain_json import explanation_json
from newsroom.matching import Matcher, Rule, compile_watchlist, hits_json
from newsroom.model import ArticleText, Hit, Watchlist
from newsroom.ports import Morphology, Token
from newsroom.query import aliases_in, expand
from newsroom.query_lexer import MAX_LENGTH
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query
from newsroom.search_plan import holds, plan
from newsroom.search_text import index_entries
from tests.fuzz.decoding import Fuzzed

ALIASES = {
    "states": ("North Korea", "북한", "北", "朝鮮", "=DPRK", "US", "U.S."),
    "empty": (),
}
_FIELDS = ("title", "subtitle", "summary", "body")
_TAGS = "NNG NNP NNB NR NP XPN XSN XR JKS JKO JKB JX JC EC EF ETM VV VA VX VCP MM MAG SN SL SH SW W"
_GUESSED_TAGS = _TAGS.split()


def guessing(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
    """Stand for a morphology whose answers mean nothing: any cut, any tag, now and then none."""
    return [_guessed(text) for text in texts]


def _guessed(text: str) -> tuple[Token, ...] | None:
    seed = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    if seed % 11 == 0:
        return None
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        seed = (seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        end = min(len(text), at + 1 + (seed >> 8) % 4)
        tag = _GUESSED_TAGS[(seed >> 12) % len(_GUESSED_TAGS)]
        start = at if (seed >> 20) % 8 else max(0, at - 1)  # tokens may share a syllable
        tokens.append(Token(text[start:end], tag, start, end, bool(seed >> 24 & 3)))
        at = end
    return tuple(tokens)


def check(case: Fuzzed, morphology: Morphology | None) -> bool:
    """Take a case the whole way; True where a watchlist came of it and was matched."""
    _check_query(case)
    watchlist = Watchlist("w", any=case.any, all=case.all, none=case.none, query=case.query or None)
    rule = _compiled(watchlist)
    if rule is None and watchlist.query:
        watchlist = replace(watchlist, query=None)
        rule = _compiled(watchlist)
    if rule is None:
        return False
    found = _check_match(rule, case.article, morphology)
    _check_explained(watchlist, found, case.article, morphology)
    return True


def _check_query(case: Fuzzed) -> None:
    try:
        node = parse_query(case.query, alone=case.alone)
    except QueryError as error:
        _check_refusal(error, len(case.query))
        return
    printed = print_query(node)
    if len(printed) <= MAX_LENGTH:
        assert parse_query(printed, alone=case.alone) == node, (case.query, printed)
    if not aliases_in(node):
        assert expand(node, {}) == node


def _compiled(watchlist: Watchlist) -> Rule | None:
    try:
        return compile_watchlist(watchlist, ALIASES)
    except QueryError as error:
        longest = max(map(len, (*watchlist.any, *watchlist.all, *watchlist.none)), default=0)
        _check_refusal(error, max(longest, len(watchlist.query or "")))
        return None


def _check_refusal(error: QueryError, length: int) -> None:
    """Assert that a message points into what was written and says what to do."""
    assert 1 <= error.column <= length + 1, error
    assert error.problem, error
    assert error.hint, error


def _check_match(
    rule: Rule, article: ArticleText, morphology: Morphology | None
) -> tuple[Hit, ...] | None:
    matcher = Matcher([rule, Rule("other", rule.node, fields=("title",))], morphology)
    matched = matcher.match(article)
    assert [name for name, _ in matched] in ([], ["w"], ["other"], ["w", "other"])
    found = dict(matched)
    for hits in found.values():
        check_evidence(hits, article)
        hits_json("id", "w", hits)
    assert matcher.match_many([article]) == [matched]
    if "w" in found:
        assert holds(plan(rule.node), index_entries(article)), "the archive's index hides a match"
    return found.get("w")


def _check_explained(
    watchlist: Watchlist,
    found: tuple[Hit, ...] | None,
    article: ArticleText,
    morphology: Morphology | None,
) -> None:
    told = explain_watchlist(watchlist, article, morphology, ALIASES)
    assert told.matched == (found is not None)
    assert told.hits == (found or ())
    for near in told.nearest:
        if near.field in _FIELDS and near.start is not None and near.end is not None:
            text = getattr(article, near.field)
            assert near.text == text[near.start : near.end], near
    json.dumps(explanation_json(told, 1))


def check_evidence(hits: Sequence[Hit], article: ArticleText) -> None:
    """Assert that every hit is an exact slice and that they are in order."""
    for hit in hits:
        text = getattr(article, hit.field)
        assert 0 <= hit.start < hit.end <= len(text), hit
        assert hit.text == text[hit.start : hit.end], hit
        assert hit.term
    order = [(_FIELDS.index(hit.field), hit.start) for hit in hits]
    assert order == sorted(order)
    assert len(set(hits)) == len(hits), "a hit is told twice"

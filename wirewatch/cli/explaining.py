"""`watch explain`: why an article matches a watchlist, or what came nearest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from wirewatch.cli.call import Command, NotSo, current
from wirewatch.cli.out import Json, emit, one_line, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from newsroom.explain_model import Clause, Explanation, Nearest
    from newsroom.model import ArticleText, Hit, Watchlist

_HITS = 5
"""Hits of one clause that are shown."""
_PIPE_WIDTH = 240
_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}


@click.command("explain", cls=Command)
@click.argument("name")
@click.argument("article", type=int)
def explain(name: str, article: int) -> None:
    """Say why an article matches a watchlist; where it does not, what came nearest.

    The rules in force judge. Shown are the watchlist's clauses with the places in the text; where
    one failed, what came nearest to it and why it is not it: the letter case, a part of another
    word, words too far apart, a field that is not looked at, and so on. Exit 1 where the article
    does not match, or there is no such watchlist or article. Nothing is changed.
    """
    from jobs.morphology import KiwiWorker
    from newsroom.explain import explain_watchlist
    from newsroom.explain_json import explanation_json

    call = current()
    watchlist, aliases, found = _read(name, article)
    text = _text_of(found)
    with closing(KiwiWorker()) as morphology:
        explanation = explain_watchlist(watchlist, text, morphology, aliases)
    if call.json:
        emit(explanation_json(explanation, found["id"]))
    else:
        _print(explanation, found, text)
    if not explanation.matched:
        raise NotSo


def _read(name: str, article: int) -> tuple[Watchlist, dict[str, tuple[str, ...]], Json]:
    """The watchlist with the alias sets in force, and the article with all that is known of it."""
    from jobs.rules import load_rules
    from storage.listing_detail import article as read

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        _, stored, aliases = load_rules(db)
        item = next((one for one in stored if one.watchlist.name == name), None)
        if item is None:
            raise NotSo(f"there is no watchlist {name!r}; see `wirewatch watch list`")
        found = read(db, article)
    if found is None:
        raise NotSo(f"there is no article {article}; see `wirewatch articles`")
    return item.watchlist, dict(aliases), found


def _text_of(found: Json) -> ArticleText:
    """What of an article is matched: its canonical address is the one that `url:` is asked of."""
    from newsroom.matching_json import article_from_json

    return article_from_json(found | {"url": found["canonical_url"]})[1]


def _print(explanation: Explanation, found: Json, text: ArticleText) -> None:
    from rich.console import Console
    from rich.text import Text

    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    verdict = "matches" if explanation.matched else f"does not match: {_failed(explanation)}"
    _line(console, Text(one_line(verdict), style="bold"))
    title = Text(f"{one_line(explanation.watchlist)} over article {found['id']}, ")
    _line(console, title.append(f"{one_line(found['source'])}: {one_line(found['title'])}"))
    if recorded := _recorded(explanation, found):
        _line(console, Text(recorded))
    for excluded in explanation.filters:
        wanted = one_line(", ".join(excluded.wanted))
        told = f"{excluded.name}: {one_line(excluded.says)} is none of {wanted}"
        _line(console, _marked(False, told))
    root = explanation.clause
    for clause in root.parts if not root.key and root.kind == "and" else (root,):
        _print_clause(console, clause, text, 0)


def _failed(explanation: Explanation) -> str:
    """The first thing that stands against it, in a few words."""
    if explanation.filters:
        excluded = explanation.filters[0]
        return f"{excluded.says} is not among its {excluded.name}"
    failing = next((one for one in explanation.clause.parts if one.holds is False), None)
    if failing is None:
        return "the article says nothing of what is asked"
    return {
        "any": "nothing of any is found",
        "all": f"not all of all is found: {failing.written}",
        "none": f"{failing.written} fails",
    }.get(failing.key, "the query does not hold")


def _recorded(explanation: Explanation, found: Json) -> str:
    """What the database has of it, where that is not what the rules in force say."""
    match = next((m for m in found["matches"] if m["watchlist"] == explanation.watchlist), None)
    if match is not None and not explanation.matched:
        return f"a match is recorded, of {match['matched_at']}: rule or text were other ones then"
    if match is None and explanation.matched:
        return "no match is recorded: the watchlist is newer than the article, or it is still due"
    return ""


def _print_clause(console: Console, clause: Clause, text: ArticleText, depth: int) -> None:
    key = f"{clause.key}: " if clause.key else ""
    silent = "  (the article does not say)" if clause.holds is None else ""
    _line(console, _marked(clause.holds, f"{key}{one_line(clause.written)}{silent}"), depth)
    for part in clause.parts:
        _print_clause(console, part, text, depth + 1)
    for hit in clause.hits[:_HITS]:
        _print_hit(console, hit, text, depth + 2)
    if len(clause.hits) > _HITS:
        _line(console, _plain(f"and {len(clause.hits) - _HITS} more places"), depth + 2)
    for near in clause.nearest:
        _print_nearest(console, near, depth + 2)
    if clause.more:
        _line(console, _plain(f"and {clause.more} more terms"), depth + 2)


def _print_hit(console: Console, hit: Hit, text: ArticleText, depth: int) -> None:
    from newsroom.text_sentences import sentence_around

    raw = getattr(text, hit.field)
    start, end = sentence_around(raw, hit.start, hit.end)
    unsure = "  (undecided: word borders could not be checked)" if hit.undecided else ""
    _line(console, _plain(f"{one_line(hit.term)} — {hit.field}{unsure}"), depth)
    _line(console, _sentence(raw[start:end], (hit.start - start, hit.end - start)), depth + 1)


def _print_nearest(console: Console, near: Nearest, depth: int) -> None:
    from newsroom.explain_model import REASONS

    field = f", {near.field}" if near.field else ""
    head = f"{near.term} — {near.reason}{field}: {near.detail or REASONS[near.reason]}"
    _line(console, _plain(one_line(head)), depth)
    if near.start is not None and near.end is not None:
        marked = (near.start - near.sentence_start, near.end - near.sentence_start)
        _line(console, _sentence(near.sentence, marked), depth + 1)


def _sentence(text: str, marked: Sequence[int]) -> Text:
    """A sentence in one line, with a stretch of it marked."""
    from rich.text import Text

    start, end = marked
    line = Text(_flat(text[:start]))
    line.append(_flat(text[start:end]), style="bold reverse")
    return line.append(_flat(text[end:]))


def _flat(text: str) -> str:
    return "".join(" " if char.isspace() else char for char in visible(text))


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(text)


def _marked(holds: bool | None, line: str) -> Text:
    from rich.text import Text

    mark, style = _MARKS[holds]
    return Text(mark, style=style).append(f" {line}", style="default")


def _line(console: Console, text: Text, depth: int = 0) -> None:
    from rich.text import Text

    console.print(Text("  " * depth) + text, soft_wrap=True)

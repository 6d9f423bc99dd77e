"""The words of an article as the archive's index keeps them: a filter that never misses.

What the matcher finds in a text (`newsroom.matching`) the index leads to; it may lead to more,
which the matcher then refuses. An entry is one of these, all in letters, digits and one leading
sign; order and place are not kept:

- a run of letters and digits, folded (`thaad`, `1`, `000`), and a dotted initialism joined (`us`);
- each two neighbouring characters of Hangul, Han or kana, whatever blanks and signs stand between
  them (고고도 미사일: 고고 고도 도미 미사 사일), and the last one alone, so that any is found;
- `§us` where such letters stand in capitals, `¶thaad` where a run stands in the title or subtitle,
  `¤skoreaherald` for the source, `¤len` for the language (`¤s`, `¤l`: none is named).

They are made as one text in which blanks part them, as FTS5 takes it: a set of a thousand words
costs more than to index one twice.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import add

from newsroom.model import ArticleText
from newsroom.text import HAN, HANGUL, prepare

LONGEST = 40
"""Characters by which a run is looked up; what is as long is looked up by its beginning."""
MOST_BYTES = 800_000
"""Of one article's entries: PostgreSQL takes 1 MB at most."""

CAPITALS = "§"
TITLE = "¶"
SOURCE = "¤s"
LANGUAGE = "¤l"
_SIGNS = "§¶¤"
WHOLE = "¤all"
"""Stands for an article of too many entries: it may hold any word."""

_WIDE = HANGUL + HAN
_LETTER = rf"[^\W\d_{_WIDE}]"
_RUN = re.compile(rf"[^\W_{_WIDE}]+")
_CHAIN = re.compile(rf"[{_WIDE}]+")
_NO_CHAIN = re.compile(rf"[^{_WIDE}]+")
_NO_WORD = re.compile(r"[\W_]+")
_FOREIGN = re.compile(rf"[^\W_{_WIDE}\x00-\x7f]")
_DOTTED = re.compile(rf"\.{_LETTER}(?![^\W_{_WIDE}])")
_INITIALISM = re.compile(rf"(?<!{_LETTER})(?:{_LETTER}\.)+{_LETTER}(?![^\W_{_WIDE}])")
_GLUED = tuple(re.compile(rf"{sign}(\d+)({_LETTER}[^\W_{_WIDE}]*)") for sign in (r"\.", ","))
"""3.5km: the number is a word, and so is what hangs on it."""
_FOLDS_BY_CASE = re.compile("[\x00-\x7f\xa0가-힣‘’“”·…–—]*\\Z")
"""Text of which nothing but letter case is folded, for what counts here."""
_ASCII_RUNS = bytes(c if chr(c).isascii() and chr(c).isalnum() else 32 for c in range(256))
_CAPITAL_RUNS = bytes(c if c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" else 32 for c in range(256))


def index_entries(article: ArticleText) -> set[str]:
    """Every entry that leads to an article."""
    return entries_of(index_words(article))


def entries_of(words: str) -> set[str]:
    """What `index_words` made, each once and none too long; WHOLE where they are too many."""
    entries = {word[: LONGEST + (word[0] in _SIGNS)] for word in words.split()}
    # a character is 4 bytes at most: only what could be too much is counted
    if len(words) * 4 > MOST_BYTES and sum(len(e.encode()) for e in entries) > MOST_BYTES:
        return {entry for entry in entries if entry.startswith((SOURCE, LANGUAGE))} | {WHOLE}
    return entries


def index_words(article: ArticleText) -> str:
    """All entries of an article, parted by blanks; the same one may stand there often."""
    words = [SOURCE + slug(article.source or "")]
    words += [LANGUAGE + tag for tag in language_tags(article.language or "")]
    for text in (article.title, article.subtitle):
        titled = text_words(text)
        words += titled
        runs_of = " ".join(titled).split()
        words += [TITLE + word for word in runs_of if word[0] != CAPITALS]
    words += text_words(article.summary)
    words += text_words(article.body)
    return " ".join(words)


def text_words(text: str) -> list[str]:
    """The entries of one text, those of its capitals included; each item may hold several."""
    if not text:
        return []
    if by_case := text.isascii() or _FOLDS_BY_CASE.match(text) is not None:
        cased, plain = text, text.lower()
    else:
        prepared = prepare(text)
        cased, plain = prepared.cased, prepared.plain
    words = [_ascii(plain, _ASCII_RUNS)]
    capitals = {run for run in _ascii(cased, _CAPITAL_RUNS).split() if len(run) > 1}
    if not plain.isascii():
        if not by_case and _FOREIGN.search(plain):
            words += _RUN.findall(plain)
        if _CHAIN.search(plain):
            words.append(_pairs_of(_NO_CHAIN.sub(" ", squeezed(plain)).strip()))
    for glued in _GLUED:
        for found in glued.finditer(plain):
            words += found.groups()
            capitals.add(cased[found.start(2) : found.end(2)])
    if _DOTTED.search(plain):
        for found in _INITIALISM.finditer(plain):
            small, shown = found.group()[::2], cased[found.start() : found.end() : 2]
            # where it begins depends on what stands before: don't.U.S.
            words += [small[n:] for n in range(len(small) - 1)]
            capitals |= {shown[n:] for n in range(len(shown) - 1)}
    words += [CAPITALS + run.lower() for run in capitals if run.isupper()]
    return words


def _ascii(text: str, kept: bytes) -> str:
    """The text with a blank for every character that is not `kept`; length may differ."""
    return text.encode("ascii", "replace").translate(kept).decode("ascii")


def _pairs_of(chains: str) -> str:
    """Each two neighbours of chains that blanks part, and so the last of a chain alone."""
    units = f"{chains} ".encode("utf-16-le")
    count = len(units) // 2 - 1
    if count != len(chains):  # Han beyond the first 65,536 characters: two units each
        return " ".join(map(add, chains, f"{chains[1:]} "))
    low, high = units[0::2], units[1::2]
    made = bytearray(6 * count)  # two units and a blank for each pair
    made[0::6], made[1::6] = low[:-1], high[:-1]
    made[2::6], made[3::6] = low[1:], high[1:]
    made[4::6] = b" " * count
    return made.decode("utf-16-le")


def runs(key: str) -> list[str]:
    """The runs of one word's key: `1,000` is looked up as `1` and `000`."""
    return _RUN.findall(key)


def pairs(chain: str) -> set[str]:
    """Each two neighbours of a chain of wide characters."""
    return set(map(add, chain, chain[1:]))


def squeezed(text: str) -> str:
    """Folded text without anything that is no letter or digit: how chains are joined."""
    return _NO_WORD.sub("", text)


@lru_cache(maxsize=1 << 10)
def slug(name: str) -> str:
    """A name in letters and digits alone; two names may share one."""
    return squeezed(prepare(name).plain)[:LONGEST]


@lru_cache(maxsize=1 << 10)
def language_tags(language: str) -> tuple[str, ...]:
    """What a language tag holds for: `en-GB` for `en` and `en-gb`; "" where there is none."""
    parts = language.lower().replace("_", "-").split("-")
    return tuple(slug("".join(parts[:n])) for n in range(1, len(parts) + 1))

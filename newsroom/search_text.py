"""The words of an article as the archive's index keeps them: a filter that never misses.

What the matcher finds in a text (`newsroom.matching`) the index leads to; it may lead to more,
which the matcher then refuses. An entry is one of these, all in letters, digits and one leading
sign; order and place are not kept:

- a run of letters and digits, folded (`thaad`, `1`, `000`), and a dotted initialism joined (`us`);
- each two neighbouring characters of Hangul, Han or kana, whatever blanks and signs stand between
  them (고고도 미사일: 고고 고도 도미 미사 사일), and the last one alone, so that any is found;
- `§us` where a run stands in capitals (also `§icbms`), `¶thaad` where it stands in the title or
  subtitle, `¤skoreaherald` for the source, `¤len` for the language (`¤s`, `¤l`: none is named).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import add

from newsroom.model import ArticleText
from newsroom.text import prepare

LONGEST = 40
"""Characters of a run that are kept; one that is longer shares its entry with its like."""
MOST_BYTES = 800_000
"""Of one article's entries: PostgreSQL takes 1 MB at most."""

CAPITALS = "§"
TITLE = "¶"
SOURCE = "¤s"
LANGUAGE = "¤l"
WHOLE = "¤all"
"""Stands for an article of too many entries: it may hold any word."""

# Hangul, then Han and kana: as newsroom.text tells scripts apart (a test holds them equal)
_WIDE = (
    "가-힣\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
    "\u3005-\u3007\u303b\u3041-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_LETTER = rf"[^\W\d_{_WIDE}]"
_RUN = re.compile(rf"[^\W_{_WIDE}]+")
_CHAIN = re.compile(rf"[{_WIDE}]+")
_NO_WORD = re.compile(r"[\W_]+")
_FOREIGN = re.compile(rf"[^\W_{_WIDE}\x00-\x7f]")
_DOTTED = re.compile(rf"\.{_LETTER}(?![^\W_{_WIDE}])")
_INITIALISM = re.compile(rf"(?<!{_LETTER})(?:{_LETTER}\.)+{_LETTER}(?![^\W_{_WIDE}])")
_GLUED = re.compile(rf"[.,](\d+)({_LETTER}[^\W_{_WIDE}]*)")
"""3.5km: the number is a word, and so is what hangs on it."""
_ASCII_RUNS = bytes(c if chr(c).isascii() and chr(c).isalnum() else 32 for c in range(256))


def index_entries(article: ArticleText) -> set[str]:
    """Every entry that leads to an article."""
    titled = text_entries(article.title) | text_entries(article.subtitle)
    entries = {TITLE + entry for entry in titled if entry[0] != CAPITALS} | titled
    entries |= text_entries(article.summary)
    entries |= text_entries(article.body)
    about = {SOURCE + slug(article.source or "")}
    about |= {LANGUAGE + tag for tag in language_tags(article.language or "")}
    # a character is 4 bytes at most: only what could be too much is counted
    if len(entries) * 4 * (LONGEST + 1) > MOST_BYTES and _bytes(entries) > MOST_BYTES:
        return about | {WHOLE}
    return entries | about


def _bytes(entries: Iterable[str]) -> int:
    return sum(len(entry.encode()) for entry in entries)


def text_entries(text: str) -> set[str]:
    """The entries of one text, those of its capitals included."""
    if not text:
        return set()
    prepared = prepare(text)
    cased, plain = prepared.cased, prepared.plain
    spelled = set(_ascii_runs(cased))
    if plain.isascii():
        entries = set(" ".join(spelled).lower().split())
    else:
        entries = set(_ascii_runs(plain))
        if _FOREIGN.search(plain):
            entries |= set(_RUN.findall(plain))
        for chain in _CHAIN.findall(_NO_WORD.sub("", plain)):
            entries |= pairs(chain)
            entries.add(chain[-1])
    for found in _GLUED.finditer(plain):
        entries |= {found[1], found[2]}
        spelled.add(cased[found.start(2) : found.end(2)])
    if _DOTTED.search(plain):
        for found in _INITIALISM.finditer(plain):
            small, shown = found.group()[::2], cased[found.start() : found.end() : 2]
            # where it begins depends on what stands before: don't.U.S.
            entries |= {small[n:] for n in range(len(small) - 1)}
            spelled |= {shown[n:] for n in range(len(shown) - 1)}
    entries |= {CAPITALS + run.lower() for run in spelled if _is_capitals(run)}
    if len(max(entries, key=len, default="")) > LONGEST:
        return {entry[: LONGEST + (entry[0] == CAPITALS)] for entry in entries}
    return entries


def _ascii_runs(text: str) -> list[str]:
    """Runs of ASCII letters and digits; a character beyond ASCII parts them."""
    return text.encode("ascii", "replace").translate(_ASCII_RUNS).decode("ascii").split()


def _is_capitals(run: str) -> bool:
    """US, MH370, and with a plural's s (ICBMs); a single capital is not worth an entry."""
    return len(run) > 1 and (run.isupper() or (run[-1] == "s" and run[:-1].isupper()))


def runs(key: str) -> list[str]:
    """The runs of one word's key: `1,000` is looked up as `1` and `000`."""
    return [run[:LONGEST] for run in _RUN.findall(key)]


def pairs(chain: str) -> set[str]:
    """Each two neighbours of a chain of wide characters."""
    return set(map(add, chain, chain[1:]))


def squeezed(text: str) -> str:
    """Folded text without anything that is no letter or digit: how chains are joined."""
    return _NO_WORD.sub("", text)


def slug(name: str) -> str:
    """A name in letters and digits alone; two names may share one."""
    return squeezed(prepare(name).plain)[:LONGEST]


def language_tags(language: str) -> list[str]:
    """What a language tag holds for: `en-GB` for `en` and `en-gb`; "" where there is none."""
    parts = language.lower().replace("_", "-").split("-")
    return [slug("".join(parts[:n])) for n in range(1, len(parts) + 1)]

"""Named persons and places in English text: runs of words in capitals that no grammar explains.

Organisations cannot be told from persons and come along where they bear a name of their own
(Samsung Electronics); what any state has (Defense Ministry, National Assembly), abbreviations,
nationalities and days are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newsroom.stories_facts_places import CAPITALS_EN, COMPASS, DEMONYMS_EN, PLACES_EN, SAME_EN
from newsroom.stories_facts_stops import DAYS, GENERIC, OPENERS, ROLES

_CAPITAL = re.compile(
    r"[A-Z](?:\.(?:[A-Z]\.)+(?![a-z])|\.(?=[ -])"
    r"|(?:[a-z]?'(?=[A-Z])[A-Z])?[^\W\d_]*(?:-[^\W\d_]+)*)"
)
_INSIDE = re.compile(r" | of (?:the )?|-")
_BEFORE = re.compile(r"(\w*)([.!?:;\]]|--|[—•*▲■])?[\"')\]]*(?:\s*)[\"'(\[]*$")
_ABBREVIATED = frozenset(
    "mr mrs ms dr prof gen lt col maj sgt capt cmdr adm rep reps sen sens gov pres st sr jr".split()
)
_TAG = re.compile(r"\[[^\]]{0,40}\]")
_TAIL = re.compile(r"-(?:based|led|backed|born|made|run|owned|style|bound|related|wide)$")


_OF_A_STATE = re.compile(r"(?:bank|republic|government|parliament|supreme court) of ")
_BETWEEN = ROLES | DAYS
_PLAIN = OPENERS | DAYS


class Name(NamedTuple):
    """A name as read in folded text."""

    start: int
    end: int
    text: str


class Word(NamedTuple):
    """A word in capitals."""

    start: int
    end: int
    text: str
    opens: bool
    """Whether it stands where any word would have its capital."""


def capitals(cased: str) -> list[Word]:
    """List the words of a folded text that begin with a capital letter."""
    found = []
    for match in _CAPITAL.finditer(cased):
        start, end = match.span()
        before = cased[start - 1 : start]
        # not in a word, not R&D, not US$
        if not (before.isalnum() or before in ("_", "&") or cased[end : end + 1] == "$"):
            found.append(Word(start, end, match.group(), _opens(cased, start)))
    return found


def _opens(text: str, at: int) -> bool:
    """Say whether a sentence, a quote or a clause after a colon begins here."""
    if text[at - 1 : at] == " ":
        before = text[at - 2 : at - 1]
        if before.isalpha() or before == ",":
            return False
    found = _BEFORE.search(text, max(0, at - 24), at)
    if found is None or (found[2] is None and found[1]):
        # nothing but a quotation mark or bracket stands between: "in the 'Blue House"
        return found is None or '"' in found.group() or "\n" in found.group()
    word = found[1]
    return not (found[2] == "." and (word.lower() in _ABBREVIATED or len(word) == 1))


def names(cased: str, words: list[Word], *, headline: bool = False) -> Iterator[Name]:
    """Yield the names of a folded text in order; of a headline in capitals only known places."""
    if headline and (tag := _TAG.match(cased)):
        words = [word for word in words if word.start >= tag.end()]
    if headline and is_title_case(cased):
        for run in _runs(cased, words):
            yield from _places(run)
        return
    within = {word.text for word in words if not word.opens}
    for run in _runs(cased, words):
        for part in _parts(run):
            if (name := _name(part, within, cased)) is not None:
                yield name


def is_title_case(title: str) -> bool:
    """Say whether a headline writes most words with a capital, names or not."""
    words = re.findall(r"[A-Za-z][a-z'-]{3,}", title)
    rest = words[1:]
    return len(rest) < 3 or sum(word[0].isupper() for word in rest) >= 0.6 * len(rest)


def _runs(cased: str, words: list[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and (word.opens or not _INSIDE.fullmatch(cased, run[-1].end, word.start)):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _places(run: list[Word]) -> Iterator[Name]:
    for n, word in enumerate(run):
        pair = run[n : n + 2]
        for part in (pair, [word]):
            text = " ".join(w.text for w in part)
            found = name_words(text)
            if len(found) == 1 and found[0] in PLACES_EN:
                yield Name(part[0].start, part[-1].end, text)
                break


def _parts(run: list[Word]) -> Iterator[list[Word]]:
    """Cut a run at offices and days: U.S. President Joe Biden is a place and a name."""
    part: list[Word] = []
    for word in run:
        if word.text.lower() in _BETWEEN:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _name(run: list[Word], within: set[str], cased: str) -> Name | None:
    first = 0
    while first < len(run):
        # Firms of China: what stands before `of` at the beginning of a sentence is a plain word
        goes_on = first + 1 < len(run) and run[first + 1].start == run[first].end + 1
        if not _explained(run[first], within, goes_on):
            break
        first += 1
    if first == len(run):
        return None
    start, end = run[first].start, run[-1].end
    text = cased[start:end]
    return Name(start, end, text) if name_words(text) else None


def _explained(word: Word, within: set[str], goes_on: bool) -> bool:
    """Say whether a word has its capital for another reason than being a name."""
    if not word.opens:
        return False
    small = word.text.lower()
    if small in _PLAIN:
        return True
    if word.text in within or small in PLACES_EN or small in COMPASS:
        return False
    return not goes_on


@lru_cache(maxsize=1 << 14)
def name_words(text: str) -> tuple[str, ...]:
    """Cut a name into the words that make it one: small letters, South_Korea one word.

    Empty where nothing but roles, institutions, nationalities, days and abbreviations is left.
    """
    found: list[str] = []
    if _OF_A_STATE.match(text.lower()):
        return ()
    small = _small(text)
    for word in joined(re.findall(r"[^\s]+", text)):
        word = SAME_EN.get(word, word)
        if word in PLACES_EN:
            found.append(word)
            continue
        if word in DEMONYMS_EN or word in GENERIC or word in ROLES or word in COMPASS:
            continue
        if len(word) > 2 and word not in small and word not in _PLAIN:
            found.append(word)
    return tuple(found)


def _small(text: str) -> set[str]:
    """Words of a name that are written small (of, the) or all in capitals (NATO)."""
    return {
        word.strip(".,").removesuffix("'s").lower()
        for word in text.split()
        if word[0].islower() or (len(word) > 1 and word.strip(".,").removesuffix("'s").isupper())
    }


def joined(words: list[str]) -> list[str]:
    """Write words small, without 's, those of the compass as one with the next."""
    result: list[str] = []
    before = ""
    for raw in words:
        word = _TAIL.sub("", raw.strip(".,'\"()").removesuffix("'s").lower())
        if before in COMPASS or before in ("s", "n"):
            pair = f"{before}_{word}"
            if pair in PLACES_EN or pair in SAME_EN or pair in DEMONYMS_EN:
                result[-1:] = [pair]
                before = ""
                continue
        result.append(word)
        before = word
    return result


def known_words(words: list[Word]) -> Iterator[str]:
    """Yield every word a later text may name: all in capitals, wherever they stand."""
    for word in joined([word.text for word in words]):
        yield SAME_EN.get(word, word)
        # who has read of the Chinese, or of Beijing, has read of China
        if place := DEMONYMS_EN.get(word) or CAPITALS_EN.get(word):
            yield place

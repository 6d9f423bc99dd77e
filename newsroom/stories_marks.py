"""What of an article decides its story: worked out of its text once, kept, and compared.

A restart reads these marks, never the texts again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from struct import Struct

import numpy as np

from newsroom.identity import article_id, canonical_url, host_of, yonhap_family
from newsroom.stories_signs import Signs
from newsroom.stories_sketch import EMPTY, Hashes, Sketch, hash_words, none, sketch
from newsroom.stories_text import (
    is_flash,
    letters_only,
    plain_story,
    unmarked,
    weight,
)

MOST_NUMBERS = 48
MOST_TITLE_WORDS = 24
TITLE_WEIGHT = 24
"""Letters (Hangul and Han count twice) a headline must have to be looked up by."""
_FLOOR = 150
"""Letters a body must have to identify a story by itself (Hangul and Han count twice).

Of 7,750 summaries of eleven outlets, formulas that recur over different stories reach 138 letters
in English (a weekly quiz) and 70 syllables in Korean (a note on advertising); longer texts that
recurred were one story nearly every time.
"""
_FLOOR_WITH_TITLE = 60
"""Letters that title and body together must have where the body alone is too short: a flash."""
_FLOOR_FLASH_BODY = 30
_OPENED = 400
"""Letters of a text above which its first words, given for its headline, are none."""
_WIRE_ID = re.compile(r"[A-Za-z]{3}\d{17}")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_LEAD_SIGNS = 1_500


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """An article as the rules of stories see it."""

    at: datetime | None = None
    """Published, else first seen; None where neither is known: near to everything."""
    source: str | None = None
    host: str = ""
    """Only where the source is not known."""
    family: str | None = None
    """What the filings of one Yonhap story share (facts of its ids)."""
    exact: str | None = None
    """Stands for the text word by word; None: too short to tell."""
    title: str | None = None
    """Stands for the headline; None: too short to tell."""
    title_words: Hashes = field(default_factory=none)
    """Hashes of the headline's words, ascending."""
    numbers: Hashes = field(default_factory=none)
    """Hashes of the numbers in the text, the smallest of them, ascending."""
    flash: tuple[str, ...] = ()
    """Content words of the headline of a marked flash; empty: it is none."""
    weight: int = 0
    """Letters of the story's own words."""
    sketch: Sketch = EMPTY
    lead: str = ""
    """Headline and beginning, folded; only of a text just read, never kept."""


def marks_of(
    title: str, body: str, *, source: str | None, url: str | None, at: datetime | None
) -> Marks:
    """Work the marks out of a text: `body` is the page's, or what a feed says of it."""
    clean = unmarked(title)
    headline = letters_only(clean)
    plain = plain_story(headline, body)
    signs = Signs(plain)
    return Marks(
        at=at,
        source=source,
        host="" if source else host_of(canonical_url(url or "")),
        family=_family(url or ""),
        exact=exact_of(headline, signs),
        title=_title(headline, plain, signs.weight),
        title_words=hash_words(_title_words(clean))[:MOST_TITLE_WORDS],
        numbers=hash_words(_numbers(plain, signs))[:MOST_NUMBERS],
        flash=content_words(clean) if is_flash(title) else (),
        weight=signs.weight,
        sketch=sketch(signs),
        lead=f"{clean} {plain[:_LEAD_SIGNS]}",
    )


def _title(headline: str, plain: str, weighs: int) -> str | None:
    """Stand for a headline; one that is but the beginning of a long text tells nothing more."""
    if weight(headline) < TITLE_WEIGHT:
        return None
    if weighs > _OPENED:
        opening = plain[: 2 * len(headline) + 40].partition("\n")[0]
        if letters_only(opening).startswith(headline):
            return None
    return _digest("title", headline)


def _family(url: str) -> str | None:
    if not _WIRE_ID.search(url):  # most URLs: they need not be taken apart
        return None
    number = article_id(canonical_url(url))
    return yonhap_family(number) if number else None


def _numbers(plain: str, signs: Signs) -> Iterator[str]:
    at = 0
    for place in signs.digits():
        if place >= at and (number := _NUMBER.match(plain, place)):
            yield number.group()
            at = number.end()


def exact_of(headline: str, text: Signs) -> str | None:
    """Stand for a text word by word, whatever the outlet's furniture; None: too short to tell.

    A long text stands alone, as outlets write their own headlines over wire copy; a short one
    needs the same headline, given in bare letters.
    """
    if text.weight >= _FLOOR:
        return _digest("body", text.bare())
    both = weight(headline) + text.weight
    if text.weight < _FLOOR_FLASH_BODY or both < _FLOOR_WITH_TITLE:
        return None
    return _digest("flash", f"{headline}\n{text.bare()}")


def _digest(kind: str, text: str) -> str:
    made = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=kind.encode())
    return f"{kind}:{made.hexdigest()}"


def looked_up_by(marks: Marks) -> list[tuple[str, str]]:
    """What finds an article without comparing texts: (kind, key)."""
    keys = (("family", marks.family), ("exact", marks.exact), ("title", marks.title))
    return [(kind, key) for kind, key in keys if key is not None]


def outlet_of(marks: Marks) -> str:
    """The outlet a flash is looked for in."""
    return marks.source or marks.host


_HEAD = Struct("<BdIIHHHH")
_FORM = 1
"""Of the packed form; marks of another one are worked out anew."""


def pack(marks: Marks) -> bytes:
    """Write marks for a table; `lead` is left out."""
    words = "\n".join(
        [marks.source or "", marks.host, marks.family or "", marks.exact or "", marks.title or "",
         *marks.flash]
    ).encode("utf-8", "replace")  # fmt: skip
    head = _HEAD.pack(
        _FORM,
        marks.at.timestamp() if marks.at else float("nan"),
        marks.weight,
        marks.sketch.size,
        len(marks.sketch.hashes),
        len(marks.title_words),
        len(marks.numbers),
        len(words),
    )
    arrays = (marks.sketch.hashes, marks.title_words, marks.numbers)
    return b"".join([head, *(a.astype("<u4").tobytes() for a in arrays), words])


def unpack(data: bytes) -> Marks:
    """Read what `pack` wrote. Raises ValueError for anything else."""
    at, weighs, size, counts = _head(data)
    arrays, place = [], _HEAD.size
    for count in counts:
        arrays.append(np.frombuffer(data, "<u4", count, place).astype(np.uint32))
        place += 4 * count
    words = data[place:].decode("utf-8").split("\n")
    source, host, family, exact, title = (word or None for word in words[:5])
    return Marks(
        at=None if at != at else _moment(at),
        source=source,
        host=host or "",
        family=family,
        exact=exact,
        title=title,
        title_words=arrays[1],
        numbers=arrays[2],
        flash=tuple(words[5:]),
        weight=weighs,
        sketch=Sketch(arrays[0], size),
    )


def unpack_sketch(data: bytes) -> Sketch:
    """Read the sketch alone of what `pack` wrote. Raises ValueError for anything else."""
    _, _, size, counts = _head(data)
    return Sketch(np.frombuffer(data, "<u4", counts[0], _HEAD.size).astype(np.uint32), size)


def _head(data: bytes) -> tuple[float, int, int, tuple[int, int, int]]:
    """Time, weight, shingles in all, and how many numbers each array has."""
    if len(data) < _HEAD.size or data[0] != _FORM:
        raise ValueError("no marks of this form")
    _, at, weighs, size, hashes, title_words, numbers, length = _HEAD.unpack_from(data)
    counts = (hashes, title_words, numbers)
    if len(data) != _HEAD.size + 4 * sum(counts) + length or hashes > size:
        raise ValueError("marks are cut off")
    return at, weighs, size, counts


def _moment(posix: float) -> datetime:
    try:
        return datetime.fromtimestamp(posix, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"marks have no time: {posix}") from error


_EMPTY_WORDS = frozenset(
    "a an the of to in on at for and or but is are was were be by with from as it its that "
    "this after over says say said amid s".split()
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")


def content_words(clean: str) -> tuple[str, ...]:
    """The words of a headline without marks that carry its news, in order."""
    words = (w for w in words_of(clean) if w not in _EMPTY_WORDS)
    return tuple(dict.fromkeys(w for w in words if len(w) > 1 or w.isdigit()))[:24]


def words_of(plain: str) -> list[str]:
    """The words and numbers of a folded text, in order."""
    return _WORD.findall(plain)


def _title_words(clean: str) -> Iterator[str]:
    """Latin words and numbers whole; of others every two signs that stand together."""
    for word in words_of(clean):
        if word.isascii() or len(word) < 3:
            yield word
        else:
            yield from (word[n : n + 2] for n in range(len(word) - 1))

"""Whether two articles tell one story, by what evidence, and which story an article joins.

Evidence, strongest first: one family of Yonhap ids; the same text word by word; most of one text
in the other; the same headline over short or unread texts; a flash whose words a later piece of
its outlet holds. A common topic is none. Thresholds were set on the pairs of tests/quality.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from newsroom.stories_marks import Marks, words_of
from newsroom.stories_sketch import Share, shared_with

FLASH_WINDOW = timedelta(hours=3)
TITLE_WINDOW = timedelta(hours=12)
FEWEST = 5
"""Shingles that two sketches must be seen to share."""
MOSTLY = 0.7
"""A text of which so much stands in the other is the other's, however much longer that is."""
HALF, ALIKE = 0.56, 0.3
"""More than half of the shorter is enough where both together share so much (Jaccard)."""
UNDER_ONE_HEADLINE = 0.2
"""Of the shorter text, under the very same headline."""
FIGURES = 3
"""Numbers a text must have to be told by them from another filling of one form."""
LETTERS_A_FIGURE = 150
"""A form has one number at least in so many letters."""
FORM = 0.85
FEW_FIGURES, FEWEST_FIGURES, BRIEF_FIGURES, NEXT_DAYS_FIGURES = 0.6, 0.5, 0.8, 0.75
"""So many of the fewer numbers must be common: of texts less alike than FORM, of others, of briefs,
and of texts that came so much later that the form is due again."""
NEXT_DAY = timedelta(hours=18)
NEXT_DAYS_BRIEF = 0.9
"""A brief that came so much later says the same only in the same words and figures."""
SHORT = 400
"""Letters under which a text is a brief or a feed's excerpt: there a headline is evidence."""
PART = 0.3
"""So much in common with a round-up is a part of it."""
APART = 0.2
"""Texts that share less than this of the shorter have nothing in common."""
EXCERPT = 200
"""Letters under which a text is but the opening of a story, which others of its topic share."""
OPENING = 60
"""Letters under which an excerpt tells nothing."""
NEARLY_ALL = 0.85
"""So much of an excerpt must stand in the other text."""
HEADLINE = 0.3
"""Headlines that share less than this of the shorter one's words have nothing in common."""
FLASH_WORDS = 3
"""Content words a flash must have to be found again."""


class Evidence(IntEnum):
    """What ties two articles, strongest first."""

    FAMILY = 0
    EXACT = 1
    NEAR = 2
    TITLE = 3
    FLASH = 4


class Tie(NamedTuple):
    """Two articles tell one story."""

    evidence: Evidence
    share: float
    """How much of both is common, 0 to 1."""


class Candidate(NamedTuple):
    """An article that may tell the same story."""

    article: int
    story: int
    marks: Marks


def choose(new: Marks, candidates: Sequence[Candidate], window: timedelta) -> int | None:
    """Say which story an article joins; None: a story of its own.

    `candidates` are all articles of the stories that come into question. The strongest evidence
    decides, then the greatest share, then the story's age: stories are never made one by an
    article that has to do with several.
    """
    tied = []
    shares = shared_with(new.sketch, [candidate.marks.sketch for candidate in candidates])
    for candidate, share in zip(candidates, shares, strict=True):
        found = tie(new, candidate.marks, share, window)
        if found is not None:
            tied.append((found, candidate))
    tied.sort(key=lambda pair: (pair[0].evidence, -round(pair[0].share, 3), pair[1].story))
    for found, candidate in tied:
        near = found.evidence is Evidence.NEAR
        if not near or not _through_round_up(new, candidate, candidates, shares):
            return candidate.story
    return None


def tie(new: Marks, old: Marks, share: Share, window: timedelta) -> Tie | None:
    """Say what ties a new article to an older one, if anything does; `share`: of their sketches."""
    found = _evidence(new, old, share)
    if found is None:
        return None
    apart = _apart(new, old)
    return found if apart is None or apart <= window else None


def _evidence(new: Marks, old: Marks, share: Share) -> Tie | None:
    if new.family is not None and new.family == old.family:
        return Tie(Evidence.FAMILY, 1.0)
    if new.exact is not None and new.exact == old.exact:
        return Tie(Evidence.EXACT, 1.0)
    return _near(new, old, share) or _by_title(new, old) or _by_flash(new, old)


def _apart(new: Marks, old: Marks) -> timedelta | None:
    return None if new.at is None or old.at is None else abs(new.at - old.at)


def _near(new: Marks, old: Marks, share: Share) -> Tie | None:
    """Most of one text stands in the other."""
    ours, theirs, seen = share
    held = max(ours, theirs)
    if seen < FEWEST or held < UNDER_ONE_HEADLINE or _is_form(new, old, held):
        return None
    alike = ours * theirs / (ours + theirs - ours * theirs)
    if min(new.weight, old.weight) < EXCERPT:
        enough = held >= NEARLY_ALL and _excerpt_tells(new, old)
    else:
        enough = held >= MOSTLY or (held >= HALF and alike >= ALIKE)
    if enough or (held >= UNDER_ONE_HEADLINE and _same_headline(new, old)):
        return Tie(Evidence.NEAR, alike)
    return None


def _excerpt_tells(new: Marks, old: Marks) -> bool:
    """Whether an excerpt is long enough, and no formula that an outlet puts under any headline."""
    apart = _apart(new, old)
    if min(new.weight, old.weight) < OPENING or (apart is not None and apart >= NEXT_DAY):
        return False
    return not same_outlet(new, old) or headlines_share(new, old) >= HEADLINE


def _is_form(new: Marks, old: Marks, held: float) -> bool:
    """The same form filled in with other figures: a market report, the weather, a daily count.

    A reprint keeps the figures of what it keeps; a form comes again the next day.
    """
    apart = _apart(new, old)
    due_again = apart is not None and apart >= NEXT_DAY
    brief = min(new.weight, old.weight) <= SHORT
    if due_again and brief and held < NEXT_DAYS_BRIEF:
        return True
    if held >= HALF and not brief and not due_again and _same_headline(new, old):
        return False  # filed again with another table under it
    fewer = min(len(new.numbers), len(old.numbers))
    if fewer < FIGURES or LETTERS_A_FIGURE * fewer < min(new.weight, old.weight):
        return False
    same = len(np.intersect1d(new.numbers, old.numbers, assume_unique=True))
    if due_again:
        return same < (1.0 if brief else NEXT_DAYS_FIGURES) * fewer
    if brief:
        return same < BRIEF_FIGURES * fewer
    return same < (FEW_FIGURES if held < FORM else FEWEST_FIGURES) * fewer


def _same_headline(new: Marks, old: Marks) -> bool:
    apart = _apart(new, old)
    near = apart is None or apart <= TITLE_WINDOW
    return near and new.title is not None and new.title == old.title


def headlines_share(new: Marks, old: Marks) -> float:
    """Say how much of the shorter headline stands in the other, 0 to 1; where one is empty: 1."""
    fewer = min(len(new.title_words), len(old.title_words))
    both = np.intersect1d(new.title_words, old.title_words, assume_unique=True)
    return len(both) / fewer if fewer else 1.0


def _by_title(new: Marks, old: Marks) -> Tie | None:
    """The same headline over a brief, or over what a feed shows of a page not yet read."""
    if min(new.weight, old.weight) > SHORT or not _same_headline(new, old):
        return None
    return None if _is_form(new, old, 0.0) else Tie(Evidence.TITLE, 1.0)


def _by_flash(new: Marks, old: Marks) -> Tie | None:
    """A later piece of the flash's outlet holds its words."""
    if len(old.flash) < FLASH_WORDS or not new.lead or not same_outlet(new, old):
        return None
    if new.at is None or old.at is None or not timedelta(0) <= new.at - old.at <= FLASH_WINDOW:
        return None
    # one word may have given way to another, but a figure to none
    lead = f" {' '.join(words_of(new.lead))} "
    missing = [word for word in old.flash if not _holds(lead, word)]
    most = 1 if len(old.flash) > FLASH_WORDS else 0
    if len(missing) > most or any(c.isdigit() for word in missing for c in word):
        return None
    return Tie(Evidence.FLASH, 1 - len(missing) / len(old.flash))


def _holds(lead: str, word: str) -> bool:
    """A Latin word whole, but for a plural; Hangul and Han anywhere, but for a last particle."""
    if word.isascii():
        return f" {word} " in lead or f" {word}s " in lead or f" {word.removesuffix('s')} " in lead
    joined = lead.replace(" ", "")
    return word in joined or (len(word) > 3 and word[:-1] in joined)


def same_outlet(one: Marks, other: Marks) -> bool:
    """Say whether two articles come from one source or one host."""
    if one.source and one.source == other.source:
        return True
    return bool(one.host) and one.host == other.host


def _through_round_up(
    new: Marks, by: Candidate, candidates: Sequence[Candidate], shares: Sequence[Share]
) -> bool:
    """The article ties us to its story only as a round-up would, of which another part is theirs.

    A part of it is ours, a part another article's of its story, and the two have nothing in
    common, neither words nor headline. `shares`: what we have in common with the candidates.
    """
    apart = [
        other.marks
        for other, share in zip(candidates, shares, strict=True)
        if other.story == by.story
        and other.article != by.article
        and max(share.ours, share.theirs) < APART
        and not _same_headline(new, other.marks)
    ]
    parts = shared_with(by.marks.sketch, [marks.sketch for marks in apart])
    return any(
        p.seen >= FEWEST
        and max(p.ours, p.theirs) >= (UNDER_ONE_HEADLINE if _same_headline(by.marks, a) else PART)
        for p, a in zip(parts, apart, strict=True)
    )

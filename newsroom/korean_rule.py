"""The ordered rule (DESIGN §7) by which one candidate of a Hangul term is judged.

A judgement asks for analyses as it needs them: each step is a generator that yields texts and is
sent their readings, so that many candidates share one call of the morphology.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsroom.korean_case import Case, as_object, bare, case_of, untyped_blanks
from newsroom.korean_noun import LONG, Asking, in_noun, other_word
from newsroom.korean_reading import Reading, are_particles, is_attached, is_known_noun
from newsroom.korean_window import Question
from newsroom.korean_words import (
    AGAINST,
    COUNTERS,
    DENIED,
    HEADED,
    PREFIXES,
    STATES,
    SUFFIXES,
    SURNAMES,
)
from newsroom.ports import Token

_VERY_LONG = 5
"""Syllables from which on half of a term is enough to know it by."""
_DENIED_REACH = 4
_RESIDENT = "주재"
"""Of the prefixes, those that make a word with a state of one syllable: 주한, 재미."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[·.]\d{1,2}|(?:19|20)\d\d)$")
_TO_SOMEWHERE = ("JKB", "JKO", "EC", "MAG", "MAJ")
_NO_HEADS = ("NP", "NR", "MAG", "MM", "IC", "XSN")


def judge(question: Question) -> Asking:
    """Judge one candidate."""
    term = bare(question.term)
    # of a term with Latin letters the text may have more signs than the term has letters
    gaps = [gap for gap in sorted(untyped_blanks(question)) if 0 < gap < len(term)]
    if gaps and (len(term) < LONG or not (yield from _own_borders(term, gaps))):
        return False
    case = case_of(question)
    if _counted(case):
        return False
    return (yield from _ordered(case))


def _own_borders(term: str, gaps: Sequence[int]) -> Asking:
    """Say whether the term itself has a morpheme border at each of `gaps`."""
    cuts = [(term[:gap], term[gap:]) for gap in gaps]
    alone, *parts = yield [term, *(as_object(part) for cut in cuts for part in cut)]
    for n, gap in enumerate(gaps):
        if alone.is_border(gap):
            before = alone.before(gap)
            if before is None or before.tag == "XPN":
                return False
        else:
            # a dictionary noun plainly made of two: 대만해협, 핵실험, 더불어민주당
            left, right = parts[2 * n : 2 * n + 2]
            if not _are_halves(term, gap, alone, left, right):
                return False
    return True


def _are_halves(term: str, gap: int, alone: Reading, left: Reading, right: Reading) -> bool:
    """Say whether a noun read as one is made of two at `gap`; one may be read oddly by itself."""
    whole = left.is_one_noun() or (left.is_nouns() and not left.ends_small())
    if not (right.is_one_noun() or right.is_nouns()):
        # 포스코 + 퓨처엠: a name nobody knows
        return (
            whole and gap > 1 and len(term) >= _VERY_LONG and alone.is_guess() and right.is_guess()
        )
    # 가자 + 지구
    named = gap > 1 and len(term) - gap > 1 and alone.is_one_name()
    return whole or len(term) >= _VERY_LONG or named


def _counted(case: Case) -> bool:
    """Say whether a digit makes a counter of the term's beginning: 5대만, not 6·13지방선거."""
    if case.left or not case.before[-1:].isdecimal() or case.term[0] not in COUNTERS:
        return False
    return not _DATE.search(case.before)


def _ordered(case: Case) -> Asking:
    (reading,) = yield [case.window]
    # what is no Hangul is a border, whatever Kiwi joins (KB금융그룹); but no digit is (5대만)
    free = not case.left and not case.before[-1:].isdecimal()
    left_border = free or reading.is_border(case.start)
    right_border = case.prefix or not case.right or reading.is_border(case.end)
    attached = _attached_at(reading, case.start)
    if case.left and (yield from _may_be_prefixed(case, reading)):
        return (yield from _ordered(case.without_prefix()))
    if attached and not case.left and _HAN.match(case.before[-1:]):
        # 對이란 is no 對 with a particle, 核이란 말 is: with a blank between Kiwi tells them
        apart = case.apart()
        (other,) = yield [apart.window]
        if not _attached_at(other, apart.start):
            return (yield from _ordered(apart))
    if attached:
        return (yield from _slip(case, reading))
    if left_border and right_border:
        return (yield from _bordered(case, reading))
    if left_border and not case.left and (yield from _only_particles(case, reading)):
        return True
    whole = reading.holding(case.start, case.end)
    if whole is None and left_border and _goes_on(case, reading):
        return not _denied(case, reading)
    if whole is None or not whole.tag.startswith("NN") or _denied(case, reading):
        return False
    if not whole.known and (yield from _cut_alone(case)):
        return True
    return (yield from in_noun(case, whole))


def _cut_alone(case: Case) -> Asking:
    """Say whether a word that is guessed at whole is cut at the term when read by itself."""
    word = case.alone()
    (reading,) = yield [word.window]
    if not (reading.is_border(word.start) and (case.prefix or reading.is_border(word.end))):
        return False
    inside = reading.inside(word.start, word.end)
    if len(inside) != 1 or not is_known_noun(inside[0]):
        return False
    return (yield from _bordered(word, reading))


def _attached_at(reading: Reading, position: int) -> list[Token]:
    return [t for t in reading.at(position) if is_attached(t)]


def _goes_on(case: Case, reading: Reading) -> bool:
    """Say whether the last noun of a long term has one suffix more: 핵 + 실험장."""
    if len(case.term) < LONG or case.prefix:
        return False
    over = [t for t in reading.over(case.end) if is_known_noun(t)]
    if len(over) != 1 or case.end - over[0].start < 2 or over[0].end - case.end != 1:
        return False
    inside = reading.inside(case.start, over[0].start)
    return case.right[0] in SUFFIXES and not any(map(is_attached, inside))


def _may_be_prefixed(case: Case, reading: Reading) -> Asking:
    """Say whether what Kiwi reads otherwise may be a prefix and the term: 친이란, 대북한."""
    if case.left != "대" and case.left not in AGAINST:
        return False
    inside = reading.after(case.start, case.end)
    attached = any(map(is_attached, inside))
    if reading.is_border(case.start):
        # 비한미: 한 is no determiner behind a prefix; 주한 is a word
        determiner = bool(inside) and inside[0].tag == "MM" and case.left not in _RESIDENT
        odd = determiner or bool(_attached_at(reading, case.start))
    elif case.left == "대" and attached:
        odd = [t.tag for t in inside] != ["JKG"]  # 대결 + 의
    else:
        # 재중 + 국: a name is cut; but 주한 + 미 is cut rightly
        if STATES.issuperset(case.term):
            return False
        (alone,) = yield [case.term]
        tail = [t.end - t.start for t in inside] == [1] and inside[0].tag.startswith("N")
        return tail and reading.is_border(case.end) and alone.is_one_name()
    if not odd:
        return False
    (alone,) = yield [case.term]
    return alone.is_one_noun()


def _slip(case: Case, reading: Reading) -> Asking:
    """Judge a candidate that begins with a particle, ending or verb, which may be a slip of Kiwi's.

    It is one where the word itself shows it: no particle begins a word, no ending stands before a
    noun without a blank, and a noun with its particles may be cut elsewhere (사 + 드라고).
    """
    if case.left or case.prefix:
        return False
    inside = reading.inside(case.start, case.end)
    if inside and inside[0].tag.startswith("J") and case.before[-1:] in ("", " "):
        return (yield from _followed_by_particles(case))
    (alone,) = yield [case.term]
    if reading.is_border(case.end) and case.head < LONG:
        return _ends_oddly(case, reading, alone)
    if case.head < LONG and not alone.is_one_noun():
        return False
    return (yield from _followed_by_particles(case))


def _ends_oddly(case: Case, reading: Reading, alone: Reading) -> bool:
    """Say whether a verb and its ending are followed by what hardly follows them.

    가자전쟁 and 가나전 for every term; 가자 주민 only for a term that Kiwi takes for a verb by
    itself too, where no word before it tells of going somewhere.
    """
    inside = reading.inside(case.start, case.end)
    if not inside or inside[-1].tag not in ("EC", "EF"):
        return False
    following = next((t for t in reading.tokens if t.start >= case.end), None)
    if following is None or following.tag not in ("NNG", "NNP", "SN"):
        return False
    if case.right:
        return following.start == case.end and following.tag != "SN"
    if alone.is_one_noun() or not case.window[case.end : following.start].isspace():
        return False
    before = [t for t in reading.tokens if t.end <= case.start]
    return inside[-1].tag == "EC" and not (before and before[-1].tag in _TO_SOMEWHERE)


def _bordered(case: Case, reading: Reading) -> Asking:
    """Judge a candidate whose ends are both borders."""
    inside = reading.inside(case.start, case.end)
    if _denied(case, reading):
        return False
    if any(map(is_attached, inside)):
        return (yield from _misread(case, reading))
    if case.left:
        if not inside or inside[0].tag in _NO_HEADS or _named(case, reading):
            return False
        return not (yield from other_word(case, reading.before(case.start)))
    return True


def _named(case: Case, reading: Reading) -> bool:
    """Say whether a surname stands before the candidate: 권 + 영주."""
    if len(case.left) != 1 or case.left not in SURNAMES - PREFIXES or len(case.term) != 2:
        return False
    after = reading.after(case.end, case.end + len(case.right))
    surname = reading.before(case.start)
    return (
        surname is not None
        and surname.tag in ("NNP", "NNG")
        and (not after or are_particles(after))
    )


def _misread(case: Case, reading: Reading) -> Asking:
    """Judge a candidate in whose middle Kiwi sees a particle or verb."""
    if len(case.term) >= LONG:
        (alone,) = yield [case.term]
        if any(map(is_attached, alone.tokens)):
            return True
        return not case.left and (yield from _followed_by_particles(case))
    if case.left or case.right or case.before[-1:].isspace():
        return False
    # a word by itself that nothing modifies: "한은, 올해 ..." is no 한 with a particle
    first = reading.inside(case.start, case.end)[0]
    if first.tag not in ("NNG", "NNP"):
        return False
    (alone,) = yield [case.term]
    return alone.is_one_noun()


def _only_particles(case: Case, reading: Reading) -> Asking:
    """Judge a candidate that begins its word and over whose end a token goes."""
    if len(case.term) < 2 or any(is_known_noun(t) for t in reading.over(case.end)):
        return False
    return (yield from _followed_by_particles(case))


def _followed_by_particles(case: Case) -> Asking:
    """Put a plain noun in the term's place: do only particles and copula follow it?"""
    if not case.right:
        return True
    text, stop = case.with_stand_in()
    (other,) = yield [text]
    if not (other.is_border(case.start) and other.is_border(stop)):
        return False
    return are_particles(other.after(stop, stop + len(case.right)))


def _denied(case: Case, reading: Reading) -> bool:
    """Say whether the candidate stands in a word that is known to mean something else."""
    word = case.left + case.term + case.right
    at, stop = len(case.left), len(case.left) + len(case.term)
    for first in range(max(0, at - _DENIED_REACH), at + 1):
        for last in range(stop, min(len(word), stop + _DENIED_REACH) + 1):
            denied = word[first:last]
            if denied == case.term or (denied in HEADED and stop == last):
                continue
            if denied in DENIED or denied in HEADED:
                # 이란성, but 이란성명; 해운대구 goes on with the same noun
                begin, over = case.start - at + first, reading.over(case.end + last - stop)
                same = [is_known_noun(t) and t.start == begin for t in over]
                return last - stop > 1 or all(same)
    return False

"""A Hangul term as a part of a longer noun: lenient to the right, strict to the left.

Korean compounds end in their head, so what follows a term (대만해협) leaves it what it is, while
what stands before it may make another word (방위성 is a ministry, no satellite).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from newsroom.korean_case import Case, as_object, stand_in
from newsroom.korean_reading import Reading, are_particles, is_known_noun
from newsroom.korean_words import (
    AGAINST,
    DIRECTIONS,
    HEADED,
    PREFIXES,
    STATES,
    SUFFIXES,
    SUFFIXES_OF_FOREIGN,
    SUFFIXES_OF_NO_NAME,
    SUFFIXES_OF_ONE,
    SURNAMES,
)
from newsroom.ports import Token

Asking = Generator[Sequence[str], Sequence[Reading], bool]
"""Yields texts, is sent their readings in the same order, returns the answer."""

LONG = 3
_NAME = 3
"""Syllables of most people's names."""
_LONGEST_NOUN = 12
_FOREIGN = 4
"""Syllables from which on an unknown rest is taken for a word of its own: 삼성에피스홀딩스."""


def in_noun(case: Case, whole: Token) -> Asking:
    """Judge a candidate inside one noun."""
    left = case.window[max(whole.start, case.start - len(case.left)) : case.start]
    right = "" if case.prefix else case.right[: max(0, whole.end - case.end)]
    if len(case.term) > 1 and STATES.issuperset(case.term + left + right):
        return True
    if not left and not right:  # a prefix query
        return True
    if whole.tag == "NNP" and _is_name(case, left, right):
        return False
    if left and not (yield from _left(case, whole, left)):
        return False
    return not right or (yield from _right(case, whole, right))


def _is_name(case: Case, left: str, right: str) -> bool:
    """Say whether the noun may be a person's name: 이민영, 고영주."""
    name = left + case.term + right
    if len(case.term) < 2 or len(name) != _NAME or name[0] not in SURNAMES:
        return False
    return left not in DIRECTIONS if left else right not in SUFFIXES_OF_NO_NAME


def _left(case: Case, whole: Token, left: str) -> Asking:
    if left + case.term in HEADED:
        return True
    (alone,) = yield [case.term]
    if left in PREFIXES:
        if not (whole.known or alone.is_one_noun()):
            return False
        # 대중국 is no 대중 + 국
        free = whole.end == case.end and left in AGAINST and alone.is_one_name()
        cut = whole.known and not free
    else:
        known = len(case.term) >= LONG and len(left) > 1 and whole.known
        if not known and not (yield from _may_go_before(left, whole)):
            return False
        # a name is no head of a compound: 해운 + 대구, but 한국 + 전력
        cut = alone.is_one_name()
    if not cut or len(case.term) >= LONG:
        return True
    # another cut of the same noun: 제조 + 사, 해운대 + 구
    for size in range(1, len(case.term)):
        head = left + case.term[:size]
        tail = case.window[case.start + size : whole.end]
        if (yield from _are_two(head, tail)):
            return False
    return True


def _may_go_before(left: str, whole: Token) -> Asking:
    if (yield from _are_nouns(left, strict=True)):
        return True
    (rest,) = yield [left]
    return whole.known and whole.tag == "NNP" and rest.is_pronoun()  # 우리은행, 하나은행


def _are_two(head: str, tail: str) -> Asking:
    """Say whether these are a noun and what may follow it."""
    if len(tail) == 1 and tail not in SUFFIXES:
        return False
    one, other = yield [as_object(head), as_object(tail)]
    return one.is_one_noun() and (len(tail) == 1 or other.is_nouns())


def _right(case: Case, whole: Token, right: str) -> Asking:
    syllables = len(case.term)
    if len(right) == 1:
        return (yield from _small_right(case, whole, right))
    if len(right) == 2 and whole.known and syllables > 1 and SUFFIXES.issuperset(right):
        return True  # 선거인단
    if (yield from _are_nouns(right)):
        return syllables > 1 or not (yield from _other_head(case, whole))
    if whole.known and whole.tag == "NNP" and whole.start == case.start:
        (alone,) = yield [case.term]
        if alone.is_one_name():  # 롯데홈쇼핑
            return True
    if syllables < 2:
        return False
    if right[0] in SUFFIXES and (yield from _are_nouns(right[1:])):  # 현대차그룹
        return True
    if len(right) < _FOREIGN:
        return False
    (rest,) = yield [as_object(right)]
    return rest.is_guess()


def _are_nouns(text: str, *, strict: bool = False) -> Asking:
    """Say whether a rest is known nouns, read with or without a particle.

    Strictly: and no stray syllable comes last.
    """
    readings = yield [as_object(text), text]
    return any(
        r.is_nouns(prefixed=not strict) and not (strict and r.ends_small()) for r in readings
    )


def _small_right(case: Case, whole: Token, right: str) -> Asking:
    if len(case.term) >= LONG:
        return True
    if len(case.term) < 2:
        return right in SUFFIXES_OF_ONE
    first = whole.start == case.start
    if right == "터":  # 전쟁터, but 마스터 and 포스터
        (alone,) = yield [case.term]
        return alone.is_one_noun() and not alone.is_one_name()
    named = case.term[0] in SURNAMES
    if first and (whole.tag == "NNP" if whole.known else named):
        if right in SUFFIXES_OF_NO_NAME or (right in SUFFIXES_OF_FOREIGN and not named):
            return True
        if whole.tag == "NNP":
            return False
        (alone,) = yield [case.term]
        # 강릉선, 전쟁범
        return alone.is_one_name() if right == "선" else right == "범" and alone.is_one_noun()
    return right in SUFFIXES


def _other_head(case: Case, whole: Token) -> Asking:
    """Say whether a term of one syllable is the beginning of a noun in the noun: 한국 + 어."""
    word = case.window[case.start : whole.end]
    if len(word) > _LONGEST_NOUN:
        return True
    cuts = [(word[:size], word[size:]) for size in range(2, len(word))]
    readings = iter((yield [as_object(part) for cut in cuts for part in cut]))
    return any(
        head.is_one_noun() and (cut[1] in SUFFIXES or tail.is_nouns())
        for cut, head, tail in zip(cuts, readings, readings, strict=True)
    )


def other_word(case: Case, before: Token | None) -> Asking:
    """Say whether the word rather ends inside the term and a particle follows: 이유 + 로.

    `before` is the morpheme before the term. Where that is a noun of its own, only one of people
    is cut otherwise (아제르바이잔인 + 도): 고속 + 도로 is not 고속도 + 로.
    """
    if len(case.term) >= LONG or case.left in PREFIXES:
        return False
    noun_before = before is not None and is_known_noun(before) and before.end - before.start > 1
    for size in range(1, len(case.term)):
        tail = case.term[size:] + case.right
        noun = stand_in(case.term[size - 1])
        head, particles = yield [as_object(case.left + case.term[:size]), noun + tail]
        if (
            (head.is_people() if noun_before else head.is_noun_of_kind())
            and particles.is_border(len(noun))
            and are_particles(particles.after(len(noun), len(noun + tail)))
        ):
            return True
    return False

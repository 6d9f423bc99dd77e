"""Sketches: the same for one text everywhere, and true about how much two texts share."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories_signs import MOST_SIGNS
from newsroom.stories_sketch import (
    EMPTY,
    FEW,
    MOST,
    SHARE,
    SIGNS,
    WORDS,
    Sketch,
    hash_words,
    shared,
    shingles,
    sketch,
)
from newsroom.text import prepare

ENGLISH = "south korea's military said wednesday that it will push ahead"
KOREAN = "국방부는 19일 사드 배치를 예정대로 추진한다고 밝혔다"
ANY_TEXT = st.text(st.sampled_from("ab1é. ,-\n사드가萨ァ\u0301\ud800\U0001f600\u200b"), max_size=80)


def words(count: int, seed: int, of: int = 5_000) -> str:
    drawn = random.Random(seed)
    return " ".join(f"w{drawn.randrange(of)}" for _ in range(count))


def hangul(count: int, seed: int) -> str:
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0xAC00, 0xD7A4)) for _ in range(count))


def folded(text: str) -> Sketch:
    return sketch(prepare(text).plain)


def same(one: Sketch, other: Sketch) -> bool:
    return one.size == other.size and np.array_equal(one.hashes, other.hashes)


@pytest.mark.parametrize(
    "typed",
    [
        "South Korea's military said Wednesday that it will push ahead",
        "  South   Korea’s military\n\nsaid WEDNESDAY, that it will -- push ahead.",
        "South\u00a0Korea's military said\u200b Wednesday\u3000that it will push ahead",
        "“Ｓｏｕｔｈ Korea's” (military) said Wednesday: that it will push-ahead",
        "South Kore\u0301a's military said Wednesday that it will push ahead",
    ],
)
def test_typing_that_folds_away_changes_no_english_sketch(typed: str) -> None:
    assert same(folded(typed), sketch(ENGLISH))


@pytest.mark.parametrize(
    "typed",
    [
        "국방부는 19일 사드배치를 예정대로 추진한다고밝혔다.",
        "국방부는 19일\n\n사드 배치를 ‘예정대로’ 추진한다고 밝혔다",
        "국 방 부 는 19일 사드 배치를 예정대로 추진한다고 밝혔다",
        "국방부는 19일 사드 배치를 예정대로 추진한다고 밝혔다",
    ],
)
def test_blanks_and_composition_change_no_korean_sketch(typed: str) -> None:
    assert same(folded(typed), sketch(KOREAN))


@given(ANY_TEXT)
def test_signs_between_words_change_nothing(text: str) -> None:
    parted = "".join(f" .{c}" if c == " " else c for c in text)
    assert same(sketch(text), sketch(f"  {parted} ,"))


@given(ANY_TEXT)
def test_a_sketch_is_ascending_once_each_and_as_large_as_it_says(text: str) -> None:
    made = sketch(text)
    assert made.hashes.dtype == np.uint32
    assert np.array_equal(np.unique(made.hashes), made.hashes)
    assert made.size == len(np.unique(shingles(text)))
    assert len(made.hashes) == min(made.size, max(FEW, min(made.size // SHARE, MOST)))


@given(ANY_TEXT)
def test_a_text_stands_in_itself_whole(text: str) -> None:
    made = sketch(text)
    seen = len(made.hashes)
    assert shared(made, made) == ((1.0, 1.0, seen) if seen else (0.0, 0.0, 0))


@given(ANY_TEXT, ANY_TEXT)
def test_sharing_is_seen_alike_from_both_sides(one: str, other: str) -> None:
    a, b = sketch(one), sketch(other)
    ours, theirs, seen = shared(a, b)
    assert shared(b, a) == (theirs, ours, seen)
    assert 0 <= ours <= 1
    assert 0 <= theirs <= 1


@given(ANY_TEXT, ANY_TEXT)
def test_of_short_texts_the_share_is_exact(one: str, other: str) -> None:
    a, b = sketch(one), sketch(other)
    if max(a.size, b.size) > FEW or not min(a.size, b.size):
        return
    both = set(a.hashes.tolist()) & set(b.hashes.tolist())
    assert shared(a, b) == (len(both) / a.size, len(both) / b.size, len(both))


@pytest.mark.parametrize("whole", [words(60, 1), hangul(60, 1)])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_short_texts_beginning_stands_in_it_whole(whole: str, part: float) -> None:
    beginning = sketch(whole[: int(len(whole) * part)].rpartition(" ")[0] or whole[:30])
    ours, theirs, _ = shared(beginning, sketch(whole))
    assert ours == 1.0
    assert theirs == beginning.size / sketch(whole).size


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.6, 0.8])
@pytest.mark.parametrize("make", [words, hangul])
def test_of_long_texts_the_share_is_estimated_without_bias(kept: float, make: Any) -> None:
    """The mean error is near nought and no single one is far off."""
    covering = []
    for seed in range(40):
        text = make(1_500, seed)
        cut = int(len(text) * kept)
        beginning = sketch(text[:cut].rpartition(" ")[0] or text[:cut])
        ours, theirs, _ = shared(beginning, sketch(text))
        assert ours == 1.0
        covering.append(theirs - beginning.size / sketch(text).size)
    assert abs(float(np.mean(covering))) < 0.02
    assert max(map(abs, covering)) < 0.2


@pytest.mark.parametrize("common", [0.0, 0.2, 0.5])
def test_of_texts_with_a_common_part_the_share_is_estimated_without_bias(common: float) -> None:
    errors = []
    for seed in range(40):
        part = words(int(800 * common), seed)
        one = sketch(f"{part} {words(800 - int(800 * common), seed + 1_000, 10**9)}")
        other = sketch(f"{part} {words(1_600 - int(800 * common), seed + 2_000, 10**9)}")
        ours, theirs, _ = shared(one, other)
        errors.append(ours - common)
        assert abs(theirs - common / 2) < 0.15
    assert abs(float(np.mean(errors))) < 0.02


def test_nothing_shares_nothing() -> None:
    assert shared(EMPTY, EMPTY) == (0.0, 0.0, 0)
    assert shared(EMPTY, sketch(ENGLISH)) == (0.0, 0.0, 0)
    assert not len(sketch("").hashes)
    assert not len(sketch("two words").hashes)
    assert not len(sketch("사드가간다").hashes)
    assert sketch("a b c").size == sketch("사드가간다네").size == 1
    assert (WORDS, SIGNS) == (3, 6)


def test_the_order_of_words_counts_but_for_single_ones() -> None:
    assert not set(shingles("a b c").tolist()) & set(shingles("c b a").tolist())
    assert np.array_equal(hash_words(["a", "b", "c"]), hash_words(["c", "a", "b", "a"]))
    assert np.array_equal(shingles("ab c d e"), shingles("x ab c d e")[1:])


@given(st.lists(st.sampled_from(["1", "23", "4.5", "abc", "사드", "\ud800", ""]), max_size=10))
def test_words_are_hashed_once_each_and_ascending(drawn: list[str]) -> None:
    hashes = hash_words(drawn)
    assert hashes.dtype == np.uint32
    assert len(hashes) == len(set(drawn))
    assert np.array_equal(hashes, np.unique(hashes))


def test_where_a_shingle_stands_does_not_matter() -> None:
    """Sums of powers are shifted back: far from the beginning the same words hash the same."""
    tail = "the ministry did not elaborate"
    for lead in ("", "a " * 100, "zz " * 15_000, "사" * 1_000 + " x" * 20_000 + " "):
        assert set(shingles(tail).tolist()) <= set(shingles(f"{lead}{tail}").tolist())
    korean = "사드배치를추진"
    assert np.array_equal(shingles(korean), shingles(f"{'가' * 59_000}{korean}")[-2:])


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    text = words(30_000, 3)
    assert len(text) > MOST_SIGNS
    assert same(sketch(text), sketch(text[:MOST_SIGNS]))
    assert len(sketch(text).hashes) == MOST


GOLDEN = {
    ENGLISH: [
        3404402030, 739518764, 3495099185, 536589000, 2823103463,
        2001069089, 4078025624, 3136621084, 3188369219,
    ],
    KOREAN: [
        2802931000, 303924505, 4225166924, 4146655505, 3249671648, 4131914475,
        2672745253, 293880938, 76720133, 2565058135, 4222298871, 4241040850,
        1436536985, 3662480962, 672209630, 1528501113, 719271180, 3446763699,
    ],
    "alpha beta gamma": [2375190661],
}  # fmt: skip
"""Sketches are stored: a changed value would part what is stored from what comes."""


def test_the_values_of_words_are_these() -> None:
    assert hash_words(["사드", "thaad", "7"]).tolist() == [448595682, 1271803982, 1790921346]


@pytest.mark.parametrize("text", GOLDEN)
def test_the_values_are_these(text: str) -> None:
    assert shingles(text).tolist() == GOLDEN[text]


def test_they_are_the_same_in_another_process() -> None:
    code = (
        "import sys; from newsroom.stories_sketch import shingles;"
        "print(shingles(sys.stdin.buffer.read().decode()).tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=KOREAN.encode(),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.decode().strip() == str(GOLDEN[KOREAN])

"""Marks of an article: what is kept of it, written and read back, and refused when damaged."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from struct import pack_into
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.stories_marks import (
    MOST_NUMBERS,
    MOST_TITLE_WORDS,
    Marks,
    looked_up_by,
    marks_of,
    outlet_of,
    pack,
    unpack,
    unpack_sketch,
)
from newsroom.stories_sketch import Sketch

AT = datetime(2024, 3, 5, 1, 2, 3, 456789, tzinfo=UTC)
BODY = (
    "SEOUL, March 5 (Yonhap) -- The ministry said Tuesday that 1,200 houses and 3.5 kilometres of "
    "road were damaged by the flood in the county, and that help was on its way to the villages."
    "\n\nA spokesperson said that 40 people had been brought to a school. (END)"
)
EXCERPT = "The ministry said Tuesday that 1,200 houses were damaged."
CHARACTERS = st.characters() | st.sampled_from("가사드萨9.\n\u0301\ud800\u200b[](보속)")
ANY_TEXT = st.text(CHARACTERS, max_size=200)
INSTANTS = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001  # the strategy sets the zone
    datetime(2200, 1, 1),  # noqa: DTZ001  # the strategy sets the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]),
)


def marks(
    title: str = "Flood damages 1,200 houses in county", body: str = BODY, **more: Any
) -> Marks:
    given_ = {"source": "yonhap-en", "url": None, "at": AT} | more
    return marks_of(title, body, **given_)


def plain(made: Marks) -> dict[str, Any]:
    """Marks that can be compared; what is never kept is left out."""
    values: dict[str, Any] = {f.name: getattr(made, f.name) for f in fields(made)}
    del values["lead"]
    values["sketch"] = (made.sketch.hashes.tolist(), made.sketch.size)
    return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}


def test_what_is_marked() -> None:
    made = marks(url="https://en.yna.co.kr/view/AEN20240305003851320?section=news")
    assert (made.at, made.source, made.host) == (AT, "yonhap-en", "")
    assert made.family is not None
    assert made.exact is not None
    assert made.exact.startswith("body:")
    assert made.title is not None
    assert made.flash == ()
    assert len(made.title_words) == 6
    assert len(made.numbers) == 3  # the dateline's day is none of the story's
    assert looked_up_by(made) == [
        ("family", made.family),
        ("exact", made.exact),
        ("title", made.title),
    ]
    assert outlet_of(made) == "yonhap-en"
    assert outlet_of(marks(url="https://m.koreaherald.com/article/1", source=None)) == (
        "www.koreaherald.com"
    )


def test_nothing_marks_nothing() -> None:
    made = marks("", "", source=None, at=None)
    assert looked_up_by(made) == []
    assert plain(made) == plain(Marks())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flood damages 1,200 houses in county", "(LEAD) Flood damages 1,200 houses in county"),
        ("Flood damages 1,200 houses in county", "(2nd LD) FLOOD damages 1,200 houses, in county"),
        ("별곡군 홍수로 주택 천이백 채 침수", "별곡군 홍수로 주택 천이백 채 침수(종합2보)"),
        ("[속보] 별곡군 홍수로 주택 천이백 채 침수", "별곡군 홍수로 주택 천이백 채 침수"),
    ],
)
def test_marks_of_a_headline_are_no_part_of_it(one: str, other: str) -> None:
    assert marks(one).title == marks(other).title is not None


@pytest.mark.parametrize("title", ["", "Photo of the day", "오늘의 날씨", "[속보] 지진", "(LEAD)"])
def test_a_short_headline_stands_for_nothing(title: str) -> None:
    assert marks(title).title is None


def test_the_first_words_of_a_long_text_are_no_headline() -> None:
    text = BODY * 3
    said = BODY[27:118]
    assert marks_of(said, text, source="s", url=None, at=AT).title is None
    assert marks_of(said, said + " No more.", source="s", url=None, at=AT).title is not None
    assert (
        marks_of(said, f"{said}.\n\nNobody was hurt. {text}", source="s", url=None, at=AT).title
        is not None
    )


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ('[속보] 합참 "북한, 탄도미사일 2발 발사"', ("합참", "북한", "탄도미사일", "2", "발사")),
        ("[1보] 국방부 사드 배치", ("국방부", "사드", "배치")),
        ("(URGENT) N. Korea fires 3 missiles", ("korea", "fires", "3", "missiles")),
        ("[속보] 1,200명 대피", ("1,200", "대피")),
        ("N. Korea fires missiles", ()),
        ("국방부 [속보] 사드", ()),
        ("[단독] 국방부 사드 배치", ()),
        ("(LEAD) N. Korea fires missiles", ()),
    ],
)
def test_flashes_are_known_by_their_mark(title: str, words: tuple[str, ...]) -> None:
    assert marks(title, "").flash == words


def test_what_grows_with_the_text_is_capped() -> None:
    many = " ".join(f"{n}.{n}" for n in range(5_000))
    made = marks(many, f"{BODY} {many}")
    assert len(made.numbers) == MOST_NUMBERS
    assert len(made.title_words) == MOST_TITLE_WORDS
    assert len(marks(f"[속보] {many}", many).flash) == 24
    assert len(pack(made)) < 1_500


@given(ANY_TEXT, ANY_TEXT, st.none() | INSTANTS, st.none() | st.sampled_from(["a", "yonhap-ko"]))
@example("[속보] \ud800 한국 가나 다라", "\udfff", None, None)
@example("", "", None, None)
def test_marks_are_read_as_they_were_written(
    title: str, body: str, at: datetime | None, source: str | None
) -> None:
    made = marks_of(title, body, source=source, url="https://News.example:8080/x", at=at)
    assert plain(unpack(pack(made))) == plain(made)
    assert unpack(pack(made)).lead == ""
    alone = unpack_sketch(pack(made))
    assert (alone.hashes.tolist(), alone.size) == (made.sketch.hashes.tolist(), made.sketch.size)


@pytest.mark.parametrize("title", ["[속보] " + "\ufdfa" * 1_000, "[속보] " + "가나다라 " * 250])
def test_the_longest_headlines_are_written_too(title: str) -> None:
    made = marks(title, title * 200)
    assert plain(unpack(pack(made))) == plain(made)


def test_marks_take_little_room() -> None:
    whole = " ".join(f"word{n}" for n in range(3_000))
    assert len(pack(marks("[속보] " + "headline words " * 10, whole))) < 1_200
    assert len(pack(marks())) < 500


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for damaged in (data, pack(Marks())[:1] + data, pack(marks())[:29] + data):
        read(damaged)


def read(data: bytes) -> Marks | None:
    """What stands in the bytes: marks that can be written again, or None as they are refused."""
    try:
        made = unpack(data)
    except ValueError:
        return None
    assert len(made.sketch.hashes) <= made.sketch.size
    pack(made)
    return made


@given(st.data())
def test_a_changed_byte_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(pack(marks(url="https://en.yna.co.kr/view/AEN20240305003851320")))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    read(bytes(whole))


def test_what_is_cut_off_or_too_long_is_refused() -> None:
    whole = pack(marks(url="https://en.yna.co.kr/view/AEN20240305003851320"))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="marks"):
            unpack(whole[:length])
    with pytest.raises(ValueError, match="cut off"):
        unpack(whole + b"x")
    with pytest.raises(ValueError, match="no marks of this form"):
        unpack(b"\2" + whole[1:])


@pytest.mark.parametrize("at", [float("inf"), float("-inf"), 1e300, -1e300, 1e15, -1e12])
def test_a_time_that_is_none_is_refused(at: float) -> None:
    whole = bytearray(pack(marks()))
    pack_into("<d", whole, 1, at)
    with pytest.raises(ValueError, match=r"no time|out of range"):
        unpack(bytes(whole))


def test_a_sketch_larger_than_its_text_is_refused() -> None:
    whole = bytearray(pack(marks()))
    pack_into("<I", whole, 13, 1)
    with pytest.raises(ValueError, match="cut off"):
        unpack(bytes(whole))


def test_the_packed_form_is_this() -> None:
    """It is stored; another form needs another number."""
    made = Marks(
        at=AT.replace(microsecond=0),
        source="yonhap-ko",
        host="www.yna.co.kr",
        exact="body:00ff",
        title_words=np.array([3], np.uint32),
        numbers=np.array([4, 5], np.uint32),
        flash=("사드", "2"),
        weight=300,
        sketch=Sketch(np.array([1, 2], np.uint32), 9),
    )
    assert pack(made).hex() == (
        "010000c0c29b79d9412c010000090000000200010002002c0001000000020000000300000004000000"
        "05000000796f6e6861702d6b6f0a7777772e796e612e636f2e6b720a0a626f64793a303066660a0aec82aceb939c0a32"
    )

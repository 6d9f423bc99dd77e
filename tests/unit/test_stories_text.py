"""What of a text is furniture; and texts that were made to hurt: they are read in linear time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.stories import StoryInput, group
from newsroom.stories_marks import marks_of
from newsroom.stories_signs import MOST_SIGNS, Signs
from newsroom.stories_text import (
    bare_title,
    is_flash,
    letters,
    letters_only,
    story_paragraphs,
)
from newsroom.text import prepare
from tests.unit.stories_case import bare_body, exact_key

AT = datetime(2024, 3, 5, tzinfo=UTC)
STORY = "The ministry said that the bridge would stay closed until the engineers had seen it"
PIECES = st.sampled_from(
    [
        "\n\n", "\n", " ", "(", ")", "[", "]", "=", "--", " -- ", "—", "@", ".", "By ", "Hong ",
        "SEOUL", ", March 5", "(Yonhap)", "(AP-Yonhap)", "(END)", "(끝)", "기자", "홍길동", "서울=",
        "연합뉴스", "韩联社", "电", "a@b.kr", "무단 전재", "(ATTN: x)", "[속보]", "(LEAD)", "사드",
        "\u2029", "\ufdfa", "\ud800", "e\u0301", "\u200b", "\u202e", "\x00", "İ", "ﬁ", STORY,
    ]
)  # fmt: skip
ANY_TEXT = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@pytest.mark.parametrize(
    "body",
    [
        f"SEOUL, March 5 (Yonhap) -- {STORY}.",
        f"SEOUL, March 5 (AP-Yonhap) — {STORY}. (END)",
        f"SEOUL (AP) - {STORY}.",
        f"JEONJU, South Korea -- {STORY}.",
        f"{STORY}. (Yonhap)",
        f"{STORY}. [연합뉴스]",
        f"{STORY}.\n\n(END)",
        f"{STORY}.\n\n(끝)",
        f"(서울=연합뉴스) 홍길동 기자 = {STORY}.",
        f"[서울=뉴시스] {STORY}.",
        f"(서울·부산=연합뉴스) 홍길동 김철수 기자 = {STORY}.",
        f"By Hong Gil-dong\n\n{STORY}.",
        f"By Hong Gil-dong and Kim Cheol-su\n\n{STORY}.",
        f"By HONG GIL-DONG, staff reporter\n\n{STORY}.",
        f"By J. R. O'Brien of The Korea Herald\n\n{STORY}.",
        f"{STORY}. By Hong Gil-dong",
        f"{STORY}.\n\n홍길동 기자",
        f"{STORY}.\n\ngildong@yna.co.kr",
        f"{STORY}. (gildong@heraldcorp.com)",
        f"{STORY}.\n\n저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
        f"{STORY}.\n\nCopyright 2024. All rights reserved.",
        f"(ATTN: CHANGES headline)\n\n{STORY}.",
        f"By Kim Min-su\nStaff writer\nPublished : March 5, 2024 - 10:11\n\n{STORY}.",
        f"입력 2024.03.05. 오전 10:11\n\n{STORY}.",
        f"(ATTN: UPDATES with quotes in last 2 paras) {STORY}.",
        f"(ATTN: ADDS photo) By Kim Min-su SEOUL, March 5 (Yonhap) -- {STORY}.",
        f"{STORY}.\n\nKim Min-su in Daegu contributed to this report.",
        f"Kim at the bridge. (Yonhap file photo)\n\n{STORY}.",
        f"다리를 살피는 관계자들 [연합뉴스 자료사진]\n\n{STORY}.",
        f"{STORY}.\n\n다리를 살피는 관계자들 [국방부 제공. 재판매 및 DB 금지]",
        f"{STORY}.\n\n다리를 살피는 관계자들. (사진=연합뉴스)",
        f"5일 다리를 살피고 있다. 2024.3.5 gildong@yna.co.kr\n\n{STORY}.",
        f"The bridge on Monday. (Yonhap)\n\n{STORY}.",
        f"Bridge stays closed\n\n{STORY}.",
    ],
)
def test_furniture_is_no_part_of_the_story(body: str) -> None:
    assert bare_body("Bridge stays closed", body) == letters(STORY)


@pytest.mark.parametrize(
    "body",
    [
        f"{STORY}, by two (engineers).",
        f"{STORY} = 12.",
        f"{STORY}, wrote hong@ and kim.",
        f"{STORY}.\n\nBy Monday it may open.",
        f"{STORY}.\n\nBy Friday the toll rose to 25.",
        f"{STORY}.\n\n홍길동 기자는 다리를 보았다.",
        f"{STORY}.\n\nBridge stays closed",
        f"{STORY}. (사진=연합뉴스)",
        f"다리 폐쇄\n\n{STORY}. {STORY}. {STORY}. (사진=연합뉴스)",
        f"{STORY}. 다리는 1994. 3. 5. 개통했다.",
    ],
)
def test_the_storys_own_words_stay(body: str) -> None:
    assert bare_body("Bridge stays closed", body) == letters(body)


@pytest.mark.parametrize(
    ("title", "flash"),
    [
        ("[속보] 지진", True), ("[1보] 지진", True), ("[3보]지진", True), ("(긴급) 지진", True),
        ("<속보> 지진", True), ("［속보］ 지진", True), (" [속보] 지진", True),
        ("(URGENT) Quake", True), ("(2nd URGENT) Quake", True), ("[URGENT] Quake", True),
        ("(FLASH) Quake", True), ("지진 [속보]", False), ("속보 지진", False),
        ("(LEAD) Quake", False), ("Urgent: quake", False),
        ("[종합] 지진", False), ("[12보] 지진", False), ("", False),
    ],
)  # fmt: skip
def test_flashes(title: str, flash: bool) -> None:
    assert is_flash(title) is flash


@pytest.mark.parametrize(
    "title",
    [
        "Quake hits north", "(LEAD) Quake hits north", "(2nd LD) Quake hits north",
        "(3rd LEAD) Quake hits north", "(URGENT) Quake hits north", "QUAKE hits north (LEAD)",
        "Quake  hits - north", "[단독] Quake hits north", "Quake hits north(종합2보)",
        "[속보]Quake hits north",
    ],
)  # fmt: skip
def test_marks_of_a_headline_fold_away(title: str) -> None:
    assert bare_title(title) == "quakehitsnorth"


@pytest.mark.parametrize(
    ("text", "weighs"), [("", 0), ("abc1", 4), ("사드", 4), ("北", 2), ("a사", 3), ("かな", 4)]
)
def test_a_syllable_weighs_two(text: str, weighs: int) -> None:
    assert Signs(text).weight == weighs


@given(ANY_TEXT)
@example("１st ﷺ")
@example("한\u1109 a_b ²½ Ⅻ")
@example("カ・ー゛\u3098\U0003134b")  # among signs, and no letters
def test_letters_are_what_is_left_of_the_folded_text(text: str) -> None:
    folded = prepare(text).plain
    kept = letters_only(folded)
    assert letters(text) == kept == "".join(c for c in folded if c.isalnum())
    assert Signs(folded).bare() == "".join(c for c in kept if ord(c) < 0x11000 or c > "\U0001ffff")
    assert Signs(kept).letters == len(Signs(folded).bare())


@given(ANY_TEXT | st.text("0123456789.,a ", max_size=30))
def test_digits_are_where_numbers_begin(text: str) -> None:
    found = [m.start() for m in re.finditer("[0-9]+", text)]
    assert Signs(text).digits() == found


@given(ANY_TEXT, ANY_TEXT)
def test_the_spans_of_a_story_are_in_order_and_within_its_text(title: str, body: str) -> None:
    at = 0
    for start, end in story_paragraphs(title, body):
        assert at <= start <= end <= len(body)
        at = end


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_the_text_it_is_marked(title: str, body: str) -> None:
    one = marks_of(title, body, source="a", url=body, at=AT)
    again = marks_of(title, body, source="a", url=body, at=AT)
    assert (one.exact, one.title, one.flash) == (again.exact, again.title, again.flash)
    assert [a.article for a in group([StoryInput("1", title, body), StoryInput("2", "", "")])] == [
        "1",
        "2",
    ]


LONG = 1_000_000
HOSTILE = {
    "letters": "a" * LONG,
    "syllables": "사" * LONG,
    "one word": "word " * (LONG // 5),
    "one Korean word": "사드가 " * (LONG // 4),
    "one repeated sentence": f"{STORY}. " * (LONG // len(STORY)),
    "blanks": " " * LONG,
    "line breaks": "\n" * LONG,
    "line breaks and blanks": "\n " * (LONG // 2),
    "paragraphs": "a b c d\n\n" * 100_000,
    "empty paragraphs": "a\n \n" * 100_000,
    "captions": "A bridge. (Yonhap)\n\n" * 50_000,
    "open brackets": "(" * LONG,
    "square brackets": "[" * LONG,
    "credits": "(Yonhap)" * (LONG // 8),
    "half credits": "(Yonhap-Yonhap" * (LONG // 14),
    "credits in one": "(" + "Yonhap-" * (LONG // 7),
    "blanks between credits": "(Yonhap" + " " * LONG + ")",
    "credit and blanks": f"{STORY} (Yonhap){' ' * LONG}.",
    "capitals": "A" * LONG,
    "capitals and dots": "A." * (LONG // 2),
    "dateline without an end": "SEOUL, " * (LONG // 7),
    "datelines": "SEOUL -- " * (LONG // 9),
    "formula without an end": "(서울=" * (LONG // 4),
    "formulas": "(서울=연합뉴스) 홍길동 기자 = " * (LONG // 20),
    "equals signs": "=" * LONG,
    "ats": "@" * LONG,
    "ats and dots": "a@b." * (LONG // 4),
    "addresses": "hong@yna.co.kr " * (LONG // 15),
    "an address without an end": "a@" + "b." * (LONG // 2),
    "a long name": "a." * (LONG // 2) + "@b.kr",
    "an address": "a" * LONG + "@" + "b" * LONG,
    "bylines": "By Hong Gil-dong\n\n" * 50_000,
    "bylines in one": "By Hong " * (LONG // 8),
    "a byline without an end": "By " + "Hong-" * (LONG // 5),
    "a byline and blanks": "By" + " " * LONG + "Hong",
    "electricity": "韩联社" * (LONG // 3),
    "notices": "무단 " * (LONG // 3),
    "rights": "All rights " * (LONG // 11),
    "digits": "1" * LONG,
    "digits and commas": "1," * (LONG // 2),
    "dots": "." * LONG,
    "hyphens": "-" * LONG,
    "quotes": "“" * LONG,
    "zero width": "\u200b" * LONG,
    "letters and zero width": "a\u200b" * (LONG // 2),
    "marks": "e" + "\u0301" * LONG,
    "decomposed": "\u1109\u1161\u1103\u1173 " * (LONG // 5),
    "leading jamo": "\u1109" * LONG,
    "right to left": "\u202e\u05d0\u0627" * (LONG // 3),
    "surrogates": "\ud800\udfff" * (LONG // 2),
    "emoji": "\U0001f1f0\U0001f1f7" * (LONG // 2),
    "ligatures": "\ufdfa" * (LONG // 10),
    "nulls": "\0" * LONG,
    "paragraph signs": "a\u2029" * (LONG // 2),
    "flash marks": "[속보]" * (LONG // 4),
    "lead marks": "(2nd LEAD) " * (LONG // 11),
    "half marks": "(" + "x" * LONG,
    "words before URGENT": "(" + "x " * (LONG // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_made_to_hurt_is_read(name: str) -> None:
    """Nothing here measures time, but what is not linear would not come to an end."""
    text = HOSTILE[name]
    for title, body in (
        (text[:100_000], text),
        (f"[속보] {text[:900]}", f"{STORY}. {text[:20_000]}"),
    ):
        made = marks_of(title, body, source=None, url=text[:100_000], at=None)
        assert made.sketch.size <= MOST_SIGNS
        assert made.weight <= 2 * MOST_SIGNS
        assert len(made.flash) <= 24


@pytest.mark.parametrize("name", ["one repeated sentence", "paragraphs", "surrogates", "marks"])
def test_a_text_made_to_hurt_finds_its_copy(name: str) -> None:
    text = HOSTILE[name]
    found = group([StoryInput("a", "t", text), StoryInput("b", "u", text)])
    same = exact_key("t", text) is not None
    assert [a.story for a in found] == (["a", "a"] if same else ["a", "b"])


def test_keys_are_the_same_whatever_the_hash_seed() -> None:
    code = (
        "from newsroom.stories_marks import marks_of;"
        f"m = marks_of('[속보] 사드 배치 결정 발표', {STORY!r} * 3, source='a', url=None, at=None);"
        "print(m.exact, m.title, m.flash, m.title_words.tolist(), m.sketch.hashes.tolist())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert said != {b""}


def test_a_notice_glued_to_its_story_takes_nothing_of_it_along() -> None:
    told = "국방부는 19일 사드 배치를 예정대로 추진한다고 밝혔다. " * 9
    notice = "저작권자(c) 새벽일보, 무단 전재-재배포 금지"
    assert (
        bare_body("t", f"{told}{notice}") == bare_body("t", f"{told}\n\n{notice}") == letters(told)
    )
    quoted = "The song sheet says all rights reserved, " + "and the choir sang it anyway " * 20
    assert bare_body("t", f"{quoted}\n\nAll rights reserved.") == letters(quoted)

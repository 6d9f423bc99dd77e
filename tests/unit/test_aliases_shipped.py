"""The alias sets that ship: whole, readable, and what they were made to hold."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import config.aliases
from config.aliases import aliases_in_force, shipped_aliases
from config.terms import unknown_alias
from config.values import nearest
from newsroom.query import Alias, Term, is_alias_name, parse_term

FOLDER = Path(config.aliases.__file__).with_name("names")
KEYS = {"also", "of", "en", "ko", "hanja", "zh"}
CITY_STATES = {"hong-kong", "macau", "monaco", "singapore", "vatican"}


def tables(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


STATES, CAPITALS = tables("states"), tables("capitals")
ALL = [*STATES.items(), *CAPITALS.items()]


def is_in(first: str, last: str, term: str) -> bool:
    return any(first <= char <= last for char in term)


def test_every_state_and_its_capital() -> None:
    assert len(STATES) == 193 + len({"taiwan", "palestine", "vatican", "kosovo"}) + 2
    assert {table["of"] for table in CAPITALS.values()} == set(STATES) - CITY_STATES


def test_names_are_told_apart_and_can_follow_an_at_sign() -> None:
    names = [name for slug, table in ALL for name in (slug, *table.get("also", ()))]
    assert len(set(names)) == len(names) == len(shipped_aliases())
    for name in names:
        assert is_alias_name(name)
        assert name == name.lower()
        assert name.isascii()


def wrong_in(table: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one set as its file has it."""
    yield from set(table) - KEYS
    han = ("\u4e00", "\u9fff")
    scripts = {"en": ("A", "z"), "ko": ("가", "힣"), "zh": han, "hanja": han}
    for kind, (first, last) in scripts.items():
        terms = table.get(kind, [])
        if not terms and kind != "hanja":
            yield f"nothing in {kind}"
        if len(set(terms)) != len(terms):
            yield f"a term twice in {kind}"
        yield from (term for term in terms if not is_in(first, last, term))


def test_each_set_has_english_korean_and_chinese_and_nothing_twice() -> None:
    wrong = {slug: list(wrong_in(table)) for slug, table in ALL}
    assert {slug: found for slug, found in wrong.items() if found} == {}


def test_every_member_is_a_term() -> None:
    for members in shipped_aliases().values():
        assert len(set(members)) == len(members)
        for member in members:
            assert not isinstance(parse_term(member), Alias)
            assert member == unicodedata.normalize("NFC", member).strip()


def test_a_single_letter_is_a_hanja_of_headlines_and_never_hangul_or_latin() -> None:
    single = {
        member for members in shipped_aliases().values() for member in members if not member[1:]
    }
    assert single == {"北", "美", "中", "日", "韓", "南", "英", "獨", "佛", "伊", "印", "露", "泰",
                      "越", "加", "濠", "蒙", "臺", "台"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("north-korea", {"North Korea", "N. Korea", "DPRK", "북한", "北", "朝鲜", "朝鮮", "北中"}),
        ("south-korea", {"South Korea", "ROK", "한국", "韓", "韩国", "韓國", "韓美", "韓日"}),
        ("usa", {"US", "USA", "United States", "미국", "美", "美国", "美國", "韓美", "美中"}),
        ("china", {"China", "중국", "中", "中国", "中國", "美中", "中日"}),
        ("japan", {"Japan", "일본", "日", "日本", "韓日", "美日", "韓美日"}),
        ("taiwan", {"Taiwan", "대만", "台湾", "台灣", "臺灣"}),
        ("seoul", {"Seoul", "서울", "首尔", "首爾"}),
        ("pyongyang", {"Pyongyang", "평양", "平壤"}),
        ("kyiv", {"Kyiv", "Kiev", "키이우", "키예프", "基辅", "基輔"}),
    ],
)
def test_what_a_desk_looks_for(name: str, members: set[str]) -> None:
    assert members <= set(shipped_aliases()[name])


@pytest.mark.parametrize(
    ("other", "name"), [("us", "usa"), ("dprk", "north-korea"), ("kiev", "kyiv")]
)
def test_several_names_stand_for_one_set(other: str, name: str) -> None:
    assert shipped_aliases()[other] == shipped_aliases()[name]


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("usa", "한미"),  # of 한미약품
        ("usa", "미"),
        ("sudan", "수단"),  # a means
        ("philippines", "比"),  # compared to
        ("mali", "马里"),  # in Somalia's name
        ("vienna", "빈"),
        ("north-korea", "北美"),  # North America
        ("haiti", "海地"),  # in 上海地区
    ],
)
def test_what_mostly_means_something_else_is_left_out(name: str, absent: str) -> None:
    assert absent not in shipped_aliases()[name]


def test_a_common_word_is_asked_for_with_its_capital() -> None:
    turkey = [parse_term(member) for member in shipped_aliases()["turkey"]]
    assert [term.exact for term in turkey if isinstance(term, Term)][:2] == [True, True]


@pytest.mark.parametrize(
    ("wrong", "right"), [("north-kora", "north-korea"), ("USA", "usa"), ("pyonyang", "pyongyang")]
)
def test_a_slip_of_the_pen_is_answered_with_the_nearest_name(wrong: str, right: str) -> None:
    assert nearest(wrong, shipped_aliases()) == right
    assert f"write @{right}" in unknown_alias(wrong, shipped_aliases()).hint


def test_own_sets_lie_over_those_that_ship() -> None:
    sets = aliases_in_force({"usa": ("USA",), "thaad": ("THAAD",)})
    assert (sets["usa"], sets["thaad"]) == (("USA",), ("THAAD",))
    assert sets["china"] == shipped_aliases()["china"]

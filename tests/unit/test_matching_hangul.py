"""Hangul, Han and mixed terms: the stage's rule, its seam for morphology, and its known limits."""

import unicodedata

import pytest

from newsroom.ports import Morphology
from tests.unit.matching_case import found

LONG = "고고도 미사일 방어 체계"


@pytest.mark.parametrize(
    ("term", "text", "slices"),
    [
        ("사드", "사드 사드가 사드를 사드배치", ["사드"] * 4),
        ("사드", "감사드립니다", []),
        ("사드", "주한미군사드포대", []),
        ("사드", "‘사드’ “사드” (사드) [사드] <사드> 「사드」", ["사드"] * 6),
        ("사드", "북핵·사드 북핵-사드 북핵/사드 북핵ㆍ사드", ["사드"] * 4),
        ("사드", "北사드 美사드", ["사드"] * 2),
        ("사드", "THAAD(사드)", ["사드"]),
        ("사드", "THAAD사드 3사드", []),
        ("대만", "5대만 대만", ["대만"]),
        ("사드", "사·드 사드", ["사·드", "사드"]),
        ("사드", "사 드", []),
        ("사드", "사\u200b드가", ["사\u200b드"]),
        ("사드", "ㅅㅏㄷㅡ", ["ㅅㅏㄷㅡ"]),
        ("사드", "끝.사드는", ["사드"]),
        ("사드", "\u200e사드", ["사드"]),
        ("한미", "한·미 한ㆍ미 한-미 한.미 한미", ["한·미", "한ㆍ미", "한-미", "한.미", "한미"]),
        ("한·미", "한미 한·미", ["한미", "한·미"]),
        ("한미", "접촉한 미국", []),
        ("한미일", "한·미·일", ["한·미·일"]),
        ("사드배치", "사드·배치", []),
        ("사드 배치", "사드배치 사드 배치를 사드의 배치", ["사드배치", "사드 배치"]),
        ("사드 배치", "사드, 배치 사드. 배치", []),
        ("사드 배치", "사드\n배치 사드\n\n배치", ["사드\n배치"]),
        (LONG, "고고도미사일방어체계를", ["고고도미사일방어체계"]),
        (LONG, "고고도 미사일 방어체계", ["고고도 미사일 방어체계"]),
        (LONG.replace(" ", ""), f"{LONG}가", [LONG]),
        (LONG.replace(" ", ""), "고고도\n미사일 방어 체계", ["고고도\n미사일 방어 체계"]),
        (LONG.replace(" ", ""), "고고도\n\n미사일 방어 체계", []),
        ("한미 FTA", "한미 FTA를 한미FTA 한·미 FTA", ["한미 FTA", "한미FTA", "한·미 FTA"]),
        ("한미 FTA", "한미의 FTA", []),
        ("THAAD 배치", "THAAD배치 THAAD 배치가", ["THAAD배치", "THAAD 배치"]),
        ("THAAD배치", "THAAD 배치", ["THAAD 배치"]),
        ("K-방산", "K-방산 K방산이 K 방산 방산", ["K-방산", "K방산", "K 방산"]),
        ("2차전지", "2차전지가 12차전지", ["2차전지"]),
        ("사드*", "사드가 반사드", ["사드"]),
        ("萨德", "部署萨德系统，反萨德", ["萨德", "萨德"]),
        ("サード", "サードミサイル ｻｰﾄﾞ", ["サード", "ｻｰﾄﾞ"]),
        ("北", "北미사일 對北", ["北", "北"]),
        ("韩美 同盟", "韩美同盟", ["韩美同盟"]),
    ],
)
def test_hangul_and_han_terms(term: str, text: str, slices: list[str]) -> None:
    assert found(term, text) == slices


@pytest.mark.parametrize(
    ("term", "text", "now"),
    [
        # only morphology can tell: what the rule of the first syllable says today
        ("사드", "사드래곤", ["사드"]),  # a name: should not match
        ("대만", "대만족", ["대만"]),  # great satisfaction: should not match
        ("이란", "이란성 쌍둥이", ["이란"]),  # dizygotic: should not match
        ("삼성", "삼성동", ["삼성"]),  # a quarter of Seoul: should not match
        ("유가", "유가족", ["유가"]),  # the bereaved: should not match
        ("사드", "주한미군사드포대", []),  # a compound: should match
        ("북한", "대북한 제재", []),  # a prefixed noun: should match
        ("원전", "탈원전", []),  # the same
        ("이차전지", "이차 전지", []),  # a morpheme border in a short term: should match
        ("한미", "한미약품", ["한미"]),  # a company: the watchlist's own `none`
    ],
)
def test_known_limits_of_this_stage(term: str, text: str, now: list[str]) -> None:
    assert found(term, text) == now


def says(verdict: bool | None) -> tuple[Morphology, list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []

    def morphology(text: str, start: int, end: int, term: str) -> bool | None:
        asked.append((term, text[start:end]))
        return verdict

    return morphology, asked


def test_morphology_sees_every_candidate_and_decides() -> None:
    text = "감사드립니다. 주한미군사드포대와 사드가"
    yes, asked = says(True)
    assert found("사드", text, yes) == ["사드"] * 3
    assert asked == [("사드", "사드")] * 3
    no, _ = says(False)
    assert found("사드", text, no) == []


def test_where_morphology_cannot_tell_the_first_syllable_decides() -> None:
    unsure, _ = says(None)
    assert found("사드", "감사드립니다. 사드가", unsure) == ["사드"]


def test_morphology_gets_offsets_of_the_raw_text() -> None:
    raw = unicodedata.normalize("NFD", "‘각국’ 사드가")
    yes, asked = says(True)
    assert found("사드", raw, yes) == [unicodedata.normalize("NFD", "사드")]
    assert asked == [("사드", unicodedata.normalize("NFD", "사드"))]


def test_latin_and_han_terms_do_not_ask_morphology() -> None:
    no, asked = says(False)
    assert found("THAAD 배치", "THAAD 배치", no) == ["THAAD 배치"]
    assert found("萨德", "萨德", no) == ["萨德"]
    assert asked == []

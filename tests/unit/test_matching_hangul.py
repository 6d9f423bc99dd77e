"""Hangul, Han and mixed terms: where their letters stand, and what morphology is asked of them.

What it makes of the answers is the rule of `newsroom.korean`, held by the labelled cases.
"""

import unicodedata
from collections.abc import Sequence

import pytest

from newsroom.matching import Matcher, compile_watchlist, match_rule
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Morphology, Token
from tests.unit.matching_case import found, hits_of

LONG = "고고도 미사일 방어 체계"


@pytest.mark.parametrize(
    ("term", "text", "slices"),
    [
        ("사드", "사드 사드가 사드를 사드배치", ["사드"] * 4),
        ("사드", "감사드립니다 주한미군사드포대", ["사드"] * 2),
        ("사드", "‘사드’ “사드” (사드) [사드] <사드> 「사드」", ["사드"] * 6),
        ("사드", "북핵·사드 북핵-사드 북핵/사드 북핵ㆍ사드", ["사드"] * 4),
        ("사드", "北사드 美사드", ["사드"] * 2),
        ("사드", "THAAD(사드)", ["사드"]),
        ("사드", "THAAD사드 3사드", ["사드"] * 2),
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
        ("사드*", "사드가 반사드", ["사드"] * 2),
        ("萨德", "部署萨德系统，反萨德", ["萨德", "萨德"]),
        ("サード", "サードミサイル ｻｰﾄﾞ", ["サード", "ｻｰﾄﾞ"]),
        ("北", "北미사일 對北", ["北", "北"]),
        ("韩美 同盟", "韩美同盟", ["韩美同盟"]),
    ],
)
def test_where_the_letters_of_a_term_stand(term: str, text: str, slices: list[str]) -> None:
    assert found(term, text) == slices


def analysed(*tokens: tuple[str, str]) -> Morphology:
    """A morphology that cuts every text, blanks aside, into these tokens, and others into none."""

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        return [_cut(text, tokens) for text in texts]

    return morphology


def _cut(text: str, tokens: Sequence[tuple[str, str]]) -> tuple[Token, ...]:
    found: list[Token] = []
    at = 0
    for form, tag in tokens:
        at = text.find(form, at)
        if at < 0:
            break
        found.append(Token(form, tag, at, at + len(form)))
        at += len(form)
    return tuple(found)


def test_morphology_decides() -> None:
    noun = analysed(("사드", "NNP"), ("가", "JKS"))
    assert found("사드", "사드가", noun) == ["사드"]
    other = analysed(("감사", "NNG"), ("드리", "VV"), ("ᆸ니다", "EF"))
    assert found("사드", "감사드립니다", other) == []


@pytest.mark.parametrize("morphology", [None, lambda texts: [None] * len(texts)])
def test_undecided_letters_count_and_say_so(morphology: Morphology | None) -> None:
    article = ArticleText(title="감사드립니다", body="THAAD")
    hits = hits_of(article, Watchlist("w", any=("사드", "THAAD")), morphology)
    assert [(h.text, h.undecided) for h in hits or ()] == [("사드", True), ("THAAD", False)]


def test_all_places_of_an_article_are_asked_at_once() -> None:
    calls: list[list[str]] = []

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        calls.append(list(texts))
        return [None] * len(texts)

    rule = compile_watchlist(Watchlist("w", any=("사드", "북한")))
    articles = [ArticleText(title="사드가 북한에"), ArticleText(title="대북한", body="사드를")]
    Matcher([rule], morphology).match_many(articles)
    assert len(calls) == 1


def test_morphology_reads_folded_text() -> None:
    asked: list[str] = []

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        asked.extend(texts)
        return [None] * len(texts)

    raw = unicodedata.normalize("NFD", "‘각국’ 사드가")
    assert found("사드", raw, morphology) == [unicodedata.normalize("NFD", "사드")]
    assert all(unicodedata.is_normalized("NFC", text) for text in asked)


def test_latin_and_han_terms_do_not_ask_morphology() -> None:
    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        raise AssertionError(texts)

    assert found("THAAD", "THAAD배치", morphology) == ["THAAD"]
    assert found("萨德", "萨德", morphology) == ["萨德"]


@pytest.mark.parametrize(
    ("text", "slices"),
    [("北미사일", ["北"]), ("北, 美", ["北"]), ("北京", []), ("南北", []), ("对北。", [])],
)
def test_a_single_han_letter_of_an_alias_set_stands_alone(text: str, slices: list[str]) -> None:
    rule = compile_watchlist(Watchlist("w", any=("@nk",)), {"nk": ("北",)})
    hits = match_rule(rule, ArticleText(title=text)) or ()
    assert [hit.text for hit in hits] == slices


def test_a_page_that_repeats_letters_without_end_is_asked_for_a_bounded_time() -> None:
    asked = 0

    def no(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        nonlocal asked
        asked += len(texts)
        return [(Token(text, "VV", 0, len(text)),) for text in texts]

    body = " ".join(f"감사드립니다{n}번째" for n in range(20_000))
    hits = hits_of(ArticleText(title="", body=body), Watchlist("w", any=("사드",)), no) or ()
    assert [hit.undecided for hit in hits] == [True]
    assert 0 < asked < 20_000

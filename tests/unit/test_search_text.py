"""What of a text the archive's index keeps."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import search_text
from newsroom.model import ArticleText
from newsroom.search_text import (
    _CHAIN,
    LONGEST,
    WHOLE,
    entries_of,
    index_entries,
    index_words,
    language_tags,
    slug,
    text_words,
)
from newsroom.text import Script, prepare


def entries(text: str) -> set[str]:
    return entries_of(" ".join(text_words(text)))


def words(text: str) -> set[str]:
    """The entries, those of capitals apart."""
    return {entry for entry in entries(text) if entry[0] != "§"}


def capitals(text: str) -> set[str]:
    return {entry[1:] for entry in entries(text) if entry[0] == "§"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        (" -- ", ""),
        ("Missile defense", "missile defense"),
        ("The missile's", "the missile s"),
        ("don't", "don t"),
        ("1,000 and 3.5", "1 000 and 3 5"),
        ("3.5km or 1,000US", "3 5km 5 km or 1 000us 000 us"),
        ("KF-21", "kf 21"),
        ("U.S. troops", "u s us troops"),
        ("a.m.", "a m am"),
        ("1U.S.", "1u s us"),
        ("U.S.A. don't.U.S.", "u s a usa sa don t tus us"),
        ("snake_case", "snake case"),
        ("CAFÉ café ﬁre", "cafe fire"),
        ("ＴＨＡＡＤ", "thaad"),
        ("тАэд Straße", "таэд strasse"),
        ("THAAD배치", "thaad 배치 치"),
        ("사드", "사드 드"),
        ("북", "북"),
        ("고고도 미사일", "고고 고도 도미 미사 사일 일"),
        ("한·미, 한-미 한.미", "한미 미한 미"),
        ("北 미사일", "北미 미사 사일 일"),
        ("사드 ABC 배치", "사드 드 abc 배 배치 치"),
        ("𠀀𠀁사 A", "𠀀𠀁 𠀁사 사 a"),
        ("ㅅㅏㄷㅡ", "사드 드"),
        (unicodedata.normalize("NFD", "사드를"), "사드 드를 를"),
        ("사\u200b드", "사드 드"),
        ("萨德系统", "萨德 德系 系统 统"),
    ],
)
def test_what_is_kept_of_a_text(text: str, kept: str) -> None:
    assert words(text) == set(kept.split())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("US troops told us of THAAD and Thaad", "us thaad"),
        ("ICBMs, MH370, F-35 and a B", "icbm mh370"),
        ("U.S. and u.k.", "us"),
        ("the U.S.-led", "us"),
        ("ITs or ITS", "it its"),
        ("미 US軍", "us"),
        ("2022 and 3.5US", "5us us"),
    ],
)
def test_what_stands_in_capitals(text: str, kept: str) -> None:
    assert capitals(text) == set(kept.split())


def test_a_long_run_is_cut() -> None:
    assert words("x" * 1000) == {"x" * LONGEST}
    assert capitals("X" * 1000) == {"x" * LONGEST}
    assert words(f"{'y' * LONGEST} {'y' * LONGEST}z") == {"y" * LONGEST}


@given(st.text())
def test_every_word_holds_one_entry_as_fts5_cuts_it(text: str) -> None:
    """Its `ascii` tokenizer parts at every ASCII sign, and folds ASCII letters."""
    made = index_words(ArticleText(title=text, body=text))
    cut = re.split(r"[\x00-/:-@\[-`{-\x7f]+", made)
    assert [word for word in cut if word] == made.split()
    assert not re.search("[A-Z]", made)
    assert all(re.fullmatch(r"[§¶]?\w+|¤[sl]\w*", word) for word in cut if word)


@given(st.text(st.sampled_from("aB 1.,'‘’“”·…–—\xa0-\n가나다北")))
def test_what_folds_by_case_alone_is_the_same_either_way(text: str) -> None:
    assert entries(text) == entries(f"{text} \u200b")


def test_fields_source_and_language_of_an_article() -> None:
    article = ArticleText(
        title="Launch",
        subtitle="US site",
        summary="Seen",
        body="미사일",
        source="yonhap-en",
        language="en-GB",
    )
    assert index_entries(article) == {
        *("launch", "us", "site", "seen", "미사", "사일", "일", "§us"),
        *("¶launch", "¶us", "¶site"),
        *("¤syonhapen", "¤len", "¤lengb"),
    }
    assert index_entries(ArticleText(title="")) == {"¤s", "¤l"}


def test_an_article_of_too_many_entries_is_found_by_any_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article = ArticleText(title="x", body="가나 다라 마바", source="s", language="zh")
    whole = index_entries(article)
    size = sum(len(entry.encode()) for entry in whole)
    monkeypatch.setattr(search_text, "MOST_BYTES", size)
    assert index_entries(article) == whole
    monkeypatch.setattr(search_text, "MOST_BYTES", size - 1)
    assert index_entries(article) == {WHOLE, "¤ss", "¤lzh"}


@pytest.mark.parametrize(
    ("name", "kept"), [("yonhap-en", "yonhapen"), ("Yonhap EN", "yonhapen"), ("...", "")]
)
def test_slugs(name: str, kept: str) -> None:
    assert slug(name) == kept


def test_language_tags() -> None:
    assert language_tags("zh_Hant-TW") == ("zh", "zhhant", "zhhanttw")
    assert language_tags("") == ("",)


def test_scripts_are_told_apart_as_the_matcher_does() -> None:
    borders = [*range(0x100, 0x3400), *range(0x3400, sys.maxunicode, 0x10), *range(0xA900, 0xB000)]
    every = [chr(n) for n in borders if not 0xD800 <= n < 0xE000]
    words = prepare(" ".join(c for c in every if re.match(r"[^\W_]", c))).words
    assert len(words) > 10_000
    wrong = [w for w in words if (w.script != Script.LATIN) != bool(_CHAIN.match(w.key))]
    assert wrong == []

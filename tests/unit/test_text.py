"""Folding and its way back to the raw text; words and the gaps between them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import CLAUSE, JOINED, PARAGRAPH, SENTENCE, prepare
from newsroom.text_fold import fold, simple_fold

# text rich in what folding changes, beside any text at all
RICH = st.text(
    st.sampled_from(
        "aZé ßİœﬁÅŁ사드한각힣ㅅㅏㄷㅡㄴㄳᄉ\u1161\u11a8\u1161 ＴｈﾻￃﾤｶﾞがРй北萨·ㆍ•‘’“”—–‐-.,!?\n\r'"
        "\u200b\u200d\u200e\ufeff\u00ad\u0301\u0308\u302e\u3099\u0345\ufe0f\u2029\u3164\ud800"
    ),
    max_size=40,
)
ANY = RICH | st.text(max_size=40)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("THAAD", "thaad"),
        ("ＴＨＡＡＤ", "thaad"),
        ("T\u200bH\u200dA\ufeffA\u00adD", "thaad"),
        ("\u202aTHAAD\u202c \u200eus\u200f", "thaad us"),
        ("café Cafe\u0301", "cafe cafe"),
        ("Łódź Øre İstanbul", "lodz ore istanbul"),
        ("Straße ŒUVRE ﬁeld", "strasse oeuvre field"),
        ("‘사드’ “US” Kim’s", "'사드' \"us\" kim's"),
        ("air–strike air‑strike air−strike", "air-strike air-strike air-strike"),
        ("한ㆍ미 한・미 한･미 한·미", "한·미 한·미 한·미 한·미"),
        (unicodedata.normalize("NFD", "사드 각국"), "사드 각국"),
        ("ㅅㅏㄷㅡ", "사드"),
        ("ㅎㅏㄴㅁㅣ", "한미"),
        ("ﾵￂ", "사"),
        ("ㅎㅏㄴㄱㅜㄱㅇㅣ", "한국이"),
        ("ｶﾞス", "ガス"),
        ("СШа\u0301 й", "сша\u0301 й"),
        ("x² ㈜한화 ①", "x² ㈜한화 ①"),  # not NFKC
    ],
)
def test_folding(raw: str, plain: str) -> None:
    assert prepare(raw).plain == unicodedata.normalize("NFC", plain)


@pytest.mark.parametrize(
    ("raw", "word", "slice_"),
    [
        ("x ＴＨＡＡＤ y", "thaad", "ＴＨＡＡＤ"),
        ("x T\u200bHAAD\u200b y", "thaad", "T\u200bHAAD"),
        ("x cafe\u0301 y", "cafe", "cafe\u0301"),
        ("x Straße y", "strasse", "Straße"),
        (
            unicodedata.normalize("NFD", "x 사드 y"),
            "사드",
            unicodedata.normalize("NFD", "사드"),
        ),
        ("x ㅅㅏㄷㅡ y", "사드", "ㅅㅏㄷㅡ"),
        ("x U.S. y", "us", "U.S."),
    ],
)
def test_a_word_leads_back_to_its_raw_slice(raw: str, word: str, slice_: str) -> None:
    text = prepare(raw)
    found = text.words[1]
    start, end = text.raw_span(found.start, found.end)
    assert (found.key, raw[start:end]) == (word, slice_)


@given(ANY, st.data())
def test_every_span_leads_back_to_a_valid_slice(raw: str, data: st.DataObject) -> None:
    text = prepare(raw)
    assert len(text.plain) == len(text.cased)
    size = st.integers(0, len(text.plain))
    a, b, c = sorted((data.draw(size), data.draw(size), data.draw(size)))
    first = text.raw_span(a, b)
    second = text.raw_span(b, c)
    assert 0 <= first[0] <= first[1] <= len(raw)
    if a < b:
        assert first[0] < first[1]
    # later letters never lead back before earlier ones
    assert first[0] <= second[0]
    assert first[1] <= max(second[1], first[1])
    assert text.raw_span(a, c)[0] == first[0]


@given(ANY)
def test_unicode_forms_fold_the_same(raw: str) -> None:
    plain = prepare(raw).plain
    assert prepare(unicodedata.normalize("NFD", raw)).plain == plain
    assert prepare(unicodedata.normalize("NFC", raw)).plain == plain


@given(ANY)
def test_the_slice_of_a_span_folds_to_the_span(raw: str) -> None:
    """What evidence shows is what was matched."""
    text = prepare(raw)
    for word in text.words:
        start, end = text.raw_span(word.start, word.end)
        assert text.plain[word.start : word.end] in prepare(raw[start:end]).plain


@given(st.text("abc사드한 萨.,'", max_size=30), st.sampled_from("\u200b\u200e\ufeff\u00ad\u2060"))
def test_marks_without_width_change_nothing(raw: str, mark: str) -> None:
    assert prepare(mark.join(["", *raw, ""])).plain == prepare(raw).plain


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30))
def test_full_width_forms_fold(raw: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in raw)
    assert prepare(wide).plain == prepare(raw).plain


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        ("THAAD배치를 2차전지", ["thaad", "배치를", "2", "차전지"]),
        ("部署萨德系统 F-35B", ["部署萨德系统", "f", "35b"]),
        ("the U.S.-led U.S. U.S.A", ["the", "us", "led", "us", "usa"]),
        ("U.S.The end", ["us", "the", "end"]),
        ("1,000 3.5 2017.6.20 10:30", ["1,000", "3.5", "2017", "6", "20", "10", "30"]),
        ("don't missile's they're O'Brien", ["don't", "missile", "they", "o", "brien"]),
        ("yna.co.kr e.coli", ["yna", "co", "kr", "e", "coli"]),
        ("Москва Αθήνα", ["москва", "αθήνα"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_words(raw: str, keys: list[str]) -> None:
    assert [w.key for w in prepare(raw).words] == keys


@pytest.mark.parametrize(
    ("between", "level"),
    [
        (" ", JOINED),
        ("-", JOINED),
        ("\n", JOINED),
        (" \r\n ", JOINED),
        ("/", JOINED),
        ("·", JOINED),
        (' "', JOINED),
        (" (", JOINED),
        (" .", JOINED),
        (", ", CLAUSE),
        ("，", CLAUSE),
        ("、", CLAUSE),
        ("; ", CLAUSE),
        (": ", CLAUSE),
        ("—", CLAUSE),
        (" - ", CLAUSE),
        (" – ", CLAUSE),
        ("…", CLAUSE),
        ("... ", CLAUSE),
        (". ", SENTENCE),
        ('." ', SENTENCE),
        ("! ", SENTENCE),
        ("? ", SENTENCE),
        ("。", SENTENCE),
        ("\n\n", PARAGRAPH),
        (".\r\n \r\n", PARAGRAPH),
        ("\u2029", PARAGRAPH),
    ],
)
def test_gaps(between: str, level: int) -> None:
    text = prepare(f"alpha{between}Beta")
    assert text.gap(text.words[0].tail, text.words[1].start) == level


SIMPLE = [
    char
    for char in map(chr, (*range(0x3000), *range(0xAC00, 0xAC20), *range(0xFB00, 0x10000)))
    if simple_fold(char)
]


def test_a_fold_leads_to_nothing_that_is_folded_itself() -> None:
    for char in SIMPLE:
        for way, folded in enumerate(simple_fold(char) or ()):
            again = simple_fold(folded)
            assert again is None or again[way] == folded, char


@given(st.lists(st.sampled_from(SIMPLE), max_size=60))
def test_characters_fold_alike_in_any_company(chars: list[str]) -> None:
    alone = [simple_fold(char) or ("", "") for char in chars]
    folded = fold("".join(chars))
    assert folded.cased == "".join(cased for cased, _ in alone)
    assert folded.plain == "".join(plain for _, plain in alone)

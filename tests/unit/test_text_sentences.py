"""Where sentences end, and the one that holds a span."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import sentence_around


def around(text: str, word: str, limit: int = 400) -> str:
    start = text.index(word)
    first, last = sentence_around(text, start, start + len(word), limit)
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("One is here. THAAD came. Two left.", "THAAD", "THAAD came."),
        ("The U.S. deployed THAAD. Next.", "THAAD", "The U.S. deployed THAAD."),
        ("It left the U.S. The THAAD stayed.", "THAAD", "The THAAD stayed."),
        ("Mr. Kim met Gen. Park on THAAD. Yes.", "THAAD", "Mr. Kim met Gen. Park on THAAD."),
        ("Donald J. Trump on THAAD. Yes.", "THAAD", "Donald J. Trump on THAAD."),
        ("It cost 3.5 billion won. No. 5 is THAAD.", "THAAD", "No. 5 is THAAD."),
        ('He said, "THAAD stays." She left.', "THAAD", 'He said, "THAAD stays."'),
        ("Why? THAAD! Really.", "THAAD", "THAAD!"),
        ("a\n\nSecond THAAD paragraph\n\nthird", "THAAD", "Second THAAD paragraph"),
        ("first line\ngoes on with THAAD. B.", "THAAD", "first line\ngoes on with THAAD."),
        ("it was said.The THAAD came.", "THAAD", "The THAAD came."),
        ("THAAD came at 9 a.m. and left.", "came", "THAAD came at 9 a.m. and left."),
        ("비가 왔다. 사드가 왔다. 갔다.", "사드", "사드가 왔다."),
        ("합의했다.사드는 빠졌다.끝.", "사드", "사드는 빠졌다."),
        ("한.미 양국은 사드를 논의했다. 끝.", "사드", "한.미 양국은 사드를 논의했다."),
        ('그는 "사드는 필요하다"고 했다. 끝.', "사드", '그는 "사드는 필요하다"고 했다.'),
        ("天气好。部署萨德系统。再见。", "萨德", "部署萨德系统。"),
        ("only THAAD", "THAAD", "only THAAD"),
    ],
)
def test_the_sentence_around(text: str, word: str, sentence: str) -> None:
    assert around(text, word) == sentence


def test_a_long_sentence_is_cut_at_blanks_around_the_span() -> None:
    text = "alpha " * 200 + "THAAD " + "omega " * 200
    window = around(text, "THAAD", limit=100)
    assert "THAAD" in window
    assert len(window) <= 100
    assert set(window.split()) == {"alpha", "THAAD", "omega"}


def test_a_window_at_the_edge_uses_its_room() -> None:
    assert len(around("THAAD " + "omega " * 200, "THAAD", limit=100)) > 80
    assert len(around("alpha " * 200 + "THAAD", "THAAD", limit=100)) > 80


@given(st.text("ab .!?\n다사\"'U", max_size=60), st.data())
def test_the_span_is_always_inside(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    limit = data.draw(st.integers(1, 50))
    first, last = sentence_around(text, start, end, limit)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert last - first <= max(limit, end - start)

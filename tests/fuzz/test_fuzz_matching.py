"""The fuzzed way of queries and texts, for a moment; `fuzz_matching` plays it for an hour."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.decoding import PIECES, encoded, fuzzed
from tests.fuzz.target import check, guessing

_sections = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.lists(st.integers(0x80, 0x7F + len(PIECES)), max_size=12).map(bytes),
        st.text(max_size=12).map(encoded),
        st.sampled_from(["북한", "THAAD OR 사드", 'title:"a b"~3', "missiles", "x"]).map(encoded),
    ),
    max_size=9,
)
CASES = st.builds(
    lambda switches, sections: bytes([switches]) + b"\0".join(sections),
    st.integers(0, 0xFF),
    _sections,
)


@given(CASES)
@settings(max_examples=300)
@example(b"")
def test_nothing_but_query_errors_and_exact_evidence(data: bytes) -> None:
    check(fuzzed(data), guessing)


@given(CASES)
@settings(max_examples=100)
def test_the_same_without_a_morphology(data: bytes) -> None:
    check(fuzzed(data), None)


@given(st.text())
def test_every_text_can_be_reached(text: str) -> None:
    if "\0" in text or "\1" in text:
        return
    assert fuzzed(b"\x04" + encoded(text[:2_000])).query == text[:2_000]

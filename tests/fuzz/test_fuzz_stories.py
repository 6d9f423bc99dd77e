"""The fuzzed way of stories, for a moment; `fuzz_stories` plays it for an hour."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.fuzz_stories import target
from tests.fuzz.story_target import PIECES, batch, check

TARGET = target()
FIELDS = st.lists(
    st.one_of(
        st.lists(st.integers(0x80, 0x7F + len(PIECES)), max_size=10).map(bytes),
        st.binary(max_size=30),
    ),
    max_size=4,
).map(b"\0".join)
ARTICLES = st.builds(
    lambda when, times, fields: bytes([when, times]) + fields,
    st.integers(2, 255),
    st.integers(2, 255),
    FIELDS,
)


@given(st.lists(ARTICLES, max_size=6).map(b"\1".join))
@settings(max_examples=150)
@example(b"")
def test_any_batch_has_its_stories_whatever_its_order(data: bytes) -> None:
    check(batch(data))


def test_what_the_long_run_begins_with_holds() -> None:
    assert [check(batch(seed)) for seed in TARGET.seeds] == [False, True, True, True]

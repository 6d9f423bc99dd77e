"""Who wrote a story first: a table of stories, and what never depends on the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories_origin import Origin, Told, agency_of, origin_of

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NAMES = {
    "yonhap-en": "Yonhap News Agency",
    "yonhap-ko": "연합뉴스",
    "newsis": "뉴시스",
    "herald": "The Korea Herald",
    "times": "The Hanbit Times",
    "ilbo": "한빛일보",
}


def told(
    article: int,
    source: str,
    minute: int | None,
    credit: str | None = None,
    *,
    seen: int | None = None,
) -> Told:
    """An article published and seen so many minutes past noon; None: published at no known time."""
    seen = seen if seen is not None else minute or 0
    return Told(
        article=article,
        source=source,
        outlet=NAMES[source],
        first_seen_at=NOON + timedelta(minutes=seen),
        published_at=None if minute is None else NOON + timedelta(minutes=minute),
        credit=credit,
        agency=agency_of(source, NAMES[source], None),
        url=f"https://{source}.example/{article}",
    )


def own(name: str, source: str, article: int) -> Origin:
    return Origin(name, source, article, f"https://{source}.example/{article}")


STORIES: list[tuple[str, list[Told], Origin | None]] = [
    (
        "the agency's own article and a reprint that credits it",
        [told(1, "yonhap-en", 0), told(2, "herald", 9, "Yonhap")],
        own("Yonhap", "yonhap-en", 1),
    ),
    (
        "also when the reprint has the earlier time",
        [told(1, "yonhap-en", 9), told(2, "herald", 0, "Yonhap")],
        own("Yonhap", "yonhap-en", 1),
    ),
    (
        "the first filing of several",
        [told(3, "yonhap-ko", 5), told(1, "yonhap-ko", 0), told(2, "ilbo", 9, "Yonhap")],
        own("Yonhap", "yonhap-ko", 1),
    ),
    ("only the reprint was seen", [told(2, "herald", 9, "Yonhap")], Origin("Yonhap")),
    (
        "reprints alone, some of which say whose text it is",
        [told(1, "times", 0), told(2, "herald", 9, "AFP"), told(3, "ilbo", 10, "AFP")],
        Origin("AFP"),
    ),
    (
        "two agencies are credited: the one named first",
        [told(1, "herald", 3, "AP"), told(2, "times", 9, "Yonhap"), told(3, "ilbo", 9, "Yonhap")],
        Origin("AP"),
    ),
    (
        "another agency's own article came before the credit",
        [told(1, "newsis", 0), told(2, "herald", 9, "Yonhap")],
        own("Newsis", "newsis", 1),
    ),
    (
        "another agency's own article came after it",
        [told(1, "newsis", 10), told(2, "herald", 9, "Yonhap")],
        Origin("Yonhap"),
    ),
    (
        "an agency passes on another's text",
        [told(1, "yonhap-en", 0, "AFP"), told(2, "herald", 9, "Yonhap")],
        Origin("AFP"),
    ),
    (
        "an agency that names itself credits nobody",
        [told(1, "yonhap-en", 0, "Yonhap"), told(2, "herald", 9, "Yonhap")],
        own("Yonhap", "yonhap-en", 1),
    ),
    (
        "no credits: who published first",
        [told(1, "herald", 9), told(2, "times", 3), told(3, "ilbo", 5)],
        own("The Hanbit Times", "times", 2),
    ),
    (
        "no credits: an agency that came first goes by its name",
        [told(1, "yonhap-ko", 0), told(2, "ilbo", 5)],
        own("Yonhap", "yonhap-ko", 1),
    ),
    (
        "a time to come counts as first seen",
        [told(1, "herald", 600, seen=2), told(2, "times", 3)],
        own("The Korea Herald", "herald", 1),
    ),
    (
        "no published time counts as first seen",
        [told(1, "herald", None, seen=2), told(2, "times", 3)],
        own("The Korea Herald", "herald", 1),
    ),
    (
        "the same instant: who was known first",
        [told(2, "herald", 3), told(1, "times", 3)],
        own("The Hanbit Times", "times", 1),
    ),
    ("one outlet alone", [told(1, "herald", 0)], None),
    ("one outlet and its own revisions", [told(1, "herald", 0), told(2, "herald", 5)], None),
    ("the agency alone", [told(1, "yonhap-en", 0)], None),
    ("an agency that names itself, alone", [told(1, "yonhap-en", 0, "Yonhap")], None),
    ("two editions of one agency", [told(1, "yonhap-en", 0), told(2, "yonhap-ko", 5)], None),
    ("nothing", [], None),
]


@pytest.mark.parametrize(
    ("members", "origin"), [case[1:] for case in STORIES], ids=[case[0] for case in STORIES]
)
def test_who_wrote_it_first(members: list[Told], origin: Origin | None) -> None:
    assert origin_of(members) == origin
    assert origin_of(members[::-1]) == origin


@st.composite
def stories(draw: st.DrawFn) -> list[Told]:
    count = draw(st.integers(0, 6))
    return [
        told(
            article,
            draw(st.sampled_from(sorted(NAMES))),
            draw(st.none() | st.integers(-60, 60)),
            draw(st.none() | st.sampled_from(["Yonhap", "AFP", "Newsis"])),
            seen=draw(st.integers(0, 60)),
        )
        for article in range(count)
    ]


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_reading_changes_nothing(members: list[Told], chance: object) -> None:
    shuffled = list(members)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random
    assert origin_of(shuffled) == origin_of(members)


@given(stories())
def test_an_origin_is_a_member_or_an_agency_one_credits(members: Sequence[Told]) -> None:
    origin = origin_of(members)
    if origin is None:
        return
    assert len({m.agency or m.source for m in members}) > 1 or any(m.credited for m in members)
    if origin.article is None:
        assert origin.source is None
        assert origin.name in {m.credited for m in members}
    else:
        member = next(m for m in members if m.article == origin.article)
        assert (origin.source, origin.url) == (member.source, member.url)
        assert origin.name in (member.agency, member.outlet)


@pytest.mark.parametrize(
    ("source", "outlet", "url", "agency"),
    [
        ("yonhap-en", "Yonhap News Agency", "https://en.yna.co.kr/view/AEN1", "Yonhap"),
        ("yonhap-ko", "연합뉴스", None, "Yonhap"),
        ("yonhap-nk", "North Korea desk", "http://127.0.0.1:8000/1", "Yonhap"),
        ("wire", "뉴시스", None, "Newsis"),
        ("wire", "World wire", "https://www.reuters.com/world/1", "Reuters"),
        ("wire", "World wire", "http://127.0.0.1:8000/1", None),
        ("koreaherald", "The Korea Herald", "https://www.koreaherald.com/article/1", None),
        ("yonhapnewstv", "연합뉴스TV", "https://www.yonhapnewstv.co.kr/news/MYH1", None),
        ("apple-daily", "Apple Daily", None, None),
    ],
)
def test_the_agency_behind_a_source(
    source: str, outlet: str, url: str | None, agency: str | None
) -> None:
    assert agency_of(source, outlet, url) == agency

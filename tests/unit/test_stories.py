"""One story: the same page, or the same text word by word whatever the outlet's furniture."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories import Relation, StoryInput, group, same_outlet, story_from_json
from tests.unit.stories_case import exact_key

T0 = datetime(2023, 4, 19, 2, tzinfo=UTC)
LEAD = (
    "South Korea's military said Wednesday that it will push ahead with the deployment of a U.S. "
    "missile-defense battery in the southern county, despite “strong” protests from residents."
)
REST = "The ministry did not elaborate on the schedule of the deployment, citing operations."
WIRE = f"SEOUL, April 19 (Yonhap) -- {LEAD}\n\n{REST}\n\n(END)"
KO = (
    "국방부는 19일 사드 배치를 예정대로 추진한다고 밝혔다. "
    "국방부 관계자는 구체적인 일정은 아직 정해지지 않았다고 말했다. "
    "중국 정부는 배치에 강하게 반발하고 있으며 주민들도 반대 집회를 이어가고 있다.\n\n"
    "전문가들은 양국 관계가 당분간 얼어붙을 것으로 내다봤다."
)


@pytest.mark.parametrize(
    "reprint",
    [
        f"SEOUL -- {LEAD}\n\n{REST} (Yonhap)",
        f"{LEAD}\n\n{REST}",
        f"{LEAD} {REST}",
        f"{LEAD}{REST}",
        f"SEOUL – {LEAD}\n\n{REST}",
        f"SEOUL, April 19 (Yonhap) — {LEAD}\n{REST}",
        LEAD.replace("U.S.", "US").replace("“", '"').replace("”", '"').replace("-", " ")
        + f"\n\n{REST}",
        f"A launcher stands in the county. (Yonhap)\n\n{LEAD}\n\n{REST} (Yonhap)",
        f"By Hong Gil-dong\n\n{LEAD}\n\n{REST}",
        f"{LEAD}\n\n{REST} By Hong Gil-dong (gildong@heraldcorp.com)",
        f"(ATTN: ADDS photo)\n\nSEOUL, April 19 (Yonhap) -- {LEAD}\n\n{REST}\n\n(END)",
        f"Military to go ahead\n\n{LEAD}\n\n{REST}",
        f"{LEAD}\n\n{REST}\n\ngildong@yna.co.kr\n(END)",
    ],
)
def test_a_reprint_word_by_word_has_the_same_key(reprint: str) -> None:
    assert exact_key("Military to go ahead", reprint) == exact_key("(LEAD) Other headline", WIRE)


@pytest.mark.parametrize(
    "reprint",
    [
        f"(서울=연합뉴스) 홍길동 기자 = {KO} (끝)",
        f"[서울=연합뉴스] {KO}",
        f"{KO}\n\n홍길동 기자 gildong@yna.co.kr",
        f"{KO}\n\n저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
    ],
)
def test_korean_furniture_is_folded_away(reprint: str) -> None:
    assert exact_key("국방부", reprint) == exact_key("사드 배치 추진", KO) is not None


@pytest.mark.parametrize(
    "other",
    [
        WIRE.replace("Wednesday", "Thursday"),
        WIRE.replace("battery", "batteries"),
        WIRE.replace("19", "20").replace("county", "county 2"),
        f"{WIRE}\n\nA third paragraph says more.",
        f"{LEAD}",
    ],
)
def test_other_words_have_another_key(other: str) -> None:
    assert exact_key("t", other) != exact_key("t", WIRE)


def test_a_paragraph_citing_its_agency_is_no_caption_when_it_ends_the_story() -> None:
    assert exact_key("t", f"{LEAD} {REST} (Yonhap)") == exact_key("t", WIRE)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", ""),
        ("A headline of quite some length that says it all, one would think", ""),
        ("", "Two short sentences are here. They say little about anything."),
        ("Photo", "A launcher stands."),
        ("[속보] 북한 미사일 발사", "(끝)"),
    ],
)
def test_too_short_to_tell(title: str, body: str) -> None:
    assert exact_key(title, body) is None


def test_a_flash_needs_the_same_title_too() -> None:
    body = "N. Korea fires an unidentified ballistic missile, the South's military says."
    key = exact_key("(URGENT) N. Korea fires missile", body)
    assert key is not None
    assert key == exact_key(
        "N. Korea fires missile", f"SEOUL, April 19 (Yonhap) -- {body} (Yonhap)"
    )
    assert key != exact_key("N. Korea fires two missiles", body)


def test_the_key_is_stable() -> None:
    """It is stored; a changed value would part stories that are one."""
    assert exact_key("t", WIRE) == "body:2114ae0e4855cbb240449f8afd72cde9"


def item(id_: str, minutes: int | None = 0, *, body: str = "", **more: str) -> StoryInput:
    when = None if minutes is None else T0 + timedelta(minutes=minutes)
    return StoryInput(id_, f"title {id_}", body, when, more.get("url"), more.get("source"))


def grouped(*articles: StoryInput) -> list[tuple[str, str, str]]:
    return [(a.article, a.story, a.relation.value) for a in group(articles)]


def test_copies_and_revisions_of_the_earliest() -> None:
    assert grouped(
        item("copy", 30, body=f"{LEAD}\n\n{REST} (Yonhap)", source="koreaherald"),
        item("wire", 0, body=WIRE, source="yonhap-en"),
        item("again", 60, body=WIRE, source="yonhap-en"),
        item("alone", 10, body="x" * 400, source="yonhap-en"),
    ) == [
        ("copy", "wire", "copy"),
        ("wire", "wire", "first"),
        ("again", "wire", "revision"),
        ("alone", "alone", "first"),
    ]


def test_one_page_by_two_addresses_is_one_story() -> None:
    base = "https://en.yna.co.kr/view/AEN20230419003800320"
    assert grouped(
        item("a", 0, url=base),
        item("b", 1, url=f"{base}?section=news&input=rss"),
        item("c", 2, url="https://en.yna.co.kr/view/AEN20230419003900320"),
        item("d", 3, url="not a url"),
        item("e", 4, url="not a url"),
    ) == [
        ("a", "a", "first"),
        ("b", "a", "revision"),
        ("c", "c", "first"),
        ("d", "d", "first"),
        ("e", "e", "first"),
    ]


def test_url_and_text_join_through_a_third() -> None:
    url = "https://www.koreaherald.com/view.php?ud=20230419000001"
    relations = grouped(
        item("a", 0, body=WIRE, source="yonhap-en"),
        item("b", 1, url=url, source="koreaherald"),
        item("c", 2, url=url, body=WIRE, source="koreaherald"),
    )
    assert {story for _, story, _ in relations} == {"a"}


def test_rewrites_of_one_wire_id_are_one_story() -> None:
    assert grouped(
        item("a", 0, url="https://en.yna.co.kr/view/AEN20230419003800320", body=WIRE),
        item("b", 9, url="https://en.yna.co.kr/view/AEN20230419003851320", body=f"{WIRE} More."),
    ) == [("a", "a", "first"), ("b", "a", "revision")]


def test_ties_go_by_input_order_and_unknown_times_come_last() -> None:
    assert [a.story for a in group([item("x", None, body=WIRE), item("y", 5, body=WIRE)])] == [
        "y",
        "y",
    ]
    assert [a.story for a in group([item("x", 5, body=WIRE), item("y", 5, body=WIRE)])] == [
        "x",
        "x",
    ]


def test_nothing_gives_nothing() -> None:
    assert group([]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1, max_size=8
    ),
    st.randoms(use_true_random=False),
)
def test_stories_do_not_depend_on_the_order_of_input(
    drawn: list[tuple[int, int, bool]], shuffler: random.Random
) -> None:
    articles = [
        item(
            str(n),
            n,
            body=f"{WIRE} {text}" if text else "",
            url=f"https://news.example/{page}" if page else "",
            source="one" if ours else "two",
        )
        for n, (text, page, ours) in enumerate(drawn)
    ]
    shuffled = articles[:]
    shuffler.shuffle(shuffled)
    answers = {a.article: a for a in group(articles)}
    assert {a.article: a for a in group(shuffled)} == answers
    for answer in answers.values():
        first = answers[answer.story]
        assert first.relation is Relation.FIRST
        assert (answer.relation is Relation.FIRST) == (answer.article == answer.story)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (item("a", source="x"), item("b", source="x"), True),
        (item("a", source="x"), item("b", source="y"), False),
        (item("a"), item("b"), False),
        (
            item("a", url="https://m.koreaherald.com/article/1"),
            item("b", url="http://www.koreaherald.com/article/2"),
            True,
        ),
        (item("a", url="https://a.example/1"), item("b", url="https://b.example/1"), False),
    ],
)
def test_same_outlet(one: StoryInput, other: StoryInput, same: bool) -> None:
    assert same_outlet(one, other) == same


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2023-04-19T11:00:00+09:00", T0),
        ("2023-04-19T02:00:00Z", T0),
        ("2023-04-19T02:00:00", T0),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_lines_are_read(raw: str | None, moment: datetime | None) -> None:
    line = {"id": 1, "title": "t", "body": None, "published_at": raw, "source": "x"}
    assert story_from_json(line) == StoryInput("1", "t", "", moment, None, "x")


def test_a_wrong_line_is_refused() -> None:
    with pytest.raises(ValueError, match="published_at: expected text, got a number"):
        story_from_json({"id": "1", "published_at": 5})
    with pytest.raises(ValueError, match="a JSON object"):
        story_from_json(["x"])

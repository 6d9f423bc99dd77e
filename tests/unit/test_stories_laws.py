"""Which articles are one story: cases in English and Korean, and what holds of any batch."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.stories import Relation, StoryInput, group

T0 = datetime(2024, 3, 5, 1, tzinfo=UTC)
ENGLISH = (
    "The defense ministry said Tuesday that the radar on Haneul hill would be moved to another "
    "slope before the rains begin, after engineers had found that the ground below it gives way. "
    "Residents of the village of Byeolgok were told of the plan at a meeting in the school.\n\n"
    "\"The hill is tired,\" an engineer who had measured it for three weeks told them. The head of "
    "the village asked who would mend the road, and was promised that the army would see to it."
)  # fmt: skip
OTHER = (
    "A museum of steam opened in the old bathhouse of Gangmul on Tuesday with forty kettles, two "
    "locomotives and a boiler that had been thought lost since the war. Its founders, a plumber "
    "and his sister, collected for thirty years and paid for the roof themselves.\n\n"
    "Visitors may ring the whistle at noon. The county has lent the building for a coin a year, "
    "and hopes that those who come for the kettles will stay for the fish market by the harbour."
)  # fmt: skip
KOREAN = (
    "국방부는 하늘산에 있는 레이더를 장마가 시작되기 전에 다른 경사면으로 옮기기로 했다고 밝혔다. "
    "기술자들이 석 주 동안 재어 본 결과 땅이 조금씩 꺼지고 있는 것으로 드러났기 때문이다. "
    "별곡 주민들은 학교에서 열린 설명회에서 이 계획을 들었다.\n\n"
    "한 기술자는 산이 지쳤다고 말했고, 이장은 길은 누가 고치느냐고 물었으며 "
    "군이 고치겠다는 약속을 받았다."
)
KOREAN_OTHER = (
    "강물읍의 낡은 목욕탕에 증기 박물관이 문을 열었다. 주전자 마흔 개와 기관차 두 대, "
    "전쟁 때 사라진 줄 알았던 보일러 하나가 손님을 맞는다. "
    "배관공과 그의 누이가 서른 해 동안 모은 것들이다.\n\n"
    "정오에는 누구나 기적을 울릴 수 있다. 군은 건물을 한 해에 동전 한 닢을 받고 빌려주었고, "
    "주전자를 보러 온 사람들이 항구의 어시장에도 들르기를 바라고 있다."
)
PAIRS = {"English": (ENGLISH, OTHER), "Korean": (KOREAN, KOREAN_OTHER)}


def item(id_: str, minutes: float | None, title: str, body: str, **more: Any) -> StoryInput:
    when = None if minutes is None else T0 + timedelta(minutes=minutes)
    return StoryInput(id_, title, body, when, more.get("url"), more.get("source", "yonhap-en"))


def stories(*articles: StoryInput) -> list[str]:
    """The stories as words of their articles' ids, in the order of their first articles."""
    placed = group(articles)
    found: dict[str, list[str]] = {}
    for one in sorted(placed, key=lambda p: p.article):
        found.setdefault(one.story, []).append(one.article)
    return sorted("".join(part) for part in found.values())


@pytest.mark.parametrize("language", PAIRS)
def test_two_stories_stay_two(language: str) -> None:
    one, other = PAIRS[language]
    assert stories(item("a", 0, "t", one), item("b", 5, "t", other)) == ["a", "b"]


@pytest.mark.parametrize("language", PAIRS)
@pytest.mark.parametrize(
    "edit",
    [
        lambda text, _: text.upper(),
        lambda text, _: text.partition("\n\n")[0],
        lambda text, _: text[: len(text) * 2 // 5],
        lambda text, _: text[len(text) // 4 :],
        lambda text, _: f"A line before. 한 줄 더. {text}",
        lambda text, other: f"{text}\n\n{other[:80]}",
        lambda text, _: "\n\n".join(text.split("\n\n")[::-1]),
        lambda text, _: f"(서울=연합뉴스) 홍길동 기자 = {text} (끝)",
        lambda text, _: f"SEOUL, March 5 (Yonhap) -- {text} (END)",
    ],
)
def test_a_reprint_that_was_cut_or_turned_joins(language: str, edit: Any) -> None:
    text, other = PAIRS[language]
    assert stories(
        item("a", 0, "Radar on the hill is to be moved", text),
        item("b", 9, "A hill that gives way", edit(text, other), source="koreaherald"),
    ) == ["ab"]


@pytest.mark.parametrize("language", PAIRS)
@pytest.mark.parametrize(
    ("apart", "found"),
    [
        (timedelta(days=7), ["ab"]),
        (timedelta(days=7, microseconds=1), ["a", "b"]),
        (timedelta(days=6, hours=23), ["ab"]),
    ],
)
def test_the_window_is_seven_days_and_no_instant_more(
    language: str, apart: timedelta, found: list[str]
) -> None:
    text = PAIRS[language][0]
    one = StoryInput("a", "t", text, T0, None, "x")
    other = StoryInput("b", "u", text, T0 + apart, None, "y")
    assert stories(one, other) == found
    assert stories(other, one) == found


def test_the_window_may_be_another() -> None:
    one, other = item("a", 0, "t", ENGLISH), item("b", 61, "t", ENGLISH)
    assert len({p.story for p in group([one, other], timedelta(hours=1))}) == 2
    assert len({p.story for p in group([one, other], timedelta(hours=2))}) == 1


def test_an_undated_article_is_near_to_everything_and_first_of_nothing_dated() -> None:
    undated = item("u", None, "t", ENGLISH, source="z")
    old, new = item("a", 0, "t", ENGLISH), item("b", 60 * 24 * 30, "t", ENGLISH, source="y")
    assert stories(undated, new) == ["bu"]
    assert stories(undated, old) == ["au"]
    assert {p.relation for p in group([undated, old]) if p.article == "u"} == {Relation.COPY}
    assert len(stories(undated, old, new)) == 2
    assert stories(undated, item("v", None, "t", ENGLISH)) == ["uv"]


def flash(id_: str, minutes: float, title: str, **more: Any) -> StoryInput:
    return item(id_, minutes, title, more.pop("body", ""), **{"source": "yonhap-ko"} | more)


KO_EVENT = "북한, 동해상으로 탄도미사일 2발 발사"
EN_EVENT = "N. Korea fires 2 ballistic missiles toward East Sea"
FULL = {
    KO_EVENT: item(
        "d", 25, "합참 \"북한, 동해상으로 단거리 탄도미사일 2발 발사\"",
        "(서울=연합뉴스) 홍길동 기자 = 북한이 5일 오전 동해상으로 단거리 탄도미사일 2발을 "
        "발사했다고 합동참모본부가 밝혔다. "
        "합참은 미사일의 제원을 분석하고 있다. 군은 경계를 강화했다.",
        source="yonhap-ko",
    ),
    EN_EVENT: item(
        "d", 25, "N. Korea fires ballistic missiles into East Sea: JCS",
        "SEOUL, March 5 (Yonhap) -- North Korea fired 2 short-range ballistic missiles toward the "
        "East Sea on Tuesday, the Joint Chiefs of Staff said. N. Korea fires missiles seldom at "
        "this hour. The military is watching for more launches toward the sea.",
        source="yonhap-ko",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "first", "second", "third"),
    [
        (KO_EVENT, "[속보] {}", "[2보] 합참 \"{}\"", "[3보] {}…합참 분석 중"),
        (KO_EVENT, "[1보] {}", "[2보] {}", "[3보] {}"),
        (EN_EVENT, "(URGENT) {}", "(2nd URGENT) {}: JCS", "(LEAD) {}"),
        (EN_EVENT, "[URGENT] {}", "(LEAD) {}", "(2nd LD) {}"),
    ],
)  # fmt: skip
def test_flashes_of_one_event_and_its_full_piece_are_one_story(
    event: str, first: str, second: str, third: str
) -> None:
    assert stories(
        flash("a", 0, first.format(event)),
        flash("b", 4, second.format(event)),
        flash("c", 11, third.format(event)),
        FULL[event],
    ) == ["abcd"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[속보] 북한, 탄도미사일 2발 발사", "[속보] 북한, 탄도미사일 3발 발사"),
        ("[속보] 북한, 탄도미사일 2발 발사", "[속보] 북한, 순항미사일 여러 발 발사"),
        ("[속보] 별곡군서 규모 4.5 지진", "[속보] 별곡군서 규모 3.1 지진"),
        ("[속보] 홍길동 장관 사의 표명", "[속보] 김철수 장관 해임 건의안 가결"),
        ("[속보] 코스피 2,500선 돌파", "[속보] 코스피 2,600선 돌파"),
        ("(URGENT) N. Korea fires 2 missiles", "(URGENT) N. Korea fires 3 missiles"),
        ("(URGENT) Quake of 4.5 hits Byeolgok coast", "(URGENT) Quake of 3.1 hits Byeolgok coast"),
        ("(URGENT) Ministers Hong and Kim resign", "(URGENT) Ministers Park and Choi dismissed"),
    ],
)  # fmt: skip
def test_another_event_of_the_hour_is_another_story(one: str, other: str) -> None:
    assert stories(flash("a", 0, one), flash("b", 40, other)) == ["a", "b"]


@pytest.mark.parametrize("event", [KO_EVENT, EN_EVENT])
@pytest.mark.parametrize(
    ("minutes", "found"), [(180, ["ad"]), (180.1, ["a", "d"]), (-5, ["a", "d"]), (0, ["ad"])]
)
def test_a_flash_is_gone_on_with_for_three_hours(
    event: str, minutes: float, found: list[str]
) -> None:
    full = FULL[event]
    later = item("d", minutes, full.title, full.body, source="yonhap-ko")
    assert stories(flash("a", 0, f"[속보] {event}"), later) == found


@pytest.mark.parametrize("event", [KO_EVENT, EN_EVENT])
def test_another_outlets_piece_on_a_flash_is_its_own_story(event: str) -> None:
    full = FULL[event]
    other = item("d", 25, full.title, full.body, source="koreaherald")
    assert stories(flash("a", 0, f"[속보] {event}"), other) == ["a", "d"]


def test_an_unmarked_headline_is_no_flash() -> None:
    assert stories(flash("a", 0, KO_EVENT), FULL[KO_EVENT]) == ["a", "d"]


MARKET = (
    "Seoul shares opened {turn} on {day}, as investors weighed news from abroad. The main index "
    "{verb} {points} points, or {share} percent, to {level} in the first fifteen minutes. Chips "
    "{verb} {chips} percent and cars {cars} percent, while builders stood still. The local "
    "currency was trading at {won} won against the dollar, {won2} won from the session before."
)
KO_MARKET = (
    "{day}일 코스피가 {turn} 출발했다. 이날 오전 9시 10분 지수는 전장보다 {points}포인트({share}%) "
    "{verb} {level}를 나타냈다. 지수는 전장보다 {chips}포인트 {verb} {cars}로 출발했다. "
    "유가증권시장에서 외국인은 {won}억원, "
    "기관은 {won2}억원을 순매수하고 있고 개인은 홀로 내다 팔고 있다."
)


def market(form: str, drawn: random.Random, day: str) -> str:
    return form.format(
        day=day,
        turn=drawn.choice(["higher", "lower", "오름세로", "내림세로"]),
        verb=drawn.choice(["rose", "fell", "오른", "내린"]),
        points=f"{drawn.uniform(1, 40):.2f}",
        share=f"{drawn.uniform(0.05, 2):.2f}",
        level=f"{drawn.uniform(2_000, 3_000):,.2f}",
        chips=f"{drawn.uniform(0.1, 3):.2f}",
        cars=f"{drawn.uniform(0.1, 3):.2f}",
        won=f"{drawn.uniform(1_100, 1_400):,.1f}",
        won2=f"{drawn.uniform(0.1, 9):.1f}",
    )


@pytest.mark.parametrize("form", [MARKET, KO_MARKET])
@pytest.mark.parametrize("hours", [6, 24])
@pytest.mark.parametrize("seed", range(3))
def test_one_form_filled_anew_is_another_story(form: str, hours: int, seed: int) -> None:
    drawn = random.Random(seed)
    items = [
        item(f"{n}", 60 * hours * n, "Seoul shares open", market(form, drawn, str(n + 5)))
        for n in range(4)
    ]
    assert stories(*items) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("form", [MARKET, KO_MARKET])
def test_a_reprint_of_a_form_keeps_its_figures_and_joins(form: str) -> None:
    text = market(form, random.Random(1), "5")
    assert stories(
        item("a", 0, "Shares open", text),
        item("b", 30, "Stocks this morning", f"{text} More will follow.", source="kh"),
    ) == ["ab"]


@pytest.mark.parametrize("language", PAIRS)
@pytest.mark.parametrize(
    "times", [(0, 60, 120), (60, 0, 120), (120, 0, 60), (0, 0, 0), (60, 60, 0), (None, 0, 1)]
)
def test_a_round_up_never_makes_two_stories_one(
    language: str, times: tuple[float | None, float, float]
) -> None:
    one, other = PAIRS[language]
    round_up = f"{one}\n\n{other}"
    found = stories(
        item("r", times[0], "News of the day, in brief", round_up, source="kh"),
        item("a", times[1], "Radar on the hill is to be moved", one),
        item("b", times[2], "A museum of steam has opened", other),
    )
    assert found in (["ar", "b"], ["a", "br"])


@pytest.mark.parametrize("language", PAIRS)
def test_copies_behind_a_round_up_find_their_own(language: str) -> None:
    one, other = PAIRS[language]
    found = stories(
        item("r", 0, "News of the day, in brief", f"{one}\n\n{other}", source="kh"),
        item("a", 10, "Radar on the hill is to be moved", one),
        item("b", 20, "A museum of steam has opened", other),
        item("c", 30, "A radar moves", one, source="kh"),
        item("d", 40, "Steam", other, source="kh"),
    )
    assert found == ["acr", "bd"]


@pytest.mark.parametrize("minutes", [0, None])
def test_of_one_minute_the_whole_text_comes_before_what_was_cut_from_it(
    minutes: float | None,
) -> None:
    sentences = [f"{s}." for s in SENTENCES["en"]]
    whole = " ".join(sentences)
    turned = " ".join([*sentences[1:], "A hare was seen there."])
    cut = " ".join(sentences[: len(sentences) // 3])
    given_ = [item(i, minutes, i, b) for i, b in (("a", cut), ("b", turned), ("c", whole))]
    assert len(set(stories(*given_))) == 1


def test_which_story_is_older_does_not_depend_on_the_order_of_input() -> None:
    """An excerpt that two stories hold alike joins the one that was first."""
    half = ENGLISH.partition("\n\n")[0]
    one = item("a", 0, "Radar", f"{half}\n\n{OTHER[:300]}", source="x")
    other = item("b", 1, "Hill", f"{half}\n\n{OTHER[-300:]}", source="y")
    excerpt = item("c", 2, "Slope", half, source="z")
    for batch in ([one, other, excerpt], [other, one, excerpt], [excerpt, other, one]):
        assert stories(*batch) == stories(one, other, excerpt)


FORMULA = {
    "English": "Readers can send us their pictures; the best are printed on Saturday. Write to us.",
    "Korean": "이 기사는 제휴 매체의 글이며 광고가 포함될 수 있습니다. 자세한 내용은 "
    "누리집에서 확인하세요.",
}


@pytest.mark.parametrize("language", FORMULA)
def test_one_formula_under_unlike_headlines_is_no_story(language: str) -> None:
    text = FORMULA[language]
    assert stories(
        item("a", 0, "Lanterns over the river", text),
        item("b", 30, "Apples from the north", f"{text} "),
        item("c", 60, "고양이와 함께 사는 법", text),
    ) == ["a", "b", "c"]


def test_a_family_is_stronger_than_a_text() -> None:
    wire = "https://en.yna.co.kr/view/AEN202403050038{}320"
    assert stories(
        item("a", 0, "Radar", ENGLISH, url=wire.format("00")),
        item("b", 30, "Steam", OTHER, source="kh"),
        item("c", 60, "(LEAD) Radar", OTHER, url=wire.format("51")),
    ) == ["ac", "b"]


def test_one_page_shown_twice_is_one_story_whatever_it_says() -> None:
    page = "https://www.koreaherald.com/article/10990001"
    assert stories(
        item("a", 0, "Radar", ENGLISH, url=page),
        item("b", 60 * 24 * 30, "Steam", OTHER, url=f"{page}?utm_source=x", source="other"),
    ) == ["ab"]
    one = item("a", 0, "Radar", ENGLISH)
    placed = group([one, one])
    assert [(p.story, p.relation) for p in placed] == [
        ("a", Relation.FIRST),
        ("a", Relation.REVISION),
    ]


SENTENCES = {
    "en": ENGLISH.replace("\n\n", " ").split(". ") + OTHER.replace("\n\n", " ").split(". "),
    "ko": KOREAN.replace("\n\n", " ").split(". ") + KOREAN_OTHER.replace("\n\n", " ").split(". "),
}
TITLES = (
    "Radar on the hill is to be moved", "(LEAD) Radar on the hill is to be moved", "Steam",
    f"[속보] {KO_EVENT}", f"[2보] {KO_EVENT}", KO_EVENT, f"(URGENT) {EN_EVENT}", "별곡 소식", "",
)  # fmt: skip
URLS = (
    None, "https://en.yna.co.kr/view/AEN20240305003800320", "https://news.example/1",
    "https://en.yna.co.kr/view/AEN20240305003851320",
)  # fmt: skip


@st.composite
def articles(draw: st.DrawFn) -> StoryInput:
    language = draw(st.sampled_from(["en", "ko"]))
    body = ". ".join(draw(st.lists(st.sampled_from(SENTENCES[language]), max_size=6)))
    minutes = draw(st.sampled_from([None, 0, 0, 0, 1, 170, 181, 1_500, 60 * 24 * 7, 60 * 24 * 9]))
    return item(
        "", minutes, draw(st.sampled_from(TITLES)), body,
        url=draw(st.sampled_from(URLS)), source=draw(st.sampled_from(["a", "b", None])),
    )  # fmt: skip


@given(st.lists(articles(), max_size=9), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_belongs_together_does_not_depend_on_the_order_of_input(
    drawn: list[StoryInput], shuffler: random.Random
) -> None:
    batch = [replace(one, id=str(n)) for n, one in enumerate(drawn)]
    known = stories(*batch)
    for _ in range(2):
        shuffler.shuffle(batch)
        assert stories(*batch) == known


@given(st.lists(articles(), max_size=9))
@settings(max_examples=25, deadline=None)
def test_every_story_has_one_first_the_earliest(drawn: list[StoryInput]) -> None:
    batch = [replace(one, id=str(n)) for n, one in enumerate(drawn)]
    placed = group(batch)
    times = {one.id: one.published_at or datetime.max.replace(tzinfo=UTC) for one in batch}
    assert [p.article for p in placed] == [one.id for one in batch]
    for place in placed:
        assert (place.relation is Relation.FIRST) == (place.story == place.article)
        assert times[place.story] <= times[place.article]


@given(st.lists(articles(), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_what_is_given_twice_is_nothing_new(drawn: list[StoryInput]) -> None:
    """A batch with each article doubled has the same stories, and the doubles say nothing new."""
    once = [replace(one, id=str(n)) for n, one in enumerate(drawn)]
    twice = [*once, *once]
    first = {p.article: p.story for p in group(once)}
    both = group(twice)
    assert {p.article: p.story for p in both} == first
    again = both[len(once) :]
    assert all(p.relation in (Relation.REVISION, Relation.COPY) for p in again)

"""The demo's own judgement: what is still to be done, and what came out wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.unit.demo_case import alert, day, feeds, mail, mails, perfect, stage, unchanged, without
from wirewatch.demo.expect import expected_subjects, judge
from wirewatch.demo.look import Look, outstanding

DAY = day()
STAGE = stage(DAY)
unchanged(STAGE)
SEEN = perfect(DAY, STAGE)
NUMBER = {key: number for number, key in SEEN.keys.items()}


def changed(key: str, **values: object) -> Look:
    articles = [a | (values if a["id"] == NUMBER[key] else {}) for a in SEEN.articles]
    return replace(SEEN, articles=articles)


def test_the_subjects_are_these() -> None:
    assert expected_subjects(DAY) == [
        "[THAAD, US forces] S. Korea, U.S. to review THAAD radar site on Haneul hill"
        " — Yonhap News Agency",
        "[THAAD] 국방부, 하늘산 사드 기지 경사면 한미 공동 점검 — 연합뉴스",
        "[THAAD] Defense chief to brief lawmakers on upkeep of Haneul hill site"
        " — Yonhap News Agency",
        "[Chip exports] Chip shipments grow for fifth month as prices climb — The Korea Herald",
        "[Chip exports] 지난달 반도체 수출 11% 증가…여섯 달째 늘어 — 연합뉴스",
        "Re: [THAAD, US forces] S. Korea, U.S. to review THAAD radar site on Haneul hill"
        " — Yonhap News Agency",
        '[THAAD] [속보] 국방부 "하늘산 사드 기지 그대로 둔다" — 연합뉴스',
        "[US forces] US troops help village clear mud after landslide — The Korea Herald",
    ]


def test_a_perfect_day_leaves_nothing_to_say() -> None:
    assert judge(DAY, STAGE, SEEN, mails(DAY)) == []
    assert outstanding(DAY, STAGE, SEEN, ended=True) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Look(), "is not seen yet"),
        (changed("chips", state="listed"), "the page of"),
        (changed("chips", title=DAY.stories["chips"].title), "is now"),
        (replace(SEEN, matches=without(SEEN.matches, article=NUMBER["lead"])), "does not match"),
        (replace(SEEN, alerts=without(SEEN.alerts, kind="update")), "is not there yet"),
        (replace(SEEN, alerts=without(SEEN.alerts, story=NUMBER["chips"])), "is not there yet"),
        (changed("lead", story=99), "not known as the same story"),
        (replace(SEEN, alerts=[*SEEN.alerts, alert(NUMBER["apples"], "pending")]), "is pending"),
        (changed("reprint", story=NUMBER["reprint"]), "not known as the same story"),
        (replace(SEEN, sources=[]), "login page; not noticed"),
    ],
)
def test_what_is_still_to_be_done_is_said(seen: Look, said: str) -> None:
    assert any(said in line for line in outstanding(DAY, STAGE, seen, ended=True))


def test_a_mail_that_waits_for_a_failing_page_holds_up_the_end_only() -> None:
    others = without(SEEN.alerts, story=NUMBER["costs"])
    seen = replace(SEEN, alerts=[*others, alert(NUMBER["costs"], "pending")])
    assert outstanding(DAY, STAGE, seen, ended=False) == []
    assert len(outstanding(DAY, STAGE, seen, ended=True)) == 2


def test_only_what_is_shown_is_waited_for() -> None:
    early = stage(DAY, steps=1)
    first = perfect(DAY, early)
    assert outstanding(DAY, early, first, ended=False) == []
    assert outstanding(DAY, early, Look(), ended=False) != []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(SEEN, articles=SEEN.articles[1:]), "missing article: Village below"),
        (replace(SEEN, articles=[*SEEN.articles, SEEN.articles[0]]), "unexpected article: Village"),
        (replace(SEEN, matches=SEEN.matches[1:]), "missing match: THAAD: apples"),
        (replace(SEEN, matches=[*SEEN.matches, SEEN.matches[0]]), "unexpected match: THAAD"),
        (changed("reprint", story=99), "not known as one story: review, reprint"),
        (changed("lead", story=99), "not known as one story: review, lead"),
        (changed("cleanup", story=NUMBER["review"]), "one story and should be several"),
        (replace(SEEN, sources=[]), "/rss/newsAll is never polled, not ok"),
    ],
)
def test_what_came_out_wrong_is_named(seen: Look, said: str) -> None:
    assert any(said in line for line in judge(DAY, STAGE, seen, mails(DAY)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found[1:], ["missing mail: [THAAD, US forces] S. Korea"]),
        (lambda found: [*found, mail("[THAAD] More")], ["unexpected mail: [THAAD] More"]),
        (lambda found: [*found, found[0]], ["unexpected mail: [THAAD, US forces] S. Korea"]),
        (lambda _: [], ["missing mail"] * 8),
    ],
)
def test_mails_are_compared_one_by_one(
    change: Callable[[list[object]], list[object]], said: list[str]
) -> None:
    wrong = judge(DAY, STAGE, SEEN, change(mails(DAY)))  # type: ignore[arg-type]  # a lambda's list
    assert len(wrong) == len(said)
    assert all(line.startswith(start) for line, start in zip(wrong, said, strict=True))


def test_a_locked_feed_must_be_noticed_and_polls_must_have_been_304() -> None:
    blind = [feed | {"reason": "ok"} for feed in feeds(DAY, STAGE)]
    seen = replace(SEEN, sources=[{"feeds": blind}])
    assert judge(DAY, STAGE, seen, mails(DAY)) == [
        "The Korea Herald /rss/kh_National is ok, not not_a_feed"
    ]
    fresh = stage(DAY)
    assert len(judge(DAY, fresh, perfect(DAY, fresh), mails(DAY))) == 3

"""What a rule would have cost, reckoned by hand and by the program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.backtest import (
    SAMPLES,
    Day,
    Judge,
    Reckoning,
    Seen,
    Tally,
    TermBar,
    TermShare,
    difference,
    per_day,
    spread,
)
from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEOUL = ZoneInfo("Asia/Seoul")


def reckoned(watchlist: Watchlist, articles: Sequence[tuple[int, str]]) -> Reckoning:
    """Of (story, title) pairs an hour apart; their ids count from 1."""
    rule = compile_watchlist(watchlist)
    matcher = Matcher([rule])
    judge = Judge(rule, matcher.numbers)
    tally = Tally(judge)
    scenes = matcher.scenes((ArticleText(title) for _, title in articles), evidence=False)
    for n, ((story, _), scene) in enumerate(zip(articles, scenes, strict=True)):
        verdict = judge.judge(scene)
        assert verdict is not None
        tally.add(Seen(n + 1, story, NOON + n * HOUR), verdict)
    return tally.reckoning()


ARTICLES = (
    (1, "Missile over Seoul"),
    (1, "Missile seen over Seoul by a drone"),
    (2, "A drone over Busan"),
    (3, "A drone show, with fireworks"),
    (4, "Rice harvest"),
    (5, "Rocket show"),
    (5, "Rocket show with missile, and fireworks"),
)


def ids(reckoning: Reckoning) -> list[int]:
    return [seen.article for seen in reckoning.matched]


def test_articles_and_stories_are_counted() -> None:
    found = reckoned(Watchlist("w", any=("missile", "drone")), ARTICLES)
    assert ids(found) == [1, 2, 3, 4, 7]
    assert found.stories == {1, 2, 3, 5}
    assert found.undecided == 0


def test_a_term_is_worth_what_matched_only_thanks_to_it() -> None:
    found = reckoned(Watchlist("w", any=("missile", "drone", "laser")), ARTICLES)
    assert found.terms == (
        # articles 3 and 4 with their stories; 2 has the other term as well
        TermShare("drone", 3, 2, 2),
        # articles 1 and 7; story 1 keeps article 2
        TermShare("missile", 3, 2, 1),
        TermShare("laser", 0, 0, 0),
    )
    assert found.bars == ()


def test_of_an_and_every_term_is_needed() -> None:
    found = reckoned(Watchlist("w", query="missile AND (seoul OR drone)"), ARTICLES)
    assert ids(found) == [1, 2]
    assert found.terms == (
        TermShare("missile", 3, 2, 1),
        TermShare("seoul", 2, 1, 0),  # article 2 has the drone too
        TermShare("drone", 3, 0, 0),
    )


def test_a_denied_term_keeps_out_what_nothing_else_does() -> None:
    found = reckoned(
        Watchlist("w", any=("drone", "rocket"), none=("show", "fireworks", "laser")), ARTICLES
    )
    assert ids(found) == [2, 3]
    assert found.bars == (
        TermBar("show", 1, 1),  # article 6; 4 and 7 have fireworks as well
        TermBar("fireworks", 0, 0),
        TermBar("laser", 0, 0),
    )
    assert [term.term for term in found.terms] == ["drone", "rocket"]


def test_a_kept_out_article_of_a_story_that_is_told_costs_no_story() -> None:
    found = reckoned(Watchlist("w", any=("rocket",), none=("fireworks",)), ARTICLES)
    assert ids(found) == [6]
    assert found.bars == (TermBar("fireworks", 1, 0),)


def test_near_is_reckoned_with_every_place() -> None:
    watchlist = Watchlist("w", query="missile NEAR/2 seoul OR drone")
    articles = ((1, "Missile. Missile. Over Seoul missile"), (2, "Missile. Seoul"), (3, "drones"))
    found = reckoned(watchlist, articles)
    assert ids(found) == [1, 3]
    assert found.terms == (
        TermShare("missile", 2, 1, 1),
        TermShare("seoul", 2, 1, 1),
        TermShare("drone", 1, 1, 1),
    )


def test_a_term_in_a_field_that_does_not_count_is_not_found() -> None:
    rule = compile_watchlist(Watchlist("w", query="title:missile OR body:drone"))
    matcher = Matcher([rule])
    judge = Judge(rule, matcher.numbers)
    article = ArticleText("drone", body="missile. drone")
    verdict = judge.judge(matcher.scenes([article], evidence=False)[0])
    drone = next(number for atom, number in matcher.numbers.items() if atom.written == "drone")
    assert verdict is not None
    assert verdict.found == verdict.needed == (drone,)


def test_filters_leave_an_article_out_whole() -> None:
    rule = compile_watchlist(Watchlist("w", any=("drone",), sources=("herald",), languages=("en",)))
    matcher = Matcher([rule])
    judge = Judge(rule, matcher.numbers)
    articles = [
        ArticleText("drone", source="herald", language="en-GB"),
        ArticleText("drone", source="herald", language="ko"),
        ArticleText("drone", source="other", language="en"),
    ]
    judged = [judge.judge(scene) for scene in matcher.scenes(articles, evidence=False)]
    assert [verdict is not None and verdict.matched for verdict in judged] == [True, False, False]
    assert judged[1:] == [None, None]


@pytest.mark.parametrize(
    ("title", "undecided"),
    [("사드 배치", 1), ("사드 배치, THAAD", 0), ("THAAD", 0)],
)
def test_what_hangs_on_undecided_letters_is_told(title: str, undecided: int) -> None:
    # there is no morphology here: every Hangul place is undecided
    found = reckoned(Watchlist("w", any=("사드", "THAAD")), ((1, title),))
    assert (len(found.matched), found.undecided) == (1, undecided)


def test_conditions_on_what_an_article_does_not_say_are_no_terms() -> None:
    found = reckoned(Watchlist("w", query="lang:en OR drone"), ARTICLES)
    assert found.terms == (TermShare("drone", 3, 3, 3),)


def test_two_rules_are_compared() -> None:
    old = reckoned(Watchlist("w", any=("missile",)), ARTICLES)
    new = reckoned(Watchlist("w", any=("drone",)), ARTICLES)
    apart = difference(old, new)
    assert [seen.article for seen in apart.only_old] == [1, 7]
    assert [seen.article for seen in apart.only_new] == [3, 4]
    assert apart.both == 1
    assert (apart.stories_only_old, apart.stories_only_new, apart.stories_both) == (1, 2, 1)


def test_days_are_local_and_a_story_alerts_on_its_first() -> None:
    matched = [
        Seen(1, 1, datetime(2026, 11, 21, 14, 59, tzinfo=UTC)),  # 23:59 in Seoul
        Seen(2, 2, datetime(2026, 11, 21, 15, 0, tzinfo=UTC)),  # midnight
        Seen(3, 1, datetime(2026, 11, 21, 15, 1, tzinfo=UTC)),
        Seen(4, 3, datetime(2026, 11, 23, 14, 0, tzinfo=UTC)),
    ]
    until = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # midnight: the next day is not begun
    assert per_day(matched, matched[0].at, until, SEOUL) == [
        Day(date(2026, 11, 21), 1, 1),
        Day(date(2026, 11, 22), 2, 1),
        Day(date(2026, 11, 23), 1, 1),
    ]


@given(st.lists(st.integers(), max_size=60), st.integers(2, 9))
def test_samples_are_spread_from_the_first_to_the_last(items: list[int], most: int) -> None:
    chosen = spread(list(enumerate(items)), most)
    places = [n for n, _ in chosen]
    assert places == sorted(set(places))
    assert len(chosen) == min(len(items), most)
    if items:
        assert (places[0], places[-1]) == (0, len(items) - 1)
    gaps = [b - a for a, b in pairwise(places)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_five_samples_are_chosen() -> None:
    assert len(spread(range(100))) == SAMPLES == 5


WORDS = st.sampled_from(("missile", "drone", "rocket", "show", "rice"))


@given(
    st.lists(st.tuples(st.integers(1, 4), st.lists(WORDS, max_size=4).map(" ".join)), max_size=12),
    st.sets(WORDS, min_size=1, max_size=3),
    st.sets(WORDS, max_size=2),
)
def test_what_a_term_is_worth_is_what_the_rule_without_it_does_not_match(
    articles: list[tuple[int, str]], wanted: set[str], denied: set[str]
) -> None:
    watchlist = Watchlist("w", any=tuple(sorted(wanted)), none=tuple(sorted(denied - wanted)))
    whole = reckoned(watchlist, articles)
    for share in whole.terms:
        left = tuple(term for term in watchlist.any if term != share.term)
        less = reckoned(Watchlist("w", any=left or ("nothing",), none=watchlist.none), articles)
        assert share.lost_articles == len(whole.matched) - len(less.matched)
        assert share.lost_stories == len(whole.stories - less.stories)
    for bar in whole.bars:
        left = tuple(term for term in watchlist.none if term != bar.term)
        more = reckoned(Watchlist("w", any=watchlist.any, none=left), articles)
        assert bar.articles == len(more.matched) - len(whole.matched)
        assert bar.stories == len(more.stories - whole.stories)

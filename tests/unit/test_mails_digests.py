"""From a claimed digest or notice to its content: what schedule, slot and rules say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.model import AlertContent, DigestContent
from alerts.render import subject
from jobs.desk import MailVoice
from jobs.mails_digests import digest_content
from jobs.mails_notices import notice_content
from jobs.rules import RuleSet
from newsroom.matching import Matcher
from newsroom.model import ArticleText, Hit, NotifyRule, Watchlist
from newsroom.schedules import IMMEDIATELY, read_quiet, read_schedule
from newsroom.stories_news import News
from newsroom.timetable import Terms
from newsroom.tokens import is_stop_token
from storage.alert_claims import (
    AlertArticle,
    AlertMatch,
    AlertNews,
    ClaimedAlert,
    ClaimedDigest,
    ClaimedNotice,
    DigestItem,
    DigestMatch,
    ShownItem,
)
from storage.sync import StoredWatchlist

TO = "desk@example.org"
AT = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday the 23rd, 08:00 in Seoul
SEOUL = "Asia/Seoul"
VOICE = MailVoice(
    sender="Wirewatch <w@example.org>",
    domain="example.org",
    timezone="UTC",
    language="en",
    base_url="",
    installation="i",
    secret=b"s" * 32,
)
NAMES = {3: "THAAD", 5: "Missiles", 9: "Rice"}


def rules(*terms: Terms) -> RuleSet:
    stored = tuple(
        StoredWatchlist(
            key, 1, AT, AT, None, Watchlist(name, notify=(NotifyRule((TO,), timezone=SEOUL),))
        )
        for key, name in NAMES.items()
    )
    return RuleSet(1, stored, (), Matcher([], None), {TO: terms})


def claim(schedule: str = f"daily 08:00 {SEOUL}", **changes: Any) -> ClaimedAlert:
    """A digest of nothing, told to say so."""
    digest = ClaimedDigest(1, schedule, "2026-11-23 08:00", None, None, empty=True)
    usual: dict[str, Any] = {
        "id": 40,
        "token": "",
        "kind": "digest",
        "recipient": TO,
        "story_id": None,
        "n": 0,
        "copy_of": None,
        "subject": None,
        "created_at": AT,
        "due_at": AT,
        "attempts": 1,
        "deferred_since": None,
        "lease_until": AT,
        "digest": replace(digest, watchlists=(9, 3)),
    }
    return ClaimedAlert(**{**usual, **changes})


def told(of: ClaimedAlert, *terms: Terms, shown: tuple[ShownItem, ...] = ()) -> AlertContent:
    return digest_content(of, shown, rules(*terms), VOICE, None)


def digest_of(content: AlertContent) -> DigestContent:
    assert content.digest is not None
    return content.digest


FLAGS = ("archive", "late", "many", "quiet", "over_cap", "released")


@pytest.mark.parametrize(
    ("schedule", "flags"),
    [
        (f"daily 08:00 {SEOUL}", set[str]()),
        (f"hourly {SEOUL}", set()),
        (f"weekly mon 08:00 {SEOUL}", set()),
        (f"quiet 22:00-06:30 {SEOUL}", {"quiet"}),
        (f"hour {SEOUL}", {"over_cap"}),
        ("late 17", {"late"}),
        ("many 17", {"many"}),
        ("released", {"released"}),
        ("archive", {"archive"}),
    ],
)
def test_what_the_schedules_name_says(schedule: str, flags: set[str]) -> None:
    digest = digest_of(told(claim(schedule)))
    assert {name for name in FLAGS if getattr(digest, name)} == flags


@pytest.mark.parametrize(
    ("slot", "part"),
    [
        ("2026-11-23 08:00", 1),
        ("2026-11-23 08:00;2", 2),
        ("2026-11-23 08:00;13", 13),
        ("2026-11-23 08:00+0900;2", 2),
        ("2026-10-24..2026-11-23.1", 1),
        ("2026-11-23 08:00;x", 1),
    ],
)
def test_which_part_it_is(slot: str, part: int) -> None:
    digest = ClaimedDigest(1, "daily 08:00 UTC", slot, None, None, empty=True)
    assert digest_of(told(claim(digest=digest))).part == part


def terms(when: str, quiet: str | None = None) -> Terms:
    schedule = IMMEDIATELY if when == "immediately" else read_schedule(when)
    return Terms(3, schedule, SEOUL, read_quiet(quiet) if quiet else None)


@pytest.mark.parametrize(
    ("schedule", "slot", "rule", "expected"),
    [
        (f"daily 08:00 {SEOUL}", "2026-11-23 08:00", terms("daily 08:00"), "22-23 Nov"),
        (f"weekdays 08:00 {SEOUL}", "2026-11-23 08:00", terms("weekdays 08:00"), "20-23 Nov"),
        (f"weekly mon 08:00 {SEOUL}", "2026-11-23 08:00", terms("weekly mon 08:00"), "16-23 Nov"),
        (f"hourly {SEOUL}", "2026-11-23 08:00", terms("hourly"), "23 Nov"),
        (
            f"daily 07:30,08:00 {SEOUL}",
            "2026-11-23 08:00",
            terms("daily 07:30,08:00"),
            "23 Nov",
        ),
        (
            f"quiet 22:00-08:00 {SEOUL}",
            "2026-11-23 08:00",
            terms("immediately", "22:00-08:00"),
            "22-23 Nov",
        ),
        # a rule that is no more: a day
        (f"weekly mon 08:00 {SEOUL}", "2026-11-23 08:00", terms("hourly"), "22-23 Nov"),
    ],
)
def test_the_days_in_which_nothing_came(
    schedule: str, slot: str, rule: Terms, expected: str
) -> None:
    """From the schedule's slot before this one."""
    made = ClaimedDigest(1, schedule, slot, None, None, empty=True, watchlists=(3, 9))
    content = told(claim(digest=made), rule)
    assert subject(content) == f"[THAAD +1] nothing new, {expected}"
    assert content.timezone == SEOUL


def test_an_empty_one_names_the_watchlists_that_asked_for_it() -> None:
    assert told(claim()).watchlists == ("THAAD", "Rice")
    unknown = replace(claim().digest, watchlists=(77,))  # type: ignore[type-var]  # it has one
    content = told(claim(digest=unknown))
    assert content.watchlists == ()
    assert subject(content).startswith("[Wirewatch] nothing new, ")


def test_what_is_no_digest_or_has_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="alert 40"):
        told(claim(digest=None))
    filled = ClaimedDigest(1, "daily 08:00 UTC", "2026-11-23 08:00", None, None)
    with pytest.raises(ValueError, match="alert 40"):
        told(claim(digest=filled))


def test_it_carries_what_stops_it() -> None:
    content = told(claim())
    assert is_stop_token(VOICE.secret, content.stop_token, 40, TO)
    unsigned = replace(VOICE, secret=b"")
    assert digest_content(claim(), (), rules(), unsigned, None).stop_token == ""


def article(key: int, title: str, body: str, *, late: str | None = None) -> AlertArticle:
    return AlertArticle(
        id=key,
        source_id=f"s{key}",
        source_name=f"Paper {key}",
        text=ArticleText(title, body=body, language="en"),
        text_mark=1,
        url=f"https://s{key}.example/1",
        state="fetched",
        published_at=AT,
        first_seen_at=AT,
        late=late,
        page_settled=True,
    )


def item(
    n: int, news: tuple[AlertNews, ...] = (), watchlists: tuple[int, ...] = (3,)
) -> DigestItem:
    found = tuple(DigestMatch(w, w, NAMES[w], 1, 1, 1, 1) for w in watchlists)
    return DigestItem(1, 12, AT - timedelta(hours=2), found, n, news)


def shown(one: DigestItem, *articles: AlertArticle) -> ShownItem:
    found = tuple(
        AlertMatch(m.watchlist_id, m.watchlist, 1, 1, 1, (Hit("talks", "body", 4, 9, "talks"),))
        for m in one.matches
    )
    return ShownItem(one, articles, found, (("s1", "Paper 1", None), ("s9", "Paper 9", None)))


BODY = "The talks begin on Dec. 3. Nothing else is known."
NEWS = (AlertNews(1, 1, (News("date", "body", 19, 25, "Dec. 3"),)),)


def filled(one: DigestItem, late: str | None = None, **per_day: Any) -> AlertContent:
    made = ClaimedDigest(1, f"daily 08:00 {SEOUL}", "2026-11-23 08:00", None, None)
    of = claim(digest=made, items=(one,))
    return digest_content(
        of, [shown(one, article(1, "Talks", BODY, late=late))], rules(), VOICE, None, **per_day
    )


def test_of_an_update_what_is_new_is_told() -> None:
    (group,) = digest_of(filled(item(2, NEWS))).groups
    (new,) = group.stories[0].new
    (line,) = new.excerpts
    assert (new.source_name, line.text, line.marks) == (
        "Paper 1",
        "The talks begin on Dec. 3.",
        ((19, 25),),
    )
    (first,) = digest_of(filled(item(0, NEWS))).groups
    assert first.stories[0].new == ()


def test_a_story_of_several_watchlists_stands_once_and_names_them() -> None:
    content = filled(item(0, watchlists=(3, 5, 9)), per_day={3: (1,) * 30, 5: (2,) * 30})
    assert content.watchlists == ("THAAD", "Missiles", "Rice")
    (group,) = digest_of(content).groups
    assert (group.watchlist, group.per_day) == ("THAAD", (1,) * 30)
    (only,) = group.stories
    assert [r.watchlist for r in only.articles[0].reasons] == ["THAAD", "Missiles", "Rice"]
    assert [c.source_name for c in only.articles[0].also_in] == ["Paper 9"]
    assert subject(content) == "[THAAD +2] 1 story, 23 Nov"


def test_what_came_late_says_so() -> None:
    assert digest_of(filled(item(0), late="refill")).groups[0].stories[0].articles[0].late
    assert not digest_of(filled(item(0))).groups[0].stories[0].articles[0].late


def test_a_notice() -> None:
    matter = ClaimedNotice(8, "source:x", "X: silent\nhttps://x.example: blocks us", AT, None)
    of = claim(kind="notice", digest=None, notice=matter)
    content = notice_content(of, VOICE, None)
    assert content.kind == "notice"
    assert content.stop_token == ""
    assert content.notice is not None
    assert (content.notice.title, content.notice.lines, content.notice.about) == (
        "X: silent",
        ("https://x.example: blocks us",),
        "source:x",
    )
    over = notice_content(
        replace(of, n=1, notice=replace(matter, over_at=AT + timedelta(hours=1))), VOICE, None
    )
    assert over.message_id != content.message_id
    assert subject(over) == "[Wirewatch] over: X: silent"
    with pytest.raises(ValueError, match="alert 40"):
        notice_content(claim(), VOICE, None)

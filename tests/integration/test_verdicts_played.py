"""Each verdict on a feed, played by a real site: told once, rightly, in time; so is its end.

The stated times are those of docs/verdicts.md (`newsroom.verdicts.TOLD_AFTER`); the clock goes in
steps of ten minutes, which is how exactly they can be seen here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.strings import EN
from newsroom.reasons import Reason
from newsroom.verdicts import OVER_AFTER, TOLD_AFTER
from tests.integration.verdict_world import BEAT, Watched, play
from tests.newsdesk import rss
from tests.site.behaviour import HTML, hang, raw, status
from tests.site.server import Behaviour, Exchange

LOGIN = b"<html><head><title>Sign in</title></head><body><form>Password</form></body></html>"
CHALLENGE = b"<html><script>window._cf_chl_opt={}</script>Just a moment...</html>"


def _answer(code: int, body: bytes, **headers: str) -> Callable[[], Behaviour]:
    return lambda: status(code, body, **headers)


def _to(url: str) -> Behaviour:
    def act(exchange: Exchange) -> None:
        target = url.format(host=exchange.seen.headers["host"])
        exchange.answer(302, b"", {"Location": target})

    return act


EMPTY = rss().encode()
XML = {"Content-Type": "application/rss+xml"}
BROKEN: list[tuple[str, Reason, Callable[[], Behaviour], str]] = [
    ("403", Reason.BLOCKED, _answer(403, b"no"), "403 Forbidden"),
    ("a challenge", Reason.BLOCKED, _answer(200, CHALLENGE), "challenge page"),
    ("429 that waits", Reason.RATE_LIMITED, _answer(429, b"no", Retry_After="7200"), "429"),
    ("404", Reason.HTTP_4XX, _answer(404, b"no"), "404 Not Found"),
    ("503", Reason.HTTP_5XX, _answer(503, b"no"), "503"),
    ("no items", Reason.EMPTY, lambda: lambda e: e.answer(200, EMPTY, XML), "without items"),
    ("a login page", Reason.NOT_A_FEED, _answer(200, LOGIN), ""),
    ("no answer", Reason.TIMEOUT, hang, ""),
    ("a reset", Reason.CONNECT, lambda: raw(b"", then="reset"), ""),
    ("no certificate", Reason.TLS, lambda: _to("https://{host}/rss"), ""),
    ("robots.txt", Reason.ROBOTS, lambda: _to("http://{host}/closed/rss"), "robots.txt"),
]


@pytest.mark.parametrize(
    ("reason", "broken", "seen"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_a_failing_feed(
    tmp_path: Path, reason: Reason, broken: Callable[[], Behaviour], seen: str
) -> None:
    async def story(one: Watched) -> None:
        one.site.route("/rss", broken())
        began = await one.until(lambda: one.row().verdict == reason, timedelta(hours=1))
        row = one.row()
        assert (row.verdict_since, row.reason) == (began, reason)
        assert seen in row.evidence
        assert "1 poll, so since 2026-08-15" in row.evidence
        at_once = reason is Reason.RATE_LIMITED  # it asks for two hours
        limit = timedelta(0) if at_once else TOLD_AFTER[reason]
        told_at = await one.until(lambda: bool(one.told()), limit + BEAT)
        assert told_at - began <= limit + BEAT
        (subject,) = one.told()
        assert subject.startswith("Example News: silent since ")
        assert subject.endswith(f" · {EN.reasons[reason]}")
        assert seen in one.texts()[0]
        await one.pass_(timedelta(hours=3))
        assert one.told() == [subject]  # it lasts: nothing new is said
        one.show()
        over = await one.until(lambda: one.row().verdict == "ok", timedelta(hours=7))
        assert one.row().evidence is None
        told_at = await one.until(lambda: len(one.told()) == 2, OVER_AFTER + 2 * BEAT)
        assert told_at - over <= OVER_AFTER + BEAT
        assert one.told()[1].startswith("over: Example News: silent")
        await one.pass_(timedelta(hours=2))
        assert len(one.told()) == 2

    closed = "User-agent: *\nDisallow: /closed"
    play(tmp_path, story, policy={"obey_robots": True}, robots=closed)


def test_fault_39_a_wall_is_asked_rarely_and_never_for_gone(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        one.site.route("/rss", status(401))
        await one.until(lambda: one.row().verdict == "blocked", timedelta(hours=1))
        asked = one.site.hits("/rss")
        await one.pass_(timedelta(hours=24))
        assert 4 <= one.site.hits("/rss") - asked <= 8
        row = one.row()
        assert row.next_poll_at is not None
        assert row.verdict == "blocked"
        assert "polls in a row" in row.evidence

    play(tmp_path, story)


def test_fault_41_a_feed_that_is_gone_is_polled_no_more(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        one.site.route("/rss", status(410))
        began = await one.until(lambda: one.row().verdict == "gone", timedelta(hours=1))
        assert len(one.told()) == 1
        assert one.now == began
        assert "410 Gone" in one.told()[0]
        asked = one.site.hits("/rss")
        one.show()
        await one.pass_(timedelta(hours=12))
        assert one.site.hits("/rss") == asked
        assert len(one.told()) == 1
        assert len(one.desk.articles()) == 1  # what it showed is kept
        from storage.edits import pause_source, resume_source

        pause_source(one.desk.db, "news", one.now)
        resume_source(one.desk.db, "news", one.now)
        await one.until(lambda: one.row().verdict == "ok", timedelta(hours=1))

    play(tmp_path, story)


def test_fault_31_a_feed_that_moved_is_followed_after_a_day(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        one.show("/feeds/all.xml")
        one.site.redirect("/rss", one.site.url("/feeds/all.xml"), 301)
        began = await one.until(lambda: one.row().verdict == "moved", timedelta(hours=1))
        assert f"301 to {one.site.url('/feeds/all.xml')} since" in one.row().evidence
        assert one.row().evidence.endswith("seen once")
        told_at = await one.until(lambda: bool(one.told()), TOLD_AFTER[Reason.MOVED] + 2 * BEAT)
        assert told_at - began <= TOLD_AFTER[Reason.MOVED] + BEAT
        assert one.told()[0].startswith("Example News: feed moved since")
        one.publish(at=one.now)  # at the old address: it is read where it is
        one.site.redirect("/rss", one.site.url("/feeds/all.xml"), 301)
        one.show("/feeds/all.xml")
        while one.row().moved_at is None:
            assert one.now - began < timedelta(hours=26)
            assert one.row().verdict == "moved"
            await one.beat(timedelta(minutes=30))
        assert one.row().moved_at - began >= timedelta(hours=24)
        assert one.row().moved_seen >= 3
        assert len(one.desk.articles()) == 2
        asked = one.site.hits("/rss")
        await one.pass_(timedelta(hours=2))
        assert one.site.hits("/rss") == asked
        assert one.row().verdict == "ok"
        assert "the configuration should say so" in one.row().evidence
        assert [s.partition(":")[0] for s in one.told()] == ["Example News", "over"]
        # the new address ends: the configured one is asked again
        one.site.route("/feeds/all.xml", status(404))
        one.show()
        await one.until(lambda: one.site.hits("/rss") > asked, timedelta(hours=16))
        assert one.row().moved_to is None
        assert one.row().verdict == "ok"

    play(tmp_path, story)


@pytest.mark.parametrize("code", [302, 307])
def test_a_temporary_redirect_is_nothing(tmp_path: Path, code: int) -> None:
    async def story(one: Watched) -> None:
        one.show("/elsewhere")
        one.site.redirect("/rss", one.site.url("/elsewhere"), code)
        await one.pass_(timedelta(hours=4))
        assert one.row().verdict == "ok"
        assert one.told() == []

    play(tmp_path, story)


def test_a_redirect_to_the_front_page_is_no_move(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        one.site.redirect("/rss", one.site.url("/"), 301)
        one.site.route("/", lambda e: e.answer(200, LOGIN, HTML))
        await one.until(lambda: one.row().verdict == "not_a_feed", timedelta(hours=1))
        assert one.row().moved_to is None

    play(tmp_path, story)

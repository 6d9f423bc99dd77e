"""The end of an item's way: what the mail server, the database and bugs do to a delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs import step_deliver
from jobs.judging import still_wanted
from jobs.step_deliver import deliver
from newsroom.errors import DatabaseUnavailable
from storage.outbox_tables import alerts, channels
from tests.newsdesk import FILLER, Newsdesk, item, newsdesk, page, rss, source, watchlist
from tests.scripted_channel import ScriptedChannel

TO = "desk@example.org"


def play(
    folder: Path, story: Callable[[Newsdesk, ScriptedChannel], Awaitable[None]], **parts: Any
) -> None:
    async def main() -> None:
        async with newsdesk(folder, **parts) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            await story(desk, channel)

    asyncio.run(main())


def states(desk: Newsdesk) -> list[str]:
    return sorted(alert["state"] for alert in desk.alerts())


def recipients(count: int) -> list[str]:
    return [f"r{n:02}@example.org" for n in range(count)]


def told(to: Sequence[str]) -> Any:
    return [watchlist("THAAD", "THAAD", to=to)]


def test_one_bug_costs_one_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert that cannot be made or judged is held; those claimed with it go."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        async def judged(desk: Any, claim: Any) -> Any:
            if claim.recipient == "r00@example.org":
                raise RuntimeError("a rule that cannot be judged")
            return await still_wanted(desk, claim)

        monkeypatch.setattr(step_deliver, "still_wanted", judged)
        desk.feed(item(1, "THAAD"))
        summary = await desk.run()
        assert (summary.mails.sent, summary.mails.held) == (4, 1)
        assert states(desk) == ["held", "sent", "sent", "sent", "sent"]

    play(tmp_path, story, watchlists=told(recipients(5)))


def test_a_bug_in_the_channel_is_an_unknown_outcome(tmp_path: Path) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.fail_with("r00@example.org", RuntimeError("a bug"))
        desk.feed(item(1, "THAAD"))
        summary = await desk.run()
        assert (summary.mails.sent, summary.mails.deferred) == (1, 1)
        channel.take_all()
        assert (await desk.run()).mails.sent == 1
        assert states(desk) == ["sent", "sent"]

    play(tmp_path, story, watchlists=told(recipients(2)))


def test_a_failing_database_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Source health could not be read: the alert goes later, no person has to look at it."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        async def locked(_desk: Any) -> Any:
            raise DatabaseUnavailable("locked")

        desk.feed(item(1, "THAAD"))
        with monkeypatch.context() as patch:
            patch.setattr(step_deliver, "health_content", locked)
            with pytest.raises(DatabaseUnavailable):
                await desk.run()
        assert "held" not in states(desk)
        await desk.run(minutes=20)
        assert states(desk) == ["sent", "sent", "sent"]

    play(tmp_path, story, watchlists=told(recipients(3)))


def test_bad_health_costs_the_footer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        async def broken(_desk: Any) -> Any:
            raise RuntimeError("a bug")

        monkeypatch.setattr(step_deliver, "health_content", broken)
        desk.feed(item(1, "THAAD"))
        assert (await desk.run()).mails.sent == 1

    play(tmp_path, story)


def test_an_answer_is_kept_though_the_database_fails_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        store, failing = desk.desk.store, [DatabaseUnavailable("locked")] * 3
        real = store.go_on

        def go_on(taken: Any, *args: Any) -> dict[int, int]:
            if taken and failing:
                raise failing.pop()
            return real(taken, *args)

        monkeypatch.setattr(store, "go_on", go_on)
        desk.feed(item(1, "THAAD"))
        await desk.run()
        assert states(desk) == ["sent"]
        await desk.run(hours=1)
        assert len(channel.accepted) == 1

    play(tmp_path, story)


def test_a_slow_server_gets_all_of_a_pass(tmp_path: Path) -> None:
    """A lease too short for another mail is renewed in the same pass."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.before = lambda: desk.clock.pass_(seconds=60)
        desk.feed(item(1, "THAAD"))
        assert (await desk.run()).mails.sent == 15

    play(tmp_path, story, watchlists=told(recipients(15)))


def test_only_an_answer_says_that_a_channel_is_up(tmp_path: Path) -> None:
    """A probe whose alert is cancelled at the claim tells nothing of the server."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.go_down()
        desk.feed(item(1, "THAAD"))
        await desk.run()
        for _ in range(3):
            await desk.run(minutes=20)
        with desk.db.write() as conn:  # as if the rules were changed while the claim was made
            conn.execute(update(alerts).values(due_at=desk.clock.now()))
        desk.desk.rules = replace(desk.desk.rules, tell=())
        desk.clock.pass_(minutes=20)
        await deliver(desk.desk)
        assert states(desk) == ["cancelled"]
        with desk.db.read() as conn:
            row = conn.execute(select(channels)).one()
        assert row.failures == 4
        assert row.down_since is not None
        assert len(channel.tried) == 4

    play(tmp_path, story)


def test_one_probe_at_a_time(tmp_path: Path) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        store = desk.desk.store
        now = desk.clock.now()
        store.channel_down("scripted", now, next_probe_at=now, reason="refused")
        store.channel_down("scripted", now, next_probe_at=now, reason="refused")
        assert store.begin_probe("scripted", now)
        assert not store.begin_probe("scripted", now)
        assert store.begin_probe("scripted", now + timedelta(minutes=11))  # the prober died

    play(tmp_path, story)


def test_mails_wait_for_a_server_and_go_once(tmp_path: Path) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.go_down()
        desk.feed(*(item(n, f"THAAD {n}") for n in range(5)))
        summary = await desk.run()
        assert summary.exit_code == 3
        assert channel.tried == [TO]
        for _ in range(6):
            await desk.run(hours=8)
        assert len(channel.tried) == 7  # one probe each
        channel.come_up()
        await desk.run(minutes=20)
        assert len(channel.accepted) == len(channel.by_id()) == 5
        assert states(desk) == ["sent"] * 5

    play(tmp_path, story)


def test_time_without_a_login_is_not_held_against_a_mail(tmp_path: Path) -> None:
    """Greylisted, then the login fails for six days: the mail has its five days still."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.refuse_for_now(TO)
        desk.feed(item(1, "THAAD"))
        await desk.run()
        assert states(desk) == ["deferred"]
        channel.refuse_login()
        for _ in range(12):
            await desk.run(hours=12)
        channel.come_up()
        await desk.run(hours=12)
        await desk.run(hours=12)
        assert states(desk) == ["deferred"]
        for _ in range(12):
            await desk.run(hours=12)
        assert states(desk) == ["held"]

    play(tmp_path, story)


def test_a_lost_answer_is_sent_again_unchanged_whatever_came_between(tmp_path: Path) -> None:
    """Not judged again, although the server could not be reached at the attempt after."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.lose_answer(took=True)
        desk.feed(item(1, "THAAD"))
        await desk.run()
        channel.go_down()
        await desk.run(minutes=5)
        channel.come_up()
        await desk.configure(watchlist("THAAD", "Rice"))  # would not match any more
        await desk.run(hours=1)
        assert states(desk) == ["sent"]
        assert [len(set(bodies)) for bodies in channel.by_id().values()] == [1]
        assert len(channel.accepted) == 2

    play(tmp_path, story)


def test_a_mail_that_is_rendered_keeps_its_watchlists(tmp_path: Path) -> None:
    """It names both already: it goes whole, or not at all."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.refuse_for_now(TO)
        desk.feed(item(1, "THAAD and rice"))
        await desk.run()
        await desk.configure(watchlist(), watchlist("Rice", "wheat"))
        channel.take_all()
        await desk.run(hours=1)
        assert [a["watchlists"] for a in desk.alerts()] == [["THAAD", "Rice"]]

    play(tmp_path, story, watchlists=[watchlist(), watchlist("Rice", "rice")])


def test_what_left_its_alert_is_told_when_a_revision_matches(tmp_path: Path) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.go_down()
        desk.feed(item(1, "Rice"), item(2, "Other"))
        await desk.run()
        await desk.configure(watchlist("Food", "wheat"))
        channel.come_up()
        await desk.run(hours=1)
        assert states(desk) == ["cancelled"]
        desk.feed(item(1, "Rice and wheat"), item(2, "Other"))
        await desk.run()
        assert states(desk) == ["cancelled", "sent"]

    play(tmp_path, story, watchlists=[watchlist("Food", "rice")])


def test_another_article_of_the_story_may_still_match(tmp_path: Path) -> None:
    """What one article does not say by the new rules, the copy in the other outlet does."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.go_down()
        desk.feed(item(1, "Fleet sails"))
        desk.page(1, "Fleet sails", "The ships left at dawn.")
        copy = "https://other.example/a/9"
        shown = rss(item(9, "Fleet sails with rice", link=copy))
        desk.sites.put("https://other.example/rss", shown)
        text = page("Fleet sails with rice", "The ships left at dawn.", *FILLER)
        desk.sites.put(copy, text)
        await desk.run()
        assert len({a["story"] for a in desk.articles()}) == 1
        await desk.configure(watchlist("Navy", "rice"))
        channel.come_up()
        await desk.run(hours=1)
        assert sorted(set(states(desk)) - {"folded"}) == ["sent"]
        assert len(channel.accepted) == 1

    other = source(
        id="other",
        name="Other",
        hosts=("other.example",),
        feeds=("https://other.example/rss",),
    )
    play(tmp_path, story, sources=[source(), other], watchlists=[watchlist("Navy", "fleet")])

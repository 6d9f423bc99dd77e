"""Lanes side by side over the whole way: a channel that fails or hangs concerns nobody else."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import open_url
from alerts.webhook import WebhookChannel
from jobs.owner import is_alive, this_process
from jobs.service import Service
from newsroom.ports import Channel
from newsroom.recipients import kind_of, lane_of, shown
from storage.status import status as read_status
from tests.newsdesk import Newsdesk, item, newsdesk, watchlist
from tests.scripted_channel import ScriptedChannel
from tests.site.behaviour import hang, raw
from tests.site.server import Exchange, Seen, Site

MAIL = "desk@example.org"
Story = Callable[[Newsdesk, Site, ScriptedChannel], Awaitable[None]]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


def hook(site: Site, path: str = "/hook/5ecret") -> str:
    return f"webhook+{site.url(path)}"


def play(folder: Path, site: Site, story: Story, *to: str) -> None:
    """A desk that tells `to` of THAAD; webhooks are given up after two seconds."""

    def opened(url: str) -> Channel:
        if kind_of(url) == "webhook":
            return WebhookChannel(url, secret="s3cret", deadline=2.0)
        return open_url(url)

    async def run() -> None:
        async with newsdesk(folder, watchlists=[watchlist(to=to)]) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.desk.channels.open_url = opened
            await story(desk, site, channel)

    asyncio.run(run())


async def tell(desk: Newsdesk, n: int) -> None:
    """One more story, over a single pass."""
    desk.feed(*(item(k, f"THAAD battery number {k} is moved") for k in range(1, n + 1)))
    desk.page(n, f"THAAD battery number {n} is moved", f"Battery number {n} of THAAD was moved.")
    await desk.run()


def states(desk: Newsdesk) -> dict[str, list[str]]:
    """States of the alerts by recipient, oldest first."""
    found: dict[str, list[str]] = {}
    for alert in reversed(desk.alerts()):
        found.setdefault(alert["recipient"], []).append(alert["state"])
    return found


def down(desk: Newsdesk) -> set[str]:
    return {c["name"] for c in status(desk)["channels"] if c["down_since"]}


def status(desk: Newsdesk) -> dict[str, Any]:
    return read_status(desk.db, desk.clock.now())


def bodies(site: Site, path: str = "/hook/5ecret") -> list[bytes]:
    return [seen.body for seen in site.requests(path)]


def test_one_story_by_every_channel(tmp_path: Path, site: Site) -> None:
    site.page("/hook/5ecret", b"ok")
    site.page("/chat", b"ok")
    chat = f"json://{site.host}/chat"

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        await tell(desk, 1)
        assert states(desk) == {MAIL: ["sent"], shown(hook(site)): ["sent"], shown(chat): ["sent"]}
        (told,) = map(json.loads, bodies(site))
        alert = next(a for a in desk.alerts() if a["recipient"] == shown(hook(site)))
        assert told["event"] == "alert.immediate"
        assert told["id"] == alert["message_id"]
        assert told["watchlists"] == ["THAAD"]
        assert told["story"]["id"] == alert["story"]
        (article,) = told["story"]["articles"]
        assert article["url"] == "https://news.example/story/1"
        for sentence in article["sentences"]:
            marked = [sentence["text"][start:end] for start, end in sentence["spans"]]
            assert set(marked) == {"THAAD"}
        short = json.loads(bodies(site, "/chat")[0])
        assert short["title"] == channel.subjects()[0]
        assert "https://news.example/story/1" in short["message"]

    play(tmp_path, site, story, MAIL, hook(site), chat)


def test_a_hanging_webhook_delays_no_mail(tmp_path: Path, site: Site) -> None:
    """The running service: mails go on while a webhook keeps its lane waiting."""
    site.route("/hook/5ecret", hang())

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        async def reload() -> None:
            """Nothing changes."""

        desk.desk.channels.open_url = partial(WebhookChannel, deadline=60.0)
        service = Service(desk.desk, this_process(), is_alive, reload)
        desk.feed(item(1, "THAAD battery number 1 is moved"))
        desk.page(1, "THAAD battery number 1 is moved")
        running = asyncio.create_task(service.run())
        try:
            await until(lambda: len(channel.accepted) == 1 and site.hits("/hook/5ecret") == 1)
            desk.clock.pass_(hours=2)
            desk.feed(*(item(n, f"THAAD battery number {n} is moved") for n in (1, 2)))
            desk.page(2, "THAAD battery number 2 is moved")
            service.wake()
            await until(lambda: len(channel.accepted) == 2)
            assert site.hits("/hook/5ecret") == 1
        finally:
            service.stop()
            await running
        await until(lambda: states(desk)[MAIL] == ["sent", "sent"])

    play(tmp_path, site, story, MAIL, hook(site))


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what other threads do; AssertionError where it never comes."""
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def test_every_gate_is_its_own(tmp_path: Path, site: Site) -> None:
    site.page("/hook/5ecret", b"", status=401)
    site.page("/hook/other", b"")
    broken, sound = hook(site), hook(site, "/hook/other")

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        await tell(desk, 1)
        assert states(desk) == {MAIL: ["sent"], shown(broken): ["pending"], shown(sound): ["sent"]}
        assert down(desk) == {lane_of(broken)}
        (notice,) = status(desk)["notices"]
        assert lane_of(broken) in notice["text"]
        assert "5ecret" not in json.dumps(status(desk))
        channel.go_down()
        await tell(desk, 2)
        assert down(desk) == {lane_of(broken), "scripted"}
        assert states(desk)[MAIL] == ["sent", "pending"]
        assert states(desk)[shown(sound)] == ["sent", "sent"]
        site.page("/hook/5ecret", b"")
        await tell(desk, 3)
        assert down(desk) == {"scripted"}
        assert states(desk)[shown(broken)] == ["sent"] * 3
        channel.come_up()
        await tell(desk, 4)
        assert down(desk) == set()
        assert states(desk)[MAIL] == ["sent"] * 4

    play(tmp_path, site, story, MAIL, broken, sound)


def test_what_was_not_answered_goes_again_unchanged_after_a_restart(
    tmp_path: Path, site: Site
) -> None:
    site.route("/hook/5ecret", raw(b"", then="reset"))

    async def cut(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        await tell(desk, 1)
        assert states(desk)[shown(hook(site))] == ["deferred"]

    async def again(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        desk.clock.pass_(hours=1)
        site.page("/hook/5ecret", b"")
        await desk.run()
        assert states(desk)[shown(hook(site))] == ["sent"]
        assert states(desk)[MAIL] == ["sent"]
        assert channel.accepted == []

    play(tmp_path, site, cut, MAIL, hook(site))
    play(tmp_path, site, again, MAIL, hook(site))
    first, second = site.requests("/hook/5ecret")
    assert first.body == second.body
    names = ("x-wirewatch-delivery", "x-wirewatch-event", "x-wirewatch-signature")
    assert [first.headers[n] for n in names] == [second.headers[n] for n in names]


def test_a_pause_that_is_asked_for_is_kept_by_the_whole_lane(tmp_path: Path, site: Site) -> None:
    def slow_down(exchange: Exchange) -> None:
        exchange.answer(429, b"", {"Retry-After": "1800"})

    site.route("/hook/5ecret", slow_down)

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        desk.feed(*(item(n, f"THAAD battery number {n} is moved") for n in (1, 2, 3)))
        await desk.run()
        assert sorted(states(desk)[shown(hook(site))]) == ["deferred", "pending", "pending"]
        assert site.hits("/hook/5ecret") == 1
        assert status(desk)["notices"] == []
        (asked,) = (c for c in status(desk)["channels"] if c["down_since"])
        wait = desk.clock.now() + timedelta(minutes=30)
        assert asked["next_probe_at"] == wait.isoformat()
        assert asked["failures"] == 0
        site.page("/hook/5ecret", b"")
        desk.clock.pass_(minutes=31)
        await desk.run()
        assert states(desk)[shown(hook(site))] == ["sent"] * 3
        assert down(desk) == set()

    play(tmp_path, site, story, hook(site))


@pytest.mark.parametrize("status_code", [400, 410])
def test_what_a_receiver_will_not_have_is_held(
    tmp_path: Path, site: Site, status_code: int
) -> None:
    site.page("/hook/5ecret", b"", status=status_code)

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        await tell(desk, 1)
        assert states(desk) == {MAIL: ["sent"], shown(hook(site)): ["held"]}
        (notice,) = status(desk)["notices"]
        assert shown(hook(site)) in notice["text"]
        assert "5ecret" not in notice["text"]
        site.page("/hook/5ecret", b"")
        await tell(desk, 2)
        assert states(desk)[shown(hook(site))] == ["held", "sent"]

    play(tmp_path, site, story, MAIL, hook(site))


def test_updates_and_digests_by_webhook(tmp_path: Path, site: Site) -> None:
    """What waits for a slot comes as one body that tells all of it."""
    site.page("/hook/5ecret", b"")

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        from dataclasses import replace

        hourly = watchlist(to=[hook(site)])
        rule = replace(hourly.notify[0], when="hourly")
        await desk.configure(replace(hourly, notify=(rule,)))
        for n in (1, 2):
            desk.feed(*(item(k, f"THAAD battery number {k} is moved") for k in range(1, n + 1)))
            await desk.run(minutes=5)
        assert site.hits("/hook/5ecret") == 0
        desk.clock.pass_(hours=1)
        await desk.run()
        (told,) = map(json.loads, bodies(site))
        assert told["event"] == "alert.digest"
        assert told["digest"]["count"] == 2
        stories = [s for group in told["digest"]["groups"] for s in group["stories"]]
        assert {s["id"] for s in stories} == set(told["digest"]["story_ids"])

    play(tmp_path, site, story, hook(site))


def test_the_service_ends_though_a_channel_hangs(tmp_path: Path, site: Site) -> None:
    """What was under way is uncertain, and goes again with the same name."""
    site.route("/hook/5ecret", hang())

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        desk.desk.channels.open_url = partial(WebhookChannel, deadline=60.0)
        desk.feed(item(1, "THAAD battery number 1 is moved"))
        passing = asyncio.create_task(desk.run())
        await until(lambda: site.hits("/hook/5ecret") == 1)
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing

    async def after(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        site.page("/hook/5ecret", b"")
        desk.clock.pass_(hours=1)
        await desk.run()
        assert states(desk)[shown(hook(site))] == ["sent"]

    play(tmp_path, site, story, hook(site))
    play(tmp_path, site, after, hook(site))
    requests: list[Seen] = site.requests("/hook/5ecret")
    assert len(requests) == 2
    assert requests[0].body == requests[1].body


def test_an_answer_that_comes_while_the_service_ends_is_kept(tmp_path: Path, site: Site) -> None:
    """The mail has gone: the next start sends it no second time."""
    began, answers = threading.Event(), threading.Event()

    async def story(desk: Newsdesk, site: Site, channel: ScriptedChannel) -> None:
        def hold() -> None:
            began.set()
            answers.wait(30)

        channel.before = hold
        desk.feed(item(1, "THAAD battery number 1 is moved"))
        passing = asyncio.create_task(desk.run())
        await until(began.is_set)
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing
        assert states(desk) == {MAIL: ["sending"]}
        answers.set()
        await until(lambda: states(desk) == {MAIL: ["sent"]})

    play(tmp_path, site, story, MAIL)

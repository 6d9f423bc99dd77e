"""WebSub with a real hub on loopback: asked, verified, told, renewed, denied, left."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from sqlalchemy import update

from config.settings import Settings
from jobs.desk import Desk
from jobs.step_hubs import hubs as hub_step
from jobs.step_poll import poll_feed
from newsroom.model import Source
from storage.coverage_tables import hubs
from storage.database import Database
from storage.tables import feeds
from tests.integration.fetching import fetching, quick
from tests.newsdesk import InlineReader
from tests.rows import NOW, rows
from tests.site.feeds import rss
from tests.site.loop import run_async
from tests.site.server import Exchange, Site
from tests.web_case import HeldClock, Web, web_part
from wirewatch.app import desk_of, put_configuration

DAY = timedelta(days=1)


@dataclass
class Hub:
    """A hub that takes subscriptions and verifies them when it is told to."""

    site: Site
    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site.route("/hub", self._take)

    def _take(self, exchange: Exchange) -> None:
        assert exchange.seen.method == "POST"
        self.asked.append(dict(parse_qsl(exchange.seen.body.decode(), strict_parsing=True)))
        exchange.answer(self.status, b"")

    def verify(self, mode: str = "subscribe", **changes: str) -> requests.Response:
        """Verify the last question."""
        last = self.asked[-1]
        query = {"mode": mode, "topic": last["hub.topic"], "challenge": "c<b>&", **changes}
        return requests.get(
            last["hub.callback"], {f"hub.{k}": v for k, v in query.items()}, timeout=30
        )

    def tell(self, body: bytes = b"<rss/>", *, signature: str | None = None) -> requests.Response:
        last = self.asked[-1]
        own = "sha256=" + hmac.new(last["hub.secret"].encode(), body, "sha256").hexdigest()
        given = own if signature is None else signature
        headers = {"X-Hub-Signature": given, "Content-Type": "application/rss+xml"}
        return requests.post(last["hub.callback"], body, headers=headers, timeout=30)


@dataclass
class World:
    """A desk, its page, an outlet with a feed, and a hub."""

    db: Database
    web: Web
    clock: HeldClock
    outlet: Site
    hub: Hub
    desk: Desk

    async def poll(self) -> None:
        await poll_feed(self.desk, rows(self.db, feeds)[0].id, forced=True)

    async def beat(self, **later: float) -> None:
        self.clock.at += timedelta(**later)
        await hub_step(self.desk)

    @property
    def row(self) -> Any:
        (row,) = rows(self.db, hubs)
        return row

    def planned(self, **values: Any) -> datetime:
        """The feed's next poll; `values` are written first."""
        if values:
            with self.db.write() as connection:
                connection.execute(update(feeds).values(**values))
        at: datetime = rows(self.db, feeds)[0].next_poll_at
        return at


Play = Callable[[Callable[[World], Awaitable[None]]], None]


@pytest.fixture
def play(sqlite_database: Database, tmp_path: Path) -> Iterator[Play]:
    db = sqlite_database
    with Site() as outlet, web_part(db) as web:
        hub = Hub(outlet)

        @asynccontextmanager
        async def world() -> AsyncIterator[World]:
            link = (
                f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{outlet.url("/hub")}"/>'
            )
            body = rss([{"title": "A", "link": outlet.url("/1"), "guid": "1"}], extra=link)
            outlet.page("/rss", body, content_type="application/rss+xml")
            host = outlet.url("/").split("/")[2]
            source = Source(id="out", name="Outlet", hosts=(host,), feeds=(outlet.url("/rss"),))
            settings = Settings(data_dir=tmp_path, database_url="", sources=(source,))
            put_configuration(db, settings, web.clock)
            async with (
                fetching(quick()) as fetcher,
                desk_of(
                    settings, db, clock=web.clock, fetcher=fetcher, reader=InlineReader()
                ) as parts,
            ):
                parts.desk.voice = replace(parts.desk.voice, base_url=web.url("/"))
                yield World(db, web, web.clock, outlet, hub, parts.desk)

        def run(scenario: Callable[[World], Awaitable[None]]) -> None:
            async def whole() -> None:
                async with world() as made:
                    await scenario(made)

            run_async(whole)

        yield run


def calling(function: Callable[..., requests.Response], *args: Any, **options: Any) -> Any:
    """Off the loop: the page answers from a loop of its own, but the desk's must not stand."""
    import asyncio

    return asyncio.to_thread(function, *args, **options)


async def subscribed(world: World) -> None:
    await world.poll()
    await world.beat()
    assert (await calling(world.hub.verify, lease_seconds="864000")).status_code == 200
    assert world.row.state == "active"


def test_a_hub_is_asked_verifies_and_its_word_makes_the_feed_due(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        await world.beat()
        (asked,) = world.hub.asked
        assert asked["hub.mode"] == "subscribe"
        assert asked["hub.topic"] == world.outlet.url("/rss")
        assert asked["hub.callback"] == world.web.url(f"/hub/{world.row.token}")
        assert world.row.state == "asked"
        answer = await calling(world.hub.verify, lease_seconds="3600")
        assert (answer.status_code, answer.text) == (200, "c<b>&")
        assert answer.headers["content-type"].startswith("text/plain")
        assert world.row.lease_ends_at == NOW + timedelta(hours=1)
        polls = world.outlet.hits("/rss")
        usual = NOW + timedelta(minutes=30)
        world.planned(last_poll_at=NOW, next_poll_at=usual)
        world.clock.at += timedelta(minutes=5)
        assert (await calling(world.hub.tell)).status_code == 202
        assert world.planned() == world.clock.at
        assert world.outlet.hits("/rss") == polls  # it is the poll that looks, later
        # the same words again, within a minute of the poll they led to
        world.planned(last_poll_at=world.clock.at, next_poll_at=world.clock.at + timedelta(hours=1))
        await calling(world.hub.tell)
        assert world.planned() == world.clock.at + timedelta(minutes=1)

    play(scenario)


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha1=", "md5=x", "none"])
def test_a_wrong_signature_changes_nothing(play: Play, signature: str) -> None:
    async def scenario(world: World) -> None:
        await subscribed(world)
        before = world.planned(next_poll_at=NOW + timedelta(minutes=30))
        answer = await calling(world.hub.tell, signature=signature)
        assert answer.status_code == 202  # nobody learns how near he was
        assert world.planned() == before
        assert world.row.last_told_at is None

    play(scenario)


def test_what_we_did_not_ask_is_not_verified(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        await world.beat()
        own = world.hub.asked[-1]
        for changes in (
            {"topic": "https://other.example/"},
            {"mode": "unsubscribe"},
            {"mode": "x"},
            {"challenge": ""},
            {"challenge": "x" * 1_001},
        ):
            assert (await calling(world.hub.verify, **changes)).status_code == 404
        stranger = world.web.url("/hub/nobody")
        world.hub.asked.append({**own, "hub.callback": stranger})
        assert (await calling(world.hub.verify)).status_code == 404
        assert (await calling(world.hub.tell)).status_code == 410
        assert world.row.state == "asked"

    play(scenario)


def test_a_call_too_long_is_refused_unread(play: Play) -> None:
    async def scenario(world: World) -> None:
        await subscribed(world)
        before = world.planned(next_poll_at=NOW + timedelta(minutes=30))
        answer = await calling(world.hub.tell, b"x" * (10 * 1024 * 1024 + 1))
        assert answer.status_code == 413
        assert world.planned() == before

    play(scenario)


def test_a_failing_feed_keeps_its_delay(play: Play) -> None:
    async def scenario(world: World) -> None:
        await subscribed(world)
        before = world.planned(next_poll_at=NOW + timedelta(minutes=30), failures=2)
        await calling(world.hub.tell)
        assert world.planned() == before

    play(scenario)


def test_a_denied_subscription_is_asked_again_after_a_week(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        await world.beat()
        answer = await calling(world.hub.verify, "denied", reason="not\nyou")
        assert answer.status_code == 200
        assert (world.row.state, world.row.detail) == ("denied", "notyou")
        await world.beat(days=6)
        assert len(world.hub.asked) == 1
        await world.beat(days=1)
        assert len(world.hub.asked) == 2
        assert world.row.state == "asked"
        world.hub.status = 403
        await world.beat(hours=2)
        assert world.row.state == "denied"

    play(scenario)


def test_a_lease_is_renewed_before_its_end_and_stands_meanwhile(play: Play) -> None:
    async def scenario(world: World) -> None:
        await subscribed(world)
        for _ in range(8):
            await world.beat(days=1)
        assert len(world.hub.asked) == 1
        world.hub.status = 503
        await world.beat(days=1)
        assert len(world.hub.asked) == 2
        assert world.row.state == "active"
        await world.beat(minutes=9)
        assert len(world.hub.asked) == 2  # not before its delay
        world.hub.status = 202
        await world.beat(minutes=1)
        assert len(world.hub.asked) == 3
        assert (await calling(world.hub.verify, lease_seconds="864000")).status_code == 200
        assert world.row.lease_ends_at == world.clock.at + 10 * DAY

    play(scenario)


def test_a_hub_that_never_verifies_is_asked_ever_more_seldom(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        for _ in range(96):
            await world.beat(hours=1)
        assert 5 <= len(world.hub.asked) <= 12

    play(scenario)


def test_without_an_address_of_our_own_no_hub_is_asked_and_one_that_was_is_left(play: Play) -> None:
    async def scenario(world: World) -> None:
        voice = world.desk.voice
        world.desk.voice = replace(voice, base_url="")
        await world.poll()
        await world.beat()
        assert world.hub.asked == []
        world.desk.voice = voice
        await world.beat()
        await calling(world.hub.verify)
        world.desk.voice = replace(voice, base_url="")
        await world.beat(minutes=1)
        left = world.hub.asked[-1]
        assert left["hub.mode"] == "unsubscribe"
        assert "hub.secret" not in left
        assert (await calling(world.hub.verify, "unsubscribe")).status_code == 200
        await world.beat(minutes=1)
        assert rows(world.db, hubs) == []
        assert len(world.hub.asked) == 2

    play(scenario)


def test_a_feed_that_is_polled_no_more_is_left(play: Play) -> None:
    async def scenario(world: World) -> None:
        await subscribed(world)
        world.planned(configured=False, active=False)
        world.hub.status = 500
        for _ in range(10):
            await world.beat(hours=3)
        modes = [asked["hub.mode"] for asked in world.hub.asked]
        assert modes == ["subscribe"] + ["unsubscribe"] * 4
        assert rows(world.db, hubs) == []

    play(scenario)


def test_a_hub_on_a_private_address_is_not_called(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        async with fetching(quick(allow_private_networks=())) as careful:
            world.desk.fetcher = careful
            await world.beat()
        assert world.hub.asked == []
        assert "not a public address" in world.row.detail

    play(scenario)


def test_a_hub_that_leads_elsewhere_gets_the_question_there_or_none(play: Play) -> None:
    async def scenario(world: World) -> None:
        await world.poll()
        moved = {"Location": world.outlet.url("/hub")}
        world.outlet.route("/old", lambda exchange: exchange.answer(302, b"", moved))
        with world.db.write() as connection:
            connection.execute(update(hubs).values(hub=world.outlet.url("/old")))
        await world.beat()
        assert world.hub.asked == []
        world.outlet.route("/old", lambda exchange: exchange.answer(308, b"", moved))
        await world.beat(hours=1)
        assert len(world.hub.asked) == 1

    play(scenario)

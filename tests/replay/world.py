"""The replay's world: outlets on loopback, a mail server, and the service with a scripted clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from config.settings import FetchSettings, MailSettings, Settings
from jobs.owner import is_alive
from jobs.service import Service
from newsroom.model import NotifyRule, Source, Watchlist
from tests.newsdesk import ManualClock
from tests.replay.material import BEGIN
from tests.replay.outlets import OUTLETS, Outlet, Shown, feed, outlet_of, page, path_of, published
from tests.replay.plans import Filing
from tests.replay.reckoning import LISTS
from tests.site.mailserver import MailServer
from tests.site.server import Site
from wirewatch.app import desk_of, open_database

POLLED_EVERY = timedelta(minutes=5)
NIGHT = timedelta(hours=20)
"""Four in the morning of the second day."""
AFTERWARDS = (timedelta(hours=1), timedelta(hours=3), timedelta(hours=9))
"""After the last mail that is due: what should not come has time to."""
_PATIENCE_S = 60.0


class World:
    """What the outlets show, by address; one Site each."""

    def __init__(self, sites: dict[str, Site]) -> None:
        self.sites = sites
        self._shown: dict[tuple[str, str], Shown] = {}
        self.outlets = {sites[outlet.id].host: outlet for outlet in OUTLETS}
        for outlet in OUTLETS:
            self._put_feed(outlet)

    def show(self, filings: Sequence[Filing]) -> None:
        """Let outlets print these."""
        for filing in filings:
            outlet, path = outlet_of(filing), path_of(filing)
            before = self._shown.get((outlet.id, path))
            shown = Shown(filing, before.first if before else published(filing))
            self._shown[outlet.id, path] = shown
            self._put(outlet, path, page(shown), "text/html; charset=utf-8")
        for outlet in {outlet_of(filing) for filing in filings}:
            self._put_feed(outlet)

    def story_at(self, host: str, path: str) -> str:
        """The key of the story whose page stands there."""
        return self._shown[self.outlets[host].id, path].filing.story.key

    def _put_feed(self, outlet: Outlet) -> None:
        mine = [shown for (name, _), shown in self._shown.items() if name == outlet.id]
        body = feed(outlet, self.sites[outlet.id].url("").rstrip("/"), mine)
        self._put(outlet, outlet.feed, body, "application/rss+xml; charset=utf-8")

    def _put(self, outlet: Outlet, path: str, body: bytes, kind: str) -> None:
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        self.sites[outlet.id].page(path, body, content_type=kind, etag=tag)


@contextmanager
def on_air() -> Iterator[World]:
    """All outlets, listening."""
    with ExitStack() as stack:
        yield World({outlet.id: stack.enter_context(Site()) for outlet in OUTLETS})


def settings(folder: Path, database_url: str, world: World, mail: MailServer) -> Settings:
    """The operator's decisions."""
    return Settings(
        data_dir=folder,
        database_url=database_url,
        timezone="Asia/Seoul",
        mail=MailSettings(url=mail.url()),
        fetch=FetchSettings(allow_private_networks=("127.0.0.0/8",)),
        sources=tuple(_source(outlet, world.sites[outlet.id]) for outlet in OUTLETS),
        watchlists=tuple(
            Watchlist(
                name=entry.name,
                any=entry.terms,
                update_interval=entry.interval,
                notify=(NotifyRule(to=(entry.to,), timezone="Asia/Seoul"),),
                origin="test",
            )
            for entry in LISTS
        ),
    )


def _source(outlet: Outlet, site: Site) -> Source:
    return Source(
        id=outlet.id,
        name=outlet.name,
        hosts=(site.host,),
        feeds=(site.url(outlet.feed),),
        page=outlet.page,
        language=outlet.language,
        timezone="Asia/Seoul",
        interval_min=POLLED_EVERY,
        interval_max=POLLED_EVERY,
        delay=timedelta(0),
    )


async def play(
    world: World, chosen: Settings, filings: Sequence[Filing], stops: Sequence[timedelta]
) -> None:
    """Run the service through the script: at each stop the clock stands until nothing is due.

    `stops` are the times after the replay's begin at which mails are due; those at which something
    is printed come by themselves. In the night the service ends and another begins.
    """
    times = sorted({filing.at for filing in filings} | set(stops))
    times += [times[-1] + more for more in AFTERWARDS]
    clock = ManualClock(_at(times[0]))
    for part in ([t for t in times if t < NIGHT], [t for t in times if t >= NIGHT]):
        _go_on(world, clock, filings, part[0])
        async with _serving(chosen, clock) as service:
            await _settle(service)
            for time in part[1:]:
                _go_on(world, clock, filings, time)
                await _settle(service)


def _go_on(world: World, clock: ManualClock, filings: Sequence[Filing], time: timedelta) -> None:
    world.show([filing for filing in filings if filing.at == time])
    clock.time = _at(time)


@asynccontextmanager
async def _serving(chosen: Settings, clock: ManualClock) -> AsyncIterator[Service]:
    """A service that runs meanwhile, over what those before it left."""
    db = await asyncio.to_thread(open_database, chosen, clock)
    try:
        async with desk_of(chosen, db, clock=clock) as parts:
            service = Service(parts.desk, parts.owner, is_alive, _files_stand)
            running = asyncio.create_task(service.run())
            try:
                yield service
            finally:
                service.stop()
                await running
    finally:
        db.close()


def _at(time: timedelta) -> datetime:
    return BEGIN.astimezone(UTC) + time


async def _files_stand() -> None:
    """The configuration does not change."""


async def _settle(service: Service) -> None:
    """Until the service has looked at its tables and found nothing due."""
    desk = service._desk
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            service.wake()
            while service._look_again_at is None:  # noqa: ASYNC110 - a look has no event of its own
                await asyncio.sleep(0.002)
            await service._queue.idle()
            now = desk.clock.now()
            planned = await desk.call(desk.store.next_due_at)
            if (planned is None or planned > now) and not await desk.call(desk.store.lagging, 1):
                return

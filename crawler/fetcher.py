"""The Fetcher of the service: one Scrapy engine that stands as long as the service runs."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler

from crawler import reactor
from crawler.downloader import PoliteDownloader
from crawler.hostqueue import HostQueues
from crawler.policy import FetchPolicy, slot_key
from crawler.requests import rank, scrapy_request
from crawler.resident import ResidentSpider, engine_settings
from crawler.resolver import Lookup, system_lookup
from crawler.session import CrawlSession
from crawler.sniffer import FETCH
from newsroom.model import FetchRequest, FetchResult
from newsroom.ports import ResultSink
from newsroom.reasons import Reason

__all__ = ["FetchPolicy", "ScrapyFetcher"]

log = logging.getLogger("wirewatch.fetch")

MAX_UNDER_WAY = 400
"""Hosts fetched from at a time; half of what file descriptors there are, where that is less."""
STOP_PATIENCE = 2.5
"""Seconds the engine is given to end after everything under way was cancelled."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """One fetch from the moment it is asked for until its result is known."""

    fetch: FetchRequest
    future: asyncio.Future[FetchResult]
    slot: str | None = None
    """The slot it occupies in the queues; None before it begins and after it left."""


class _Desk(ResultSink):
    """Hands each result to whoever waits for it."""

    def __init__(self) -> None:
        self.tickets: dict[int, _Ticket] = {}
        self.queues: HostQueues[_Ticket]

    def put(self, result: FetchResult) -> None:
        """Resolve the waiting future and let the host's next one go."""
        ticket = self.tickets.pop(id(result.request), None)
        if ticket is None:
            return
        if not ticket.future.done():
            ticket.future.set_result(result)
        self.leave(ticket)

    def leave(self, ticket: _Ticket) -> None:
        """The ticket's slot is free for the next."""
        if ticket.slot is not None:
            slot, ticket.slot = ticket.slot, None
            self.queues.done(slot)


class ScrapyFetcher:
    """Makes polite GETs through a standing Scrapy engine (newsroom.ports.Fetcher).

    Each host and port has a queue here, feeds before listings before pages, and gives Scrapy one
    request at a time, so that a host that hangs holds up nobody but itself; when a redirect leads
    a request to another host, its own host's queue goes on.
    """

    def __init__(self, session: CrawlSession, crawler: Crawler, desk: _Desk) -> None:
        self._session = session
        self._crawler = crawler
        self._desk = desk
        self._queues: HostQueues[_Ticket] = HostQueues(self._begin, _room())
        desk.queues = self._queues
        self._running: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, policy: FetchPolicy, *, lookup: Lookup = system_lookup) -> ScrapyFetcher:
        """Start the engine on the running loop, which must be the reactor's (`crawler.reactor`).

        `lookup` stands in for the system's resolver. Raises ValueError for an unusable policy,
        RuntimeError off the reactor.
        """
        reactor.must_run()
        session = CrawlSession(policy, lookup)
        desk = _Desk()
        crawler = Crawler(ResidentSpider, engine_settings(policy))
        fetcher = cls(session, crawler, desk)
        opened = asyncio.Event()
        crawler.signals.connect(opened.set, signals.spider_opened, weak=False)
        crawler.signals.connect(fetcher._on_scheduled, signals.request_scheduled)
        crawler.signals.connect(fetcher._on_bug, signals.spider_error)
        crawler.signals.connect(fetcher._on_item_bug, signals.item_error)
        fetcher._running = asyncio.create_task(crawler.crawl_async(session=session, sink=desk))
        waiting = asyncio.create_task(opened.wait())
        await asyncio.wait({fetcher._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not opened.is_set():
            waiting.cancel()
            await fetcher._running  # raises what kept the engine from starting
            raise RuntimeError("the engine ended before it began")
        return fetcher

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Queue the request for its host and wait for its result.

        Never raises for what a site does. The wait has no limit of its own: it is the host's
        queue, then one document's `timeout` (and its robots.txt's). Raises CancelledError when the
        fetcher is stopped meanwhile: then nothing was learned about the site.
        """
        if self._session.stopping:
            raise asyncio.CancelledError("the fetcher is stopped")
        own = replace(request)  # its identity is how the result finds back
        try:
            slot = slot_key(request.url)
            if not request.url.lower().startswith(("http://", "https://")):
                raise ValueError("neither http nor https")
        except ValueError as error:
            return FetchResult(
                own, Reason.PARSE_ERROR, f"not a usable address: {error}", permanent=True
            )
        ticket = _Ticket(own, asyncio.get_running_loop().create_future())
        self._desk.tickets[id(own)] = ticket
        self._queues.add(slot, rank(own), ticket)
        return await ticket.future

    def update_delays(self, delays: Mapping[str, timedelta]) -> None:
        """Replace all delays; they hold from the next request of each host."""
        self._session.delays.update(delays)

    async def stop(self) -> None:
        """Cancel what waits and what is under way, close every connection; under 3 seconds."""
        if self._session.stopping:
            return
        self._session.cancel_downloads()
        self._queues.clear()
        for ticket in tuple(self._desk.tickets.values()):
            ticket.future.cancel()
        self._desk.tickets.clear()
        downloader = self._crawler.engine.downloader
        if isinstance(downloader, PoliteDownloader):
            downloader.flush()
        stopping = asyncio.ensure_future(self._crawler.stop_async())
        ending = {stopping, self._running} if self._running else {stopping}
        _, pending = await asyncio.wait(ending, timeout=STOP_PATIENCE)
        for task in pending:
            log.warning("the engine did not end in time; it is left behind")
            task.cancel()

    def _begin(self, slot: str, ticket: _Ticket) -> None:
        ticket.slot = slot
        if ticket.future.done():  # whoever asked has given up
            self._desk.tickets.pop(id(ticket.fetch), None)
            self._desk.leave(ticket)
            return
        spider: Any = self._crawler.spider
        try:
            request = scrapy_request(
                ticket.fetch, callback=spider.fetched, errback=spider.failed, started=monotonic()
            )
        except ValueError as error:
            detail = f"not a usable address: {error}"
            self._desk.put(FetchResult(ticket.fetch, Reason.PARSE_ERROR, detail, permanent=True))
            return
        self._crawler.engine.crawl(request)

    def _on_scheduled(self, request: Request) -> None:
        """A redirect to another host frees the one it came from."""
        ticket = self._desk.tickets.get(id(request.meta.get(FETCH)))
        if ticket is not None and ticket.slot is not None and slot_key(request.url) != ticket.slot:
            self._desk.leave(ticket)

    def _on_bug(self, response: Any) -> None:
        """A callback of ours raised: whoever waits is told, not left waiting."""
        request = getattr(response, "request", None)
        if request is not None:
            self._bug(request)

    def _on_item_bug(self, item: Any) -> None:
        result = getattr(item, "result", None)
        if isinstance(result, FetchResult):
            self._desk.put(result)

    def _bug(self, request: Request) -> None:
        fetch = request.meta.get(FETCH)
        if isinstance(fetch, FetchRequest):
            self._desk.put(FetchResult(fetch, Reason.INTERNAL, "an error of ours, see the log"))


def _room() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_UNDER_WAY if soft < 0 else max(1, min(MAX_UNDER_WAY, soft // 2))

"""robots.txt, asked of every host and port once a day."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.decoding import decode_body
from crawler.failures import RobotsDenied, never_connected
from crawler.middlewares import HOPS
from crawler.policy import slot_key
from crawler.session import session_of
from crawler.sniffer import STOP_AFTER
from newsroom.errors import FetchError

log = logging.getLogger("wirewatch.fetch")

MAX_BYTES = 512 * 1024
"""RFC 9309 asks for at least 500 KiB; what follows is not read."""
KEEP_SECONDS = 24 * 3600.0
KEEP_FAILURE_SECONDS = 3600.0
MAX_HOSTS = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    until: float
    rules: RobotParser | None
    """None: nothing is forbidden."""


class CarefulRobots(RobotsTxtMiddleware):
    """Scrapy's middleware with a bounded cache that ages.

    No robots.txt (4xx) allows everything (RFC 9309 §2.3.1.3). So does one that cannot be had
    (5xx, time-out, refused connection): the RFC would have a crawler stay away for up to a month,
    but what we ask for is a handful of addresses the outlet publishes for that purpose, a second
    apart, and an outlet's bad hour must not make us miss its news. Where rules were known before
    they go on being obeyed. The failure is forgotten after an hour. A host that could not even be
    connected to fails the request that waits, under its true reason, and nothing is kept.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Future[RobotParser | None]] = {}
        agent = session_of(crawler).policy.user_agent
        self._token = agent.partition("/")[0].partition(" ")[0]

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Let the request pass or raise RobotsDenied."""
        if rp is not None and not rp.allowed(request.url, self._token):
            raise RobotsDenied(request.url.partition("?")[0])

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host and port; None where nothing is forbidden."""
        scheme = urlparse_cached(request).scheme
        key = f"{scheme}://{slot_key(request.url)}"
        known = self._known.get(key)
        if known is not None and known.until > monotonic():
            return known.rules
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(key, known))
            self._asking[key] = asking
            asking.add_done_callback(lambda done: self._asked(key, done))
        # shielded: several requests wait for one answer
        return await asyncio.shield(asking)

    def _asked(self, key: str, done: asyncio.Future[RobotParser | None]) -> None:
        self._asking.pop(key, None)
        if not done.cancelled():
            done.exception()  # seen, even if whoever waited has gone

    async def _ask(self, key: str, before: _Known | None) -> RobotParser | None:
        hops: list[str] = []
        request = Request(
            f"{key}/robots.txt",
            headers={"Accept-Encoding": "identity"},
            meta={"dont_obey_robotstxt": True, STOP_AFTER: MAX_BYTES, HOPS: hops},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        try:
            response = await self.crawler.engine.download_async(request)
            found = self._read(response)
        except Exception as error:
            log.debug("robots.txt of %s: %s: %s", key, type(error).__name__, error)
            if not hops and never_connected(error):
                raise  # the request itself would end the same way, only later
            found = None
        if found is None:
            rules = before.rules if before is not None else None
            self._keep(key, _Known(monotonic() + KEEP_FAILURE_SECONDS, rules))
            return rules
        self._keep(key, found)
        return found.rules

    def _read(self, response: Response) -> _Known | None:
        """What an answer says; None where the host could not say it."""
        if 400 <= response.status < 500 and response.status != 429:
            return _Known(monotonic() + KEEP_SECONDS, None)
        if response.status != 200:
            return None
        encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
        try:
            body = decode_body(response.body, encoding, MAX_BYTES)
        except FetchError:
            return None
        rules = ProtegoRobotParser.from_crawler(self.crawler, body[:MAX_BYTES])
        return _Known(monotonic() + KEEP_SECONDS, rules)

    def _keep(self, key: str, known: _Known) -> None:
        self._known[key] = known
        self._known.move_to_end(key)
        while len(self._known) > MAX_HOSTS:
            self._known.popitem(last=False)

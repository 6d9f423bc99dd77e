"""Politeness: one slot for each host and port, whatever brought a request there."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler

from crawler.policy import slot_key
from crawler.session import session_of


class PoliteDownloader(Downloader):
    """Scrapy's downloader with slots by `host:port`, also for redirects and robots.txt.

    Scrapy's own slots leave out the port, and a redirected request would stay in the slot of the
    host it came from. A slot's delay is read anew for each request, so that it can be changed
    while the engine runs.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._delays = session_of(crawler).delays

    def get_slot_key(self, request: Request) -> str:
        """`host:port` of the request itself, never what its meta inherited."""
        return slot_key(request.url)

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        slot.delay = self._delays.seconds(key)
        return key, slot

    def flush(self) -> None:
        """Let everything that waits for its delay go now: the handler refuses it when stopping."""
        for slot in tuple(self.slots.values()):
            slot.delay = 0.0
            slot.close()
            self._process_queue(slot)

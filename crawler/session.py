"""What the parts of a running crawl share: policy, gate, delays, resolver, downloads."""

from __future__ import annotations

import asyncio
from typing import Any

from OpenSSL import SSL
from scrapy.crawler import Crawler

from crawler.dial import VerifyingPolicy
from crawler.gate import AllowedNetworks, parse_allowed
from crawler.policy import Delays, FetchPolicy
from crawler.resolver import Lookup, Resolver, system_lookup


class CrawlSession:
    """One per engine; spiders carry it as `session`, and handler and middlewares find it there.

    Raises ValueError for an entry of `allow_private_networks` that is none, and for a `ca_bundle`
    that cannot be read: Scrapy itself would only log it and leave the handler out.
    """

    def __init__(self, policy: FetchPolicy, lookup: Lookup = system_lookup) -> None:
        self.policy = policy
        self.allowed: AllowedNetworks = parse_allowed(policy.allow_private_networks)
        self.tls = _tls(policy.ca_bundle)
        self.delays = Delays(policy.delays)
        self.stopping = False
        self._lookup = lookup
        self._resolver: Resolver | None = None
        self._downloads: set[asyncio.Task[Any]] = set()

    @property
    def resolver(self) -> Resolver:
        """The resolver of the loop the crawl runs on; made at first use."""
        if self._resolver is None:
            self._resolver = Resolver(self._lookup)
        return self._resolver

    def started(self, download: asyncio.Task[Any]) -> None:
        """Note a download, so that stopping can end it."""
        self._downloads.add(download)
        download.add_done_callback(self._downloads.discard)

    def cancel_downloads(self) -> None:
        """End what is under way; what comes later is refused at once."""
        self.stopping = True
        for download in tuple(self._downloads):
            download.cancel()


def _tls(ca_bundle: str) -> VerifyingPolicy:
    try:
        return VerifyingPolicy(ca_bundle)
    except SSL.Error as error:
        raise ValueError(f"no certificates could be read from {ca_bundle!r}") from error


def session_of(crawler: Crawler) -> CrawlSession:
    """The session of a crawler's spider; raises TypeError for a spider that has none."""
    session = getattr(crawler.spider, "session", None)
    if not isinstance(session, CrawlSession):
        raise TypeError(f"spider {crawler.spider!r} has no session: derive it from WirewatchSpider")
    return session

"""Scrapy's HTTP download handler, with our dialling, our limits, and an end when we stop."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _ScrapyAgent,
    _ScrapyProxyAgent,
    _TunnelingAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.client import Agent

from crawler.dial import CONNECT_LIMIT, GatedReactor
from crawler.failures import BodyTooLarge, Stopping
from crawler.gate import AddressRefused, address_allowed, parse_allowed
from crawler.policy import slot_key
from crawler.resolver import TwistedResolver
from crawler.session import session_of
from crawler.wire import OVERRUN, UNCLEAN, CappedFactory

IDLE_CONNECTION_SECONDS = 30
SPENT = "time_spent"
"""Request meta: seconds of transfer so far, over all redirects."""
OVERRUN_FLAG = "overrun"
UNCLEAN_FLAG = "unclean"

_ANYWHERE = parse_allowed(("0.0.0.0/0", "::/0"))


class WirewatchHandler(HTTP11DownloadHandler):
    """Downloads http and https.

    The one retry there is happens inside Twisted's pool: a GET whose kept-alive connection proves
    dead before any byte of an answer is sent once more on a new connection. That is the server's
    idle time-out, not a failure of the request. All other retries are decided by the tables.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # importing it earlier would install a wrong one

        self._session = session_of(crawler)
        self._pool._factory = CappedFactory
        self._pool.cachedConnectionTimeout = IDLE_CONNECTION_SECONDS
        tls: Any = self._session.tls  # an IPolicyForHTTPS, which no type checker sees
        self._contextFactory = tls
        resolver = TwistedResolver(self._session.resolver)
        self._direct = GatedReactor(reactor, resolver, self._session.allowed)
        # a proxy is the operator's choice and often inside; only it is dialled through this one
        self._to_proxy = GatedReactor(reactor, resolver, _ANYWHERE)

    async def download_request(self, request: Request) -> Response:
        """Download, within what is left of the request's time; raises what `failures` judges."""
        if self._session.stopping:
            raise Stopping("stopping")
        began = monotonic()
        task = asyncio.ensure_future(self._download(request))
        self._session.started(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._session.stopping:
                raise Stopping("stopping") from None
            raise
        finally:
            request.meta[SPENT] = request.meta.get(SPENT, 0.0) + monotonic() - began

    async def _download(self, request: Request) -> Response:
        policy = self._session.policy
        left = policy.timeout.total_seconds() - request.meta.get(SPENT, 0.0)
        request.meta["download_timeout"] = max(left, 0.5)
        proxy_address = await self._admit_to_proxy(request) if request.meta.get("proxy") else None
        agent = _GatedAgent(
            self._to_proxy if proxy_address else self._direct,
            proxy_address,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=policy.max_bytes,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except DownloadCancelledError as error:
            raise BodyTooLarge(policy.max_bytes) from error

    async def _admit_to_proxy(self, request: Request) -> str:
        """Judge the target before the proxy is asked, and return the proxy's address.

        A target whose name only the proxy can resolve is let through: nothing says it is private.
        """
        parts = urlparse_cached(request)
        for address in await self._addresses(parts.hostname or ""):
            if not address_allowed(address, self._session.allowed, _port(request.url)):
                raise AddressRefused(address)
        proxy = urlsplit(request.meta["proxy"])
        found = await self._addresses(proxy.hostname or "")
        if not found:
            raise CannotResolveHostError(f"the proxy {proxy.hostname} has no address")
        return found[0]

    async def _addresses(self, name: str) -> tuple[str, ...]:
        try:
            return await self._session.resolver.addresses(name)
        except TimeoutError:
            raise CannotResolveHostError(f"no answer from DNS for {name}") from None


def _port(url: str) -> int:
    return int(slot_key(url).rpartition(":")[2])


class _GatedAgent(_ScrapyAgent):
    """Scrapy's agent for one request, dialling through a gated reactor."""

    def __init__(self, reactor: GatedReactor, proxy_address: str | None, **options: Any) -> None:
        super().__init__(**options)
        self._gated = reactor
        self._proxy_address = proxy_address

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        options: dict[str, Any] = {
            "reactor": self._gated,
            "contextFactory": self._contextFactory,
            "connectTimeout": min(timeout, CONNECT_LIMIT),
            "pool": self._pool,
        }
        if self._proxy_address is None:
            return _BindAddressAgent(**options)
        port = urlsplit(request.meta["proxy"]).port or 80
        if urlparse_cached(request).scheme == "https":
            auth = request.headers.get(b"Proxy-Authorization", None)
            return _TunnelingAgent(proxyConf=(self._proxy_address, port, auth), **options)
        host = f"[{self._proxy_address}]" if ":" in self._proxy_address else self._proxy_address
        return _ScrapyProxyAgent(proxyURI=f"http://{host}:{port}".encode("ascii"), **options)

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        response = super()._cb_bodydone(result, url)
        if getattr(result["txresponse"], OVERRUN, False):
            response.flags.append(OVERRUN_FLAG)
        if getattr(result["txresponse"], UNCLEAN, False):
            response.flags.append(UNCLEAN_FLAG)
        return response

"""Downloader middlewares: redirects we can vouch for, one plain refetch, and the proxy."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.failures import RedirectRefused
from crawler.policy import slot_key
from crawler.session import session_of

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})
_MAX_URL = 8192

HOPS = "hops"
"""Request meta: a list, shared by all requests of a chain, that takes the URL of each redirect."""

REFETCHED = "refetched_plain"
"""Request meta: a 304 came though nothing was asked; this is the second and last try."""


class CarefulRedirects(RedirectMiddleware):
    """Follows redirects to http and https only, ten of them, never in a circle.

    Each hop is a request of its own: it waits for its host's slot, asks its host's robots.txt and
    passes the gate. Authorization and cookies fall off on the way to another host or scheme (the
    base class sees to that); no Referer is ever sent.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it without the base class's search for a Referer middleware."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send none."""
        request.headers.pop("Referer", None)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override] # the base's optional `spider` is deprecated
        """The request that follows, or the response; raises RedirectRefused."""
        if response.status not in _REDIRECTS or "Location" not in response.headers:
            return response
        if request.method == "POST" and response.status not in _SAME_METHOD:
            return response  # to follow would turn it into a GET
        try:
            followed = super().process_response(request, response)
        except IgnoreRequest:
            raise RedirectRefused(f"more than {self.max_redirect_times} redirects") from None
        except ValueError:
            raise RedirectRefused("a redirect to something that is no address") from None
        if not isinstance(followed, Request):
            location = response.headers["Location"] or b""
            scheme = urlsplit(location.decode("latin-1")).scheme[:20]
            raise RedirectRefused(f"a redirect to {scheme or 'nowhere'}:, which is not followed")
        self._check(followed)
        request.meta.get(HOPS, []).append(followed.url)
        return followed

    def _check(self, followed: Request) -> None:
        if followed.url in followed.meta["redirect_urls"]:
            raise RedirectRefused("a redirect loop")
        if len(followed.url) > _MAX_URL:
            raise RedirectRefused("a redirect to an endless address")
        try:
            slot_key(followed.url)
        except ValueError:
            raise RedirectRefused("a redirect to something that is no address") from None


class PlainRefetch:
    """Asks once more where a server answered 304 though we sent no validators."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The same request again, past caches, or the response."""
        if response.status != 304 or is_conditional(request) or request.meta.get(REFETCHED):
            return response
        again = request.replace(dont_filter=True)
        again.meta[REFETCHED] = True
        again.headers["Cache-Control"] = "no-cache"
        return again


def is_conditional(request: Request) -> bool:
    """Whether a request carries validators."""
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


class OurProxy(HttpProxyMiddleware):
    """Uses the proxy of the policy, or none: the environment has no say."""

    def __init__(self, proxy: str) -> None:
        self.auth_encoding = "latin-1"
        self.proxies = {}
        self._proxy = proxy or None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the proxy from the crawl's policy."""
        return cls(session_of(crawler).policy.proxy)

    def process_request(self, request: Request) -> None:  # type: ignore[override] # the base's optional `spider` is deprecated
        """Set proxy and its authorization on every request, also on redirected ones."""
        request.meta["proxy"] = self._proxy
        super().process_request(request)

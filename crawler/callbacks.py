"""What becomes of an answer or a failure, for the resident spider and `scrapy crawl` alike."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from crawler.failures import Stopping, judge_failure
from crawler.handler import OVERRUN_FLAG, UNCLEAN_FLAG
from crawler.middlewares import is_conditional
from crawler.outcome import Answer, judge
from crawler.requests import STARTED
from crawler.session import CrawlSession
from crawler.sniffer import FETCH
from newsroom.model import FetchRequest, FetchResult, Redirect
from newsroom.reasons import Reason

log = logging.getLogger("wirewatch.fetch")

_NOT_KEPT = frozenset({b"set-cookie", b"set-cookie2"})


class WirewatchSpider(Spider):
    """A spider whose every request ends in one FetchResult, handed to `take`."""

    session: CrawlSession

    def take(self, result: FetchResult) -> Iterator[Any]:
        """Requests and items that follow from a result."""
        raise NotImplementedError

    def fetched(self, response: Response) -> Iterator[Any]:
        """The callback of all requests."""
        yield from self.take(result_of_response(response, self.session.policy.max_bytes))

    def failed(self, failure: Failure) -> Iterator[Any]:
        """The errback of all requests."""
        result = result_of_failure(failure)
        if result is not None:
            yield from self.take(result)


def result_of_response(response: Response, max_bytes: int) -> FetchResult:
    """The result of a request that was answered; logged."""
    request = response.request
    if request is None:
        raise TypeError("a response without its request")
    headers = plain_headers(response.headers)
    flags = response.flags
    answer = Answer(
        status=response.status,
        url=response.url,
        headers=headers,
        body=response.body,
        redirects=_redirects(request, response.url),
        overrun=OVERRUN_FLAG in flags,
        unclean=UNCLEAN_FLAG in flags,
        cut_at_sniff="download_stopped" in flags,
    )
    result = judge(
        _fetch_of(request),
        answer,
        now=datetime.now(UTC),
        max_bytes=max_bytes,
        conditional=is_conditional(request),
    )
    _log(request, result)
    return result


def result_of_failure(failure: Failure) -> FetchResult | None:
    """The result of a request that got no answer; logged. None when we ourselves gave it up."""
    request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
    error = failure.value
    if error is None or isinstance(error, Stopping):
        return None
    verdict = judge_failure(error)
    if verdict.reason is Reason.INTERNAL:
        log.error("a failure nobody foresaw: %s", verdict.detail, exc_info=error)
    result = FetchResult(
        request=_fetch_of(request),
        reason=verdict.reason,
        detail=verdict.detail,
        url=request.url,
        redirects=_redirects(request, request.url),
        permanent=verdict.permanent,
    )
    _log(request, result)
    return result


def plain_headers(headers: Headers) -> dict[str, str]:
    """Headers as text: lower-case names, repeated ones joined, cookies left out."""
    plain: dict[str, str] = {}
    for name, values in headers.items():
        if name.lower() in _NOT_KEPT:
            continue
        text = ", ".join(value.decode("latin-1") for value in values)
        plain[name.decode("latin-1").lower()] = "".join(c for c in text if c.isprintable())
    return plain


def _fetch_of(request: Request) -> FetchRequest:
    fetch = request.meta[FETCH]
    if not isinstance(fetch, FetchRequest):
        raise TypeError(f"{request} serves no FetchRequest")
    return fetch


def _redirects(request: Request, final: str) -> tuple[Redirect, ...]:
    statuses = request.meta.get("redirect_reasons", ())
    led_to = [*request.meta.get("redirect_urls", ())[1:], final]
    return tuple(Redirect(int(status), url) for status, url in zip(statuses, led_to, strict=False))


def without_query(url: str) -> str:
    """A URL as it may stand in a log: queries may hold keys, user information does."""
    scheme, _, rest = url.partition("://")
    path, query, _ = rest.partition("?")
    host, slash, tail = path.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{tail}{'?...' if query else ''}"


def _log(request: Request, result: FetchResult) -> None:
    level = logging.DEBUG if result.reason is Reason.OK else logging.INFO
    if not log.isEnabledFor(level):
        return
    spent = (monotonic() - request.meta.get(STARTED, monotonic())) * 1000
    log.log(
        level,
        "%s %s %s %d bytes %d ms%s",
        without_query(result.url or request.url),
        result.reason.value,
        result.status if result.status is not None else "-",
        len(result.body),
        spent,
        f": {result.detail}" if result.detail else "",
    )

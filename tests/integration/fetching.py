"""A fetcher for tests against loopback sites: quick, allowed inside, without robots or delay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

from crawler.fetcher import FetchPolicy, ScrapyFetcher
from crawler.resolver import Lookup, system_lookup
from newsroom.model import FetchRequest, FetchResult
from tests.site.loop import run_async

T = TypeVar("T")


def quick(**changes: Any) -> FetchPolicy:
    """A policy for loopback; `delay=` is that of every loopback host."""
    delay = changes.pop("delay", timedelta(0))
    values: dict[str, Any] = {
        "user_agent": "Wirewatch/1.0 (+https://watch.example.org/about)",
        "obey_robots": False,
        "allow_private_networks": ("127.0.0.0/8", "::1/128"),
        "timeout": timedelta(seconds=3),
        "max_bytes": 1024 * 1024,
        "delays": {"127.0.0.1": delay, "localhost": delay, "[::1]": delay},
    }
    return FetchPolicy(**{**values, **changes})


@asynccontextmanager
async def fetching(
    policy: FetchPolicy | None = None, *, lookup: Lookup = system_lookup
) -> AsyncIterator[ScrapyFetcher]:
    fetcher = await ScrapyFetcher.start(policy or quick(), lookup=lookup)
    try:
        yield fetcher
    finally:
        await fetcher.stop()


def with_fetcher(
    scenario: Callable[[ScrapyFetcher], Awaitable[T]],
    policy: FetchPolicy | None = None,
    *,
    lookup: Lookup = system_lookup,
    timeout: float = 60.0,
) -> T:
    """Run a scenario with a fetcher that is stopped afterwards."""

    async def whole() -> T:
        async with fetching(policy, lookup=lookup) as fetcher:
            return await scenario(fetcher)

    return run_async(whole, timeout)


def get(
    url: str,
    policy: FetchPolicy | None = None,
    *,
    kind: str = "page",
    lookup: Lookup = system_lookup,
    **fields: Any,
) -> FetchResult:
    """One fetch with a fetcher of its own."""
    request = FetchRequest(url, "test", kind, **fields)
    return with_fetcher(lambda fetcher: fetcher.fetch(request), policy, lookup=lookup)


def page(url: str) -> FetchRequest:
    return FetchRequest(url, "test", "page")


def feed(url: str) -> FetchRequest:
    return FetchRequest(url, "test", "feed")

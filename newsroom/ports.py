"""What one floor needs of another, as Protocols; jobs hands the real parts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from newsroom.model import FetchRequest, FetchResult, PageContent, PageRules, ParsedFeed


class Clock(Protocol):
    """Where time comes from, so that years can be played in seconds."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock's time; cancellable."""
        ...


class Fetcher(Protocol):
    """Makes polite GETs; never raises for what a site does, the reason is in the result."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Queue the request for its host and wait for its result."""
        ...

    def update_delays(self, delays: Mapping[str, timedelta]) -> None:
        """Replace the time between two requests to a host (`host` or `host:port`)."""
        ...

    async def stop(self) -> None:
        """Cancel what is under way and close every connection; bounded in time."""
        ...


class ResultSink(Protocol):
    """Where the crawl's pipeline hands what it got: the waiting step, or a feed export."""

    def put(self, result: FetchResult) -> None:
        """Take one finished fetch; must not block."""
        ...


class Reader(Protocol):
    """Reads untrusted bytes, somewhere they can do no harm (a limited worker process)."""

    async def read_feed(
        self, body: bytes, *, url: str, content_type: str, timezone: str
    ) -> ParsedFeed:
        """Read a feed document; raises FeedError."""
        ...

    async def read_listing(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str,
        page: str | None,
        timezone: str,
        now: datetime,
        css: PageRules | None = None,
    ) -> ParsedFeed:
        """Read a section page, archive page or sitemap as a feed; raises FeedError."""
        ...

    async def read_page(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str,
        page: str | None,
        timezone: str,
        css: PageRules | None = None,
    ) -> PageContent:
        """Read an article page; raises PageError."""
        ...


class Channel(Protocol):
    """Carries finished messages to people."""

    name: str

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        """Hand one message over and return the server's reply; raises DeliveryError.

        `filename` is a safe name made from the alert's key, for channels that keep files.
        """
        ...

    def close(self) -> None:
        """Give the connection back politely."""
        ...


class Token(NamedTuple):
    """One morpheme of an analysed text."""

    form: str
    tag: str
    """Sejong tag set as Kiwi spells it: NNG, NNP, JKO, XSN, EC, VV, ..."""
    start: int
    """Code points from the start of the text that was analysed."""
    end: int
    known: bool = True
    """A word of the dictionary; False: a guess at an unknown noun (사드래곤)."""


Morphology = Callable[[Sequence[str]], Sequence[tuple[Token, ...] | None]]
"""Analyses short Korean texts, all in one call; None for one that could not be analysed in time."""

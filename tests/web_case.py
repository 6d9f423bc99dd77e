"""The web part as it runs, on loopback, over a database of the test's own."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import feedparser
import requests
from lxml import etree

from jobs.desk import MailVoice
from storage.database import Database
from storage.installation import installation, secret
from tests.rows import MINUTE, NOW
from wirewatch.web.serving import TimedProtocol, listening
from wirewatch.web.site import Site


class HeldClock:
    """Time stands until a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Web:
    """A running web part."""

    db: Database
    clock: HeldClock
    voice: MailVoice
    port: int = 0

    @property
    def secret(self) -> bytes:
        return self.voice.secret

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.url(path), timeout=30, allow_redirects=False, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> requests.Response:
        return requests.post(self.url(path), data, timeout=30, allow_redirects=False, **options)


class HastyProtocol(TimedProtocol):
    """As it is served, but with less patience."""

    request_s = 1.0


@contextmanager
def web_part(
    db: Database, *, hasty: bool = False, body_seconds: float = 10.0, **voice: Any
) -> Iterator[Web]:
    """The real server in a loop of its own."""
    usual = MailVoice(
        sender="Wirewatch <wirewatch@example.org>",
        domain="example.org",
        timezone="Asia/Seoul",
        language="en",
        base_url="",
        installation=installation(db),
        secret=secret(db),
    )
    web = Web(db, HeldClock(), replace(usual, **voice))
    site = Site(db, web.clock, lambda: NOW - MINUTE / 2, lambda: web.voice, body_seconds)
    protocol = HastyProtocol if hasty else TimedProtocol
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with listening(site, host="127.0.0.1", port=0, protocol=protocol) as server:
            while not server.started:  # noqa: ASYNC110 - uvicorn gives no event to wait for
                await asyncio.sleep(0.01)
            web.port = server.servers[0].sockets[0].getsockname()[1]
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    try:
        assert started.wait(30), "the web part did not start"
        yield web
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


def read_atom(body: bytes) -> Any:
    """As feedparser reads it, and well-formed."""
    etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    found = feedparser.parse(io.BytesIO(body))
    assert not found.bozo
    return found

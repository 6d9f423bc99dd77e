"""What the steps work with: the parts, put together by the application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from alerts.model import HealthContent, SourceCoverage
from jobs.channels import Channels
from jobs.digesting import Digesting
from jobs.disk import disk_space
from jobs.judged import Judged
from jobs.mailroom import Mailroom
from jobs.rules import RuleSet, read_rules
from newsroom.errors import DatabaseUnavailable
from newsroom.model import Source
from newsroom.ports import Channel, Clock, Fetcher, Morphology, Reader
from storage.claims import SourceRules
from storage.store import Store
from storage.sync import rules_in_force

log = logging.getLogger("wirewatch.jobs")

P = ParamSpec("P")
T = TypeVar("T")

LEAVE_ALONE = timedelta(minutes=1)
"""How long a host that does not answer at all is asked for no page."""


@dataclass(frozen=True)
class MailVoice:
    """How mails speak: who sends them, in which words and zone."""

    sender: str
    domain: str
    """Of the sender's address: Message-IDs are made in it."""
    timezone: str
    language: str
    base_url: str
    installation: str = ""
    """The database's own word: Message-IDs of two installations never meet."""
    secret: bytes = b""
    """The database's own key: links that stop mails are signed with it."""
    operator: tuple[str, ...] = ()
    """Who is written to about the service itself; empty: notices are shown alone."""


@dataclass
class Desk:
    """The parts and the few values that change while the service runs."""

    clock: Clock
    store: Store
    threads: Executor
    """Database calls and matching run here, off the loop."""
    fetcher: Fetcher
    reader: Reader
    channels: Channels
    voice: MailVoice
    sources: Mapping[str, Source]
    rules: RuleSet
    wait_for_page: timedelta
    story_window: timedelta = timedelta(days=7)
    """How far back an article may join a story."""
    morphology: Morphology | None = None
    """Decides Hangul terms; None: their letters count, and the evidence says so."""
    data_dir: Path | None = None
    """Where files are kept; None: nowhere but in the database's own directory."""
    disk: Callable[[Path], tuple[int, int]] = disk_space
    """(total, free) bytes of the file system that holds a path."""
    mailroom: Mailroom | None = None
    """Where mails come back to; None: nowhere."""
    stopping: bool = False
    matching: asyncio.Lock = field(default_factory=asyncio.Lock)
    placing: asyncio.Lock = field(default_factory=asyncio.Lock)
    digesting: Digesting = field(default_factory=Digesting)
    judged: Judged = field(default_factory=Judged)
    health: tuple[datetime, HealthContent] | None = None
    coverage: dict[tuple[datetime, datetime], tuple[SourceCoverage, ...]] = field(
        default_factory=dict
    )
    """What came in of the sources in the periods of digests; as old as `health`."""
    hub_feeds: frozenset[int] = frozenset()
    """Feeds that are known to have named a hub."""
    hosts_down: dict[str, datetime] = field(default_factory=dict)
    """Hosts that did not answer at all, and until when they are left alone."""
    warming: asyncio.Task[None] | None = None
    """Reads what is kept for the window's stories into memory, and completes it."""
    stories_known: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def channel(self) -> Channel:
        """What carries mail."""
        return self.channels.mail.channel

    @channel.setter
    def channel(self, channel: Channel) -> None:
        self.channels.mail.channel = channel

    async def call(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call off the loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, partial(verb, *args, **kwargs))

    async def reload_rules(self) -> None:
        """Take over what the database has as watchlists now."""
        self.rules = await self.call(read_rules, self.store.db, self.morphology)

    async def refresh_rules(self) -> None:
        """The same, where they are others than those we know."""
        if await self.call(rules_in_force, self.store.db) != self.rules.version:
            await self.reload_rules()

    def source_rules(self, source_id: str) -> SourceRules:
        """What commits need of a source; the defaults for one that left the configuration."""
        source = self.sources.get(source_id)
        if source is None:
            return SourceRules(
                timedelta(minutes=2),
                timedelta(minutes=60),
                timedelta(hours=24),
                story_window=self.story_window,
            )
        return SourceRules(
            interval_min=source.interval_min,
            interval_max=source.interval_max,
            backfill_alerts=source.backfill_alerts,
            language=source.language,
            story_window=self.story_window,
        )

    def warm_stories(self) -> None:
        """Begin to read what is kept of the window's articles; polls and mails do not wait for it.

        Until that is done new articles find their stories by equal keys alone, and pages wait.
        """
        if self.warming is None:
            self.warming = asyncio.create_task(self._warm())

    async def stories_ready(self) -> None:
        """Wait until the memory is filled, where that has begun."""
        if self.warming is not None:
            await self.stories_known.wait()
            if self.warming.done() and not self.warming.cancelled():
                self.warming.result()

    async def end_warming(self) -> None:
        """What is not complete yet is completed another time."""
        if self.warming is not None:
            self.warming.cancel()
            await asyncio.gather(self.warming, return_exceptions=True)

    async def _warm(self) -> None:
        begun, window = self.clock.now(), self.story_window
        try:
            known = await self.call(self.store.warm_stories, begun, window)
            log.info("stories known", extra={"articles": known})
            self.stories_known.set()
            more = True
            while more and not self.stopping:
                more = await self.call(self.store.mark_stories, begun, window)
        except DatabaseUnavailable as error:  # the first look-up reads them then
            log.error("stories not read", extra={"why": str(error)})
        except Exception:
            log.exception("stories not read")
        finally:
            self.stories_known.set()

    def is_down(self, host: str) -> bool:
        """Whether a host is left alone for now."""
        until = self.hosts_down.get(host)
        # one farther ahead was set by a clock that jumped
        return until is not None and timedelta(0) < until - self.clock.now() <= LEAVE_ALONE

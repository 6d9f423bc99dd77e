"""What the steps work with: the parts, put together by the application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from alerts.model import HealthContent
from jobs.rules import RuleSet, read_rules
from newsroom.model import Source
from newsroom.ports import Channel, Clock, Fetcher, Morphology, Reader
from storage.claims import SourceRules
from storage.store import Store
from storage.sync import rules_in_force

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


@dataclass
class Desk:
    """The parts and the few values that change while the service runs."""

    clock: Clock
    store: Store
    threads: Executor
    """Database calls and matching run here, off the loop."""
    mail_thread: Executor
    """One thread: the channel carries one mail at a time over one connection."""
    fetcher: Fetcher
    reader: Reader
    channel: Channel
    voice: MailVoice
    sources: Mapping[str, Source]
    rules: RuleSet
    wait_for_page: timedelta
    morphology: Morphology | None = None
    """Decides Hangul terms; None: their letters count, and the evidence says so."""
    stopping: bool = False
    matching: asyncio.Lock = field(default_factory=asyncio.Lock)
    delivering: asyncio.Lock = field(default_factory=asyncio.Lock)
    health: tuple[datetime, HealthContent] | None = None
    hosts_down: dict[str, datetime] = field(default_factory=dict)
    """Hosts that did not answer at all, and until when they are left alone."""

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
            return SourceRules(timedelta(minutes=2), timedelta(minutes=60), timedelta(hours=24))
        return SourceRules(
            interval_min=source.interval_min,
            interval_max=source.interval_max,
            backfill_alerts=source.backfill_alerts,
            language=source.language,
        )

    def is_down(self, host: str) -> bool:
        """Whether a host is left alone for now."""
        until = self.hosts_down.get(host)
        # one farther ahead was set by a clock that jumped
        return until is not None and timedelta(0) < until - self.clock.now() <= LEAVE_ALONE

"""What the web part works with, handed in by the application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from jobs.desk import MailVoice
from newsroom.ports import Clock
from storage.database import Database

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 4
"""Requests that ask the database at the same time; the others wait. The service goes first."""


@dataclass(frozen=True)
class Site:
    """The parts a request needs; safe for one event loop."""

    db: Database
    clock: Clock
    last_tick: Callable[[], datetime | None]
    """When the tables were last looked at for due work."""
    voice: Callable[[], MailVoice]
    """Language, zone, base_url and key as they stand now: a reload changes them."""
    body_seconds: float = 10.0
    """How long a request's body may take to come in."""
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what blocks, off the loop."""
        async with self._room:
            return await asyncio.to_thread(function, *args, **kwargs)

"""The hub step: subscriptions to WebSub hubs asked for and renewed."""

from __future__ import annotations

from jobs.desk import Desk


async def hubs(desk: Desk) -> None:
    """Not built yet."""

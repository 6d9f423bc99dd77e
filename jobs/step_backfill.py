"""The backfill step: older articles walked into the archive, politely and resumably."""

from __future__ import annotations

from jobs.desk import Desk


async def backfill(desk: Desk) -> None:
    """Not built yet."""

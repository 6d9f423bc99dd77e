"""The survey step: listings of a source looked at, to refill its gaps and to witness."""

from __future__ import annotations

from jobs.desk import Desk


async def survey(desk: Desk, source_id: str) -> None:
    """Not built yet."""


async def due_surveys(desk: Desk) -> list[str]:
    """Sources whose listings are to be looked at now: for a gap, or as the daily witness."""
    return []

"""The verdict step: feeds and pages judged by their own past."""

from __future__ import annotations

from jobs.desk import Desk


async def verdicts(desk: Desk) -> None:
    """Not built yet."""

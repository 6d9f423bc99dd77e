"""The notice step: what the operator should know is looked for, and mailed (DESIGN §7)."""

from __future__ import annotations

from jobs.desk import Desk


async def notices(desk: Desk) -> None:
    """Look at disk, outbox and sources, and put what is to be mailed into the outbox."""

"""The mailbox step: bounces, and wishes to be left alone, that came back by mail."""

from __future__ import annotations

from jobs.desk import Desk


async def read_mailbox(desk: Desk) -> None:
    """Read what came since; nothing where no mailbox is configured."""

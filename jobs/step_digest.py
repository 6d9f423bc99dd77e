"""The digest step: what is due is placed by its recipient's clock, reached slots become digests."""

from __future__ import annotations

from datetime import datetime

from jobs.desk import Desk


async def digests(desk: Desk, *, since: datetime | None = None) -> None:
    """Place what fell due, then make the digests of every slot that was reached.

    `since`: at the end of a single pass that began then.
    """

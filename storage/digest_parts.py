"""A digest whose mail is too long goes as two: half of its stories in a digest of their own."""

from __future__ import annotations

from datetime import datetime

from storage.claims import ClaimedAlert
from storage.database import Database


def split_digest(db: Database, claim: ClaimedAlert, now: datetime) -> bool:
    """Half of a digest's stories, the older ones, go to a digest of their own, `SLOT;2` or on.

    Both wait to be sent, now; False, and nothing done, where it tells one story only, or its last
    attempt ended without a definite reply. Raises LeaseLost.
    """
    raise NotImplementedError

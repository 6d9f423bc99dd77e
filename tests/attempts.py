"""An attempt at one mail as the delivery step begins it: bytes stored, then the attempt opened."""

from __future__ import annotations

from datetime import datetime

from newsroom.errors import LeaseLost
from storage.alert_claims import ClaimedAlert, Rendered
from storage.database import Database
from storage.sending import go_on, keep_messages


def begin_attempt(
    db: Database, claim: ClaimedAlert, message: Rendered, channel: str, now: datetime
) -> int:
    """The attempt's id; raises LeaseLost where the claim is not ours any more."""
    ours = keep_messages(db, [(claim, message)], now)
    begun = go_on(db, (), [claim], channel, now)
    if claim.id not in ours or claim.id not in begun:
        raise LeaseLost(f"alert {claim.id}")
    return begun[claim.id]

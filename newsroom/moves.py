"""Feeds that answer from another address for good: when they are followed there, and when not.

A permanent redirect is believed after several equal answers over a day: outlets redirect all they
have for an hour when a certificate or a release goes wrong. Only answers that could be read as the
feed count; a front page or a login page is a failure of the poll long before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsroom.model import Redirect
from newsroom.reasons import Reason

PERMANENT = frozenset({301, 308})

FOLLOW_AFTER = (3, timedelta(hours=24))
"""So many equal answers over at least so long, and the feed is polled at its new address."""
RETURN_AFTER = (3, timedelta(hours=6))
"""So many failures in a row there, so long after its last good answer: the old one is asked."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a feed answers for good, as far as it was seen."""

    to: str | None = None
    since: datetime | None = None
    """First of the equal answers in a row."""
    seen: int = 0
    at: datetime | None = None
    """When it was followed; None: it is polled at the address it was configured with."""

    @property
    def standing(self) -> bool:
        """It answers from elsewhere, and is not followed yet."""
        return self.to is not None and self.at is None


STAYS = Move()


def permanent_target(redirects: Sequence[Redirect], asked: str) -> Redirect | None:
    """Where permanent redirects led before the first temporary one; None: nowhere else."""
    target = None
    for hop in redirects:
        if hop.status not in PERMANENT:
            break
        target = hop
    return target if target is not None and target.url != asked else None


def after_answer(
    move: Move,
    target: str | None,
    *,
    reason: Reason,
    failures: int,
    last_ok_at: datetime | None,
    now: datetime,
) -> Move:
    """The move after one more poll; `failures` in a row with this one, `last_ok_at` before it."""
    if move.at is not None:
        return STAYS if _lost(reason, failures, last_ok_at, now) else move
    if reason is not Reason.OK:
        return move
    if target is None:
        return STAYS
    if target != move.to or move.since is None or move.since > now:
        return Move(target, now, 1)
    seen = replace(move, seen=move.seen + 1)
    answers, span = FOLLOW_AFTER
    if seen.seen >= answers and now - move.since >= span:
        return replace(seen, at=now)
    return seen


def _lost(reason: Reason, failures: int, last_ok_at: datetime | None, now: datetime) -> bool:
    if reason is Reason.GONE:
        return True
    polls, span = RETURN_AFTER
    return (
        reason is not Reason.OK
        and failures >= polls
        and (last_ok_at is None or now - last_ok_at >= span)
    )

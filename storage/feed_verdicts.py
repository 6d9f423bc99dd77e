"""What a poll leaves on its feed's row as verdict, evidence and whereabouts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newsroom.moves import STAYS, Move, after_answer
from newsroom.polling import NextPoll
from newsroom.reasons import Reason
from newsroom.verdicts import after_poll, failure_evidence, instant, move_evidence
from storage.claims import PollOutcome


def move_of(feed: Any) -> Move:
    """Where a feed's row says that it answers."""
    return Move(feed.moved_to, feed.moved_since, feed.moved_seen, feed.moved_at)


def judge_poll(
    feed: Any, outcome: PollOutcome, decided: NextPoll, *, showed_new: bool
) -> tuple[dict[str, Any], NextPoll]:
    """Columns to be written, and the next poll: a feed that ends at the address it was followed
    to is asked at its own again.
    """
    before = move_of(feed)
    now, reason = outcome.now, outcome.reason
    move = after_answer(
        before,
        outcome.moved.url if outcome.moved else None,
        reason=reason,
        failures=feed.failures + 1,
        last_ok_at=feed.last_ok_at,
        now=now,
    )
    returned = before.at is not None and move == STAYS
    verdict = after_poll(feed.verdict, reason, showed_new, moved=move.standing)
    if returned and reason is Reason.GONE:  # that address is, not the feed
        verdict = Reason.MOVED.value
        decided = replace(decided, at=now + decided.interval)
    values: dict[str, Any] = {"verdict": verdict}
    if verdict != feed.verdict or feed.verdict_since is None:
        values["verdict_since"] = now
    if move != before:
        values |= {
            "moved_to": move.to,
            "moved_since": move.since,
            "moved_seen": move.seen,
            "moved_at": move.at,
        }
    if not (verdict == feed.verdict == Reason.STALE):  # its evidence is the judge's
        values["evidence"] = _evidence(feed, outcome, move, returned=returned)
    return values, decided


def _evidence(feed: Any, outcome: PollOutcome, move: Move, *, returned: bool) -> str | None:
    if outcome.reason is Reason.OK:
        return move_evidence(move, outcome.moved.status if outcome.moved else None)
    said = failure_evidence(
        status=outcome.http_status,
        detail=outcome.detail,
        failures=feed.failures + 1,
        since=feed.since if feed.reason == outcome.reason.value else None,
        now=outcome.now,
    )
    if returned:
        left = f"{feed.moved_to}, polled since {instant(feed.moved_at)}, is left"
        return f"{said}; {left}: the configured address is asked again"
    return said

"""What is said of a feed after a poll, and the evidence for it, decided.

A verdict is a reason code (DESIGN §4). A failed poll says it at once; `stale` and `moved` are
judged over many polls, and a poll that went well does not wipe them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from newsroom.moves import Move
from newsroom.reasons import Reason

TOLD_AFTER: Mapping[Reason, timedelta] = MappingProxyType(
    {
        **dict.fromkeys(Reason, timedelta(hours=2)),
        **dict.fromkeys(
            (
                Reason.BLOCKED,
                Reason.HTTP_4XX,
                Reason.NOT_A_FEED,
                Reason.PRIVATE_ADDRESS,
                Reason.ROBOTS,
            ),
            timedelta(hours=1),
        ),
        Reason.MOVED: timedelta(minutes=30),
        Reason.GONE: timedelta(0),
        Reason.STALE: timedelta(hours=5),
    }
)
"""From the first poll that shows it, with intervals of up to an hour, until people are told.

`stale`: from a weekday morning on, of a feed that brings something three times an hour. A site that
asks to be left alone for more than an hour is told at once. See docs/verdicts.md.
"""
OVER_AFTER = timedelta(minutes=10)
"""From the poll that shows that it is over until that is told."""


def after_poll(standing: str, reason: Reason, showed_new: bool, *, moved: bool = False) -> str:
    """A feed's verdict after a poll that ended with `reason`.

    `showed_new`: it showed an entry it never showed before. `moved`: it answers from another
    address for good and is not followed there yet.
    """
    if reason is not Reason.OK:
        return reason.value
    if standing == Reason.STALE and not showed_new:
        return Reason.STALE.value
    return Reason.MOVED.value if moved else Reason.OK.value


def failure_evidence(
    *, status: int | None, detail: str, failures: int, since: datetime | None, now: datetime
) -> str:
    """What failed polls showed: `HTTP 403: a challenge page; 3 polls in a row since ...`.

    `failures` in a row, `since` when the present reason began.
    """
    said = detail.strip() or "no answer"
    if status is not None and not said.startswith(str(status)):
        said = f"HTTP {status}: {said}"
    polls = "1 poll" if failures == 1 else f"{failures} polls in a row"
    return f"{said[:300]}; {polls}, so since {instant(since or now)}"


def move_evidence(move: Move, status: int | None = None) -> str | None:
    """Where a feed answers from; None where it stays."""
    if move.to is None or move.since is None:
        return None
    seen = "once" if move.seen == 1 else f"{move.seen} times"
    answers = f"{status or 'permanent redirect'} to {move.to} since {instant(move.since)}"
    if move.at is None:
        return f"{answers}, seen {seen}"
    return (
        f"polled at {move.to} since {instant(move.at)}, as the configured address redirected "
        f"there for good from {instant(move.since)} (seen {seen}); the configuration should say so"
    )


def instant(at: datetime) -> str:
    """A time as evidence states it: UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

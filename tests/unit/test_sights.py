"""What it means for an article that a look at a listing showed it first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.sights import Look, Purpose, Sight, first_sight

NOW = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
H = timedelta(hours=1)
WATCHING = NOW - 100 * H
REFILL = Look(Purpose.REFILL, WATCHING, NOW - H)


@pytest.mark.parametrize(
    ("look", "published", "first", "sight"),
    [
        (Look(), NOW, True, Sight("alert", None)),
        (Look(), NOW - 30 * H, True, Sight("silent", None)),
        (Look(), None, True, Sight("undated", None)),
        (Look(), NOW - 30 * H, False, Sight("alert", None)),
        (REFILL, NOW - 2 * H, True, Sight("alert", "gap")),
        (REFILL, NOW - 50 * H, False, Sight("alert", "gap")),  # published while we watched
        (REFILL, NOW - 101 * H, False, Sight("silent", "gap")),  # and before
        (REFILL, NOW, True, Sight("alert", None)),  # so new that it would have come by itself
        (REFILL, None, False, Sight("undated", "gap")),
        (Look(Purpose.WITNESS, WATCHING, NOW - H), NOW - 2 * H, False, Sight("alert", "witness")),
        (Look(Purpose.BACKFILL, alerts=False), NOW, True, Sight("silent", "backfill", 2)),
        (Look(Purpose.BACKFILL), NOW - 9999 * H, True, Sight("alert", "backfill", 2)),
    ],
)
def test_first_sight(look: Look, published: datetime | None, sight: Sight, *, first: bool) -> None:
    found = first_sight(
        look,
        first_poll=first,
        late_poll=None,
        published_at=published,
        first_seen_at=NOW,
        backfill=24 * H,
    )
    assert found == sight

"""What is due in a lane, and whose five days run on while its channel is down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from newsroom.recipients import MAIL_LANE, lane_of
from storage import channels, outbox
from storage.database import Database
from storage.outbox_tables import alerts
from tests import rows

NOW = rows.NOW
HOOK = "webhook+https://hooks.example.org/a_b"
OTHER = "webhook+https://hooks.example.org/a%b"
DESK, OPS = "desk@example.org", "ops@example.org"


@pytest.fixture
def outbox_of_four(database: Database) -> dict[str, int]:
    """An alert due for each of four recipients."""
    db = database
    rows.add_source(db)
    made = {}
    for n, who in enumerate((DESK, HOOK, OPS, OTHER)):
        article = rows.add_article(db, url=f"http://herald.example/{n}")
        made[who] = rows.add_alert(
            db,
            article_id=article,
            recipient=who,
            created_at=NOW - timedelta(days=1),
            due_at=NOW - timedelta(minutes=9 - n),
        )
    return made


def test_a_lane_claims_its_own(database: Database, outbox_of_four: dict[str, int]) -> None:
    db, made = database, outbox_of_four
    assert outbox.due_urls(db, NOW - timedelta(minutes=30)) == []
    assert outbox.due_urls(db, NOW) == sorted([HOOK, OTHER])
    assert outbox.due_alerts(db, NOW) == 4
    assert outbox.due_alerts(db, NOW, to=MAIL_LANE) == 2
    assert outbox.due_alerts(db, NOW, to=HOOK) == 1
    claimed = outbox.claim_alerts(db, owner="me", now=NOW, limit=9, to=HOOK)
    assert [claim.id for claim in claimed] == [made[HOOK]]
    claimed = outbox.claim_alerts(db, owner="me", now=NOW, limit=9, to=MAIL_LANE)
    assert [claim.id for claim in claimed] == [made[DESK], made[OPS]]
    assert outbox.due_urls(db, NOW) == [OTHER]


def test_only_the_lane_that_was_down_is_given_its_time_back(
    database: Database, outbox_of_four: dict[str, int]
) -> None:
    db = database
    assert len(outbox_of_four) == 4
    begun = NOW - timedelta(days=1)
    with db.write() as conn:
        conn.execute(update(alerts).values(state="deferred", deferred_since=begun))
    name = lane_of(HOOK)
    channels.mark_down(db, name, NOW, next_probe_at=NOW + timedelta(minutes=1), reason="no")
    assert channels.gate(db, name, NOW) is channels.Gate.DOWN
    assert channels.gate(db, lane_of(OTHER), NOW) is channels.Gate.UP
    assert channels.gate(db, "smtp", NOW) is channels.Gate.UP
    hour = timedelta(hours=1)
    channels.mark_up(db, name, NOW + hour, to=HOOK)
    with db.read() as conn:
        query = select(alerts.c.recipient, alerts.c.deferred_since)
        since = {row.recipient: row.deferred_since for row in conn.execute(query)}
    assert since == {DESK: begun, OPS: begun, OTHER: begun, HOOK: begun + hour}

"""Owners of leases: who is dead, and what becomes of the work a dead one held."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsroom.model import Owner
from storage.channels import Gate, begin_probe, gate, mark_down
from storage.database import Database
from storage.outbox_tables import alerts
from storage.owners import heartbeat, register, release_dead, retire
from storage.tables import articles, feeds, owners
from tests.rows import (
    NOW,
    OWN,
    add_alert,
    add_article,
    add_delivery,
    add_feed,
    add_source,
    rows,
)

MINUTES = timedelta(minutes=1)
LEASE = {"lease_token": "t0ken", "attempts": 2}


def clock(db: Database) -> datetime:
    """The clock leases run on: PostgreSQL has its own."""
    return NOW if db.dialect == "sqlite" else datetime.now(UTC)


def alive(_: Owner) -> bool:
    return True


def dead(_: Owner) -> bool:
    return False


def beat_ago(db: Database, owner: Owner, ago: timedelta) -> None:
    """Register an owner whose last heartbeat is so old."""
    register(db, owner, NOW)
    with db.write() as connection:
        connection.execute(
            update(owners).where(owners.c.id == owner.id).values(heartbeat_at=clock(db) - ago)
        )


def test_a_heartbeat_moves_and_a_forgotten_owner_is_told(database: Database) -> None:
    register(database, OWN, NOW)
    with database.write() as connection:
        connection.execute(update(owners).values(heartbeat_at=NOW - timedelta(days=900)))
    assert heartbeat(database, OWN.id, NOW)
    row = rows(database, owners)[0]
    assert row.heartbeat_at - clock(database) < MINUTES
    assert (row.host, row.namespace, row.boot_id) == (OWN.host, OWN.namespace, OWN.boot_id)
    assert (row.pid, row.started) == (OWN.pid, OWN.started)
    assert not heartbeat(database, "somebody else", NOW)


def test_to_register_again_is_a_heartbeat(database: Database) -> None:
    beat_ago(database, OWN, timedelta(hours=1))
    register(database, OWN, NOW)
    (row,) = rows(database, owners)
    assert abs(row.heartbeat_at - clock(database)) < MINUTES


SAME = replace(OWN, pid=99)
CASES = [
    # owner, its heartbeat's age, what `alive` says, is it dead?
    pytest.param(SAME, 0, dead, True, id="its process is gone: at once"),
    pytest.param(SAME, 60, alive, False, id="its process lives: however silent"),
    pytest.param(replace(SAME, boot_id="older"), 0, alive, True, id="from before the last boot"),
    pytest.param(replace(SAME, host="desk-2"), 4.9, dead, False, id="elsewhere: by heartbeat"),
    pytest.param(replace(SAME, host="desk-2"), 5.1, alive, True, id="elsewhere and silent"),
    pytest.param(replace(SAME, namespace="7"), 4.9, dead, False, id="other namespace"),
    pytest.param(replace(SAME, namespace="7"), 5.1, alive, True, id="other namespace, silent"),
    pytest.param(
        replace(SAME, host="desk-2", boot_id="x"), 0, dead, False, id="elsewhere boots differ"
    ),
    pytest.param(OWN, 60, dead, False, id="never oneself"),
]


@pytest.mark.parametrize(("owner", "minutes", "judge", "is_dead"), CASES)
def test_who_is_dead(
    database: Database, owner: Owner, minutes: float, judge: object, is_dead: bool
) -> None:
    register(database, OWN, NOW)
    beat_ago(database, owner, minutes * MINUTES)
    add_source(database)
    add_feed(database, lease_owner=owner.id, lease_until=clock(database) + MINUTES, **LEASE)
    assert release_dead(database, OWN, judge, NOW) == int(is_dead)  # type: ignore[arg-type]
    (feed,) = rows(database, feeds)
    assert (feed.lease_owner is None) == is_dead
    assert feed.attempts == (1 if is_dead else 2)  # the attempt is given back
    assert any(row.id == owner.id for row in rows(database, owners)) == (not is_dead)


def test_alive_is_asked_of_the_very_process(database: Database) -> None:
    asked = list[Owner]()

    def judge(owner: Owner) -> bool:
        asked.append(owner)
        return True

    register(database, OWN, NOW)
    register(database, SAME, NOW)
    release_dead(database, OWN, judge, NOW)
    assert asked == [SAME]


def test_every_kind_of_lease_comes_free(database: Database) -> None:
    register(database, SAME, NOW)
    add_source(database)
    held = {"lease_owner": SAME.id, "lease_until": clock(database) + MINUTES, **LEASE}
    other = {**held, "lease_owner": "somebody else"}
    add_feed(database, **held)
    add_feed(database, url="http://herald.example/2", **other)
    article = add_article(database, **held)
    add_alert(database, article_id=article, state="sending", **held)
    assert release_dead(database, OWN, dead, NOW) == 3
    assert [f.lease_owner for f in rows(database, feeds)] == [None, "somebody else"]
    (found,) = rows(database, articles)
    assert (found.lease_owner, found.lease_token, found.lease_until) == (None, None, None)
    assert found.attempts == 1
    assert found.state == "fetched"
    assert release_dead(database, OWN, dead, NOW) == 0


@pytest.mark.parametrize(
    ("state", "attempted", "after", "due_now"),
    [
        ("sending", False, "pending", False),  # nothing can have gone out
        ("sending", True, "deferred", True),  # it may have: the same bytes again
        ("deferred", True, "deferred", False),
        ("sent", True, "sent", False),
    ],
)
def test_an_alert_under_way(
    database: Database, state: str, attempted: bool, after: str, due_now: bool
) -> None:
    register(database, SAME, NOW)
    later = NOW + timedelta(hours=1)
    alert = add_alert(
        database,
        state=state,
        due_at=later,
        reason="450 try later",
        attempts=0,
        lease_owner=SAME.id,
        lease_token="t",
        lease_until=later,
    )
    if attempted:
        add_delivery(database, alert)
    release_dead(database, OWN, dead, NOW)
    (row,) = rows(database, alerts)
    assert (row.state, row.reason) == (after, "450 try later")
    assert row.due_at == (NOW if due_now else later)
    assert row.attempts == 0  # never below


def test_a_dead_owner_without_leases_is_forgotten(database: Database) -> None:
    register(database, OWN, NOW)
    register(database, SAME, NOW)
    assert release_dead(database, OWN, dead, NOW) == 0
    assert [row.id for row in rows(database, owners)] == [OWN.id]


class TestProbes:
    """Who dies while it tries a channel does not keep the others from trying."""

    @pytest.fixture
    def probed(self, database: Database) -> Database:
        register(database, SAME, NOW)
        mark_down(database, "smtp", NOW, next_probe_at=NOW, reason="refused")
        assert begin_probe(database, "smtp", NOW, SAME.id)
        assert gate(database, "smtp", NOW) is Gate.DOWN
        return database

    def test_of_a_dead_owner(self, probed: Database) -> None:
        release_dead(probed, OWN, dead, NOW)
        assert gate(probed, "smtp", NOW) is Gate.PROBE

    def test_of_one_that_ends_in_order(self, probed: Database) -> None:
        retire(probed, SAME, NOW)
        assert gate(probed, "smtp", NOW) is Gate.PROBE

    def test_of_one_that_lives(self, probed: Database) -> None:
        release_dead(probed, OWN, alive, NOW)
        assert gate(probed, "smtp", NOW) is Gate.DOWN

    def test_a_wait_that_was_planned_outlives_who_planned_it(self, probed: Database) -> None:
        mark_down(probed, "smtp", NOW, next_probe_at=NOW + 5 * MINUTES, reason="refused")
        release_dead(probed, OWN, dead, NOW)
        assert gate(probed, "smtp", NOW) is Gate.DOWN
        assert gate(probed, "smtp", NOW + 5 * MINUTES) is Gate.PROBE

"""A digest too long for one mail goes as several, each story in one of them (DESIGN §10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.errors import LeaseLost
from newsroom.timetable import Slot
from storage.alert_claims import AttemptEnd, ClaimedAlert, Rendered
from storage.digest_making import make_digest
from storage.digest_parts import split_digest
from storage.digests_reading import read_items
from storage.outbox import claim_alerts, end_attempt, resend
from storage.outbox_tables import alert_watchlists, alerts, deliveries, digests, messages
from storage.tables import articles
from tests.attempts import begin_attempt
from tests.integration.digest_world import TO, World, world
from tests.rows import NOW, add_article, add_match, rows

__all__ = ["world"]  # a fixture

DAILY = "daily 08:00 Asia/Seoul"
EIGHT = NOW + timedelta(hours=20)
LATER = EIGHT + timedelta(minutes=1)
MAIL = Rendered(b"much too long", "<id>", "subject")


def digest(world: World, count: int = 5) -> ClaimedAlert:
    """A claimed digest of as many stories, the first the newest; B meets the last alone."""
    for n in range(4, count + 1):
        url = f"https://herald.example/article/{n}"
        world.article[n] = add_article(world.db, url=url, canonical_url=url)
        world.story[n] = next(
            a.story_id for a in rows(world.db, articles) if a.id == world.article[n]
        )
        for name in "AB":
            world.match[name, n] = add_match(world.db, world.watch[name], world.article[n])
    with world.db.write() as conn:
        for n in range(1, count + 1):
            seen = {"first_seen_at": EIGHT - timedelta(hours=n)}
            conn.execute(update(articles).where(articles.c.id == world.article[n]).values(seen))
    for n in range(1, count + 1):
        names = "AB" if n == count else "A"
        world.alert(n, names, schedule=DAILY, due_at=EIGHT)
    slot = Slot(DAILY, "2026-11-24 08:00", EIGHT, watchlists=(world.watch["A"],))
    assert make_digest(world.db, TO, slot, EIGHT) is not None
    (claim,) = claims(world)
    return claim


def claims(world: World, owner: str = "me") -> list[ClaimedAlert]:
    return claim_alerts(world.db, owner=owner, now=LATER, limit=9)


def told(world: World, claim: ClaimedAlert) -> list[int]:
    numbers = {ident: number for number, ident in world.story.items()}
    return [numbers[item.story_id] for item in read_items(world.db, claim)]


def named(world: World, alert: int) -> dict[str, int]:
    names = {ident: name for name, ident in world.watch.items()}
    return {
        names[row.watchlist_id]: row.match_id
        for row in rows(world.db, alert_watchlists)
        if row.alert_id == alert
    }


def test_the_older_half_goes_by_itself(world: World) -> None:
    claim = digest(world)
    assert split_digest(world.db, claim, LATER)
    first, second = claims(world)
    assert (first.id, told(world, first)) == (claim.id, [1, 2, 3])
    assert told(world, second) == [4, 5]
    assert named(world, first.id) == {"A": world.match["A", 1]}
    assert named(world, second.id) == {"A": world.match["A", 4], "B": world.match["B", 5]}
    one, two = rows(world.db, digests)
    assert (two.slot, two.state) == ("2026-11-24 08:00;2", "filled")
    for key in ("recipient", "schedule", "since", "until", "watchlists"):
        assert getattr(two, key) == getattr(one, key)


def test_a_part_may_be_too_long_too(world: World) -> None:
    """Every story is in one part, whatever is split; a slot's parts have one number each."""
    found, whole = [digest(world)], list[ClaimedAlert]()
    while found:
        whole += [claim for claim in found if not split_digest(world.db, claim, LATER)]
        found = claims(world)
    assert [told(world, claim) for claim in whole].count([]) == 0
    assert sorted(n for claim in whole for n in told(world, claim)) == [1, 2, 3, 4, 5]
    slots = [row.slot for row in rows(world.db, digests)]
    assert sorted(slots) == ["2026-11-24 08:00", *(f"2026-11-24 08:00;{n}" for n in range(2, 6))]


def test_one_story_is_not_split(world: World) -> None:
    claim = digest(world)
    for _ in range(3):
        assert len(told(world, claim)) > 1
        assert split_digest(world.db, claim, LATER)
        claim = next((c for c in claims(world) if c.id == claim.id), claim)
    assert told(world, claim) == [1]
    assert not split_digest(world.db, claim, LATER)


def refused(world: World, claim: ClaimedAlert, **values: Any) -> None:
    """The mail was made and tried; its end as the step writes it."""
    attempt = begin_attempt(world.db, claim, MAIL, "smtp", EIGHT)
    end = AttemptEnd("held", "held", EIGHT, reason="552 too long", code=552)
    assert end_attempt(world.db, claim, attempt, replace(end, **values))


@pytest.mark.parametrize("state", ["held", "deferred", "pending"])
def test_a_mail_that_was_refused_is_made_anew(world: World, state: str) -> None:
    """The first part keeps its alert and its attempts; nothing is left of the mail."""
    claim = digest(world)
    refused(world, claim, state=state)
    assert split_digest(world.db, claim, LATER)
    assert rows(world.db, messages) == []
    row = next(row for row in rows(world.db, alerts) if row.id == claim.id)
    assert (row.state, row.reason, row.due_at, row.attempts) == ("pending", None, LATER, 0)
    assert (row.message_id, row.subject, row.deferred_since) == (None, None, None)
    assert len(rows(world.db, deliveries)) == 1
    first, second = claims(world)
    assert (first.message, first.uncertain, second.message) == (None, False, None)


def test_what_may_have_been_taken_stays(world: World) -> None:
    claim = digest(world)
    refused(world, claim, state="deferred", outcome="uncertain", definite=False)
    assert not split_digest(world.db, claim, LATER)
    assert len(rows(world.db, digests)) == 1
    (again,) = claims(world)
    assert (again.message, told(world, again)) == (MAIL.data, [1, 2, 3, 4, 5])


def test_one_that_is_under_way_stays(world: World) -> None:
    """Its attempt is open: nobody knows how it ends."""
    claim = digest(world)
    begin_attempt(world.db, claim, MAIL, "smtp", EIGHT)
    assert not split_digest(world.db, claim, LATER)


def test_one_that_somebody_else_has_or_that_went_is_not_split(world: World) -> None:
    claim = digest(world)
    taken = {"lease_owner": "other", "lease_token": "theirs"}
    for values in (taken, {"state": "sent", "lease_owner": None, "lease_token": None}):
        with world.db.write() as conn:
            conn.execute(update(alerts).where(alerts.c.id == claim.id).values(values))
        with pytest.raises(LeaseLost):
            split_digest(world.db, claim, LATER)


def test_copies_and_other_alerts_are_not_split(world: World) -> None:
    claim = digest(world)
    world.has_gone(claim.id)
    copy = resend(world.db, claim.id, EIGHT)
    (found,) = [c for c in claims(world) if c.id == copy]
    assert not split_digest(world.db, found, LATER)
    assert not split_digest(world.db, replace(claim, digest=None), LATER)

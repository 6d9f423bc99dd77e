"""A batch of claims is read as each of them alone."""

from __future__ import annotations

import random
from datetime import timedelta

from storage.alert_batches import read_claims
from storage.alert_reading import MAX_ARTICLES, read_claim
from storage.database import Database
from storage.outbox import claim_alerts
from storage.outbox_tables import alert_news, alerts, deliveries, messages
from storage.owners import register
from tests.rows import (
    MINUTE,
    NOW,
    OWN,
    add,
    add_alert,
    add_article,
    add_match,
    add_source,
    add_story,
    add_watchlist,
    rows,
)


def fill(db: Database) -> list[int]:
    """Alerts of every kind a claim meets: the ids, in a random order."""
    dice = random.Random(3)
    add_source(db)
    add_source(db, "post")
    lists = [add_watchlist(db, name) for name in ("Missiles", "Trade")]
    stories = [add_story(db) for _ in range(6)]
    shown: dict[int, list[int]] = {}
    for n in range(18):
        story = dice.choice(stories[:5])
        seen = NOW + dice.randrange(9) * MINUTE
        source = dice.choice(["herald", "post"])
        article = add_article(db, source, story_id=story, first_seen_at=seen, title=f"Story {n}")
        shown.setdefault(story, []).append(article)
    for n in range(MAX_ARTICLES + 3):  # more than a mail reads
        seen = NOW + timedelta(seconds=n)
        shown.setdefault(stories[5], []).append(
            add_article(db, story_id=stories[5], first_seen_at=seen)
        )
    ids = []
    for of_story in shown.values():
        found = [add_match(db, w, a) for w in lists for a in of_story[:3]]
        for n in range(3):
            ids.append(
                add_alert(
                    db,
                    article_id=of_story[n % len(of_story)],
                    told=(found[0], found[-1]) if n else (found[0],),
                    recipient=f"r{n}@example.org",
                )
            )
    moved = add_alert(  # its article is in another story now
        db, article_id=shown[stories[5]][0], story_id=add_story(db), recipient="x@example.org"
    )
    for alert_id, outcomes in zip(
        ids, [(None,), ("sent",), ("uncertain", "channel_down"), ("uncertain", "deferred")],
        strict=False,
    ):  # fmt: skip
        add(db, messages, alert_id=alert_id, data=b"mail", rendered_at=NOW)
        for outcome in outcomes:
            definite = outcome not in (None, "uncertain")
            add(
                db,
                deliveries,
                alert_id=alert_id,
                channel="smtp",
                started_at=NOW,
                outcome=outcome,
                definite=definite,
            )
    story, of_story = next(iter(shown.items()))
    update = add_alert(db, kind="update", n=1, article_id=of_story[0], story_id=story)
    add(db, alert_news, alert_id=update, article_id=of_story[0], text_mark=1, news=[])
    ids += [moved, update]
    dice.shuffle(ids)
    return ids


def test_a_batch_is_read_as_each_alone(database: Database) -> None:
    ids = fill(database)
    with database.read() as conn:
        together = read_claims(conn, ids)
        alone = [read_claim(conn, alert_id) for alert_id in ids]
    assert together == alone
    assert sum(claim.uncertain for claim in alone) == 2
    assert max(len(claim.articles) for claim in alone) == MAX_ARTICLES


def test_a_batch_is_claimed_in_order_and_once(database: Database) -> None:
    ids = fill(database)
    register(database, OWN, NOW)
    for number, alert_id in enumerate(ids):
        due = NOW - number * MINUTE
        with database.write() as conn:
            conn.execute(alerts.update().where(alerts.c.id == alert_id).values(due_at=due))
    first = claim_alerts(database, owner=OWN.id, now=NOW, limit=7)
    rest = claim_alerts(database, owner=OWN.id, now=NOW, limit=100)
    assert [claim.id for claim in (*first, *rest)] == list(reversed(ids))
    assert claim_alerts(database, owner=OWN.id, now=NOW, limit=100) == []
    assert {row.lease_token for row in rows(database, alerts)} == {
        claim.token for claim in (*first, *rest)
    }
    assert {row.attempts for row in rows(database, alerts)} == {1}
    assert {claim.attempts for claim in first} == {1}

"""`try mail --alert`: what a stored alert's mail says; nothing in the database is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from newsroom.model import NotifyRule, Watchlist
from storage.codec import watchlist_json
from storage.database import Database
from storage.migrate import ensure
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    deliveries,
    digest_items,
    digest_matches,
    digests,
    messages,
    notices,
    watchlists,
)
from storage.tables import articles, meta
from tests import rows
from tests.cli_case import Cli
from tests.unit.alert_contents import parse, text_of

TO = "desk@example.org"
Mail = Callable[..., bytes]


@pytest.fixture
def db(cli: Cli, tmp_path: Path) -> Database:
    (tmp_path / "wirewatch.toml").write_text(
        'data_dir = "data"\ntimezone = "Asia/Seoul"\n[mail]\nsender = "Wire <wire@example.org>"\n'
    )
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    rows.add_source(db)
    return db


@pytest.fixture
def mail(cli: Cli, db: Database, tmp_path: Path) -> Mail:
    """Asks for the mail of an alert; the tables stay as they were."""

    def asked(alert: int, *options: str) -> bytes:
        before = _everything(db)
        ran = cli("try", "mail", "--alert", alert, "--out", tmp_path / "a.eml", *options)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert _everything(db) == before
        assert not (tmp_path / "data" / "outbox").exists()
        return (tmp_path / "a.eml").read_bytes()

    return asked


def _everything(db: Database) -> str:
    tables = (alerts, messages, deliveries, digests, digest_items, notices, watchlists, meta)
    return repr([rows.rows(db, table) for table in tables])


def watchlist(db: Database) -> int:
    rule = Watchlist(
        "Missiles", any=("Launch",), notify=(NotifyRule((TO,), timezone="Asia/Seoul"),), origin="db"
    )
    return rows.add_watchlist(db, definition=watchlist_json(rule))


def raised(db: Database, **values: Any) -> int:
    article = rows.add_article(db, title="Launch pad is ready", body="It was built in May.")
    match = rows.add_match(db, watchlist(db), article)
    return rows.add_alert(db, article_id=article, told=(match,), **values)


def test_one_that_waits_as_it_would_go(db: Database, mail: Mail) -> None:
    alert = raised(db)
    message = mail(alert)
    assert parse(message)["Subject"] == "[Missiles] Launch pad is ready — Herald"
    assert parse(message)["X-Wirewatch-Alert"] == str(alert)
    assert "*Launch* pad is ready" in text_of(message)
    assert "선정 이유: Missiles (Launch)" in text_of(mail(alert, "--language", "ko"))
    assert " UTC\n" in text_of(mail(alert, "--timezone", "UTC"))
    assert " KST\n" in text_of(message)


def test_one_that_was_sent_as_it_was(db: Database, mail: Mail) -> None:
    alert = raised(db, state="sent")
    kept = b"Subject: as it was\r\n\r\nsent\r\n"
    with db.write() as connection:
        connection.execute(insert(messages).values(alert_id=alert, data=kept, rendered_at=rows.NOW))
    assert mail(alert) == kept
    assert mail(alert, "--kind", "immediate") == kept
    assert parse(mail(alert, "--language", "en"))["Subject"].startswith("[Missiles] Launch")


def test_a_digest_with_its_chart(db: Database, mail: Mail) -> None:
    article = rows.add_article(db, title="Launch pad is ready")
    match = rows.add_match(db, watchlist(db), article)
    story = rows.rows(db, articles)[0].story_id
    slot = {"recipient": TO, "schedule": "daily 08:00 Asia/Seoul", "created_at": rows.NOW}
    digest = rows.add(db, digests, slot="2026-11-23 08:00", state="filled", **slot)
    item = rows.add(db, digest_items, story_id=story, n=0, digest_id=digest, **slot)
    rows.add(db, digest_matches, item_id=item, match_id=match)
    alert = rows.add_alert(db, kind="digest", digest_id=digest)
    with db.write() as connection:
        told = {"alert_id": alert, "watchlist_id": 1, "match_id": match}
        connection.execute(insert(alert_watchlists).values(told))
    message = mail(alert)
    assert parse(message)["Subject"] == "[Missiles] 1 story, 23 Nov"
    assert "·" * 29 + "█\nMatches, 25 Oct-23 Nov: 1; most 1 on 23 Nov\n" in text_of(message)
    assert b"Content-Type: image/png" in message


def test_one_with_nothing_in_it(db: Database, mail: Mail) -> None:
    slot = {"recipient": TO, "schedule": "daily 08:00 Asia/Seoul", "created_at": rows.NOW}
    digest = rows.add(
        db, digests, slot="2026-11-23 08:00", state="empty", watchlists=[watchlist(db)], **slot
    )
    alert = rows.add_alert(db, kind="digest", digest_id=digest)
    assert parse(mail(alert))["Subject"] == "[Missiles] nothing new, 22-23 Nov"


@pytest.mark.parametrize(("n", "over"), [(0, False), (1, True)])
def test_a_notice(db: Database, mail: Mail, n: int, over: bool) -> None:
    ended = rows.NOW + timedelta(hours=3) if over else None
    notice = rows.add_notice(db, "source:herald", text="Herald: silent\nwhy", over_at=ended)
    alert = rows.add_alert(db, kind="notice", notice_id=notice, n=n)
    message = mail(alert)
    subject = "over: Herald: silent" if over else "Herald: silent since 12:10"
    assert parse(message)["Subject"] == f"[Wirewatch] {subject}"
    assert ("3 h." in text_of(message)) is over


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--alert", "77"), "no alert 77\n"), (("--kind", "digest", "--alert", "1"), "no digest")],
)
def test_no_such_alert_is_1(cli: Cli, db: Database, options: tuple[str, ...], said: str) -> None:
    raised(db)
    ran = cli("try", "mail", *options)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err

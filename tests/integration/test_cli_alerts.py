"""`alerts test`, `resend` and `hold`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from storage.database import Database
from storage.digest_writing import insert_alert
from storage.migrate import ensure
from storage.outbox_tables import alerts, digests
from tests import rows
from tests.cli_case import Cli
from tests.newsdesk import item, newsdesk
from tests.site.mailserver import Fault, MailServer


def config(folder: Path, more: str = "") -> None:
    (folder / "wirewatch.toml").write_text(
        f'data_dir = "data"\n[mail]\nsender = "Wire <wire@example.org>"\n{more}'
    )


@pytest.fixture
def outbox(cli: Cli, tmp_path: Path) -> Cli:
    """A desk with an alert in each of three states: 1 pending, 2 sent, 3 held."""
    config(tmp_path)
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    rows.add_source(db)
    for state in ("pending", "sent", "held"):
        article = rows.add_article(db, url=f"http://herald.example/{state}")
        rows.add_alert(db, article_id=article, state=state)
    db.close()
    return cli


def test_a_test_mail_is_kept_as_a_file_without_a_server(cli: Cli, tmp_path: Path) -> None:
    config(tmp_path)
    ran = cli("alerts", "test", "desk@Example.org")
    assert (ran.code, ran.err) == (0, "")
    (mail,) = (tmp_path / "data" / "outbox").glob("*.eml")
    assert str(mail) in ran.out
    text = mail.read_text()
    assert "To: desk@example.org\n" in text.replace("\r", "")
    assert "From: Wire <wire@example.org>" in text
    assert not (tmp_path / "data" / "wirewatch.db").exists()


def test_a_test_mail_goes_to_the_server_and_each_is_its_own(cli: Cli, tmp_path: Path) -> None:
    with MailServer() as server:
        config(tmp_path, f'url = "{server.url()}"\n')
        first = cli("alerts", "test", "desk@example.org", "--json").only
        second = cli("alerts", "test", "desk@example.org", "--json").only
        mails = server.wait_for(2)
    assert first["reply"].startswith("250")
    assert first["message_id"] != second["message_id"]
    assert [m.parsed["Message-ID"] for m in mails] == [first["message_id"], second["message_id"]]
    assert {m.recipient for m in mails} == {"desk@example.org"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("rcpt", "550 5.1.1 no such user \x1b[2J"), "no such user"),
        (Fault("rcpt", "450 4.7.1 greylisted"), "greylisted"),
        (Fault("connect", "421 4.3.2 closing"), "421"),
    ],
)
def test_a_refused_test_mail_is_3_with_the_reason(
    fault: Fault, said: str, cli: Cli, tmp_path: Path
) -> None:
    with MailServer() as server:
        server.faults = [fault]
        config(tmp_path, f'url = "{server.url()}"\n')
        ran = cli("alerts", "test", "desk@example.org")
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert "\x1b" not in ran.err


def test_a_server_that_is_not_there_is_3(cli: Cli, tmp_path: Path) -> None:
    with MailServer() as server:
        url = server.url()
    config(tmp_path, f'url = "{url}"\n')
    assert cli("alerts", "test", "desk@example.org").code == 3


def test_resend_makes_a_new_alert(outbox: Cli) -> None:
    ran = outbox("alerts", "resend", "2", "--json")
    assert ran.only == {"id": 4, "copy_of": 2, "state": "pending"}
    assert outbox("alerts", "show", "4", "--json").only["copy_of"] == 2
    assert outbox("alerts", "show", "2", "--json").only["state"] == "sent"
    assert "alert 5" in outbox("alerts", "resend", "3").out
    ran = outbox("alerts", "resend", "99")
    assert (ran.code, ran.out) == (1, "")


def test_what_waits_for_a_digest_says_so_and_no_digest_does(outbox: Cli, tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    asked = {"recipient": "desk@example.org", "schedule": "archive", "slot": "1"}
    with db.write() as conn:
        made = insert(digests).values(**asked, state="filled", created_at=rows.NOW)
        digest = conn.execute(made.returning(digests.c.id)).scalar_one()
        insert_alert(conn, digest, "desk@example.org", {}, rows.NOW)
        conn.execute(update(alerts).where(alerts.c.id == 1).values(schedule="daily 08:00 UTC"))
    db.close()
    out = outbox("alerts").out
    assert "waits for daily 08:00 UTC" in out
    assert "waits for archive" not in out
    schedules = {row["id"]: row["schedule"] for row in outbox("alerts", "--json").lines}
    assert (schedules[1], schedules[4]) == ("daily 08:00 UTC", "archive")


def test_a_resent_alert_goes_out_with_an_id_of_its_own(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(
        'data_dir = "."\n[database]\nurl = "sqlite:///news.db"\n'
    )

    async def play() -> list[str]:
        async with newsdesk(tmp_path) as desk:
            desk.feed(item(1, "THAAD stays"))
            desk.page(1, "THAAD stays")
            await desk.run()
            assert cli("alerts", "resend", "1").code == 0
            # the command's clock is the machine's; the desk's stands in another year
            desk.clock.time = max(desk.clock.time, rows.NOW.replace(year=2999))
            await desk.run(every=False)
            return [str(mail["Message-ID"]) for mail in desk.mails()]

    ids = asyncio.run(play())
    assert len(ids) == len(set(ids)) == 2


def test_hold_stops_what_waits_and_only_that(outbox: Cli) -> None:
    assert outbox("alerts", "hold", "1").code == 0
    assert outbox("alerts", "show", "1", "--json").only["state"] == "held"
    ran = outbox("alerts", "hold", "2")
    assert (ran.code, ran.out) == (1, "")
    assert "sent" in ran.err
    assert outbox("alerts", "hold", "99").code == 1

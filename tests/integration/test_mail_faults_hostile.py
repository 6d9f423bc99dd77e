"""Hostile headlines, names and addresses on their way through a real server (fault 126)."""

from __future__ import annotations

import json
import re
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import update

from newsroom.model import NotifyRule, Watchlist
from storage.outbox_tables import alerts
from storage.tables import articles, sources
from tests.integration.mail_world import MailWorld, play
from tests.newsdesk import item, watchlist
from tests.site.mailserver import MailServer, Received

HOSTILE = Path(__file__).parents[3] / "shared/corpus/hostile/mail"
DESK = "desk@example.org"
FIELDS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"),
    *("Auto-Submitted", "References", "X-Wirewatch-Watchlist", "X-Wirewatch-Story"),
    *("X-Wirewatch-Alert", "MIME-Version", "Content-Type"),
]
CAPTURED = [
    pytest.mark.corpus,
    pytest.mark.skipif(not HOSTILE.is_dir(), reason=f"no captures beside the checkout: {HOSTILE}"),
]
OURS = [
    "a\r\nBcc: v@example.org",
    "=?utf-8?q?a=0d=0aBcc=3A_x=40y?=",
    ".",
    "\n.\nMAIL FROM:<v@example.org>\n",
    "성주\u2028Bcc: v@example.org",
    "x" * 5000,
]


def strings(name: str) -> list[str]:
    path = HOSTILE / name
    return list(json.loads(path.read_text("utf-8"))) if path.is_file() else []


@pytest.fixture(autouse=True, params=[False, True], ids=["in turn", "pipelined"])
def _pipelining(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailServer, "offers_pipelining", request.param)


def whole(mail: Received) -> None:
    """What came is one mail of ours: these fields, these two parts, sent once to one reader."""
    head = mail.content.partition(b"\r\n\r\n")[0]
    for reader in (policy.default, policy.compat32, policy.SMTPUTF8):
        assert message_from_bytes(mail.content, policy=reader).keys() == FIELDS
    lines = re.split(rb"\r\n(?![ \t])", head)
    assert [line.partition(b":")[0].decode() for line in lines] == FIELDS
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))
    assert mail.content.isascii()
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert b"\r" not in mail.content.replace(b"\r\n", b"")
    parsed = mail.parsed
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["To"] == mail.recipient == DESK
    assert "alerts.wirewatch" in parsed["List-Id"]
    assert parsed["Precedence"] is None
    assert [p.get_content_type() for p in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert not parsed.defects


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param(OURS, id="ours"),
        pytest.param(strings("header_and_title_injection.json"), id="captured", marks=CAPTURED),
    ],
)
def test_fault_126_headlines(tmp_path: Path, titles: list[str]) -> None:
    """Each as a headline, an author, an outlet's name; the pass that found them is over."""

    async def story(world: MailWorld) -> None:
        server.stop()
        desk = world.desk
        desk.feed(*(item(n, f"THAAD {n}", link=None) for n in range(1, len(titles) + 1)))
        await desk.run()
        with desk.db.write() as conn:
            for article, title in enumerate(titles, 1):
                fitting = title.encode("utf-8", "replace").decode()
                conn.execute(
                    update(articles)
                    .where(articles.c.id == article)
                    .values(title=fitting, authors=[fitting], summary=fitting, credit=fitting)
                )
            conn.execute(update(sources).values(name=titles[0]))
        server.start()
        await world.wait(minutes=20)
        assert set(world.states().values()) == {"sent"}
        assert len(server.messages) == len(titles)
        for mail in server.messages:
            whole(mail)
        assert len(world.said("MAIL")) == len(world.said("DATA")) == len(titles)
        assert set(world.said("RCPT")) == {f"RCPT TO:<{DESK}>"}
        assert {line.split()[0] for _, line in server.commands} <= {
            *("EHLO", "MAIL", "RCPT", "DATA", "QUIT", "RSET")
        }

    with MailServer() as server:
        play(tmp_path, story, server)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(OURS, id="ours"),
        pytest.param(strings("header_and_title_injection.json"), id="captured", marks=CAPTURED),
    ],
)
def test_fault_126_names_of_watchlists(tmp_path: Path, names: list[str]) -> None:
    """Configuration refuses most of them; an older program may have stored any."""

    async def story(world: MailWorld) -> None:
        lists = [watchlist(name.replace("\x00", "") or "-", "THAAD") for name in names]
        await world.desk.configure(*{one.name: one for one in lists}.values())
        await world.story()
        (mail,) = server.messages
        whole(mail)

    with MailServer() as server:
        play(tmp_path, story, server)


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["a@b\r\nRCPT TO:<v@x>", "a@b> RCPT TO:<v@x", "a b@c", "한글@x.y"], id="ours"),
        pytest.param(strings("bad_addresses.json"), id="captured", marks=CAPTURED),
    ],
)
def test_fault_126_addresses(tmp_path: Path, database_url: str, addresses: list[str]) -> None:
    """What is no address is held, with a notice, and never said to the server; others go."""

    async def story(world: MailWorld) -> None:
        rule = NotifyRule(to=(*addresses, DESK))
        bad = Watchlist(name="THAAD", any=("THAAD",), notify=(rule,), origin="test")
        await world.desk.configure(bad)
        await world.story()
        states = Counter(row.state for row in world.rows(alerts))
        taken = [mail.recipient for mail in server.messages]
        assert DESK in taken
        assert states == {"sent": len(taken), "held": len(addresses) + 1 - len(taken)}
        assert states["held"] >= len(addresses) // 2
        assert len(world.notices()) == states["held"]
        said = [line[len("RCPT TO:<") : -1] for line in world.said("RCPT")]
        assert sorted(said) == sorted(taken)
        assert set(taken) <= {*addresses, DESK}
        assert all(re.fullmatch(r"[^\s<>,@]+@[^\s<>,@]+", address) for address in said)
        assert all(address.isascii() for address in said)  # the server offers no SMTPUTF8
        assert world.down() is None

    with MailServer() as server:
        play(tmp_path, story, server, url=database_url)

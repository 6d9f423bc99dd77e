"""Encryption and login through the whole delivery (faults 122, 123): no password is shown to
anybody, and a refused one is not tried again and again."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newsroom.delivery import AUTH_PROBE_FIRST, AUTH_PROBE_MAX
from storage.outbox_tables import alerts
from storage.status import status
from tests.integration.mail_world import MailWorld, play
from tests.site.certificates import make_authority
from tests.site.mailserver import Fault, MailServer

DESK = "desk@example.org"
SECRET = "horse-battery"
MINUTE = timedelta(minutes=1)


def shown(server: MailServer) -> list[str]:
    """The forms of the password or the user's name that went over the wire in clear text."""
    forms = {
        "plain": SECRET.encode(),
        "PLAIN": b64encode(f"\0ann\0{SECRET}".encode()),
        "LOGIN": b64encode(SECRET.encode()),
        "user": b64encode(b"ann"),
    }
    return [name for name, octets in forms.items() if octets in bytes(server.wire)]


OFFER = "250-mail.test\n250-AUTH PLAIN LOGIN\n250 SIZE 1000000"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("ehlo", OFFER), "STARTTLS"),
        (Fault("starttls", "454 4.7.0 TLS not available"), "454"),
        (Fault("starttls", "502 5.5.1 no such command"), "502"),
        (Fault("starttls", "220 go ahead", drop=True), ""),
        (Fault("starttls", "220 go ahead\n250 AUTH PLAIN"), ""),
    ],
    ids=["stripped", "not now", "unknown", "dropped", "forged"],
)
def test_fault_122_no_encryption_no_password(
    tmp_path: Path, database_url: str, fault: Fault, why: str
) -> None:
    authority = make_authority(tmp_path)

    async def story(world: MailWorld) -> None:
        server.faults = [fault]
        world.connect(
            server.url("smtp+starttls", "ann"), SECRET, ca=str(authority.ca_file), deadline=2.0
        )
        await world.story()
        await world.wait(MINUTE, minutes=40)
        assert list(world.states().values()) == ["pending"]  # its five days have not begun
        assert why in (world.down() or "")
        assert len(world.notices()) == 1
        assert world.said("AUTH") == []
        assert world.said("MAIL") == []
        server.faults = []
        await world.wait(MINUTE, minutes=20)
        assert list(world.states().values()) == ["sent"]
        (mail,) = server.messages
        assert (mail.encrypted, mail.user) == (True, "ann")
        assert world.notices() == []
        assert shown(server) == []

    with MailServer(starttls=authority.server_context(), users={"ann": SECRET}) as server:
        play(tmp_path, story, server, url=database_url)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("case", ["unknown", "expired", "wrong host"])
def test_fault_122_a_certificate_nobody_vouches_for(tmp_path: Path, case: str, scheme: str) -> None:
    hosts = ("mail.example.org",) if case == "wrong host" else ("127.0.0.1",)
    authority = make_authority(tmp_path, expired=case == "expired", hosts=hosts)
    trusted = "" if case == "unknown" else str(authority.ca_file)
    tls = {"implicit_tls" if scheme == "smtps" else "starttls": authority.server_context()}

    async def story(world: MailWorld) -> None:
        world.connect(server.url(scheme, "ann"), SECRET, ca=trusted)
        await world.story()
        await world.wait(MINUTE, minutes=30)
        assert list(world.states().values()) == ["pending"]
        assert "certificate not trusted" in (world.down() or "")
        assert world.said("AUTH") == []
        assert server.messages == []
        assert shown(server) == []

    with MailServer(users={"ann": SECRET}, **tls) as server:  # type: ignore[arg-type]
        play(tmp_path, story, server)


def test_fault_122_a_server_without_any_encryption(tmp_path: Path) -> None:
    async def story(world: MailWorld) -> None:
        world.connect(server.url("smtp+starttls", "ann"), SECRET)
        await world.story()
        await world.wait(MINUTE, minutes=30)
        assert list(world.states().values()) == ["pending"]
        assert "STARTTLS" in (world.down() or "")
        assert shown(server) == []

    with MailServer(users={"ann": SECRET}) as server:
        play(tmp_path, story, server)


def test_fault_123_a_refused_login_is_not_hammered(tmp_path: Path, database_url: str) -> None:
    """48 hours of a wrong password: 5 minutes after the first, doubling, every 4 hours at last."""

    async def story(world: MailWorld) -> None:
        world.connect(server.url(user="ann"), "wrong")
        for _ in range(4):
            await world.story()
        asked = len(world.said("AUTH"))
        assert asked <= 4  # the passes somebody asked for
        start = world.desk.clock.now()
        await world.wait(hours=48)
        logins = [
            at
            for at, (_, line) in zip(world.times, server.commands, strict=True)
            if line.startswith("AUTH") and at > start
        ]
        pauses = [b - a for a, b in pairwise(logins)]
        assert all(pause >= AUTH_PROBE_FIRST for pause in pauses)
        assert all(b >= a for a, b in pairwise(pauses))
        assert pauses[-1] == AUTH_PROBE_MAX
        assert len(logins) <= 48 / 4 + 6
        assert Counter(world.states().values()) == {"pending": 4}
        assert {row.attempts for row in world.rows(alerts)} == {0}

        told = status(world.desk.db, world.desk.clock.now())
        (channel,) = told["channels"]
        assert channel["down_since"] is not None
        assert "535" in channel["reason"]
        assert any("535" in notice["text"] for notice in told["notices"])
        assert "wrong" not in str(told)

        world.connect(server.url(user="ann"), SECRET)  # the password is mended
        await world.wait(hours=4, minutes=5)
        assert Counter(world.states().values()) == {"sent": 4}
        assert [headline for _, headline in world.got()] == [f"THAAD {n}" for n in range(1, 5)]
        (channel,) = status(world.desk.db, world.desk.clock.now())["channels"]
        assert channel["down_since"] is None
        assert world.notices() == []

    with MailServer(users={"ann": SECRET}) as server:
        play(tmp_path, story, server, url=database_url)


def test_fault_123_time_without_a_login_is_not_a_mails(tmp_path: Path) -> None:
    """Greylisted for a day, no login for six: four of its five days are left."""

    async def story(world: MailWorld) -> None:
        greylist = Fault("rcpt", "450 4.7.1 greylisted")
        server.faults = [greylist]
        world.connect(server.url(user="ann"), SECRET)
        await world.story()
        await world.wait_to_due(hours=24)
        assert list(world.states().values()) == ["deferred"]
        server.faults = [Fault("auth", "535 5.7.8 no"), greylist]
        server.hang_up()
        await world.wait(60 * MINUTE, hours=24 * 6)
        assert list(world.states().values()) == ["deferred"]
        server.faults = [greylist]
        await world.wait(60 * MINUTE, hours=24 * 3)
        assert list(world.states().values()) == ["deferred"]
        await world.wait(60 * MINUTE, hours=24 * 2)
        assert list(world.states().values()) == ["held"]
        assert server.messages == []

    with MailServer(users={"ann": SECRET}) as server:
        play(tmp_path, story, server)

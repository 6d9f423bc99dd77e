"""A server that misbehaves at each stage, and what that means for the mail and the channel."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.link import Link
from alerts.smtp import SmtpChannel
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from tests.site.certificates import make_authority
from tests.site.mailserver import Fault, MailServer, Stage

MAIL = b"Subject: a\r\n\r\ntext\r\n"
DESK = "desk@example.org"
Opener = Callable[..., SmtpChannel]
_SHORT = {"connect": 0.3, "ehlo": 0.3, "mail": 0.3, "rcpt": 2.0, "data": 2.0}
"""Deadlines by the stage that hangs: before it all has to be done within."""


@pytest.fixture(autouse=True, params=[False, True], ids=["in turn", "pipelined"])
def _pipelining(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the server takes MAIL, RCPT and DATA in one go changes nothing of the outcome."""
    monkeypatch.setattr(MailServer, "offers_pipelining", request.param)


@pytest.fixture
def open_smtp() -> Iterator[Opener]:
    opened: list[SmtpChannel] = []

    def opener(url: str, password: str | None = None, **more: object) -> SmtpChannel:
        options: dict[str, object] = {"deadline": 10.0, "data_reply_deadline": 10.0, **more}
        channel = SmtpChannel(url, password, "Wirewatch <w@example.org>", **options)  # type: ignore[arg-type]
        opened.append(channel)
        return channel

    yield opener
    for channel in opened:
        channel.close()


@pytest.mark.parametrize(
    ("stage", "reply", "error"),
    [
        ("connect", "421 4.3.2 too busy", ChannelDown),
        ("connect", "554 5.3.2 no service here", ChannelDown),
        ("ehlo", "421 4.3.2 closing", ChannelDown),
        ("ehlo", "550 5.7.1 go away", ChannelDown),
        ("mail", "421 4.3.2 closing", ChannelDown),
        ("mail", "451 4.3.0 later", TemporaryFailure),
        ("mail", "452 4.3.1 no room", TemporaryFailure),
        ("mail", "530 5.7.0 login first", AuthFailure),
        ("mail", "550 5.7.1 sender refused", ChannelDown),
        ("mail", "552 5.3.4 too big", PermanentFailure),
        ("rcpt", "421 4.3.2 closing", ChannelDown),
        ("rcpt", "450 4.7.1 greylisted", TemporaryFailure),
        ("rcpt", "452 4.5.3 too many recipients", TemporaryFailure),
        ("rcpt", "550 5.1.1 no such user", PermanentFailure),
        ("rcpt", "554 5.7.1 relay denied", PermanentFailure),
        ("rcpt", "530 5.7.0 login first", AuthFailure),
        ("data", "421 4.3.2 closing", ChannelDown),
        ("data", "451 4.3.0 later", TemporaryFailure),
        ("data", "554 5.5.1 no valid recipients", PermanentFailure),
        ("data", "250 what", TemporaryFailure),
        ("body", "552 5.3.4 too much", PermanentFailure),
        ("content", "421 4.3.2 closing", ChannelDown),
        ("content", "452 4.3.1 no room", TemporaryFailure),
        ("content", "550 5.7.1 spam", PermanentFailure),
        ("content", "552 5.3.4 too big", PermanentFailure),
        ("content", "554 5.6.0 refused", PermanentFailure),
        ("content", "354 go on", UncertainOutcome),
    ],
)
def test_refusals(open_smtp: Opener, stage: Stage, reply: str, error: type[DeliveryError]) -> None:
    with MailServer() as server:
        server.faults = [Fault(stage, reply, times=1, drop=reply == "552 5.3.4 too much")]
        channel = open_smtp(server.url())
        with pytest.raises(error) as caught:
            channel.send(DESK, MAIL, filename="a.eml")
        assert type(caught.value) is error
        assert caught.value.code == int(reply[:3])
        assert caught.value.reply == reply[4:]
        assert "127.0.0.1" in caught.value.message
        # whatever it was, the next mail is a matter of its own
        channel.send("other@example.org", MAIL, filename="b.eml")
        assert [m.recipient for m in server.messages] == ["other@example.org"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
def test_a_refused_mail_leaves_the_connection_in_use(open_smtp: Opener, stage: Stage) -> None:
    with MailServer() as server:
        server.faults = [Fault(stage, "451 4.3.0 later", nth=2)]
        channel = open_smtp(server.url())
        channel.send("a@example.org", MAIL, filename="a.eml")
        with pytest.raises(TemporaryFailure):
            channel.send("b@example.org", MAIL, filename="b.eml")
        channel.send("c@example.org", MAIL, filename="c.eml")
        assert [m.recipient for m in server.messages] == ["a@example.org", "c@example.org"]
        assert server.connections == 1
        assert (1, "RSET") in server.commands


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("connect", ChannelDown),
        ("ehlo", ChannelDown),
        ("mail", ChannelDown),
        ("rcpt", TemporaryFailure),
        ("data", TemporaryFailure),
        ("body", TemporaryFailure),
        ("content", UncertainOutcome),
    ],
)
@pytest.mark.parametrize("silent", [False, True], ids=["dropped", "stalled"])
def test_no_answer(
    open_smtp: Opener, stage: Stage, error: type[DeliveryError], silent: bool
) -> None:
    with MailServer() as server:
        server.faults = [Fault(stage, drop=not silent, times=1)]
        # long where it must not be what ends the mail, however busy the machine
        channel = open_smtp(
            server.url(),
            deadline=_SHORT.get(stage, 20.0) if silent else 20.0,
            data_reply_deadline=0.3 if silent else 20.0,
        )
        # a server that has gone silent shows only where an answer is awaited
        if silent and stage == "body":
            error = UncertainOutcome
        # so long a mail that the loss of the connection is seen before its end
        mail = MAIL if silent or stage != "body" else MAIL + b"x" * 70 * 400_000
        with pytest.raises(error) as caught:
            channel.send(DESK, mail, filename="a.eml")
        assert type(caught.value) is error
        assert caught.value.code is None
        assert server.messages == []


def test_taken_but_the_answer_was_lost(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("content", keep=True, drop=True, times=1)]
        channel = open_smtp(server.url())
        with pytest.raises(UncertainOutcome):
            channel.send(DESK, MAIL, filename="a.eml")
        channel.send(DESK, MAIL, filename="a.eml")
        assert [m.content for m in server.messages] == [MAIL, MAIL]


def test_one_recipients_refusal_is_not_anothers(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("rcpt", "550 5.1.1 no such user", recipient="b@example.org")]
        channel = open_smtp(server.url())
        outcome = {}
        for recipient in ("a@example.org", "b@example.org", "c@example.org"):
            try:
                outcome[recipient] = channel.send(recipient, MAIL, filename="a.eml")[:3]
            except PermanentFailure as e:
                outcome[recipient] = str(e.code)
        assert list(outcome.values()) == ["250", "550", "250"]
        assert [m.recipient for m in server.messages] == ["a@example.org", "c@example.org"]


@pytest.mark.parametrize("stage", ["mail", "connect", "content"])
def test_a_dripping_server_cannot_exceed_the_deadline(open_smtp: Opener, stage: Stage) -> None:
    # Each byte comes well within any timeout of a single read; the reply as a whole never ends.
    with MailServer() as server:
        long = "250-" + "x" * 2000 + "\n250 ok" if stage != "connect" else ""
        server.faults = [Fault(stage, long, drip=0.01)]
        channel = open_smtp(
            server.url(), deadline=20.0 if stage == "content" else 0.3, data_reply_deadline=0.3
        )
        error = UncertainOutcome if stage == "content" else ChannelDown
        with pytest.raises(error, match="no answer in time"):
            channel.send(DESK, MAIL, filename="a.eml")


def test_421_between_mails_opens_a_new_connection(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("mail", "421 4.7.0 enough for one connection", nth=3)]
        channel = open_smtp(server.url())
        for n in range(4):
            channel.send(f"r{n}@example.org", MAIL, filename="a.eml")
        assert [m.connection for m in server.messages] == [1, 1, 2, 2]


def test_refused_connection_and_unknown_host(open_smtp: Opener) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ChannelDown, match=r"127\.0\.0\.1"):
        open_smtp(f"smtp://127.0.0.1:{port}").send(DESK, MAIL, filename="a.eml")
    with pytest.raises(ChannelDown):
        open_smtp(f"smtp://{'x' * 70}.invalid").send(DESK, MAIL, filename="a.eml")


def test_not_an_smtp_server_at_all(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("connect", "HTTP/1.1 400 Bad Request", drop=True)]
        with pytest.raises(ChannelDown, match="no SMTP reply"):
            open_smtp(server.url()).send(DESK, MAIL, filename="a.eml")


def test_a_reply_without_end_is_cut_off(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("ehlo", "\n".join(["250-more"] * 1000))]
        with pytest.raises(ChannelDown, match="without end"):
            open_smtp(server.url()).send(DESK, MAIL, filename="a.eml")
        server.faults = [Fault("ehlo", "250 " + "x" * 100_000)]
        with pytest.raises(ChannelDown, match="without end"):
            open_smtp(server.url()).send(DESK, MAIL, filename="a.eml")


def test_what_the_server_says_is_made_fit_to_show(open_smtp: Opener) -> None:
    with MailServer(smtputf8=True) as server:
        server.faults = [Fault("rcpt", "550 \x1b[31mred\x00 " + "y" * 400)]
        with pytest.raises(PermanentFailure) as caught:
            open_smtp(server.url()).send(DESK, MAIL, filename="a.eml")
        assert caught.value.reply.startswith("[31mred yyy")
        assert len(caught.value.reply) == 200


def test_login_refused(open_smtp: Opener) -> None:
    with MailServer(users={"ann": "right"}) as server:
        with pytest.raises(AuthFailure) as caught:
            open_smtp(server.url(user="ann"), "wrong-secret").send(DESK, MAIL, filename="a.eml")
        assert caught.value.code == 535
        assert "wrong-secret" not in f"{caught.value} {caught.value.reply}"
        server.faults = [Fault("auth", "454 4.7.0 try again later")]
        with pytest.raises(ChannelDown) as later:
            open_smtp(server.url(user="ann"), "right").send(DESK, MAIL, filename="a.eml")
        assert type(later.value) is ChannelDown
    with MailServer() as server:
        with pytest.raises(AuthFailure, match="offers no login"):
            open_smtp(server.url(user="ann"), "right").send(DESK, MAIL, filename="a.eml")
        with pytest.raises(AuthFailure, match=r"mail\.password_file"):
            open_smtp(server.url(user="ann")).send(DESK, MAIL, filename="a.eml")
        assert server.messages == []


def test_no_password_in_clear_text_over_the_network(
    open_smtp: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Link, "loopback", property(lambda _: False))
    with MailServer(users={"ann": "right"}) as server:
        with pytest.raises(AuthFailure, match=r"smtp\+starttls"):
            open_smtp(server.url(user="ann"), "right").send(DESK, MAIL, filename="a.eml")
        assert [line.split()[0] for _, line in server.commands] == ["EHLO"]


def test_stripped_starttls_shows_no_password(open_smtp: Opener) -> None:
    with MailServer(users={"ann": "right"}) as server:
        channel = open_smtp(server.url("smtp+starttls", "ann"), "right")
        with pytest.raises(ChannelDown, match="STARTTLS"):
            channel.send(DESK, MAIL, filename="a.eml")
        assert [line.split()[0] for _, line in server.commands] == ["EHLO"]


@pytest.mark.parametrize("case", ["unknown", "expired", "wrong host"])
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_bad_certificates(open_smtp: Opener, tmp_path: Path, case: str, scheme: str) -> None:
    hosts = ("mail.example.org",) if case == "wrong host" else ("127.0.0.1",)
    authority = make_authority(tmp_path, expired=case == "expired", hosts=hosts)
    trusted = "" if case == "unknown" else str(authority.ca_file)
    context = authority.server_context()
    tls = {"implicit_tls" if scheme == "smtps" else "starttls": context}
    with MailServer(users={"ann": "right"}, **tls) as server:  # type: ignore[arg-type]
        channel = open_smtp(server.url(scheme, "ann"), "right", ca_bundle=trusted)
        with pytest.raises(ChannelDown, match="certificate not trusted"):
            channel.send(DESK, MAIL, filename="a.eml")
        assert not any("AUTH" in line for _, line in server.commands)


def test_clear_text_after_the_tls_go_ahead_is_refused(open_smtp: Opener) -> None:
    with MailServer() as server:
        offer = "250-mail.test\n250 STARTTLS"
        forged = "220 go ahead\n250-mail.test\n250 AUTH PLAIN"
        server.faults = [Fault("ehlo", offer), Fault("starttls", forged.replace("\n", "\r\n"))]
        with pytest.raises(ChannelDown):
            open_smtp(server.url("smtp+starttls", "ann"), "x").send(DESK, MAIL, filename="a.eml")
        assert not any("AUTH" in line for _, line in server.commands)


def test_a_mail_over_the_servers_limit_is_not_sent(open_smtp: Opener) -> None:
    with MailServer(size_limit=1000) as server:
        with pytest.raises(PermanentFailure, match="1000 bytes") as caught:
            open_smtp(server.url()).send(DESK, b"x" * 1001, filename="a.eml")
        assert caught.value.code == 552
        assert all("MAIL" not in line for _, line in server.commands)


@pytest.mark.parametrize(
    "address", ["a@b\r\nRCPT TO:<v@x>", "a@b> RCPT TO:<v@x", "a@b,c@d", "a b@c", "@x.y", "a@", ""]
)
def test_an_address_that_would_say_more_is_never_said(open_smtp: Opener, address: str) -> None:
    with MailServer() as server:
        with pytest.raises(PermanentFailure):
            open_smtp(server.url()).send(address, MAIL, filename="a.eml")
        assert server.connections == 0


def test_close_from_another_thread_ends_a_hanging_mail(open_smtp: Opener) -> None:
    with MailServer() as server:
        server.faults = [Fault("rcpt")]
        channel = open_smtp(server.url(), deadline=60.0)
        errors: list[DeliveryError] = []

        def send() -> None:
            try:
                channel.send(DESK, MAIL, filename="a.eml")
            except DeliveryError as e:
                errors.append(e)

        thread = threading.Thread(target=send)
        thread.start()
        while not any("RCPT" in line for _, line in list(server.commands)):
            pass
        channel.close()
        thread.join(20)
        assert not thread.is_alive()
        assert [type(e) for e in errors] == [TemporaryFailure]


def test_a_server_that_comes_back_takes_what_waited(open_smtp: Opener) -> None:
    with MailServer() as server:
        channel = open_smtp(server.url())
        channel.send("a@example.org", MAIL, filename="a.eml")
        server.stop()
        with pytest.raises(ChannelDown):
            channel.send("b@example.org", MAIL, filename="b.eml")
        server.start()
        channel.send("b@example.org", MAIL, filename="b.eml")
        assert [m.recipient for m in server.messages] == ["a@example.org", "b@example.org"]

"""Mails that arrive: plain, TLS both ways, with a login, many over one connection."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.smtp import SmtpChannel
from newsroom.errors import ChannelDown, PermanentFailure
from tests.site.certificates import Authority, make_authority
from tests.site.mailserver import MailServer

MAIL = b"Subject: a\r\n\r\nfirst\r\n.\r\n..two dots\r\nlast\r\n"
OPEN = "Wirewatch <wirewatch@example.org>"
Opener = Callable[..., SmtpChannel]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def open_smtp() -> Iterator[Opener]:
    opened: list[SmtpChannel] = []

    def opener(url: str, password: str | None = None, **more: object) -> SmtpChannel:
        options: dict[str, object] = {"deadline": 10.0, "data_reply_deadline": 10.0, **more}
        channel = SmtpChannel(url, password, OPEN, **options)  # type: ignore[arg-type]
        opened.append(channel)
        return channel

    yield opener
    for channel in opened:
        channel.close()


def test_plain_mail_arrives_unchanged(open_smtp: Opener, caplog: pytest.LogCaptureFixture) -> None:
    with MailServer() as server, caplog.at_level(logging.INFO, "wirewatch.mail"):
        reply = open_smtp(server.url()).send("desk@example.org", MAIL, filename="a.eml")
        (got,) = server.wait_for(1)
    assert reply == "250 2.0.0 taken as 1"
    assert (got.sender, got.recipients) == ("wirewatch@example.org", ("desk@example.org",))
    assert got.content == MAIL
    assert [r.message for r in caplog.records] == ["smtp accepted"]
    assert caplog.records[0].__dict__["mail"] == "a.eml"


def test_bare_line_ends_and_leading_dots_cannot_end_the_mail(open_smtp: Opener) -> None:
    odd = b"Subject: a\n\n.\nMAIL FROM:<x@y>\r.\r\r\n.\n..\nend"
    with MailServer() as server:
        open_smtp(server.url()).send("desk@example.org", odd, filename="a.eml")
        (got,) = server.messages
    lines = b"Subject: a\r\n\r\n.\r\nMAIL FROM:<x@y>\r\n.\r\n\r\n.\r\n..\r\nend\r\n"
    assert got.content == lines


def test_fifty_mails_share_one_connection(open_smtp: Opener) -> None:
    with MailServer() as server:
        channel = open_smtp(server.url())
        for n in range(50):
            channel.send(f"r{n}@example.org", MAIL, filename="a.eml")
        assert [m.recipient for m in server.messages] == [f"r{n}@example.org" for n in range(50)]
        assert server.connections == 1


def test_starttls_is_verified_and_login_comes_after_it(
    open_smtp: Opener, authority: Authority
) -> None:
    with MailServer(starttls=authority.server_context(), users={"ann@x": "secret"}) as server:
        channel = open_smtp(
            server.url("smtp+starttls", "ann@x"), "secret", ca_bundle=str(authority.ca_file)
        )
        channel.send("desk@example.org", MAIL, filename="a.eml")
        (got,) = server.messages
        verbs = [line.split()[0] for _, line in server.commands]
    assert (got.encrypted, got.user) == (True, "ann@x")
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]


def test_smtps_by_name_and_password_from_the_url(open_smtp: Opener, authority: Authority) -> None:
    with MailServer(implicit_tls=authority.server_context(), users={"ann": "s:t"}) as server:
        url = f"smtps://ann:s%3At@localhost:{server.port}"
        channel = open_smtp(url, ca_bundle=str(authority.ca_file))
        channel.send("desk@example.org", MAIL, filename="a.eml")
        assert [m.user for m in server.messages] == ["ann"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_login_mechanisms(
    open_smtp: Opener, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(users={"ann": "påss"}) as server:
        if mechanism == "LOGIN":  # a server that offers only this one
            monkeypatch.delattr("aiosmtpd.smtp.SMTP.auth_PLAIN")
        channel = open_smtp(server.url(user="ann"), "påss")
        channel.send("desk@example.org", MAIL, filename="a.eml")
        assert server.messages[0].user == "ann"
        assert any(line.startswith(f"AUTH {mechanism}") for _, line in server.commands)


def test_own_authority_is_added_to_the_systems(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ssl.SSLContext] = []
    real = ssl.create_default_context

    def note() -> ssl.SSLContext:
        made.append(real())
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", note)
    with MailServer(implicit_tls=authority.server_context()) as server:
        channel = SmtpChannel(server.url(), None, OPEN, str(authority.ca_file), 10.0, 10.0)
        channel.send("desk@example.org", MAIL, filename="a.eml")
        channel.close()
    subjects = [str(c["subject"]) for c in made[0].get_ca_certs()]
    assert any("Wirewatch test CA" in s for s in subjects)
    assert made[0].check_hostname
    assert made[0].verify_mode == ssl.CERT_REQUIRED


def test_a_connection_closed_while_idle_is_opened_again(open_smtp: Opener) -> None:
    with MailServer() as server:
        channel = open_smtp(server.url())
        channel.send("a@example.org", MAIL, filename="a.eml")
        server.hang_up()
        channel.send("b@example.org", MAIL, filename="b.eml")
        assert [(m.recipient, m.connection) for m in server.messages] == [
            ("a@example.org", 1),
            ("b@example.org", 2),
        ]


def test_an_idle_connection_over_tls_is_opened_again(
    open_smtp: Opener, authority: Authority
) -> None:
    with MailServer(implicit_tls=authority.server_context()) as server:
        channel = open_smtp(server.url(), ca_bundle=str(authority.ca_file))
        channel.send("a@example.org", MAIL, filename="a.eml")
        server.hang_up()
        channel.send("b@example.org", MAIL, filename="b.eml")
        assert [m.connection for m in server.messages] == [1, 2]


def test_a_connection_idle_for_long_is_not_trusted(
    open_smtp: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.smtp._IDLE", 0.0)
    with MailServer() as server:
        channel = open_smtp(server.url())
        channel.send("a@example.org", MAIL, filename="a.eml")
        channel.send("b@example.org", MAIL, filename="b.eml")
        assert [m.connection for m in server.messages] == [1, 2]


def test_close_says_quit_and_the_channel_can_be_used_again(open_smtp: Opener) -> None:
    with MailServer() as server:
        channel = open_smtp(server.url())
        channel.send("a@example.org", MAIL, filename="a.eml")
        channel.close()
        assert (1, "QUIT") in server.commands
        channel.send("b@example.org", MAIL, filename="b.eml")
        assert server.connections == 2


def test_international_local_part_goes_only_where_it_is_offered(open_smtp: Opener) -> None:
    with MailServer(smtputf8=True) as server:
        open_smtp(server.url()).send("데스크@example.org", MAIL, filename="a.eml")
        assert server.messages[0].recipient == "데스크@example.org"
    with MailServer() as server:
        channel = open_smtp(server.url())
        with pytest.raises(PermanentFailure, match="SMTPUTF8"):
            channel.send("데스크@example.org", MAIL, filename="a.eml")
        channel.send("desk@예시.한국", MAIL, filename="b.eml")  # a domain has an ASCII form
        assert server.messages[0].recipient == "desk@xn--vv4b11d.xn--3e0b707e"
        assert server.connections == 1


def test_an_unreadable_authority_file_is_the_channels_fault(
    open_smtp: Opener, tmp_path: Path
) -> None:
    with MailServer() as server:
        channel = open_smtp(server.url(), ca_bundle=str(tmp_path / "none.pem"))
        with pytest.raises(ChannelDown, match="ca_bundle"):
            channel.send("desk@example.org", MAIL, filename="a.eml")

"""A mailbox on a real IMAP server: read, not changed, and left in time whatever the server does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import mailbox_imap
from alerts.imap import ImapLink
from alerts.letters import MOST_LETTERS, MOST_OCTETS, Letter
from alerts.mailbox import open_mailbox
from alerts.mailbox_imap import ImapMailbox, modified_utf7
from newsroom.errors import AuthFailure, ChannelDown
from tests.site.certificates import make_authority
from tests.site.imapserver import ImapFault, ImapServer

TODAY = datetime.now(UTC).date()
LONG_AGO = TODAY - timedelta(days=7)


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


def mailbox(server: ImapServer, **parts: Any) -> ImapMailbox:
    url = server.url(parts.pop("scheme", "imap"), parts.pop("host", "127.0.0.1"))
    opened = open_mailbox(url, parts.pop("password", server.password), parts.pop("ca_bundle", ""))
    assert isinstance(opened, ImapMailbox)
    opened._deadline = parts.pop("deadline", 20.0)
    return opened


def read(box: ImapMailbox, position: str = "", since: date = LONG_AGO) -> list[Letter]:
    return list(box.letters(position, since))


def test_it_is_read_from_where_the_last_visit_ended(server: ImapServer) -> None:
    box = mailbox(server)
    assert read(box) == []
    for name in (b"one", b"two"):
        server.put(name)
    letters = read(box)
    assert [(one.octets, one.position) for one in letters] == [(b"one", "1:1"), (b"two", "1:2")]
    assert read(box, "1:2") == []  # though the server names the last mail again
    server.put(b"three")
    assert [one.octets for one in read(box, "1:1")] == [b"two", b"three"]
    assert [one.octets for one in read(box, "1:2")] == [b"three"]


def test_nothing_in_it_changes(server: ImapServer) -> None:
    server.put(b"one")
    assert len(read(mailbox(server))) == 1
    assert [mail.seen for mail in server.mails] == [False]
    verbs = {words.split()[0] for words in server.commands}
    assert verbs - {"LOGOUT"} == {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID"}


def test_a_mailbox_made_anew_is_read_from_some_days_back(server: ImapServer) -> None:
    server.put(b"old", LONG_AGO - timedelta(days=1))
    server.put(b"new", LONG_AGO)
    server.validity = 2
    for position in ("1:2", "", "x", "2:", "2:y"):
        assert [one.octets for one in read(mailbox(server), position)] == [b"new"]
    assert read(mailbox(server), "2:2") == []


def test_large_mails_and_many(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(b"x" * (MOST_OCTETS + 5))
    server.put(b"y" * MOST_OCTETS)
    assert [len(one.octets) for one in read(mailbox(server))] == [MOST_OCTETS, MOST_OCTETS]
    monkeypatch.setattr(mailbox_imap, "MOST_LETTERS", 3)
    for number in range(3, 8):
        server.put(b"%d" % number)
    assert [one.octets for one in read(mailbox(server), "1:2")] == [b"3", b"4", b"5"]
    assert MOST_LETTERS == 200


def test_a_mail_that_goes_meanwhile_is_passed_over(server: ImapServer) -> None:
    server.put(b"one")
    server.put(b"two")
    server.put(b"three")
    letters = mailbox(server).letters("", LONG_AGO)
    assert next(letters).octets == b"one"
    del server.mails[1]
    assert next(letters).octets == b"three"
    assert next(letters, None) is None


@pytest.mark.parametrize("offers", ["IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"])
def test_logins(server: ImapServer, offers: str) -> None:
    server.offers = offers
    server.put(b"one")
    assert len(read(mailbox(server))) == 1
    with pytest.raises(AuthFailure, match="wrong"):
        read(mailbox(server, password="guess"))
    assert server.logins == 2


def test_no_login_is_offered(server: ImapServer) -> None:
    server.offers = "IMAP4rev1 LOGINDISABLED"
    with pytest.raises(AuthFailure, match="no login"):
        read(mailbox(server))
    assert server.logins == 0


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_tls_is_verified(tmp_path: Path, scheme: str) -> None:
    authority = make_authority(tmp_path)
    context = authority.server_context()
    with ImapServer(tls=context, implicit=scheme == "imaps") as server:
        server.put(b"one")
        with pytest.raises(ChannelDown, match="certificate"):
            read(mailbox(server, scheme=scheme))
        assert server.logins == 0
        box = mailbox(server, scheme=scheme, ca_bundle=str(authority.ca_file))
        assert len(read(box)) == 1


def test_starttls_taken_out_on_the_way(server: ImapServer) -> None:
    with pytest.raises(ChannelDown, match="does not offer STARTTLS"):
        read(mailbox(server, scheme="imap+starttls"))
    assert server.logins == 0


def test_no_password_in_clear_text_beyond_loopback(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImapLink, "loopback", False)
    with pytest.raises(AuthFailure, match="imaps://"):
        read(mailbox(server))
    assert server.logins == 0


def test_folders_of_any_name() -> None:
    with ImapServer(folder="&vBjBoQ- 1") as server:
        server.put(b"one")
        url = f"imap://bounces@127.0.0.1:{server.port}/%EB%B0%98%EC%86%A1%201"
        assert len(list(open_mailbox(url, server.password).letters("", LONG_AGO))) == 1
        gone = open_mailbox(f"imap://bounces@127.0.0.1:{server.port}/Gone", server.password)
        with pytest.raises(ChannelDown, match=r"the folder Gone: .* no such folder"):
            list(gone.letters("", LONG_AGO))
    assert modified_utf7("INBOX/A&B") == "INBOX/A&-B"


BROKEN = [
    ImapFault("GREETING", b"* BYE go away\r\n"),
    ImapFault("GREETING", b"* PREAUTH welcome\r\n"),
    ImapFault("GREETING", b"220 smtp.example.org\r\n"),
    ImapFault("GREETING", drop=True),
    ImapFault("CAPABILITY", b"* BYE\r\n"),
    ImapFault("CAPABILITY", b"{tag} BAD no\r\n"),
    ImapFault("CAPABILITY", b"x" * 300_000),
    ImapFault("CAPABILITY", b"* x\r\n" * 20_000),
    ImapFault("AUTHENTICATE", b"{tag} NO no\r\n"),
    ImapFault("LOGIN", b"{tag} BAD no\r\n"),
    ImapFault("EXAMINE", b"{tag} OK nothing said\r\n"),
    ImapFault("EXAMINE", drop=True),
    ImapFault("SEARCH", b"{tag} NO no\r\n"),
    ImapFault("SEARCH", b"* SEARCH {99999999999}\r\n"),
    ImapFault("FETCH", b"* 1 FETCH (UID 1 BODY[] {9999999999}\r\nxxx"),
    ImapFault("FETCH", b"* 1 FETCH (UID 1 BODY[] {10}\r\nxxx", drop=True),
    ImapFault("FETCH", drop=True),
    ImapFault("FETCH", b"{0}\r\n" * 20_000),
]


@pytest.mark.parametrize("fault", BROKEN, ids=range(len(BROKEN)))
def test_servers_that_are_broken(server: ImapServer, fault: ImapFault) -> None:
    server.put(b"one")
    server.faults = [fault]
    box = mailbox(server)
    with pytest.raises(ChannelDown):
        read(box)
    server.faults = []
    assert len(read(box)) == 1


@pytest.mark.parametrize(
    ("reply", "octets"),
    [
        (b'* 1 FETCH (UID 1 BODY[] "quo\\"ted")\r\n{tag} OK\r\n', [b'quo"ted']),
        (b"* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK\r\n", [b""]),
        (
            b"* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (BODY[] {1}\r\na UID 1)\r\n{tag} OK\r\n",
            [b"a"],
        ),
        (b"* 9 FETCH (UID 9 BODY[] {1}\r\na)\r\n{tag} OK\r\n", []),
        (b"* 1 EXISTS\r\n{tag} OK\r\n", []),
    ],
)
def test_what_servers_may_answer(server: ImapServer, reply: bytes, octets: list[bytes]) -> None:
    server.put(b"one")
    server.faults = [ImapFault("FETCH", reply, skip=1)]
    assert [one.octets for one in read(mailbox(server))] == octets


@pytest.mark.parametrize("verb", ["GREETING", "CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_visit_has_an_end(server: ImapServer, verb: str, fault: str) -> None:
    """A server that sends a byte now and then keeps nobody longer than one that sends none."""
    server.put(b"one")
    server.faults = [ImapFault(verb, hang=fault == "hang", drip=0.05 if fault == "drip" else 0)]
    server.faults[0].reply = b"* OK " + b"x" * 400 if fault == "drip" else b""
    with pytest.raises(ChannelDown):
        read(mailbox(server, deadline=0.4))


def test_a_visit_can_be_ended_from_outside(server: ImapServer) -> None:
    server.put(b"one")
    server.faults = [ImapFault("SEARCH", hang=True)]
    box = mailbox(server, deadline=60.0)
    ended = []

    def visit() -> None:
        try:
            read(box)
        except ChannelDown:
            ended.append(True)

    thread = threading.Thread(target=visit)
    thread.start()
    server.wait_for("SEARCH")
    box.close()
    thread.join(10)
    assert ended == [True]

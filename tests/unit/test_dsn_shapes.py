"""Reports as mail systems write them: what is read out of each, and what says nothing."""

from __future__ import annotations

import pytest

from alerts.dsn import read_incoming
from newsroom.bounces import Failure, Report, Verdict, judge
from newsroom.tokens import stop_token
from tests.site.bounces import (
    BY_SYSTEM,
    WORD,
    exim,
    international,
    postfix,
    sendmail,
    unsubscribe,
    vacation,
)

ID = "<wirewatch.0123456789abcdef0123456789abcdef@example.org>"
TO = "desk@example.com"
TOKEN = stop_token(b"secret", 7, TO)


def report_of(octets: bytes) -> Report:
    found = read_incoming(octets)
    assert found.stop is None
    assert found.report is not None
    return found.report


def the_failure(octets: bytes) -> Failure:
    (failure,) = report_of(octets).failures
    return failure


@pytest.mark.parametrize("system", BY_SYSTEM)
def test_each_system_is_read(system: str) -> None:
    report = report_of(BY_SYSTEM[system](ID, TO))
    assert ID in report.message_ids
    (failure,) = report.failures
    assert (failure.recipient, failure.action) == (TO, "failed")
    assert failure.code == ("5.1.10" if system == "exchange" else "5.1.1")
    assert judge(failure, TO) is Verdict.HOLD
    assert failure.reason.startswith(failure.code)
    assert failure.reason.count("5.1.1") <= 2


@pytest.mark.parametrize("system", BY_SYSTEM)
@pytest.mark.parametrize("cut", [0, 1, 400, 900, 1200, 1500])
def test_a_beginning_is_read_or_says_nothing(system: str, cut: int) -> None:
    octets = BY_SYSTEM[system](ID, TO)[:cut]
    report = read_incoming(octets).report
    assert report is None or all(failure.recipient for failure in report.failures)


def test_line_ends_without_carriage_return() -> None:
    for make in BY_SYSTEM.values():
        octets = make(ID, TO)
        assert read_incoming(octets.replace(b"\r\n", b"\n")) == read_incoming(octets)


def test_a_mail_that_a_server_renamed_is_known_by_its_stop_word() -> None:
    report = report_of(postfix("<other-0100@mail.example.net>", TO, word=TOKEN))
    assert report.message_ids == ("<other-0100@mail.example.net>",)
    assert report.words == (TOKEN,)
    assert report_of(sendmail(ID, TO)).words == (WORD,)


def test_the_one_it_was_sent_to_stands_beside_the_one_it_came_to() -> None:
    failure = the_failure(postfix(ID, "kim@inside.example.com", original=TO))
    assert (failure.recipient, failure.original) == ("kim@inside.example.com", TO)
    assert judge(failure, TO) is Verdict.TELL


def test_several_recipients() -> None:
    octets = postfix(ID, TO).replace(
        b"Remote-MTA: dns; mx.example.com\r\n",
        b"\r\nFinal-Recipient: rfc822; b@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n",
    )
    assert [(f.recipient, f.action) for f in report_of(octets).failures] == [
        (TO, "failed"),
        ("b@example.com", "delayed"),
    ]


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_addresses_beyond_ascii(encoding: str) -> None:
    failure = the_failure(international(ID, "데스크@예시.한국", encoding=encoding))
    assert failure.recipient == "데스크@예시.한국"
    assert judge(failure, "데스크@예시.한국") is Verdict.HOLD
    xtext = postfix(ID, TO).replace(
        b"rfc822; " + TO.encode(), rb"utf-8; \x{B370}\x{C2A4}\x{D06C}@example.com"
    )
    assert the_failure(xtext).recipient == "데스크@example.com"


def test_exim_names_several_and_their_reasons() -> None:
    octets = exim(ID, TO).replace(
        b"X-Failed-Recipients: " + TO.encode(),
        b"X-Failed-Recipients: " + TO.encode() + b",\r\n\tb@example.com",
    )
    octets = octets.replace(
        b"\r\n------ This", b"\r\n  b@example.com\r\n    Unknown\r\n\r\n---- This"
    )
    assert [(f.recipient, f.code) for f in report_of(octets).failures] == [
        (TO, "5.1.1"),
        ("b@example.com", ""),
    ]


QMAIL = (
    "From: MAILER-DAEMON@mail.example.net\r\nSubject: failure notice\r\n\r\n"
    f"Hi. This is the mail program.\r\n\r\n<{TO}>:\r\nno such mailbox here. (#5.1.1)\r\n\r\n"
    f"--- Below this line is a copy of the message.\r\n\r\nMessage-ID: {ID}\r\n"
).encode()
READ = postfix(ID, TO).replace(b"delivery-status", b"disposition-notification")
COMPLAINT = postfix(ID, TO).replace(b"message/delivery-status", b"message/feedback-report")
FORWARDED = (
    b'Content-Type: multipart/mixed; boundary="fwd"\r\nSubject: Fwd\r\n\r\n--fwd\r\n'
    b"Content-Type: message/rfc822\r\n\r\n" + postfix(ID, TO) + b"\r\n--fwd--\r\n"
)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\r\n\r\n",
        b"Subject: hello\r\n\r\nunsubscribe\r\n",
        QMAIL,
        READ,
        COMPLAINT,
        FORWARDED,
        vacation(ID, TO),
        postfix(ID, TO).replace(b"Final-Recipient", b"X-Nobody"),
        postfix(ID, TO).replace(b"multipart/report", b"multipart/mixed"),
        postfix(ID, TO).replace(b"message/delivery-status", b"text/plain"),
    ],
    ids=["empty", "blank", "plain", "qmail", "read", "complaint", "forwarded", "vacation",
         "nobody", "mixed", "plain-report"],
)  # fmt: skip
def test_what_says_nothing(octets: bytes) -> None:
    found = read_incoming(octets)
    assert (found.report, found.stop) == (None, None)


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe {word}",
        "Unsubscribe  {word} ",
        "UNSUBSCRIBE {word}",
        "Re: unsubscribe {word}",
        "RE: AW: Fwd: unsubscribe {word}",
        "회신: unsubscribe {word}",
        "전달 : Re: unsubscribe {word}",
        "Re：unsubscribe {word}",
    ],
)
def test_stop_words(subject: str) -> None:
    assert read_incoming(unsubscribe(TOKEN, subject=subject)).stop == TOKEN


def test_stop_words_encoded_and_folded() -> None:
    from base64 import b64encode

    coded = b64encode(f"unsubscribe {TOKEN}".encode()).decode()
    for field in (
        f"=?utf-8?b?{coded}?=",
        f"unsubscribe\r\n {TOKEN}",
        f"=?utf-8?q?unsubscribe?= {TOKEN}",
        f"unsubscribe\r\n\t=?us-ascii?q?{TOKEN}?=",
    ):
        octets = f"From: a@example.org\r\nSubject: {field}\r\n\r\n".encode()
        assert read_incoming(octets).stop == TOKEN, field


@pytest.mark.parametrize(
    ("subject", "header"),
    [
        ("unsubscribe", {}),
        ("unsubscribe me", {}),
        ("please unsubscribe {word}", {}),
        ("unsubscribe {word} now", {}),
        ("unsubscribe {word}x", {}),
        ("{word}", {}),
        ("=?utf-8?b?////?=", {}),
        ("unsubscribe {word}", {"Auto_Submitted": "auto-replied"}),
        ("unsubscribe {word}", {"Auto_Submitted": "Auto-Replied (vacation)"}),
    ],
)
def test_what_stops_nothing(subject: str, header: dict[str, str]) -> None:
    assert read_incoming(unsubscribe(TOKEN, subject=subject, **header)).stop is None

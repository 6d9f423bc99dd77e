"""Which failures hold an address, which are told the operator, and which are nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.bounces import HOLD, Failure, Verdict, judge, same_address, status_in

TO = "desk@example.org"


@pytest.mark.parametrize(
    ("status", "action", "diagnostic", "verdict"),
    [
        # until somebody changes something
        ("5.1.1", "failed", "", "hold"),
        ("5.1.0", "failed", "", "hold"),
        ("5.1.2", "failed", "", "hold"),
        ("5.1.3", "failed", "", "hold"),
        ("5.1.6", "failed", "", "hold"),
        ("5.1.10", "failed", "", "hold"),
        ("5.2.1", "failed", "550 5.2.1 mailbox disabled", "hold"),
        ("5.4.4", "failed", "host not found", "hold"),
        # the words know it better than the field
        ("5.0.0", "failed", "550 5.1.1 unknown", "hold"),
        ("", "failed", "550 5.1.1 unknown", "hold"),
        ("5.0.0", "failed", "550 no such user", "tell"),
        ("5.0.0", "failed", "450 4.1.1 later", "tell"),
        ("", "failed", "550 no such user", "tell"),
        ("5.7.1", "failed", "550 5.1.1 unknown", "tell"),
        # the next mail may be taken, or it is ours to mend
        ("5.1.4", "failed", "", "tell"),
        ("5.1.7", "failed", "", "tell"),
        ("5.1.8", "failed", "", "tell"),
        ("5.2.0", "failed", "", "tell"),
        ("5.2.2", "failed", "552 5.2.2 over quota", "tell"),
        ("5.2.3", "failed", "", "tell"),
        ("5.3.0", "failed", "", "tell"),
        ("5.3.4", "failed", "", "tell"),
        ("5.4.1", "failed", "", "tell"),
        ("5.4.6", "failed", "", "tell"),
        ("5.5.0", "failed", "", "tell"),
        ("5.6.0", "failed", "", "tell"),
        ("5.7.1", "failed", "", "tell"),
        ("5.7.26", "failed", "", "tell"),
        # given up after days of 4xx: the mail is lost, the address may be good
        ("4.4.1", "failed", "", "tell"),
        ("4.2.2", "failed", "", "tell"),
        ("4.1.1", "failed", "", "tell"),
        ("", "failed", "", "tell"),
        # not failed, or nothing we know
        ("4.4.1", "delayed", "", "nothing"),
        ("5.1.1", "delayed", "", "nothing"),
        ("2.0.0", "relayed", "", "nothing"),
        ("2.0.0", "delivered", "", "nothing"),
        ("2.0.0", "expanded", "", "nothing"),
        ("5.1.1", "", "", "nothing"),
        ("5.1.1", "bounced", "", "nothing"),
    ],
)
def test_verdicts(status: str, action: str, diagnostic: str, verdict: str) -> None:
    failure = Failure(TO, "", action, status, diagnostic)
    assert judge(failure, TO).value == verdict
    assert judge(failure, "other@example.org") is Verdict.NOTHING


@pytest.mark.parametrize(
    ("final", "original", "verdict"),
    [
        (TO, "", Verdict.HOLD),
        (TO, "somebody@example.org", Verdict.HOLD),
        ("kim@inside.example", TO, Verdict.TELL),
        ("kim@inside.example", "", Verdict.NOTHING),
        ("kim@inside.example", "lee@example.org", Verdict.NOTHING),
        ("", "", Verdict.NOTHING),
        ("", TO, Verdict.TELL),
    ],
)
def test_whose_mailbox_it_was(final: str, original: str, verdict: Verdict) -> None:
    assert judge(Failure(final, original, "failed", "5.1.1"), TO) is verdict


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (TO, TO, True),
        ("Desk@Example.ORG", TO, True),
        ("<desk@example.org>", TO, True),
        (" desk@example.org. ", TO, True),
        ("데스크@예시.한국", "데스크@xn--vv4b11d.xn--3e0b707e", True),
        ("desk+a@example.org", TO, False),
        ("desk@mail.example.org", TO, False),
        ("desk@example.org@evil.example", TO, False),
        ("desk", "desk", False),
        ("@example.org", "@example.org", False),
        ("", "", False),
        ("desk@", "desk@", False),
        ("a@" + "b." * 200, "a@" + "b." * 200, False),
        ("slack://T/B/X", "slack://T/B/X", False),
    ],
)
def test_same_address(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same
    assert same_address(other, one) is same


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("5.1.1", "5.1.1"),
        ("550 5.1.1 <a>: unknown", "5.1.1"),
        ("550-5.1.1 The account", "5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("5.1.10 x", "5.1.10"),
        ("5.01.001", "5.1.1"),
        ("host 15.1.1.2 said 550", ""),
        ("host 5.1.1.2 said", ""),
        ("[192.5.1.1]", ""),
        ("3.1.1", ""),
        ("5.1", ""),
        ("5.1.1234", ""),
        ("", ""),
    ],
)
def test_status_in(text: str, status: str) -> None:
    assert status_in(text) == status


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "550 5.1.1 no such user", "5.1.1 no such user"),
        ("5.1.1", "550-5.1.1 no such user", "5.1.1 no such user"),
        ("5.2.2", "mailbox full", "5.2.2 mailbox full"),
        ("5.0.0", "550 5.1.1 unknown", "5.1.1 unknown"),
        ("", "", "no reason given"),
        ("5.1.1", "x" * 999, "5.1.1 " + "x" * 294),
    ],
)
def test_reasons(status: str, diagnostic: str, reason: str) -> None:
    assert Failure(TO, status=status, diagnostic=diagnostic).reason == reason


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_only_a_failed_mailbox_of_the_table_holds(
    final: str, original: str, action: str, status: str, diagnostic: str
) -> None:
    failure = Failure(final, original, action, status, diagnostic)
    if judge(failure, TO) is Verdict.HOLD:
        assert (action, failure.code in HOLD) == ("failed", True)
        assert same_address(final, TO)

"""Whatever bytes come in: nothing is raised, and nobody is held who was not named."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.dsn import read_incoming
from newsroom.bounces import Verdict, judge
from tests.site.bounces import BY_SYSTEM, postfix

ID = "<wirewatch.0123456789abcdef0123456789abcdef@example.org>"
TO = "desk@example.com"
WHOLE = [make(ID, TO) for make in BY_SYSTEM.values()]
DEEP = b"".join(
    b'Content-Type: multipart/report; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(5000)
)
NESTED = b"Content-Type: message/rfc822\r\n\r\n" * 20_000
WIDE = b'Content-Type: multipart/report; boundary="b"\r\n\r\n' + b"--b\r\n\r\n" * 50_000


def held(octets: bytes, recipient: str = TO) -> bool:
    found = read_incoming(octets)
    assert found.report is None or found.stop is None
    failures = found.report.failures if found.report else ()
    assert len(failures) <= 50
    for failure in failures:
        for text in (failure.recipient, failure.original, failure.action, failure.reason):
            assert len(text) <= 4000
            assert "\n" not in text
            assert "\r" not in text
    return any(judge(failure, recipient) is Verdict.HOLD for failure in failures)


@given(st.binary(max_size=4000))
@example(b"Content-Type: multipart/report\r\n\r\n")
@example(b"Content-Type: multipart/report; boundary*=x''%00\r\n\r\n--\r\n")
@example(b"Subject: =?utf-8?b?A?=\r\nX-Failed-Recipients: @\r\n\r\n")
@example(b"Content-Transfer-Encoding: \xff\r\nContent-Type: \xff; charset=\xff\r\n\r\n\xff")
def test_any_bytes(octets: bytes) -> None:
    assert not held(octets)


@given(st.sampled_from(WHOLE), st.data())
def test_reports_with_damage(whole: bytes, data: st.DataObject) -> None:
    """Damage may make a report of nobody, never one of somebody else."""
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(len(whole), at + 300)))
    damaged = whole[:at] + data.draw(st.binary(max_size=60)) + whole[until:]
    assert not held(damaged, "other@example.org")


@given(st.sampled_from(WHOLE), st.lists(st.integers(0, 40), max_size=40))
def test_lines_in_any_order(whole: bytes, order: list[int]) -> None:
    lines = whole.split(b"\r\n")
    assert not held(b"\r\n".join(lines[n % len(lines)] for n in order), "other@example.org")


@pytest.mark.parametrize("octets", [DEEP, NESTED, WIDE], ids=["deep", "nested", "wide"])
def test_what_grows_without_end(octets: bytes) -> None:
    assert not held(octets)


@pytest.mark.parametrize(
    "recipient",
    [
        "desk@example.com\u202e",
        "desk@example.com, other@example.org",
        "desk@example.com\x00other@example.org",
        "other@example.org;desk@example.com.evil.example",
        "=?utf-8?q?other=40example.org?=",
        '"other@example.org"@evil.example',
        "x" * 5000 + "other@example.org",
    ],
)
def test_names_made_to_mislead(recipient: str) -> None:
    octets = postfix(ID, TO).replace(b"rfc822; " + TO.encode(), b"rfc822; " + recipient.encode())
    assert not held(octets, "other@example.org")

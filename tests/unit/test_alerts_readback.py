"""The header's own reader vouches for what the standard library reads alike, and nothing else."""

from __future__ import annotations

from email import message_from_string, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.headers import text_field
from alerts.readback import plainly
from alerts.sanitise import header_text


@pytest.mark.parametrize(
    ("field", "meant", "vouched"),
    [
        ("Subject: a b", "a b", True),
        ("Subject: a\r\n b", "a b", True),
        ("Subject: =?utf-8?b?7IKs65Oc?= b", "사드 b", True),
        ("Subject: =?utf-8?b?7IKs65Oc?=\r\n =?utf-8?b?7IKs65Oc?=", "사드사드", True),
        ("Subject: a b", "a c", False),
        ("Subject: a\r\nBcc: b", "a Bcc: b", False),
        ("Subject: a\r\n\r\n b", "a b", False),
        ("Subject: a\nb", "a b", False),
        ("Subject: a\r\n \r\n b", "a b", False),
        ("Subject: a\tb", "a b", False),
        ("Subject: 사드", "사드", False),
        ("Subject: =?utf-8?b?YQ0KQmNjOiB4?=", "a Bcc: x", False),
        ("Subject: =?utf-8?q?a?=", "a", False),
        ("Subject: =?utf-8?b?!!!?=", "!!!", False),
        ("Subject: x=?utf-8?b?7IKs65Oc?=", "x사드", False),
        ("Subject: =?utf-8?b?/w==?=", "�", False),
        ("Subject:", "", False),
        ("Subject", "", False),
    ],
)
def test_what_it_vouches_for(field: str, meant: str, vouched: bool) -> None:
    assert plainly([field], {"Subject": meant}) is vouched


def test_every_field_is_looked_at() -> None:
    assert plainly(["To: a@b", "Subject: x"], {"Subject": "x"})
    assert not plainly(["To: a@b\r\nBcc: c@d", "Subject: x"], {"Subject": "x"})


@given(st.text(max_size=200))
def test_what_is_vouched_for_is_read_so_by_the_library(text: str) -> None:
    meant = header_text(text, 120)
    field = text_field("Subject", meant)
    if plainly([field], {"Subject": meant}):
        read = message_from_string(f"{field}\r\n\r\n", policy=policy.default)
        assert read.keys() == ["Subject"]
        assert "".join(str(read["Subject"]).split()) == "".join(meant.split())

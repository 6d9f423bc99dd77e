"""Texts that would add a header, end a mail or run in it: of every mail, in every place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.hostile_mails import all_styles, assert_all_harmless

STYLES = all_styles()


@pytest.mark.parametrize(
    "text",
    [
        "=?utf-8?q?a=0d=0aBcc=3A_x=40y?=",
        "=?utf-8?b?DQpCY2M6IHg=?=",
        "x\r\nBcc: v@example.org",
        "x\nBcc: v@example.org",
        "x\rBcc: v@example.org",
        "x\x85Bcc: v@example.org",
        "x\u2028Bcc: v@example.org",
        "x\u2029\u2029Bcc: v@example.org",
        "x\x0b\x0c\x1c\x1d\x1eBcc: v@example.org",
        "\r\n.\r\nMAIL FROM:<v@example.org>\r\n",
        ".",
        "..\n.\n",
        "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
        "a\x00b\ud800c\ufffe",
        "--=_wirewatch_0000\r\nContent-Type: text/html\r\n\r\n<script>x</script>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg/onload=alert(1)>',
        "' onmouseover='alert(1)",
        "<!--<p>--><![CDATA[x]]><?xml?>",
        "</style><style>*{background:url(https://v.example)}",
        "</title></head><body onload=x>",
        "javascript:alert(1)",
        "JaVa\tScRiPt:alert(1)",
        "data:text/html,<script>x</script>",
        "vbscript:x",
        'https://a.example/"onclick="x',
        "https://a.example/\r\nBcc: v",
        "//a.example/x",
        "cid:other",
        "{{ 7*7 }}{% for x in y %}",
        "%s %d {0} {name} {stories}",
        "사드 </h3>배치\u3000\u115f\u1160",
        "x" * 5000,
        "사" * 5000,
        " ",
        "",
    ],
)
def test_nothing_lives_and_nothing_is_added(text: str) -> None:
    assert_all_harmless(text, STYLES)


PIECES = [
    "<",
    ">",
    '"',
    "'",
    "&",
    "=?",
    "?=",
    "\r\n",
    "\u2028",
    "\x85",
    ".",
    "script",
    "on",
    "=",
    " ",
]
PIECES += [
    "style",
    "http://",
    "javascript:",
    "</",
    "/>",
    "<!--",
    "-->",
    "사드",
    "\u202e",
    "{{",
    "}}",
]


@given(st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=()), max_size=24))
def test_no_text_lives(pieces: list[str]) -> None:
    assert_all_harmless("".join(pieces), STYLES)

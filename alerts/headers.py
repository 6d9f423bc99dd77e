"""Header fields written out by hand: RFC 5322 folding and RFC 2047 encoded words.

`email.message.EmailMessage` decodes encoded words in what it is given, line ends included, and on
some Python versions writes them out as new headers. Here text only ever becomes ASCII that this
module chose, and the finished header is read back before it is believed (`alerts.render`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from itertools import groupby

LINE = 76
"""Longest header line aimed at; RFC 5322 asks for 78, RFC 2047 for 76 with encoded words."""
_ENCODED_BYTES = 45
"""Bytes in one encoded word: 60 characters of base64 and 12 around them stay under 75."""
_PLAIN_WORD = re.compile(r"[!-~]{1,70}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def text_field(name: str, text: str) -> str:
    """`Name: text` folded, words that are not plain ASCII as encoded words; without the last CRLF.

    `text` must have passed `alerts.sanitise.header_text`: one line, no `=?`.
    """
    return _fold(name, _words(text))


def mailbox_field(name: str, display: str, address: str) -> str:
    """`Name: "display" <address>`, the display name quoted or encoded where it has to be."""
    if not display:
        return f"{name}: {address}"
    if not display.isascii() or not all(map(_PLAIN_WORD.fullmatch, display.split())):
        words = _encoded(display)
    elif _ATOMS.fullmatch(display):
        words = display.split(" ")
    else:
        words = ['"' + re.sub(r'(["\\])', r"\\\1", display) + '"']
    return _fold(name, [*words, f"<{address}>"])


def token_field(name: str, *tokens: str) -> str:
    """A structured field of ASCII tokens: folded between them, never inside one."""
    return _fold(name, list(tokens))


def _words(text: str) -> list[str]:
    """Tokens to be joined by blanks. Neighbours that need encoding are encoded together, since
    the blank between two encoded words is not shown."""
    tokens: list[str] = []
    for plain, group in groupby(text.split(" "), lambda w: bool(_PLAIN_WORD.fullmatch(w))):
        run = list(group)
        tokens += run if plain else _encoded(" ".join(run))
    return tokens


def _encoded(text: str) -> list[str]:
    """The text as encoded words, none cutting a character."""
    words: list[str] = []
    piece = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > _ENCODED_BYTES:
            words.append(_encoded_word(piece))
            piece = b""
        piece += octets
    return [*words, _encoded_word(piece)]


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{b64encode(octets).decode('ascii')}?="


def _fold(name: str, tokens: list[str]) -> str:
    lines = [f"{name}:"]
    for token in tokens:
        # The first token stays on the field's line: a line of blanks alone would end the header
        # for some readers.
        if len(lines[-1]) + 1 + len(token) > LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(lines)

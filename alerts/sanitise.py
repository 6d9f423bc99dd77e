"""Untrusted text made fit to show: one line, or one paragraph, of visible characters.

What is taken out could end a header or a line (C0, C1, U+2028, U+2029), turn the reading direction
of what follows (bidirectional controls), or cannot be encoded (surrogates, noncharacters).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffe\uffff\ufff9-\ufffb]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MAX_URL = 2000
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*/[A-Za-z0-9/._~%=&+-]*(\?[A-Za-z0-9/._~%=&+-]+)?"
)
"""As nearly all are; `safe_url` would change nothing of it."""
_URL_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\u2028\u2029]")


def clean(text: str, limit: int) -> str:
    """The text as one line of at most `limit` code points, the last an ellipsis where it was cut.

    >>> clean("x\\r\\nBcc: v@example.org", 80)
    'x Bcc: v@example.org'
    """
    # Cutting first keeps a title of megabytes cheap; twice the limit leaves room for blanks.
    line = _visible(text[: limit * 2 + 64]).strip()
    if len(line) > limit or len(text) > limit * 2 + 64:
        line = line[: limit - 1].rstrip() + "…"
    return line


def clean_span(text: str) -> str:
    """The same for a piece of a line: blanks at its ends are kept, as one blank."""
    return _visible(text)


def header_text(text: str, limit: int) -> str:
    """`clean`, and nothing in it can be taken for an RFC 2047 encoded word."""
    return clean(text, limit).replace("=?", "= ?")


def safe_url(url: str | None) -> str | None:
    """The URL as it may stand in a mail: absolute http(s), no blanks or quotes; else None."""
    if not url or len(url) > _MAX_URL or _SURROGATES.search(url):
        return None
    if _PLAIN_URL.fullmatch(url):
        return url
    try:
        parts = urlsplit(_URL_UNSAFE.sub(lambda m: _percent(m[0]), url.strip()))
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        return urlunsplit(parts) if usable and "@" not in parts.netloc else None
    except ValueError:
        return None


def _visible(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text  # nothing of what is taken out is printable
    return _SURROGATES.sub("�", _UNSEEN.sub("", _BLANKS.sub(" ", text)))


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())

"""An alert as the bytes of one mail (DESIGN §10): the header set, text, HTML and charts.

The same content and `now` give the same bytes. No text from a page can add a header or stop a
mail (`alerts.fields`).
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from datetime import datetime
from quopri import encodestring

from alerts.chart import chart_png
from alerts.fields import STORIES_BYTES, header
from alerts.html import html_text
from alerts.model import AlertContent
from alerts.plain import plain_text
from alerts.subject import subject
from alerts.view import MAX_STORIES, view
from alerts.view_shapes import ChartView

__all__ = ["MAX_BYTES", "fits", "render", "subject"]

MAX_BYTES = 1_000_000
"""Of a digest: one that `fits` not goes in parts, and one that cannot shows fewer stories."""
_ASCII = bytes(range(128))
_BASE64_LINE = 57
"""Bytes in a line of 76 characters."""


def render(content: AlertContent, *, now: datetime) -> bytes:
    """The whole message, CRLF line ends; ASCII but for a recipient whose local part is not.

    `now` becomes the Date, shown in the reader's zone.
    """
    title = subject(content)
    boundary = _boundary(content)
    body = _small_body(content, title, boundary)
    content_type = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"'
    head = header(content, title, content_type, now=now)
    return head.encode("utf-8", "replace") + b"\r\n\r\n" + body


def fits(content: AlertContent) -> bool:
    """Whether one mail has room for every story of a digest; of other mails always."""
    if content.digest is None:
        return True
    if any(group.more for group in content.digest.groups):
        return False
    body = _body(content, subject(content), _boundary(content), MAX_STORIES)
    return len(body) <= MAX_BYTES - STORIES_BYTES


def _small_body(content: AlertContent, title: str, boundary: str) -> bytes:
    """The body; of a digest with as many stories as MAX_BYTES have room for."""
    stories = MAX_STORIES
    body = _body(content, title, boundary, stories)
    while content.digest is not None and len(body) > MAX_BYTES - STORIES_BYTES and stories:
        stories //= 2
        body = _body(content, title, boundary, stories)
    return body


def _body(content: AlertContent, title: str, boundary: str, stories: int) -> bytes:
    shown = view(content, stories=stories)
    page = _text_part("text/html", html_text(shown, title))
    if shown.charts:
        page = _related(page, shown.charts, f"{boundary}_related")
    return _joined((_text_part("text/plain", plain_text(shown)), page), boundary)


def _related(page: bytes, charts: tuple[ChartView, ...], boundary: str) -> bytes:
    """The HTML with the pictures it shows (RFC 2387)."""
    head = (
        f'Content-Type: multipart/related; type="text/html";\r\n boundary="{boundary}"\r\n\r\n'
    ).encode("ascii")
    pictures = (_picture(chart, number) for number, chart in enumerate(charts, 1))
    return head + _joined((page, *pictures), boundary).removesuffix(b"\r\n")


def _picture(chart: ChartView, number: int) -> bytes:
    head = (
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{chart.cid}>\r\n"
        f'Content-Disposition: inline; filename="days-{number}.png"\r\n\r\n'
    )
    return head.encode("ascii") + _base64(chart_png(chart.per_day))


def _joined(parts: tuple[bytes, ...], boundary: str) -> bytes:
    """The parts of a multipart, with the boundary before, between and after them."""
    dashes = f"--{boundary}".encode("ascii")
    return b"".join(dashes + b"\r\n" + part + b"\r\n" for part in parts) + dashes + b"--\r\n"


def _text_part(kind: str, text: str) -> bytes:
    """One MIME part in seven bits: whichever of the two encodings is shorter."""
    octets = text.encode("utf-8", "replace")
    beyond = len(octets.translate(None, _ASCII))
    if 2 * beyond > len(octets) // 3 + 100:  # each takes three bytes in quoted-printable
        # text is encoded with the line ends it has on the wire (RFC 2045 §6.8)
        encoding, coded = "base64", _base64(octets.replace(b"\n", b"\r\n"))
    else:
        encoding, coded = "quoted-printable", encodestring(octets).replace(b"\n", b"\r\n")
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + coded


def _base64(octets: bytes) -> bytes:
    lines = (
        b2a_base64(octets[at : at + _BASE64_LINE], newline=False)
        for at in range(0, len(octets), _BASE64_LINE)
    )
    return b"\r\n".join(lines) + b"\r\n"


def _boundary(content: AlertContent) -> str:
    # "=_" comes out of neither encoding, so no text can hold the boundary.
    return "=_wirewatch_" + hashlib.sha256(content.key.encode("utf-8", "replace")).hexdigest()[:24]

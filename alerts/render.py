"""An alert as the bytes of one mail (DESIGN §10): the header set, text and HTML.

The same content and `now` give the same bytes. No text from a page can add a header or stop a
mail: the finished bytes are read back, and if their header is not exactly the one intended the mail
goes out with plain stand-ins for the texts that came from outside.
"""

from __future__ import annotations

import hashlib
import logging
import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.parser import HeaderParser
from email.utils import format_datetime
from quopri import encodestring
from urllib.parse import quote

from alerts.address import domain_of, envelope_address, split_sender
from alerts.headers import mailbox_field, text_field, token_field
from alerts.html import html_text
from alerts.model import AlertContent, DigestContent
from alerts.plain import plain_text
from alerts.readback import plainly
from alerts.sanitise import clean, header_text
from alerts.strings import strings
from alerts.view import MAX_STORIES, count_stories, digest_days, view
from alerts.when import zone
from alerts.wrap import columns
from newsroom.delivery import message_id

log = logging.getLogger("wirewatch.mail")

SUBJECT_HEADLINE = 200
SUBJECT_NAMES = 40
"""Columns the watchlists' names may take in the subject's brackets."""
HEADER_NAMES = 2000
THREADS = 20
"""Stories of a digest whose threads it refers to."""
STORIES_BYTES = 80_000
"""Of the header that lists a digest's stories: mail servers cut one of 100 kB."""
MAX_BYTES = 1_000_000
"""Of a digest: it shows fewer stories rather than be larger."""
_READER = HeaderParser()
_ASCII = bytes(range(128))
_ID = re.compile(r"<[A-Za-z0-9.+_-]{1,120}@[A-Za-z0-9.-]{1,253}>")


@dataclass(frozen=True, slots=True)
class _Texts:
    """The header values that came from outside."""

    subject: str
    watchlists: str
    sender_name: str


def render(content: AlertContent, *, now: datetime) -> bytes:
    """The whole message, CRLF line ends; ASCII but for a recipient whose local part is not.

    `now` becomes the Date, shown in the reader's zone.
    """
    texts = _texts(content)
    body = _small_body(content, texts.subject)
    fields = _fields(content, texts, now)
    if not _as_intended(fields, texts):
        log.warning("mail header replaced", extra={"mail": clean(content.key, 200)})
        fields = _fields(content, _stand_ins(content), now)
    return _joined(fields) + b"\r\n\r\n" + body


def subject(content: AlertContent) -> str:
    """The subject as people read it: one clean line (also what lists of alerts show)."""
    if content.digest is not None:
        return _digest_subject(content, content.digest)
    if content.story is None:
        words = strings(content.language)
        title = content.notice.title if content.notice else words.test_title
        return header_text(f"[Wirewatch] {clean(title, SUBJECT_HEADLINE)}", 300)
    if content.kind == "update" and content.answers:
        return header_text(f"Re: {clean(content.answers, 390)}", 400)
    lead = content.story.articles[0] if content.story.articles else None
    headline = clean(lead.title if lead else content.story.title, SUBJECT_HEADLINE)
    line = f"[{bracket_names(content.watchlists)}] {headline or strings(content.language).untitled}"
    if lead and (source := clean(lead.source_name, 60)):
        line += f" — {source}"
    return header_text(f"Re: {line}" if content.kind == "update" else line, 400)


def _digest_subject(content: AlertContent, digest: DigestContent) -> str:
    words = strings(content.language)
    told = digest_days(digest, words, zone(content.timezone), content.created_at)
    stories = count_stories(len(digest.story_ids), words)
    form = words.archive_subject if digest.archive else words.digest_subject
    return header_text(
        f"[{_names(content.watchlists)}] {form.format(stories=stories, days=told)}", 300
    )


def _names(watchlists: tuple[str, ...]) -> str:
    """`THAAD`, or `THAAD +2`."""
    first = clean(watchlists[0], SUBJECT_NAMES) if watchlists else "Wirewatch"
    return f"{first} +{len(watchlists) - 1}" if len(watchlists) > 1 else first


def bracket_names(watchlists: tuple[str, ...]) -> str:
    """`THAAD, Missiles`, or `THAAD +2` where all the names would crowd out the headline."""
    names = [clean(name, SUBJECT_NAMES) for name in watchlists[:10]] or ["Wirewatch"]
    whole = ", ".join(names)
    if len(watchlists) <= 10 and columns(whole) <= SUBJECT_NAMES:
        return whole
    return _names(watchlists)


def _texts(content: AlertContent) -> _Texts:
    names = ", ".join(clean(name, 200) for name in content.watchlists[:100])
    return _Texts(
        subject=subject(content),
        watchlists=header_text(names, HEADER_NAMES),
        sender_name=header_text(split_sender(content.sender)[0], 100),
    )


def _stand_ins(content: AlertContent) -> _Texts:
    what = f"story {int(content.story.id)}" if content.story else content.kind
    return _Texts(f"[Wirewatch] {what}", "-" if content.watchlists else "", "Wirewatch")


def _fields(content: AlertContent, texts: _Texts, now: datetime) -> list[str]:
    """Every header field in order, folded; the first word of each is its name and a colon."""
    sender = split_sender(content.sender)[1]
    domain = domain_of(content.sender)
    ident = content.message_id if _ID.fullmatch(content.message_id) else ""
    to = envelope_address(content.recipient)
    fields = [
        mailbox_field("From", texts.sender_name, sender),
        f"To: {to or 'undisclosed-recipients:;'}",
        text_field("Subject", texts.subject),
        f"Date: {format_datetime(now.astimezone(zone(content.timezone)))}",
        f"Message-ID: {ident or message_id(content.key, domain)}",
        token_field("List-Id", "Wirewatch", "alerts", f"<alerts.wirewatch.{_label(domain)}>"),
        f"List-Unsubscribe: {_unsubscribe(sender, to)}",
        "Auto-Submitted: auto-generated",
    ]
    if threads := _threads(content):
        fields.append(token_field("References", *threads))
    if texts.watchlists:
        fields.append(text_field("X-Wirewatch-Watchlist", texts.watchlists))
    if stories := _stories(content):
        fields.append(token_field("X-Wirewatch-Story", *stories))
    fields += [
        text_field("X-Wirewatch-Alert", header_text(str(content.alert_id), 100) or "-"),
        "MIME-Version: 1.0",
        token_field("Content-Type", "multipart/alternative;", f'boundary="{_boundary(content)}"'),
    ]
    return fields


def _threads(content: AlertContent) -> list[str]:
    """The ids a mail refers to: of its story, or of a digest's first ones."""
    if content.digest is not None:
        ids = [ident for ident in content.digest.thread_ids if _ID.fullmatch(ident)]
        return list(dict.fromkeys(ids))[:THREADS]
    thread = content.thread_id if content.story and content.thread_id else ""
    return [thread] if _ID.fullmatch(thread) else []


def _stories(content: AlertContent) -> list[str]:
    """The story's number; of a digest all, with a comma and a blank between two."""
    if content.digest is None:
        return [str(int(content.story.id))] if content.story else []
    tokens: list[str] = []
    room = STORIES_BYTES
    for number in content.digest.story_ids:
        token = f"{int(number)},"
        room -= len(token) + 1
        if room < 0:
            break
        tokens.append(token)
    return [*tokens[:-1], tokens[-1].rstrip(",")] if tokens else []


def _unsubscribe(sender: str, to: str | None) -> str:
    """RFC 2369 by mail. (RFC 8058's one click needs a web page to answer it; without one a mail is
    the only way, and the subject names who wants out even where the mail was forwarded.)"""
    wanted = quote(f"unsubscribe {to}" if to else "unsubscribe", safe="")
    return f"<mailto:{quote(sender, safe='@')}?subject={wanted}>"


def _small_body(content: AlertContent, title: str) -> bytes:
    """The body; of a digest with as many stories as MAX_BYTES have room for."""
    stories = MAX_STORIES
    body = _body(content, title, stories)
    while content.digest is not None and len(body) > MAX_BYTES - STORIES_BYTES and stories:
        stories //= 2
        body = _body(content, title, stories)
    return body


def _body(content: AlertContent, title: str, stories: int) -> bytes:
    shown = view(content, stories=stories)
    dashes = f"--{_boundary(content)}".encode()
    parts = (
        _part("text/plain", plain_text(shown)),
        _part("text/html", html_text(shown, title)),
    )
    return b"".join(dashes + b"\r\n" + p + b"\r\n" for p in parts) + dashes + b"--\r\n"


def _part(kind: str, text: str) -> bytes:
    """One MIME part in seven bits: whichever of the two encodings is shorter."""
    octets = text.encode("utf-8", "replace")
    beyond = len(octets.translate(None, _ASCII))
    if 2 * beyond > len(octets) // 3 + 100:  # each takes three bytes in quoted-printable
        # text is encoded with the line ends it has on the wire (RFC 2045 §6.8)
        encoding, coded = "base64", encodebytes(octets.replace(b"\n", b"\r\n"))
    else:
        encoding, coded = "quoted-printable", encodestring(octets)
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + coded.replace(b"\n", b"\r\n")


def _boundary(content: AlertContent) -> str:
    # "=_" comes out of neither encoding, so no text can hold the boundary.
    return "=_wirewatch_" + hashlib.sha256(content.key.encode("utf-8", "replace")).hexdigest()[:24]


def _label(domain: str) -> str:
    return domain.strip("[]").replace(":", "-")


def _joined(fields: list[str]) -> bytes:
    return "\r\n".join(fields).encode("utf-8", "replace")


def _as_intended(fields: list[str], texts: _Texts) -> bool:
    """Read the header back as mail readers do, old and new, and compare."""
    meant = {"Subject": texts.subject, "X-Wirewatch-Watchlist": texts.watchlists}
    if plainly(fields, meant):
        return True
    try:
        read = _READER.parsestr(_joined(fields).decode() + "\r\n\r\n")
        return read.keys() == [field.partition(":")[0] for field in fields] and all(
            _same(_decoded(read.get(name, "")), text)
            and _same(str(policy.SMTPUTF8.header_factory(name, read.get(name, ""))), text)
            for name, text in meant.items()
        )
    except Exception:  # noqa: BLE001 - the parser is not ours: whatever it trips over, the mail goes
        return False


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def _same(read: str, meant: str) -> bool:
    return "".join(read.split()) == "".join(meant.split())

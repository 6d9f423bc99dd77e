"""The header of a mail: which fields it has (DESIGN §10), and that it has no others."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.parser import HeaderParser
from email.utils import format_datetime
from functools import lru_cache

from alerts.address import domain_of, envelope_address, split_sender
from alerts.headers import mailbox_field, text_field, token_field
from alerts.model import AlertContent
from alerts.readback import plainly
from alerts.sanitise import clean, header_text
from alerts.stopping import stop_link, stop_mailto
from alerts.when import zone
from newsroom.delivery import message_id

log = logging.getLogger("wirewatch.mail")

HEADER_NAMES = 2000
THREADS = 20
"""Stories of a digest whose threads it refers to."""
STORIES_BYTES = 80_000
"""Of the header that lists a digest's stories: mail servers cut one of 100 kB."""
_READER = HeaderParser()
_ID = re.compile(r"<[A-Za-z0-9.+_-]{1,120}@[A-Za-z0-9.-]{1,253}>")


@dataclass(frozen=True, slots=True)
class _Texts:
    """The header values that came from outside."""

    subject: str
    watchlists: str
    sender_name: str


def header(content: AlertContent, title: str, content_type: str, *, now: datetime) -> str:
    """All fields, folded, lines ended by CRLF but the last; ASCII but for a recipient whose local
    part is not.

    Read back it holds exactly the fields intended, whatever `title` and the names in `content`
    are: where it did not, plain stand-ins take their place.
    """
    texts = _Texts(
        subject=title,
        watchlists=_watchlists(content.watchlists),
        sender_name=header_text(split_sender(content.sender)[0], 100),
    )
    fields = _fields(content, texts, content_type, now)
    whole = "\r\n".join(fields)
    if _as_intended(fields, whole, texts):
        return whole
    log.warning("mail header replaced", extra={"mail": clean(content.key, 200)})
    return "\r\n".join(_fields(content, _stand_ins(content), content_type, now))


def _as_intended(fields: list[str], whole: str, texts: _Texts) -> bool:
    """Read the header back as mail readers do, old and new, and compare."""
    meant = {"Subject": texts.subject, "X-Wirewatch-Watchlist": texts.watchlists}
    if plainly(fields, meant):
        return True
    try:
        read = _READER.parsestr(whole + "\r\n\r\n")
        return read.keys() == [field.partition(":")[0] for field in fields] and all(
            _same(str(make_header(decode_header(read.get(name, "")))), text)
            and _same(str(policy.SMTPUTF8.header_factory(name, read.get(name, ""))), text)
            for name, text in meant.items()
        )
    except Exception:  # noqa: BLE001 - the parser is not ours: whatever it trips over, the mail goes
        return False


def _same(read: str, meant: str) -> bool:
    return "".join(read.split()) == "".join(meant.split())


def _watchlists(names: tuple[str, ...]) -> str:
    return header_text(", ".join(clean(name, 200) for name in names[:100]), HEADER_NAMES)


def _stand_ins(content: AlertContent) -> _Texts:
    what = f"story {int(content.story.id)}" if content.story else content.kind
    return _Texts(f"[Wirewatch] {what}", "-" if content.watchlists else "", "Wirewatch")


def _fields(content: AlertContent, texts: _Texts, content_type: str, now: datetime) -> list[str]:
    """Every header field in order, folded; the first word of each is its name and a colon."""
    sender = split_sender(content.sender)[1]
    domain = domain_of(content.sender)
    ident = content.message_id if _ID.fullmatch(content.message_id) else ""
    to = envelope_address(content.recipient)
    fields = [
        _from(texts.sender_name, sender),
        f"To: {to or 'undisclosed-recipients:;'}",
        text_field("Subject", texts.subject),
        f"Date: {format_datetime(now.astimezone(zone(content.timezone)))}",
        f"Message-ID: {ident or message_id(content.key, domain)}",
        _list_id(domain),
        *_unsubscribe(content),
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
        content_type,
    ]
    return fields


def _unsubscribe(content: AlertContent) -> list[str]:
    """By mail (RFC 2369), and where a page answers by one click too (RFC 8058)."""
    mailto, link = f"<{stop_mailto(content)}>", stop_link(content)
    if link is None or not link.isascii():
        return [f"List-Unsubscribe: {mailto}"]
    return [
        token_field("List-Unsubscribe", f"<{link}>,", mailto),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]


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


@lru_cache(maxsize=16)
def _from(name: str, address: str) -> str:
    return mailbox_field("From", name, address)


@lru_cache(maxsize=16)
def _list_id(domain: str) -> str:
    label = domain.strip("[]").replace(":", "-")
    return token_field("List-Id", "Wirewatch", "alerts", f"<alerts.wirewatch.{label}>")

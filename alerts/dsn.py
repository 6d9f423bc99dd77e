"""What a mail that came in says: that one of ours came back, or that somebody wants no more.

Reports follow RFC 3464 (and RFC 6533 for addresses beyond ASCII); of others, Exim's older ones are
read, which name who failed in `X-Failed-Recipients`. Everything else says nothing. Whatever the
bytes are, nothing is raised: anybody can write to a mailbox.
"""

from __future__ import annotations

import binascii
import logging
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from itertools import islice
from typing import Any

from alerts.sanitise import clean
from newsroom.bounces import Failure, Report, status_in
from newsroom.tokens import STOP_FORM

log = logging.getLogger("wirewatch.mail")

_PARTS = 40
"""Boundaries beyond which a mail is not looked at: the parser's work grows with their square."""
_RECIPIENTS = 50
_IDS = 20
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_STOP = re.compile(
    rf"(?:[^\W\d_]{{1,10}}\s?[:：]\s*){{0,5}}unsubscribe\s+({STOP_FORM})", re.IGNORECASE
)
_ID = re.compile(r"<[^<>\s]{1,300}>")
_ID_LINE = re.compile(r"^Message-ID:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(rf"(?<![0-9A-Za-z_.-]){STOP_FORM}(?![0-9A-Za-z_-])")
_COMMENT = re.compile(r"\([^()]*\)")
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_ADDRESS = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")


class _AsWritten(Compat32):
    """Fields as they are: the library would lose what is not ASCII in them."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _AsWritten()


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a mail says; all empty for most."""

    report: Report | None = None
    """A mail of ours came back, as somebody says."""
    stop: str | None = None
    """A word that is to stop what it names; it proves nothing yet."""


def read_incoming(octets: bytes) -> Incoming:
    """Read one mail, or the beginning of it."""
    if octets.lower().count(b"boundary") > _PARTS:
        return Incoming()
    try:
        mail = message_from_bytes(octets, policy=_POLICY)
        report = _report(mail)
        return Incoming(report, None if report else _stop(mail))
    # The standard library's parser fails in many ways over mail made for it, recursion among them.
    except Exception as error:  # noqa: BLE001 - its parser fails in many ways, recursion too
        log.info("mail cannot be read", extra={"why": type(error).__name__})
        return Incoming()


def _stop(mail: Message) -> str | None:
    """The word in a subject `unsubscribe WORD`; an automatic answer wants nothing."""
    if _field(mail, "Auto-Submitted").lower().startswith(("auto-replied", "auto-notified")):
        return None
    found = _STOP.fullmatch(" ".join(_decoded(_field(mail, "Subject")).split()))
    return found[1] if found else None


def _report(mail: Message) -> Report | None:
    if mail.get_content_type() == "multipart/report":
        for part in _parts(mail):
            if part.get_content_type() in _STATUS_TYPES:
                failures = tuple(islice(_failures(part), _RECIPIENTS))
                return Report(*_named(mail), failures) if failures else None
    if _field(mail, "X-Failed-Recipients"):
        return _exim(mail)
    return None


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of the report itself, not those of the mail it returns."""
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message):
            yield part


def _failures(part: Message) -> Iterator[Failure]:
    """What each group of fields says of its recipient (RFC 3464 §2.3)."""
    for fields in _groups(part):
        final, original = (
            _address(_field(fields, name)) for name in ("Final-Recipient", "Original-Recipient")
        )
        if final or original:
            diagnostic = _field(fields, "Diagnostic-Code")
            yield Failure(
                final or original,
                original,
                _COMMENT.sub(" ", _field(fields, "Action")).strip().lower(),
                status_in(_COMMENT.sub(" ", _field(fields, "Status"))),
                clean(diagnostic.partition(";")[2] or diagnostic, 300),
            )


def _groups(part: Message) -> Iterator[Message]:
    for block in _parts(part):
        yield block
        # The parser splits the groups of a `delivery-status` alone; of others the rest is text.
        octets = block.get_payload(decode=True)
        if isinstance(octets, bytes) and part.get_content_subtype() != "delivery-status":
            text = octets.decode("utf-8", "replace")
            if _field(part, "Content-Transfer-Encoding").lower() == "base64":
                text = _from_base64(text)
            for group in re.split(r"\r?\n[ \t]*\r?\n", text)[:_RECIPIENTS]:
                yield message_from_string(group.strip(), policy=_POLICY)


def _from_base64(text: str) -> str:
    try:
        return b64decode(text.encode("ascii", "ignore")).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _named(mail: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Message-IDs and the stop words of the mail that came back."""
    for part in _parts(mail):
        if part.get_content_type() in _RETURNED_TYPES:
            returned = _returned(part)
            ids = _ID.findall(_field(returned, "Message-ID"))
            words = _TOKEN.findall(_field(returned, "List-Unsubscribe").replace("%20", " "))
            if ids or words:
                return _few(ids), _few(words)
    answered = f"{_field(mail, 'In-Reply-To')} {_field(mail, 'References')}"
    return _few(_ID.findall(answered)), ()


def _returned(part: Message) -> Message:
    """The header of the mail that came back."""
    for inner in _parts(part):
        return inner
    octets = part.get_payload(decode=True)
    return message_from_bytes(octets if isinstance(octets, bytes) else b"", policy=_POLICY)


def _exim(mail: Message) -> Report | None:
    """Exim's own form: the addresses in a header, reasons and the mail itself in one text."""
    text = _text(mail)
    ids = _ID_LINE.findall(text) or _ID.findall(_field(mail, "References"))
    failures = []
    for address in islice(_ADDRESS.findall(_field(mail, "X-Failed-Recipients")), _RECIPIENTS):
        _, _, after = text.partition(address)
        said = re.split(r"\n[ \t\r]*\n", after[:2000])[0]
        failures.append(Failure(address, "", "failed", status_in(said), clean(said, 300)))
    return Report(_few(ids), (), tuple(failures)) if failures else None


def _text(mail: Message) -> str:
    """The first part that is plain text."""
    for part in (mail, *_parts(mail)):
        if part.get_content_type() == "text/plain":
            octets = part.get_payload(decode=True)
            return octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""
    return ""


def _address(field: str) -> str:
    """The address of `rfc822; desk@example.org`, or of `utf-8; ...` with `\\x{...}` in it."""
    _, _, address = field.rpartition(";")
    return clean(_XTEXT.sub(_character, address).strip().strip("<>").strip(), 320)


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number <= 0x10FFFF else ""


def _field(mail: Message, name: str) -> str:
    """A field in one line; empty where there is none."""
    value: Any = mail.get(name, "")
    octets = str(value)[:4000].encode("utf-8", "surrogateescape")
    return " ".join(octets.decode("utf-8", "replace").split())


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError):  # an unknown character set, bytes that are none of it
        return text


def _few(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(found), _IDS))

"""Mail that came back, judged: whether its recipient's address is held, or the operator told.

What a report says is anybody's word: mail systems on the way wrote it, or somebody who pretends to
be one. So it counts only for a mail that we sent and for the address that mail went to. Codes are
those of RFC 3463.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

HOLD = frozenset(
    {
        "5.1.0",  # an address nobody said more of
        "5.1.1",  # no such mailbox
        "5.1.2",  # no such mail system
        "5.1.3",  # no address at all
        "5.1.6",  # moved, and nobody says where
        "5.1.10",  # the domain takes no mail (RFC 7505)
        "5.2.1",  # the mailbox is disabled
        "5.4.4",  # no way to its domain: the name system knows none
    }
)
"""What is so until a person changes something: the next mail would come back too.

All other permanent failures may be otherwise with the next mail, or are ours to mend: a full
mailbox (5.2.2), a mail too large (5.2.3, 5.3.4), our own sender address (5.1.7, 5.1.8), loops and
servers that do not answer (5.4.x), contents (5.6.x), policy (5.7.x: a filter, a blocklist, SPF),
and 5.0.0, which says nothing.
"""

_STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.]*[0-9])")
_CODES = re.compile(r"^(?:[245][0-9]{2}[ -]+)?(?:[245]\.[0-9]{1,3}\.[0-9]{1,3}\b)?")
_HIDDEN = re.compile(r"[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 320


class Verdict(StrEnum):
    """What follows from what a report says of one recipient."""

    HOLD = "hold"
    """Nothing is sent to the address until a person says so."""
    TELL = "tell"
    """The mail is lost, the address may be good: the operator is told."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says of one recipient."""

    recipient: str
    """Whose mailbox it was at last, as the report writes it."""
    original: str = ""
    """Whom it was sent to, where the report says so; empty: it does not."""
    action: str = "failed"
    """`failed`, `delayed`, `delivered`, `relayed` or `expanded` (RFC 3464 §2.3.3)."""
    status: str = ""
    """`5.1.1`; empty where the report has none."""
    diagnostic: str = ""
    """What a server said, one line, fit to show."""

    @property
    def code(self) -> str:
        """The status, or the more exact one that a server's words carry where it says nothing."""
        if self.status and not self.status.endswith(".0.0"):
            return self.status
        said = status_in(self.diagnostic)
        return said if said and said[0] == (self.status or said)[0] else self.status

    @property
    def reason(self) -> str:
        """One line for people: `5.1.1 no such user`."""
        words = _CODES.sub("", self.diagnostic).strip()
        return " ".join(part for part in (self.code, words) if part)[:300] or "no reason given"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that mail came back."""

    message_ids: tuple[str, ...]
    """Of the mail it speaks of, angle brackets included; several where it does not say which."""
    words: tuple[str, ...]
    """Stop words in that mail's header: they name it where a server gave it another id."""
    failures: tuple[Failure, ...]


def status_in(text: str) -> str:
    """The first enhanced status code in a server's words; empty where there is none."""
    found = _STATUS.search(text)
    return ".".join(str(int(part)) for part in found.groups()) if found else ""


def judge(failure: Failure, recipient: str) -> Verdict:
    """What follows for the recipient of the mail that the report names.

    The address is held where itself failed. Where the report names another one, and ours as the
    one it was sent to, the mail was passed on: others behind the address may have it, so that the
    operator is told. Of anybody else it is nothing.
    """
    if failure.action != "failed":
        return Verdict.NOTHING
    itself = same_address(failure.recipient, recipient)
    if not itself and not same_address(failure.original, recipient):
        return Verdict.NOTHING
    return Verdict.HOLD if itself and failure.code in HOLD else Verdict.TELL


def same_address(one: str, other: str) -> bool:
    """Whether two spellings name one mailbox; letter case counts nowhere, as on most servers."""
    first = _plain(one)
    return bool(first) and first == _plain(other)


def _plain(address: str) -> str:
    local, at, domain = _HIDDEN.sub("", address[:_LONGEST]).strip("<>").rpartition("@")
    if not at or not local or not domain or len(address) > _LONGEST:
        return ""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{local.lower()}@{domain.lower().rstrip('.')}"

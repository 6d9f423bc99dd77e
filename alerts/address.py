"""Addresses as the envelope and the header can carry them."""

from __future__ import annotations

import re
from email.utils import parseaddr
from functools import lru_cache

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]")
_HIDDEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\s]")


@lru_cache(1024)
def envelope_address(address: str) -> str | None:
    """The bare address with its domain in ASCII, or None where no server could be told of it.

    The local part may hold letters of any script (it then needs SMTPUTF8); quoted local parts,
    comments, brackets, lists and blanks are refused.

    >>> envelope_address("desk@예시.한국")
    'desk@xn--vv4b11d.xn--3e0b707e'
    >>> envelope_address("a@b> RCPT TO:<v@x") is None
    True
    """
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or _HIDDEN.search(local):
        return None
    if len(local.encode()) > 64:
        return None
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return f"{local}@{domain}" if len(domain) <= 253 and _DOMAIN.fullmatch(domain) else None


@lru_cache(64)
def split_sender(sender: str) -> tuple[str, str]:
    """`Name <address>` as (name, envelope address); a sender nobody could answer is `invalid`."""
    name, address = parseaddr(sender)
    usable = envelope_address(address)
    return (name, usable) if usable else ("Wirewatch", "wirewatch@wirewatch.invalid")


def domain_of(address: str) -> str:
    """The domain of a bare address or a sender, for ids made in it."""
    return split_sender(address)[1].rpartition("@")[2]

"""Mail addresses of people: the plain, safe part of RFC 5321, and nothing a shell or header reads.

Quoted local parts, address literals, comments and non-ASCII addresses are refused: each is a known
way to smuggle commands or to be bounced later, and nobody's desk has one.
"""

from __future__ import annotations

import re
from email.headerregistry import Address

from config.urls import mask
from config.values import Bad, plain_text, quote, string

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+'=&~#-]{0,62}[A-Za-z0-9_+'=&~#-])?")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?=\S)")
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>\s*")
_EXAMPLE = "desk@example.org"
_HINT = f'write one plain address like "{_EXAMPLE}"'


def parse_address(raw: object) -> str:
    """Read one bare address `local@domain`; the domain comes back in lower case; raises Bad."""
    text = string(raw, _EXAMPLE)
    if _SCHEME.match(text) and ("//" in text or text.lower().startswith("mailto:")):
        raise Bad(
            f"{quote(mask(text))} is a URL", f"only a mail address may stand here, like {_EXAMPLE}"
        )
    if "," in text or ";" in text:
        raise Bad(f"{quote(text)} is not one address", "write each address as its own list entry")
    local, at, domain = text.rpartition("@")
    if not at:
        raise Bad(f"{quote(text)} has no @", _HINT)
    if not local or not domain:
        raise Bad(f"{quote(text)} lacks the part beside the @", _HINT)
    if not text.isascii():
        raise Bad(
            f"{quote(text)} has letters beyond ASCII",
            f"{_HINT} (a domain in its xn-- form); other mail servers refuse them",
        )
    if not _LOCAL.fullmatch(local) or ".." in local:
        raise Bad(f"{quote(text)}: the part before the @ is no mailbox name", _HINT)
    return f"{local}@{_domain(domain, text)}"


def parse_mailbox(raw: object) -> str:
    """Read `Name <local@domain>` or a bare address, as a From header shows it; raises Bad."""
    text = plain_text(raw, f"Wirewatch <{_EXAMPLE}>")
    found = _NAMED.fullmatch(text)
    if not found:
        if "<" in text or ">" in text:
            raise Bad(f"{quote(text)} is no sender", f'write "Wirewatch <{_EXAMPLE}>"')
        return parse_address(text.strip())
    address = parse_address(found["address"])
    name = found["name"]
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    if '"' in name or "\\" in name:
        raise Bad(
            f"{quote(text)}: the name holds quotes", f'write "Wirewatch <{_EXAMPLE}>" without'
        )
    local, _, domain = address.rpartition("@")
    return str(Address(name, local, domain))


def _domain(domain: str, text: str) -> str:
    labels = domain.split(".")
    if len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Bad(f"{quote(text)}: the part after the @ is no host name", _HINT)
    if labels[-1].isdigit():
        raise Bad(f"{quote(text)}: an IP address is no mail domain", _HINT)
    return domain.lower()

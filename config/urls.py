"""URLs of sites, and the two things every URL of the files goes through.

Messages never repeat a password: whatever is quoted goes through `mask` first.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from config.hosts import host_name, netloc
from config.values import Bad, quote, string

_SECRET = re.compile(r"(://[^:/?#@]*):.*@", re.DOTALL)
_SECRET_OPTION = re.compile(r"([?&](?:ssl)?passw(?:or)?d=)[^&]*", re.IGNORECASE)


def mask(url: str) -> str:
    """The URL with its password, if any, shown as `***`; in a broken URL rather too much."""
    return _SECRET_OPTION.sub(r"\1***", _SECRET.sub(r"\1:***@", url))


def split(text: str, shown: str, hint: str) -> SplitResult:
    """urlsplit, but nothing is dropped or repaired on the way."""
    if any(c.isspace() or not c.isprintable() for c in text):
        raise Bad(f"{quote(mask(shown))} holds a blank or control character", hint)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise Bad(f"{quote(mask(shown))} is no URL", hint) from None
    return parts


def host(raw: object) -> str:
    """A source's host, with its port where it is not the default: `www.example.org`."""
    text = string(raw, "www.example.org")
    if "/" in text or "@" in text:
        inside = re.search(r"(?:^|//|@)(?!https?:)([A-Za-z0-9.-]+)(?:[:/?#]|$)", text)
        name = inside[1] if inside else "www.example.org"
        raise Bad(f"{quote(mask(text))} is not a host alone", f'write "{name}"')
    try:
        bare = str(ipaddress.IPv6Address(text))
    except ValueError:
        parts = split(f"http://{text}", text, 'write a name like "www.example.org"')
        return netloc(parts)
    return f"[{bare}]"


def web_url(raw: object, example: str = "https://www.example.org/rss.xml") -> str:
    """An absolute http(s) URL without credentials or fragment, as written; raises Bad."""
    text = string(raw, example)
    hint = f'write it like "{example}"'
    parts = split(text, text, hint)
    if parts.scheme not in {"http", "https"}:
        wrong = f"{quote(mask(text))} is no http or https URL"
        raise Bad(wrong, f'write "https://{text}"' if _looks_bare(text) else hint)
    host_name(parts.hostname or "")
    if "@" in parts.netloc:
        raise Bad(f"{quote(mask(text))} holds a user", "write the URL without user and password")
    if parts.fragment or text.endswith("#"):
        raise Bad(f"{quote(text)} has a fragment", f"write {quote(text.partition('#')[0])}")
    return text


def base_url(raw: object) -> str | None:
    """Where people reach the page; empty means None; without a trailing slash."""
    if raw == "":
        return None
    text = web_url(raw, "https://watch.example.org")
    if "?" in text:
        raise Bad(f"{quote(text)} has a query", f"write {quote(text.partition('?')[0])}")
    return text.rstrip("/")


def optional_web_url(raw: object) -> str | None:
    """An http(s) URL, or None for an empty text."""
    return None if raw == "" else web_url(raw, "https://hc.example.org/ping/name")


def _looks_bare(text: str) -> bool:
    return "//" not in text and ":" not in text and "." in text.partition("/")[0]

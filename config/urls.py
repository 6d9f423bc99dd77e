"""Addresses of sites and servers: hosts, feeds, proxies, mail and database URLs.

Messages never repeat a password: whatever is quoted goes through `mask` first.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.parse import quote as percent

from config.values import Bad, nearest, quote, string

MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SECRET = re.compile(r"(://[^:/?#@]*):.*@", re.DOTALL)
_DEFAULT_PORTS = (80, 443)
"""Of http and https; a source's hosts do not tell the two apart."""
_SECRET_OPTION = re.compile(r"([?&](?:ssl)?passw(?:or)?d=)[^&]*", re.IGNORECASE)
_MAIL_EXAMPLE = "smtp+starttls://user@mail.example.org:587"


class MailUrl(NamedTuple):
    """A mail URL taken apart."""

    url: str
    """Without the password."""
    user: str | None
    password: str | None
    host: str


def mask(url: str) -> str:
    """The URL with its password, if any, shown as `***`; in a broken URL rather too much."""
    return _SECRET_OPTION.sub(r"\1***", _SECRET.sub(r"\1:***@", url))


def host_name(text: str) -> str:
    """A host name or IP address in its ASCII, lower-case form (no brackets); raises Bad."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        name = bare.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Bad(f"{quote(text)} is no host name", 'write a name like "www.example.org"')
    if labels[-1].isdigit():
        raise Bad(f"{quote(text)} is no IP address", 'write four numbers like "192.0.2.1"')
    return name


def host(raw: object) -> str:
    """A source's host, with its port where it is not the default: `www.example.org`."""
    text = string(raw, "www.example.org")
    if "/" in text or "@" in text:
        inside = re.search(r"(?:^|//|@)([A-Za-z0-9.-]+)(?:[:/?#]|$)", text)
        name = inside[1] if inside else "www.example.org"
        raise Bad(f"{quote(mask(text))} is not a host alone", f'write "{name}"')
    try:
        bare = str(ipaddress.IPv6Address(text))
    except ValueError:
        parts = _split(f"http://{text}", text, 'write a name like "www.example.org"')
        return netloc(parts)
    return f"[{bare}]"


def netloc(parts: SplitResult) -> str:
    """Host of a URL, with the port where it is not a default one."""
    name = host_name(parts.hostname or "")
    shown = f"[{name}]" if ":" in name else name
    return shown if parts.port in {None, *_DEFAULT_PORTS} else f"{shown}:{parts.port}"


def web_url(raw: object, example: str = "https://www.example.org/rss.xml") -> str:
    """An absolute http(s) URL without credentials or fragment, as written; raises Bad."""
    text = string(raw, example)
    hint = f'write it like "{example}"'
    parts = _split(text, text, hint)
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


def proxy(raw: object) -> str | None:
    """`http://[user:password@]host:port`, or None for an empty text."""
    if raw == "":
        return None
    hint = 'write it like "http://proxy.example.org:3128"'
    text = string(raw, "http://proxy.example.org:3128")
    parts = _split(text, text, hint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Bad(f"{quote(mask(text))} is no http proxy", hint)
    host_name(parts.hostname)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Bad(f"{quote(mask(text))} has a path", hint)
    return text.rstrip("/")


def mail_url(raw: object) -> MailUrl | None:
    """The mail server; None for an empty text: mails are kept as files."""
    if raw == "":
        return None
    text = string(raw, _MAIL_EXAMPLE)
    hint = f'write it like "{_MAIL_EXAMPLE}"'
    parts = _split(text, text, hint)
    if parts.scheme not in MAIL_SCHEMES:
        near = nearest(parts.scheme, MAIL_SCHEMES)
        known = "smtp://, smtps:// or smtp+starttls://"
        wrong = f"{quote(mask(text))} has no known mail scheme"
        raise Bad(wrong, f"write {near}://… ({known})" if near else f"{hint} ({known})")
    if not parts.hostname:
        raise Bad(f"{quote(mask(text))} names no server", hint)
    name = host_name(parts.hostname)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        coded = "; in a password write @ and / as %40 and %2F"
        raise Bad(f"{quote(mask(text))} has a path", hint + coded)
    if parts.port == 0:
        raise Bad(f"{quote(mask(text))}: 0 is no port", hint)
    user = _credential(parts.username, text)
    password = _credential(parts.password, text)
    shown = f"[{name}]" if ":" in name else name
    port = f":{parts.port}" if parts.port else ""
    before = f"{percent(user, safe='')}@" if user else ""
    return MailUrl(f"{parts.scheme}://{before}{shown}{port}", user, password, name)


def listen(raw: object) -> tuple[str, int]:
    """`host:port` to listen on; an IPv6 host in brackets; port 0 for any free one."""
    hint = 'write it like "127.0.0.1:8787" or "[::1]:8787"'
    text = string(raw, "127.0.0.1:8787")
    if not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+):[0-9]{1,5}", text):
        raise Bad(f"{quote(text)} is not host:port", hint)
    name, _, port = text.rpartition(":")
    if int(port) > 65_535:
        raise Bad(f"{quote(text)}: {port} is no port", "write a port from 0 to 65535")
    return host_name(name), int(port)


def is_loopback(name: str) -> bool:
    """Whether listening on this host reaches nobody beyond the machine."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def network(raw: object) -> str:
    """An IP network in CIDR form."""
    text = string(raw, "127.0.0.0/8")
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        pass
    try:
        wide = str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise Bad(f"{quote(text)} is no network", 'write it like "127.0.0.0/8"') from None
    raise Bad(f"{quote(text)} has bits beyond its mask", f'write "{wide}"')


def database_url(raw: object) -> str:
    """`sqlite:///FILE` (relative ones still so) or a PostgreSQL URL with the psycopg driver."""
    hint = 'write "sqlite:///wirewatch.db" or "postgresql+psycopg://user@host/name"'
    text = string(raw, "sqlite:///wirewatch.db")
    parts = _split(text, text, hint)
    if parts.scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        if not parts.path.strip("/"):
            raise Bad(f"{quote(mask(text))} names no database", hint)
        return f"postgresql+psycopg{text[len(parts.scheme) :]}"
    if parts.scheme != "sqlite":
        raise Bad(f"{quote(mask(text))} is no SQLite or PostgreSQL URL", hint)
    if not text.startswith("sqlite:///") or "?" in text or "#" in text:
        raise Bad(f"{quote(text)} is not sqlite:/// and a file name alone", hint)
    name = unquote(text.removeprefix("sqlite:///"))
    if not name.strip("/") or name.startswith(":") or name.endswith("/") or "\0" in name:
        raise Bad(f"{quote(text)} names no file", 'write "sqlite:///wirewatch.db"')
    return text


def _split(text: str, shown: str, hint: str) -> SplitResult:
    """urlsplit, but nothing is dropped or repaired on the way."""
    if any(c.isspace() or not c.isprintable() for c in text):
        raise Bad(f"{quote(mask(shown))} holds a blank or control character", hint)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise Bad(f"{quote(mask(shown))} is no URL", hint) from None
    return parts


def _credential(text: str | None, url: str) -> str | None:
    if not text:
        return None
    plain = unquote(text)
    if not plain.isprintable():
        raise Bad(f"{quote(mask(url))}: user or password hold a control character", "leave it out")
    return plain


def _looks_bare(text: str) -> bool:
    return "//" not in text and ":" not in text and "." in text.partition("/")[0]

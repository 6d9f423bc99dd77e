"""Hosts, networks, and where to listen."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult

from config.values import Bad, quote, string

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DEFAULT_PORTS = (80, 443)
"""Of http and https; a source's hosts do not tell the two apart."""


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


def netloc(parts: SplitResult) -> str:
    """Host of a URL, with the port where it is not a default one."""
    name = host_name(parts.hostname or "")
    shown = f"[{name}]" if ":" in name else name
    return shown if parts.port in {None, *_DEFAULT_PORTS} else f"{shown}:{parts.port}"


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

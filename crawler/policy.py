"""How we fetch: the operator's decisions, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

DEFAULT_DELAY = timedelta(seconds=1)
"""Between two requests to a host nobody said anything about (a redirect's target, a CDN)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class FetchPolicy:
    """What holds for every request, redirect and robots.txt (DESIGN §7, `[fetch]`)."""

    user_agent: str
    obey_robots: bool = True
    proxy: str = ""
    """`http://[user:password@]host:port`, or empty."""
    ca_bundle: str = ""
    """Path of a PEM file with authorities trusted beside the system's, or empty."""
    allow_private_networks: tuple[str, ...] = ()
    """Networks (`127.0.0.0/8`) or single endpoints (`127.0.0.1:8080`) the gate lets through."""
    timeout: timedelta = timedelta(seconds=30)
    """Total for one document: from dialling to the last byte, all redirects together."""
    max_bytes: int = 10 * 1024 * 1024
    """Of a body, both as transferred and as decoded."""
    delays: Mapping[str, timedelta] = field(default_factory=dict)
    """`host` or `host:port` → time between the starts of two requests to it."""


class Delays:
    """The delay of each host, changeable while the engine runs."""

    def __init__(self, delays: Mapping[str, timedelta]) -> None:
        self._delays: dict[str, float] = {}
        self.update(delays)

    def update(self, delays: Mapping[str, timedelta]) -> None:
        """Replace all delays."""
        self._delays = {host.lower(): delay.total_seconds() for host, delay in delays.items()}

    def seconds(self, slot: str) -> float:
        """The delay of a slot (`host:port`); what names the port goes before what does not."""
        exact = self._delays.get(slot)
        if exact is not None:
            return exact
        return self._delays.get(slot.rpartition(":")[0], DEFAULT_DELAY.total_seconds())


def slot_key(url: str) -> str:
    """The politeness slot of a URL: lower-case `host:port`, the port always written.

    Raises ValueError for what has no host or no usable port.
    """
    parts = urlsplit(url)
    host = parts.hostname
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    if not host or port is None:
        raise ValueError(f"no host in {url!r}")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

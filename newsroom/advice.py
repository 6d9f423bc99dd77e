"""What is to be done about each reason code: one line for whoever looks after the sources."""

from __future__ import annotations

from newsroom.reasons import Reason

ADVICE = {
    Reason.OK: "",
    Reason.DNS: "its name is not found: look for a typing error, then ask whether the outlet moved",
    Reason.CONNECT: "nobody answers there: try it in a browser; a firewall or proxy may be between",
    Reason.TLS: "its certificate is not trusted: try a browser; `fetch.ca_bundle` adds authorities",
    Reason.TIMEOUT: "it answers too slowly: try again later; `fetch.timeout` allows more",
    Reason.HTTP_4XX: "the address is refused or not found: find the feed's present address "
    "(`wirewatch sources add URL` looks for it)",
    Reason.HTTP_5XX: "the outlet's server has a fault of its own: it is tried again by itself",
    Reason.BLOCKED: "the outlet keeps robots out: set fetch.user_agent to name you, poll less, or "
    "ask the outlet",
    Reason.RATE_LIMITED: "asked too often: raise the source's interval and delay",
    Reason.TRUNCATED: "the answer broke off: it is tried again by itself; if it stays so, a proxy "
    "between may cut it",
    Reason.TOO_LARGE: "larger than fetch.max_bytes: raise that, or use a smaller feed",
    Reason.NOT_A_FEED: "this is no feed: `wirewatch sources add URL` looks for the outlet's feeds",
    Reason.PARSE_ERROR: "it cannot be read: keep the document and look at it with `wirewatch try`",
    Reason.EMPTY: "a feed without items: outlets answer so on retired addresses; look for another",
    Reason.STALE: "nothing new for longer than is usual: see whether the outlet still writes it",
    Reason.MOVED: "it redirects for good: write the new address into the configuration",
    Reason.LAYOUT_CHANGED: "its pages are built differently now: set [source.css], or page = "
    '"generic"; until then the feed text stands',
    Reason.GONE: "the outlet says it is gone for good: take it out or find its successor",
    Reason.ROBOTS: "robots.txt forbids it: ask the outlet; `fetch.obey_robots` is yours to decide",
    Reason.PRIVATE_ADDRESS: "it leads to a private address: where that is right, name the network "
    "in fetch.allow_private_networks",
    Reason.INTERNAL: "a fault of ours: please report it with the log",
}
"""Holds every reason."""

"""The reason codes: one table, used by rows, logs, pages and the command line alike."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a fetch, a parse or a source is as it is (DESIGN §4); the value is what users see."""

    OK = "ok"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    NOT_A_FEED = "not_a_feed"
    PARSE_ERROR = "parse_error"
    EMPTY = "empty"
    STALE = "stale"
    MOVED = "moved"
    LAYOUT_CHANGED = "layout_changed"
    GONE = "gone"
    ROBOTS = "robots"
    PRIVATE_ADDRESS = "private_address"
    INTERNAL = "internal"


UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT})
"""The host never answered; `run --once` ends with 3 when every polled feed ended so."""

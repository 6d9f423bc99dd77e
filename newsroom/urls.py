"""URLs as text: what may be fetched, and the one spelling that stands for a page.

Pure string work in the manner of the WHATWG URL standard, as far as news links need it. Nothing
here raises on any string; what cannot be used is None or "".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin

from newsroom.tracking import is_tracking

MAX_URL = 2_048
"""Longer links are refused: no outlet writes them, and indexes must carry them."""

_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ESCAPE = re.compile(r"(%[0-9A-Fa-f]{2})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_C0_AND_BLANK = "".join(map(chr, range(33)))
_PATH_SAFE = "/!$&'()*+,;=:@"
_QUERY_SAFE = "/!$'()*+,;:@?="
_DEFAULT_PORTS = frozenset({"", "80", "443"})
# Both, whatever the scheme: http and https are one identity, so their ports must be too.


@dataclass(frozen=True, slots=True)
class UrlParts:
    """An absolute http(s) URL taken apart; host and port are normalised, the rest is as written."""

    scheme: str
    host: str
    """Lower case, IDNA, with `:port` where it is neither 80 nor 443."""
    path: str
    query: str | None
    fragment: str | None


def split_url(url: str) -> UrlParts | None:
    """The parts of an absolute http(s) URL; None for anything else, user names included."""
    match = _PARTS.fullmatch(_clean(url))
    if match is None:
        return None
    scheme, authority, path, query, fragment = match.groups()
    host = _host(authority)
    if host is None:
        return None
    return UrlParts(scheme.lower(), host, path, query, fragment)


def usable_url(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) URL meant by a link as a feed or page wrote it, ready to be fetched.

    Blanks around and line breaks inside go, a backslash is a slash, `&amp;` left over from double
    escaping is `&`, other characters a URL may not hold are percent-encoded. None for an empty
    link, a bare fragment, another scheme (`javascript:`, `data:`, `file:`), a user name, a bad
    host or port, a relative link without `base`, or more than MAX_URL characters.
    """
    text = _clean(url)
    if not text or text.startswith("#") or len(text) > MAX_URL:
        return None
    if text.startswith("//") and not base:
        text = f"https:{text}"
    if not _SCHEME.match(text) and base:
        try:
            text = urljoin(base, text)
        except ValueError:
            return None
    parts = split_url(text.replace("&amp;", "&"))
    if parts is None:
        return None
    made = f"{parts.scheme}://{parts.host}{_requote(parts.path, _PATH_SAFE) or '/'}"
    if parts.query is not None:
        made += "?" + _requote(parts.query, _QUERY_SAFE + "&[]")
    if parts.fragment is not None:
        made += "#" + _requote(parts.fragment, _QUERY_SAFE + "&")
    return made if len(made) <= MAX_URL else None


def host_of(url: str) -> str:
    """Lower-case host of an http(s) URL, with port where not the default; "" where unusable."""
    parts = split_url(url)
    return parts.host if parts else ""


def in_hosts(url: str, hosts: Sequence[str]) -> bool:
    """Whether the URL stands on one of a source's hosts (each with port where not the default)."""
    host = host_of(url)
    return bool(host) and any(_host(h) == host for h in hosts)


def fold_host(host: str, hosts: Sequence[str]) -> str:
    """The first of `hosts` where `host` is one of them, else `host` itself."""
    if any(_host(h) == host for h in hosts):
        return _host(hosts[0]) or host
    return host


def generic_canonical(parts: UrlParts, hosts: Sequence[str]) -> str:
    """The one spelling of a page's URL where no outlet's own rule holds."""
    path = _canonical_path(parts.path)
    query = _canonical_query(parts.query or "")
    made = f"https://{fold_host(parts.host, hosts)}{path}"
    if query:
        made += f"?{query}"
    if parts.fragment is not None and parts.fragment.startswith("!"):
        made += f"#{_requote(parts.fragment, _QUERY_SAFE + '&')}"
    return made


def query_values(query: str | None, name: str) -> list[str]:
    """Decoded values of one parameter, in order."""
    pairs = (p.removeprefix("amp;").partition("=") for p in (query or "").split("&"))
    return [unquote(value) for key, _, value in pairs if key == name]


def _clean(url: str) -> str:
    """As a browser's address parser begins: strip, drop line breaks, backslash is slash."""
    text = url.strip(_C0_AND_BLANK + "\x7f\u00a0\u3000\ufeff\u200b")
    text = text.replace("\t", "").replace("\n", "").replace("\r", "")
    text = _SURROGATE.sub("\ufffd", text)
    head, mark, tail = _partition_query(text)
    return head.replace("\\", "/") + mark + tail


def _partition_query(text: str) -> tuple[str, str, str]:
    match = re.search(r"[?#]", text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match.group(), text[match.end() :]


def _host(authority: str) -> str | None:
    """Normalised `host[:port]`, or None where it is no host that may be asked."""
    if authority.startswith("["):
        name, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return None
        try:
            host = f"[{ipaddress.IPv6Address(name).compressed}]" if "%" not in name else ""
        except ValueError:
            return None
        port = rest[1:]
    else:
        name, _, port = authority.partition(":")
        host = _domain(name)
    if not host or not _is_port(port):
        return None
    port = port.lstrip("0")
    return host if port in _DEFAULT_PORTS else f"{host}:{port}"


def _is_port(port: str) -> bool:
    if not port:
        return True
    return port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535


def _domain(name: str) -> str:
    if not name.isascii():
        try:
            name = name[:253].encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    name = name.lower().removesuffix(".")
    if not _HOST.fullmatch(name):
        return ""
    if not _NUMERIC.fullmatch(name.rpartition(".")[2]):
        return name
    # numbers are an address or nothing; browsers read 0x7f.1 as one, news links never mean it
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        return ""


def _requote(text: str, safe: str) -> str:
    """Percent-encode what must be, decode what need not be, capitals in the rest."""
    pieces = _ESCAPE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            char = chr(int(piece[1:], 16))
            pieces[index] = char if char in _UNRESERVED else piece.upper()
        else:
            pieces[index] = quote(piece, safe=safe)
    return "".join(pieces)


def _canonical_path(path: str) -> str:
    text = _SESSION.sub("", _requote(path, _PATH_SAFE))
    segments: list[str] = []
    for segment in text.split("/")[1:]:
        if segment == "..":
            if segments:
                segments.pop()
        elif segment != ".":
            segments.append(segment)
    while segments and (not segments[-1] or (segments[-1] == "amp" and len(segments) > 1)):
        segments.pop()
    return "/" + "/".join(segments)


def _canonical_query(query: str) -> str:
    pairs: list[tuple[str, str]] = []
    for raw in query.split("&"):
        pair = _requote(raw, _QUERY_SAFE).replace("%20", "+")
        while pair.startswith("amp;"):
            pair = pair[4:]
        name, _, value = pair.partition("=")
        if pair and not is_tracking(unquote(name), unquote(value)):
            pairs.append((name, pair))
    # by name only: the order of a repeated parameter's values may carry meaning
    return "&".join(pair for _, pair in sorted(pairs, key=lambda p: p[0]))

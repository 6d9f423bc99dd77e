"""Which addresses may be connected to: the public internet, and what the operator allowed.

The decision is taken on the address of the connection itself, after every spelling (decimal, hex,
octal, full-width) was resolved and after DNS gave its answer, so that neither a redirect nor a
name that changes its mind (DNS rebinding) reaches the inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# `is_global` follows the IANA registries but lets these through (facts measured on Python 3.11):
# what they carry is an IPv4 address of unknown kind, a group, or nothing a news site stands on.
_REFUSED_THOUGH_GLOBAL = tuple(
    ipaddress.ip_network(net)
    for net in (
        "168.63.129.16/32",  # Azure's inner host, in a public range
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's metadata service
        "192.88.99.0/24",  # deprecated 6to4 relay anycast (RFC 7526)
        "224.0.0.0/4",  # multicast
        "64:ff9b::/96",  # NAT64 (RFC 6052): the IPv4 address inside is judged instead
        "64:ff9b:1::/48",  # local-use NAT64 (RFC 8215)
        "2001::/32",  # Teredo (RFC 4380)
        "2002::/16",  # 6to4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing SIDs (RFC 9602)
        "fec0::/10",  # deprecated site-local
        "ff00::/8",  # multicast
        "::/96",  # deprecated IPv4-compatible
    )
)


class AddressRefused(Exception):
    """The address is private, reserved or otherwise not to be connected to."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not a public address")
        self.address = address


@dataclass(frozen=True, slots=True)
class AllowedNetworks:
    """What of the inside may be reached all the same (`fetch.allow_private_networks`)."""

    networks: tuple[Network, ...] = ()
    endpoints: frozenset[tuple[Address, int]] = frozenset()
    """Single addresses, allowed on one port only."""

    def holds(self, address: Address, port: int | None) -> bool:
        """Whether the operator named this address, or this address and port."""
        if any(address in net for net in self.networks if net.version == address.version):
            return True
        return port is not None and (address, port) in self.endpoints


def parse_allowed(entries: Iterable[str]) -> AllowedNetworks:
    """Read `10.0.0.0/8`, `127.0.0.1`, `127.0.0.1:8080`, `[::1]:8080`, `fd00::/8`.

    Raises ValueError that names the entry.
    """
    networks: list[Network] = []
    endpoints: set[tuple[Address, int]] = set()
    for entry in entries:
        text = entry.strip()
        host, port = _split_port(text)
        try:
            if port is None:
                networks.append(ipaddress.ip_network(host, strict=False))
            else:
                endpoints.add((ipaddress.ip_address(host), port))
        except ValueError as error:
            raise ValueError(f"{entry!r} is neither a network nor address:port: {error}") from None
    return AllowedNetworks(tuple(networks), frozenset(endpoints))


def _split_port(text: str) -> tuple[str, int | None]:
    host, bracket, rest = text.removeprefix("[").partition("]")
    if bracket:
        return host, int(rest[1:]) if rest.startswith(":") and rest[1:].isdigit() else None
    if text.count(":") == 1:  # more than one colon without brackets: a bare IPv6 address
        host, _, digits = text.partition(":")
        if digits.isdigit() and int(digits) < 65536:
            return host, int(digits)
    return text, None


def address_allowed(
    ip: str,
    allow_networks: AllowedNetworks | Iterable[str] = (),
    port: int | None = None,
) -> bool:
    """Whether a connection to this literal address may be opened.

    Anything that is no literal IP address is refused: names are judged once they are resolved.
    Addresses that carry an IPv4 address inside (mapped, NAT64) are judged as that one, too.
    """
    allowed = (
        allow_networks
        if isinstance(allow_networks, AllowedNetworks)
        else parse_allowed(allow_networks)
    )
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    inner = _carried_ipv4(address)
    if allowed.holds(address, port) or (inner is not None and allowed.holds(inner, port)):
        return True
    if inner is not None:
        return _is_public(inner)
    return _is_public(address)


def _carried_ipv4(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address a packet to `address` ends at: mapped and NAT64 forms."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _is_public(address: Address) -> bool:
    if any(address in net for net in _REFUSED_THOUGH_GLOBAL if net.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved

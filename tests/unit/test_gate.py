"""Which addresses the gate lets through."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.gate import address_allowed, parse_allowed

PUBLIC = [
    "8.8.8.8",
    "93.184.216.34",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "198.20.0.1",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2400:cb00::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.1",
    "192.0.0.192",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "64:ff9b::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

NO_ADDRESS = [
    "",
    "localhost",
    "example.org",
    "2130706433",
    "0x7f000001",
    "127.1",
    "0177.0.0.1",
    "[::1]",
]


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_pass(ip: str) -> None:
    assert address_allowed(ip)


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_and_reserved_addresses_do_not(ip: str) -> None:
    assert not address_allowed(ip)


@pytest.mark.parametrize("ip", NO_ADDRESS)
def test_what_is_no_literal_address_does_not(ip: str) -> None:
    assert not address_allowed(ip)
    assert not address_allowed(ip, ["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize(
    ("ip", "port", "allowed", "passes"),
    [
        ("127.0.0.1", 80, ["127.0.0.0/8"], True),
        ("127.9.9.9", None, ["127.0.0.0/8"], True),
        ("10.0.0.1", 80, ["127.0.0.0/8"], False),
        ("10.0.0.1", 80, ["127.0.0.0/8", "10.0.0.0/24"], True),
        ("10.0.1.1", 80, ["10.0.0.0/24"], False),
        ("10.0.0.7", 80, ["10.0.0.1/24"], True),  # a host bit set: the network is meant
        ("127.0.0.1", 8080, ["127.0.0.1:8080"], True),
        ("127.0.0.1", 8081, ["127.0.0.1:8080"], False),
        ("127.0.0.2", 8080, ["127.0.0.1:8080"], False),
        ("127.0.0.1", None, ["127.0.0.1:8080"], False),
        ("127.0.0.1", 80, ["127.0.0.1"], True),
        ("::1", 80, ["::1"], True),
        ("::1", 8080, ["[::1]:8080"], True),
        ("::1", 80, ["[::1]:8080"], False),
        ("::1", 80, ["[::1]"], True),
        ("fd00::5", 80, ["fd00::/8"], True),
        ("::1", 80, ["127.0.0.0/8"], False),
        ("::ffff:127.0.0.1", 80, ["127.0.0.0/8"], True),
        ("::ffff:10.0.0.1", 80, ["127.0.0.0/8"], False),
        ("64:ff9b::a00:1", 80, ["10.0.0.0/8"], True),
        ("8.8.8.8", 80, ["127.0.0.0/8"], True),
    ],
)
def test_what_the_operator_allows(
    ip: str, port: int | None, allowed: list[str], passes: bool
) -> None:
    assert address_allowed(ip, allowed, port) is passes
    assert address_allowed(ip, parse_allowed(allowed), port) is passes


@pytest.mark.parametrize(
    "entry", ["", "x", "10.0.0.300", "10.0.0.0/33", "localhost:80", "127.0.0.1:99999", "::1:"]
)
def test_an_entry_that_is_none_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a network nor address:port"):
        parse_allowed([entry])


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_judged_alike_in_all_its_wrappings(number: int) -> None:
    plain = IPv4Address(number)
    high, low = number >> 16, number & 0xFFFF
    assert address_allowed(str(plain)) == address_allowed(f"::ffff:{plain}")
    assert address_allowed(str(plain)) == address_allowed(f"64:ff9b::{high:x}:{low:x}")

"""Through a proxy: its own address is the operator's choice, the targets still pass the gate."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsroom.reasons import Reason
from tests.integration.fetching import get, quick
from tests.site.certs import Authority
from tests.site.proxy import proxy
from tests.site.server import Site

PAGE = "<html><body><p>Words.</p></body></html>"


def lookup(name: str) -> Sequence[str]:
    known = {
        "outlet.example": ["93.184.216.34"],
        "inside.example": ["10.0.0.5"],
        "half.example": ["93.184.216.34", "10.0.0.5"],
        "proxy.example": ["127.0.0.1"],
    }
    if name not in known:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return known[name]


@pytest.mark.parametrize("host", ["127.0.0.1", "proxy.example"])
def test_plain_http_goes_through_the_proxy(host: str) -> None:
    with Site() as outlet, proxy(Site(), resolve={}) as middle:
        outlet.page("/a", PAGE)
        proxy(middle, resolve={"outlet.example": outlet.port})
        policy = quick(proxy=f"http://user:secret@{host}:{middle.port}", allow_private_networks=())
        result = get("http://outlet.example/a", policy, lookup=lookup)
        assert middle.seen[0].target == "http://outlet.example/a"
        assert middle.seen[0].headers["proxy-authorization"].startswith("Basic ")
        assert "proxy-authorization" not in outlet.seen[0].headers
    assert (result.reason, result.body.decode()) == (Reason.OK, PAGE)


def test_https_goes_through_a_tunnel_and_is_verified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.context("outlet.example")
    with Site(tls=context) as outlet, Site() as middle:
        outlet.page("/a", PAGE)
        proxy(middle, resolve={"outlet.example": outlet.port, "wrong.example": outlet.port})
        there = {"proxy": f"http://127.0.0.1:{middle.port}", "allow_private_networks": ()}
        trusting = quick(ca_bundle=str(authority.bundle), **there)
        fine = get("https://outlet.example/a", trusting, lookup=lookup)
        wrong = get("https://wrong.example/a", trusting, lookup=lookup)
        unknown = get("https://outlet.example/a", quick(**there), lookup=lookup)
        assert [seen.method for seen in middle.seen] == ["CONNECT"] * 3
    assert (fine.reason, fine.body.decode()) == (Reason.OK, PAGE)
    assert (wrong.reason, unknown.reason) == (Reason.TLS, Reason.TLS)


@pytest.mark.parametrize(
    "url",
    [
        "http://inside.example/a",
        "http://half.example/a",
        "http://10.0.0.5/a",
        "http://127.0.0.1:{port}/a",
        "https://inside.example/a",
        "http://[::1]/a",
    ],
)
def test_private_targets_are_refused_before_the_proxy_is_asked(url: str) -> None:
    with Site() as middle:
        proxy(middle, resolve={})
        policy = quick(proxy=f"http://127.0.0.1:{middle.port}", allow_private_networks=())
        result = get(url.format(port=middle.port), policy, lookup=lookup)
        assert middle.connections == 0
    assert (result.reason, result.permanent) == (Reason.PRIVATE_ADDRESS, True)


def test_a_name_only_the_proxy_knows_is_asked_of_it() -> None:
    with Site() as outlet, Site() as middle:
        outlet.page("/a", PAGE)
        proxy(middle, resolve={"far.example": outlet.port})
        policy = quick(proxy=f"http://127.0.0.1:{middle.port}", allow_private_networks=())
        assert get("http://far.example/a", policy, lookup=lookup).reason is Reason.OK


def test_a_proxy_that_is_down_or_unwilling_is_a_connection_error() -> None:
    with Site() as middle:
        proxy(middle, resolve={})
        policy = quick(proxy=f"http://127.0.0.1:{middle.port}", allow_private_networks=())
        unwilling = get("https://outlet.example/a", policy, lookup=lookup)
    down = get("https://outlet.example/a", policy, lookup=lookup)
    assert unwilling.reason is Reason.CONNECT
    assert "502" in unwilling.detail
    assert down.reason is Reason.CONNECT


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with Site() as outlet:
        outlet.page("/a", PAGE)
        assert get(outlet.url("/a")).reason is Reason.OK

"""Faults 1-7, 46, 49, 50: names, connections, TLS; on real sockets."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.fetcher import ScrapyFetcher
from newsroom.model import FetchResult
from newsroom.reasons import Reason
from tests.integration.fetching import feed, get, page, quick, with_fetcher
from tests.site.behaviour import drip, hang
from tests.site.certs import Authority
from tests.site.server import Site


def names(**known: Sequence[str]) -> object:
    """A stub of the system's resolver: dots in names are written as underscores."""

    def lookup(name: str) -> Sequence[str]:
        found = known.get(name.replace(".", "_"))
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return found

    return lookup


def test_fault_01_unknown_name_is_a_soft_dns_error() -> None:
    result = get("http://nonexistent.invalid/feed", kind="feed")
    assert (result.reason, result.permanent, result.status) == (Reason.DNS, False, None)


def test_fault_02_a_hanging_name_server_blocks_no_other_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawler.resolver.LOOKUP_LIMIT", 0.3)

    def lookup(name: str) -> Sequence[str]:
        if name.startswith("stuck"):
            time.sleep(1.5)
            raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
        return ["127.0.0.1"]

    with Site() as site:
        site.page("/ok", "<html>fine</html>")

        async def scenario(fetcher: ScrapyFetcher) -> tuple[FetchResult, list[FetchResult]]:
            # more stuck names than Twisted's pool has threads
            stuck = [
                asyncio.ensure_future(fetcher.fetch(feed(f"http://stuck{n}.example/")))
                for n in range(24)
            ]
            good = await fetcher.fetch(page(f"http://good.example:{site.port}/ok"))
            assert not any(task.done() for task in stuck)
            return good, await asyncio.gather(*stuck)

        good, stuck = with_fetcher(scenario, lookup=lookup)
    # the gate lets this loopback through, the name is the stub's
    assert good.reason is Reason.OK
    assert {result.reason for result in stuck} == {Reason.DNS}


def test_fault_03_refused_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    result = get(f"http://127.0.0.1:{port}/")
    assert (result.reason, result.permanent) == (Reason.CONNECT, False)


@contextmanager
def black_hole() -> Iterator[int]:
    """A port whose backlog is full: SYNs are dropped, as behind a silent firewall."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            fillers.append(filler)
        time.sleep(0.05)
        try:
            yield address[1]
        finally:
            for filler in fillers:
                filler.close()


def test_fault_04_black_hole_ends_at_the_connect_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.handler.CONNECT_LIMIT", 0.5)
    with black_hole() as port:
        result = get(f"http://127.0.0.1:{port}/", quick(timeout=timedelta(seconds=20)))
    assert result.reason is Reason.CONNECT
    assert "no connection in time" in result.detail


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_fault_05_tls_of_an_added_authority_is_verified_and_fine(authority: Authority) -> None:
    with Site(tls=authority.context("127.0.0.1")) as site:
        site.page("/", "<html>secret</html>")
        result = get(site.url("/"), quick(ca_bundle=str(authority.bundle)))
    assert (result.reason, result.body) == (Reason.OK, b"<html>secret</html>")


@pytest.mark.parametrize(
    ("names_in_certificate", "lasts", "known"),
    [
        pytest.param(("127.0.0.1",), timedelta(days=1), False, id="unknown authority"),
        pytest.param(("127.0.0.1",), timedelta(days=-1), True, id="expired"),
        pytest.param(("other.example",), timedelta(days=1), True, id="another host"),
    ],
)
def test_fault_05_bad_certificates_are_tls_errors(
    authority: Authority, names_in_certificate: tuple[str, ...], lasts: timedelta, known: bool
) -> None:
    with Site(tls=authority.context(*names_in_certificate, lasts=lasts)) as site:
        site.page("/", "<html>secret</html>")
        policy = quick(ca_bundle=str(authority.bundle) if known else "")
        result = get(site.url("/"), policy)
        assert site.hits("/") == 0
    assert (result.reason, result.permanent, result.body) == (Reason.TLS, False, b"")


def test_fault_05_plain_http_where_tls_is_expected_is_never_fallen_back_to() -> None:
    with Site() as site:
        site.page("/", "<html>plain</html>")
        result = get(site.url("/").replace("http:", "https:"))
        assert site.seen == []
    assert result.reason is Reason.TLS


def test_fault_06_hanging_handshake_ends_at_the_total_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        result = get(
            f"https://127.0.0.1:{mute.getsockname()[1]}/", quick(timeout=timedelta(seconds=0.7))
        )
    assert result.reason is Reason.TIMEOUT


def test_fault_07_dripping_headers_end_at_the_total_limit() -> None:
    with Site() as site:
        site.route("/", drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 99, every=0.05))
        result = get(site.url("/"), quick(timeout=timedelta(seconds=0.7)))
    assert result.reason is Reason.TIMEOUT


def test_fault_46_a_hanging_host_delays_no_other() -> None:
    with Site() as slow, Site() as good:
        slow.otherwise(hang())
        good.page("/ok", "<html>fine</html>")

        async def scenario(fetcher: ScrapyFetcher) -> list[FetchResult]:
            stuck = [
                asyncio.ensure_future(fetcher.fetch(feed(slow.url(f"/{n}")))) for n in range(500)
            ]
            results = [await fetcher.fetch(page(good.url("/ok"))) for _ in range(20)]
            # of 500 requests to the hanging host one at a time is under way
            assert len(slow.seen) == 1
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()
            return results

        results = with_fetcher(scenario, quick(timeout=timedelta(seconds=30)))
    assert [result.reason for result in results] == [Reason.OK] * 20


def test_fault_46_a_redirect_into_a_hanging_host_frees_the_host_it_came_from() -> None:
    with Site() as slow, Site() as good:
        slow.otherwise(hang())
        good.redirect("/away", slow.url("/"))
        good.page("/ok", "<html>fine</html>")

        async def scenario(fetcher: ScrapyFetcher) -> FetchResult:
            away = asyncio.ensure_future(fetcher.fetch(page(good.url("/away"))))
            await asyncio.to_thread(slow.wait_for, "/")
            result = await fetcher.fetch(page(good.url("/ok")))
            assert not away.done()
            away.cancel()
            return result

        assert with_fetcher(scenario, quick(timeout=timedelta(seconds=30))).reason is Reason.OK


def test_fault_46_feeds_go_before_pages_of_the_same_host() -> None:
    with Site() as site:
        site.otherwise(lambda exchange: exchange.answer(200, b"<html>x</html>"))

        async def scenario(fetcher: ScrapyFetcher) -> None:
            pages = [fetcher.fetch(page(site.url(f"/page{n}"))) for n in range(3)]
            await asyncio.gather(*pages, fetcher.fetch(feed(site.url("/feed"))))

        with_fetcher(scenario)
        assert [seen.path for seen in site.seen] == ["/page0", "/feed", "/page1", "/page2"]


def test_fault_49_a_dead_ipv6_address_falls_back_to_ipv4() -> None:
    with Site() as site:
        site.page("/", "<html>four</html>")
        lookup = names(both_example=["::1", "127.0.0.1"])  # nothing listens on ::1
        result = get(f"http://both.example:{site.port}/", lookup=lookup)  # type: ignore[arg-type]
    assert result.reason is Reason.OK


def test_fault_50_a_name_that_turns_private_is_refused_at_connect() -> None:
    answers = [["192.0.2.1"], ["127.0.0.1"]]

    def rebinding(name: str) -> Sequence[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with Site() as site:
        site.page("/", "<html>inside</html>")
        assert rebinding("rebind.example") == ["192.0.2.1"]  # what an earlier check would see
        result = get(
            f"http://rebind.example:{site.port}/",
            quick(allow_private_networks=()),
            lookup=rebinding,
        )
        assert site.connections == 0
    assert (result.reason, result.permanent) == (Reason.PRIVATE_ADDRESS, True)

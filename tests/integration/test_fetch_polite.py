"""robots.txt (fault 101), delays, fairness between kinds, stopping; on real sockets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from crawler.fetcher import ScrapyFetcher
from newsroom.model import FetchResult
from newsroom.reasons import Reason
from tests.integration.fetching import feed, get, page, quick, with_fetcher
from tests.site.behaviour import drip, endless, gzip_bomb, hang, raw, status
from tests.site.loop import run_async
from tests.site.server import Behaviour, Site

PAGE = "<html><body><p>Words.</p></body></html>"
OBEYING = quick(obey_robots=True)
DELAY = timedelta(seconds=0.6)


def outlet(site: Site) -> Site:
    site.otherwise(lambda exchange: exchange.answer(200, PAGE.encode()))
    return site


@pytest.mark.parametrize("kind", ["feed", "page"])
def test_fault_101_robots_disallow(kind: str) -> None:
    rules = "User-agent: *\nDisallow: /private/\n\nUser-agent: otherbot\nDisallow: /\n"
    with outlet(Site(robots=rules)) as site:
        refused = get(site.url("/private/x?key=1"), OBEYING, kind=kind)
        allowed = get(site.url("/public"), OBEYING, kind=kind)
        assert site.hits("/private/x") == 0
    assert (refused.reason, refused.permanent) == (Reason.ROBOTS, True)
    assert "key=1" not in refused.detail
    assert allowed.reason is Reason.OK


def test_fault_101_rules_for_us_by_name_come_first() -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\nAllow: /\n"
    with outlet(Site(robots=rules)) as site:
        assert get(site.url("/a"), OBEYING).reason is Reason.OK


def test_fault_101_robots_are_asked_once_a_host_and_port() -> None:
    with outlet(Site(robots="User-agent: *\nDisallow: /no")) as one, outlet(Site()) as two:

        async def scenario(fetcher: ScrapyFetcher) -> list[FetchResult]:
            urls = [one.url("/1"), one.url("/no"), two.url("/no"), one.url("/2"), two.url("/3")]
            return await asyncio.gather(*(fetcher.fetch(page(url)) for url in urls))

        results = with_fetcher(scenario, OBEYING)
        assert (one.hits("/robots.txt"), two.hits("/robots.txt")) == (1, 1)
    reasons = [result.reason for result in results]
    assert reasons == [Reason.OK, Reason.ROBOTS, Reason.OK, Reason.OK, Reason.OK]


def test_fault_101_every_redirect_hop_asks_the_robots_of_its_host() -> None:
    with outlet(Site(robots="User-agent: *\nDisallow: /no")) as strict, Site() as free:
        free.redirect("/a", strict.url("/no"))
        result = get(free.url("/a"), OBEYING)
        assert [seen.path for seen in strict.seen] == ["/robots.txt"]
        assert [hop.url for hop in result.redirects] == [strict.url("/no")]
    assert result.reason is Reason.ROBOTS


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(status(404), id="404"),
        pytest.param(status(403), id="403"),
        pytest.param(status(500), id="500"),
        pytest.param(status(429, Retry_After="9"), id="429"),
        pytest.param(raw(b"garbage\r\n\r\n"), id="garbage"),
        pytest.param(raw(b"", then="reset"), id="reset"),
        pytest.param(endless(b"# nothing\n" * 6000), id="endless comments"),
        pytest.param(
            lambda exchange: exchange.answer(
                200, gzip_bomb(9_000_000), {"Content-Encoding": "gzip"}
            ),
            id="bomb",
        ),
    ],
)
def test_fault_101_robots_that_cannot_be_had_allow(behaviour: Behaviour) -> None:
    with outlet(Site()) as site:
        site.route("/robots.txt", behaviour)
        assert get(site.url("/a"), OBEYING).reason is Reason.OK


@pytest.mark.parametrize("behaviour", [hang(), drip(b"User-agent: *\n" * 99)], ids=["hang", "drip"])
def test_fault_101_robots_that_hang_end_at_the_limit(behaviour: Behaviour) -> None:
    with outlet(Site()) as site:
        site.route("/robots.txt", behaviour)
        result = get(site.url("/a"), quick(obey_robots=True, timeout=timedelta(seconds=0.7)))
    assert result.reason is Reason.OK


def test_fault_101_the_first_half_megabyte_of_robots_counts() -> None:
    rules = "User-agent: *\nDisallow: /no\n" + "# filler\n" * 80_000 + "Disallow: /late\n"
    with outlet(Site(robots=rules)) as site:
        assert get(site.url("/no"), OBEYING).reason is Reason.ROBOTS
        assert get(site.url("/late"), OBEYING).reason is Reason.OK


def test_fault_101_robots_redirected_into_the_inside_are_not_asked_there() -> None:
    with outlet(Site()) as site, Site() as secret:
        site.redirect("/robots.txt", secret.url("/robots.txt"))
        policy = quick(obey_robots=True, allow_private_networks=(f"127.0.0.1:{site.port}",))
        result = get(site.url("/a"), policy)
        assert secret.connections == 0
    assert result.reason is Reason.OK


def test_a_host_that_cannot_be_reached_fails_under_its_true_reason() -> None:
    result = get("http://10.0.0.1/a", quick(obey_robots=True, allow_private_networks=()))
    assert result.reason is Reason.PRIVATE_ADDRESS
    assert get("http://nonexistent.invalid/", OBEYING).reason is Reason.DNS


def spaced(times: list[float], delay: timedelta) -> bool:
    """Without a delay requests are milliseconds apart; a busy machine shifts what a site sees."""
    return all(b - a > delay.total_seconds() / 2 for a, b in pairwise(times))


def test_the_delay_lies_between_all_requests_of_a_host() -> None:
    with outlet(Site(robots="User-agent: *\nAllow: /")) as site:
        site.redirect("/old", "/new")

        async def scenario(fetcher: ScrapyFetcher) -> None:
            await asyncio.gather(
                fetcher.fetch(page(site.url("/old"))), fetcher.fetch(feed(site.url("/feed")))
            )

        with_fetcher(scenario, quick(obey_robots=True, delay=DELAY))
        assert sorted(seen.path for seen in site.seen) == ["/feed", "/new", "/old", "/robots.txt"]
        assert spaced(site.times(), DELAY)


def test_the_delay_is_of_a_host_and_port_and_changes_live() -> None:
    with outlet(Site()) as slow, outlet(Site()) as other:

        async def scenario(fetcher: ScrapyFetcher) -> None:
            fetcher.update_delays({slow.host: timedelta(minutes=5), "127.0.0.1": timedelta(0)})
            await fetcher.fetch(page(slow.url("/1")))
            held = asyncio.ensure_future(fetcher.fetch(page(slow.url("/2"))))
            for n in range(10):
                await fetcher.fetch(page(other.url(f"/{n}")))
            assert not held.done()
            held.cancel()

        with_fetcher(scenario)
        assert [seen.path for seen in slow.seen] == ["/1"]


def test_unknown_hosts_are_given_a_second() -> None:
    with outlet(Site()) as site:

        async def scenario(fetcher: ScrapyFetcher) -> None:
            await asyncio.gather(*(fetcher.fetch(page(site.url(f"/{n}"))) for n in range(2)))

        with_fetcher(scenario, quick(delays={}))
        assert spaced(site.times(), timedelta(seconds=1))


def test_a_cancelled_wait_gives_its_place_to_the_next() -> None:
    with outlet(Site()) as site:
        site.route("/slow", hang())

        async def scenario(fetcher: ScrapyFetcher) -> FetchResult:
            slow = asyncio.ensure_future(fetcher.fetch(page(site.url("/slow"))))
            await asyncio.to_thread(site.wait_for, "/slow")
            waiting = [
                asyncio.ensure_future(fetcher.fetch(page(site.url(f"/{n}")))) for n in range(2000)
            ]
            last = asyncio.ensure_future(fetcher.fetch(page(site.url("/last"))))
            await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            assert (await slow).reason is Reason.TIMEOUT
            return await last

        result = with_fetcher(scenario, quick(timeout=timedelta(seconds=0.7)))
        assert [seen.path for seen in site.seen] == ["/slow", "/last"]
    assert result.reason is Reason.OK


def test_stopping_is_quick_with_everything_hanging() -> None:
    with outlet(Site()) as site, Site() as mute, Site() as polite:
        mute.everything(hang())
        outlet(polite)

        async def scenario() -> None:
            policy = quick(
                obey_robots=True,
                timeout=timedelta(minutes=5),
                delays={polite.host: timedelta(minutes=5), "127.0.0.1": timedelta(0)},
            )
            fetcher = await ScrapyFetcher.start(policy)
            await fetcher.fetch(page(site.url("/a")))
            urls = [mute.url("/1"), mute.url("/2"), polite.url("/1"), "http://10.255.255.1/"]
            tasks = [asyncio.ensure_future(fetcher.fetch(page(url))) for url in urls]
            await asyncio.to_thread(mute.wait_for, "/robots.txt")
            await asyncio.to_thread(polite.wait_for, "/robots.txt")
            await asyncio.wait_for(fetcher.stop(), 3)
            await asyncio.wait_for(fetcher.stop(), 1)  # a second time: nothing
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError | FetchResult) for end in ended)
            assert sum(isinstance(end, asyncio.CancelledError) for end in ended) >= 3
            with pytest.raises(asyncio.CancelledError):
                await fetcher.fetch(page(site.url("/b")))

        run_async(scenario)


def test_one_fetcher_after_another_and_two_at_a_time() -> None:
    with outlet(Site()) as site:

        async def scenario() -> list[FetchResult]:
            one = await ScrapyFetcher.start(quick())
            two = await ScrapyFetcher.start(quick())
            first = await one.fetch(page(site.url("/1")))
            await one.stop()
            second = await two.fetch(page(site.url("/2")))
            await two.stop()
            return [first, second]

        assert [result.reason for result in run_async(scenario)] == [Reason.OK, Reason.OK]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"allow_private_networks": ("10.0.0.300",)}, "300"),
        ({"ca_bundle": "/nonexistent/ca.pem"}, "nonexistent"),
        ({"ca_bundle": __file__}, "no certificates"),
    ],
)
def test_an_unusable_policy_is_refused_at_the_start(changes: dict[str, Any], named: str) -> None:
    async def scenario() -> None:
        with pytest.raises(ValueError, match=named):
            await ScrapyFetcher.start(quick(**changes))

    run_async(scenario)

"""Small parts of fetching: queues, slots, delays, redirects' credentials, log lines, settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.settings import BaseSettings
from scrapy.utils.conf import build_component_list

from crawler.callbacks import plain_headers, without_query
from crawler.failures import RedirectRefused
from crawler.hostqueue import HostQueues
from crawler.middlewares import CarefulRedirects
from crawler.policy import Delays, FetchPolicy, slot_key
from crawler.requests import scrapy_request
from crawler.resident import engine_settings
from newsroom.model import FetchRequest


class Begun:
    """Takes what queues start, in order."""

    def __init__(self, limit: int = 10) -> None:
        self.order: list[str] = []
        self.queues: HostQueues[str] = HostQueues(self._start, limit)

    def _start(self, slot: str, work: str) -> None:
        self.order.append(f"{slot}/{work}")


def test_one_a_slot_and_slots_do_not_wait_for_each_other() -> None:
    begun = Begun()
    for slot, work in [("a", "1"), ("a", "2"), ("b", "1"), ("a", "3")]:
        begun.queues.add(slot, 0, work)
    assert begun.order == ["a/1", "b/1"]
    begun.queues.done("a")
    assert begun.order == ["a/1", "b/1", "a/2"]


def test_lower_ranks_first_then_order_of_arrival() -> None:
    begun = Begun()
    for rank, work in [(2, "page1"), (2, "page2"), (0, "feed1"), (1, "listing"), (0, "feed2")]:
        begun.queues.add("a", rank, work)
    for _ in range(4):
        begun.queues.done("a")
    assert begun.order == ["a/page1", "a/feed1", "a/feed2", "a/listing", "a/page2"]


def test_the_limit_over_all_slots_and_fairness_among_them() -> None:
    begun = Begun(limit=2)
    for slot in "abc":
        for work in "12":
            begun.queues.add(slot, 0, work)
    assert begun.order == ["a/1", "b/1"]
    begun.queues.done("a")
    assert begun.order[2:] == ["c/1"]  # before a's second
    begun.queues.done("b")
    assert begun.order[3:] == ["a/2"]


def test_done_without_anything_under_way_is_harmless() -> None:
    begun = Begun()
    begun.queues.done("a")
    begun.queues.add("a", 0, "1")
    begun.queues.done("a")
    begun.queues.done("a")
    begun.queues.add("a", 0, "2")
    assert begun.order == ["a/1", "a/2"]


def test_clear_gives_back_what_has_not_begun() -> None:
    begun = Begun()
    for work in "123":
        begun.queues.add("a", 0, work)
    assert begun.queues.clear() == ["2", "3"]
    begun.queues.done("a")
    assert begun.order == ["a/1"]


def test_work_that_ends_at_once_does_not_pile_up_on_the_stack() -> None:
    ended: list[int] = []

    def start(slot: str, work: int) -> None:
        ended.append(work)
        if work:
            queues.done(slot)

    queues: HostQueues[int] = HostQueues(start, 5)
    queues.add("a", 0, 0)
    for n in range(1, 5001):
        queues.add("a", 0, n)
    queues.done("a")
    assert len(ended) == 5001


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=60), st.integers(1, 4))
def test_law_never_two_of_a_slot_nor_more_than_the_limit(
    steps: list[tuple[str, bool]], limit: int
) -> None:
    under_way: list[str] = []
    begun: list[int] = []

    def start(slot: str, work: int) -> None:
        assert slot not in under_way
        under_way.append(slot)
        begun.append(work)
        assert len(under_way) <= limit

    queues: HostQueues[int] = HostQueues(start, limit)
    added = 0
    for slot, adding in steps:
        if adding:
            queues.add(slot, 0, added)
            added += 1
        elif slot in under_way:
            under_way.remove(slot)
            queues.done(slot)
    while under_way:
        queues.done(under_way.pop())
    assert sorted(begun) == list(range(added))  # everything got its turn


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("http://Example.ORG/a", "example.org:80"),
        ("https://example.org/a?b", "example.org:443"),
        ("https://example.org:8443/", "example.org:8443"),
        ("http://user:pw@example.org/", "example.org:80"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_slots(url: str, slot: str) -> None:
    assert slot_key(url) == slot


@pytest.mark.parametrize(
    "url", ["http://", "nonsense", "http://[::1", "http://a:99999/", "ftp://a/"]
)
def test_no_slot_for_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several of the standard library's
        slot_key(url)


@pytest.mark.parametrize(
    ("slot", "seconds"),
    [
        ("example.org:443", 5.0),
        ("example.org:8080", 0.0),
        ("other.org:443", 1.0),
        ("[::1]:80", 2.0),
    ],
)
def test_delays(slot: str, seconds: float) -> None:
    delays = Delays(
        {
            "Example.org": timedelta(seconds=5),
            "example.org:8080": timedelta(0),
            "[::1]": timedelta(seconds=2),
        }
    )
    assert delays.seconds(slot) == seconds


def redirect(source: str, target: str) -> Request:
    settings = BaseSettings(
        {"REDIRECT_ENABLED": True, "REDIRECT_MAX_TIMES": 10}, priority="cmdline"
    )
    middleware = CarefulRedirects(settings)
    middleware.crawler = type("NoCrawler", (), {"spider": None})()
    secrets = {"Authorization": "Basic eDp5", "Cookie": "a=b", "Referer": source}
    request = Request(source, headers=secrets)
    followed = middleware.process_response(
        request, Response(source, status=302, headers={"Location": target})
    )
    assert isinstance(followed, Request)
    return followed


@pytest.mark.parametrize(
    ("source", "target", "authorization", "cookie"),
    [
        pytest.param("https://a.org/1", "https://a.org/2", True, True, id="same place"),
        pytest.param("https://a.org/1", "http://a.org/2", False, False, id="fault 37: to http"),
        pytest.param("https://a.org/1", "https://b.org/2", False, False, id="fault 38: other host"),
        pytest.param("https://a.org/1", "https://a.org:8443/2", False, True, id="other port"),
        pytest.param("http://a.org/1", "//b.org/2", False, False, id="no scheme"),
    ],
)
def test_faults_37_38_credentials_stay_where_they_belong(
    source: str, target: str, authorization: bool, cookie: bool
) -> None:
    followed = redirect(source, target)
    assert ("Authorization" in followed.headers) is authorization
    assert ("Cookie" in followed.headers) is cookie
    assert "Referer" not in followed.headers


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "javascript:alert(1)", "http://[", "/" + "x" * 9000]
)
def test_fault_35_refused_targets(target: str) -> None:
    with pytest.raises(RedirectRefused):
        redirect("https://a.org/1", target)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.org/b?key=secret", "https://a.org/b?..."),
        ("https://user:pw@a.org/b", "https://a.org/b"),
        ("https://a.org", "https://a.org"),
        ("https://a.org/b@c", "https://a.org/b@c"),
    ],
)
def test_log_lines_hold_no_secrets(url: str, shown: str) -> None:
    assert without_query(url) == shown


def test_headers_lose_cookies_and_control_characters() -> None:
    headers: Any = Headers({"X-A": ["1", "2"], "Set-Cookie": "a=b", "ETag": '"\x1b[0m"'})
    assert plain_headers(headers) == {"x-a": "1, 2", "etag": '"[0m"'}


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        ('"v1"', True),
        ('W/"v1"', True),
        ("", False),
        (None, False),
        ('"a\r\nX: y"', False),
        ('"é"', False),
        ("x" * 1025, False),
    ],
)
def test_only_plain_validators_go_back(etag: str | None, sent: bool) -> None:
    fetch = FetchRequest("https://a.org/", "test", "feed", etag=etag)
    request = scrapy_request(fetch, callback=print, errback=print, started=0.0)
    assert ("If-None-Match" in request.headers) is sent


def test_the_engine_s_settings_open_no_door() -> None:
    policy = FetchPolicy("Tester/1", timeout=timedelta(seconds=7), max_bytes=5, obey_robots=False)
    settings = engine_settings(policy)
    assert settings["USER_AGENT"] == "Tester/1"
    assert settings.getfloat("DOWNLOAD_TIMEOUT") == 7
    assert settings.getint("DOWNLOAD_MAXSIZE") == 5
    assert not settings.getbool("ROBOTSTXT_OBEY")
    for door in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED"):
        assert not settings.getbool(door)
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        ("SPIDER_MIDDLEWARES", set()),
        ("EXTENSIONS", {"scrapy.extensions.feedexport.FeedExporter"}),
        (
            "DOWNLOADER_MIDDLEWARES",
            {
                "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware",
                "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware",
            },
        ),
    ],
)
def test_of_scrapy_s_own_components_only_these_stand(what: str, kept: set[str]) -> None:
    settings = engine_settings(FetchPolicy("Tester/1"))
    standing = build_component_list(settings.get_component_priority_dict_with_base(what))
    assert {name for name in standing if str(name).startswith("scrapy.")} == kept

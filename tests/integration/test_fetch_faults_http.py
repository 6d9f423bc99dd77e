"""Faults 26-27, 31-45, 47: statuses, redirects, conditional requests, walls, pauses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.fetcher import ScrapyFetcher
from newsroom.model import FetchRequest, FetchResult, Redirect
from newsroom.reasons import Reason
from tests.integration.fetching import get, page, quick, with_fetcher
from tests.site.behaviour import in_turn, raw, status
from tests.site.server import Exchange, Site

PAGE = "<html><body><p>Words.</p></body></html>"


def test_conditional_get_is_answered_by_304() -> None:
    with Site() as site:
        site.page("/rss", "<rss/>", etag='"v1"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")
        first = get(site.url("/rss"), kind="feed")
        assert first.headers["etag"] == '"v1"'
        again = get(site.url("/rss"), kind="feed", etag=first.headers["etag"])
        dated = get(site.url("/rss"), kind="feed", last_modified=first.headers["last-modified"])
    assert (first.reason, first.not_modified, first.body) == (Reason.OK, False, b"<rss/>")
    assert (again.reason, again.not_modified, again.body) == (Reason.OK, True, b"")
    assert dated.not_modified


@pytest.mark.parametrize("etag", ['"a\r\nX-Injected: 1"', '"한글"', "x" * 5000])
def test_a_validator_that_is_no_line_of_text_is_not_sent(etag: str) -> None:
    with Site() as site:
        site.page("/rss", "<rss/>")
        result = get(site.url("/rss"), kind="feed", etag=etag)
        sent = site.seen[0].headers
    assert result.reason is Reason.OK
    assert not {"if-none-match", "x-injected"} & set(sent)


def test_fault_26_body_of_a_304_is_ignored() -> None:
    with Site() as site:
        answer = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n<rss/>"
        site.route("/rss", raw(answer))
        result = get(site.url("/rss"), kind="feed", etag='"v1"')
    assert (result.reason, result.not_modified, result.body) == (Reason.OK, True, b"")


def test_fault_27_unasked_304_is_fetched_once_more_plain() -> None:
    with Site() as site:
        site.page("/fine", "<rss/>")
        site.route("/rss", in_turn(status(304, b""), site._routes["/fine"]))
        site.route("/stubborn", status(304, b""))
        mended = get(site.url("/rss"), kind="feed")
        stubborn = get(site.url("/stubborn"), kind="feed")
        assert site.requests("/rss")[1].headers["cache-control"] == "no-cache"
        assert site.hits("/stubborn") == 2
    assert (mended.reason, mended.body) == (Reason.OK, b"<rss/>")
    assert (stubborn.reason, stubborn.body) == (Reason.EMPTY, b"")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_faults_31_32_redirects_are_followed_and_recorded(code: int) -> None:
    with Site() as site:
        site.redirect("/a", "/b?x=1", code)
        site.redirect("/b", site.url("/c"), 302)
        site.page("/c", PAGE)
        result = get(site.url("/a"))
    assert result.reason is Reason.OK
    assert result.url == site_url(result, "/c")
    assert result.redirects == (
        Redirect(code, site_url(result, "/b?x=1")),
        Redirect(302, site_url(result, "/c")),
    )


def site_url(result: FetchResult, path: str) -> str:
    return result.request.url.rpartition("/")[0] + path


def test_fault_33_redirect_loop() -> None:
    with Site() as site:
        site.redirect("/a", "/b")
        site.redirect("/b", "/a")
        result = get(site.url("/a"))
        assert len(site.seen) == 2
    assert (result.reason, result.detail) == (Reason.MOVED, "a redirect loop")


def test_fault_34_chain_of_21() -> None:
    with Site() as site:
        for n in range(21):
            site.redirect(f"/{n}", f"/{n + 1}")
        site.page("/21", PAGE)
        result = get(site.url("/0"))
        assert len(site.seen) == 11
    assert (result.reason, result.detail) == (Reason.MOVED, "more than 10 redirects")
    assert len(result.redirects) == 10


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "data:text/html,hello",
        "ftp://127.0.0.1/x",
        "javascript:alert(1)",
        "gopher://127.0.0.1/",
        "http://[::1",
        "http://127.0.0.1:99999/",
    ],
)
def test_fault_35_redirects_elsewhere_than_http(target: str) -> None:
    with Site() as site:
        site.redirect("/a", target)
        result = get(site.url("/a"))
    assert (result.reason, result.body) == (Reason.MOVED, b"")


@pytest.mark.parametrize(
    "inside",
    [
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://127.0.0.2:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[fd00::1]/",
        "http://１２７.0.0.1:{port}/",
    ],
)
def test_fault_36_redirects_to_private_addresses(inside: str) -> None:
    with Site() as site, Site() as secret:
        secret.page("/", "<html>inside</html>")
        site.redirect("/a", inside.format(port=secret.port))
        # only this one site is let through the gate, by address and port
        policy = quick(allow_private_networks=(f"127.0.0.1:{site.port}",))
        result = get(site.url("/a"), policy)
        assert secret.connections == 0
    assert (result.reason, result.permanent) == (Reason.PRIVATE_ADDRESS, True)


@pytest.mark.parametrize("code", [401, 403])
def test_fault_39_walls_are_blocked_not_gone(code: int) -> None:
    with Site() as site:
        site.route("/a", status(code))
        result = get(site.url("/a"))
        assert site.hits("/a") == 1
    assert (result.reason, result.permanent, result.status) == (Reason.BLOCKED, False, code)


def test_fault_39_a_challenge_page_is_a_wall_whatever_its_status() -> None:
    challenge = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
    with Site() as site:
        site.route("/200", status(200, challenge))
        site.route("/503", status(503, challenge))
        results = [get(site.url("/200")), get(site.url("/503"), kind="feed")]
    assert [result.reason for result in results] == [Reason.BLOCKED] * 2


def test_fault_40_not_found_is_final_for_a_page_only() -> None:
    with Site() as site:
        as_page, as_feed = get(site.url("/x")), get(site.url("/x"), kind="feed")
    assert (as_page.reason, as_page.permanent) == (Reason.HTTP_4XX, True)
    assert (as_feed.reason, as_feed.permanent) == (Reason.HTTP_4XX, False)


def test_fault_41_gone() -> None:
    with Site() as site:
        site.route("/x", status(410))
        result = get(site.url("/x"), kind="feed")
    assert (result.reason, result.permanent) == (Reason.GONE, True)


def test_fault_42_rate_limited_is_asked_once_and_says_how_long() -> None:
    with Site() as site:
        site.route("/x", status(429, Retry_After="300"))
        result = get(site.url("/x"))
        assert site.hits("/x") == 1
    assert (result.reason, result.retry_after) == (Reason.RATE_LIMITED, timedelta(minutes=5))


def test_fault_43_retry_after_as_a_date_and_beyond_reason() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    with Site() as site:
        site.route("/date", status(503, Retry_After=soon))
        site.route("/far", status(503, Retry_After="315360000"))
        site.route("/junk", status(429, Retry_After="soon"))
        dated, far, junk = (get(site.url(path)) for path in ("/date", "/far", "/junk"))
    assert dated.reason is Reason.HTTP_5XX
    assert dated.retry_after is not None
    assert timedelta(hours=1, minutes=58) < dated.retry_after <= timedelta(hours=2)
    assert far.retry_after == timedelta(hours=24)
    assert (junk.reason, junk.retry_after) == (Reason.RATE_LIMITED, None)


@pytest.mark.parametrize("code", [500, 502, 503, 504, 520, 522, 525, 527, 999])
def test_fault_44_server_errors_are_asked_once(code: int) -> None:
    with Site() as site:
        site.route("/x", status(code))
        result = get(site.url("/x"))
        assert site.hits("/x") == 1
    assert (result.reason, result.permanent, result.status) == (Reason.HTTP_5XX, False, code)


def test_fault_45_meta_refresh_and_script_redirects_are_not_followed() -> None:
    with Site() as site:
        site.page(
            "/a",
            '<html><meta http-equiv="refresh" content="0;url=/b"><script>location="/b"</script>',
            headers={"Refresh": "0; url=/b"},
        )
        site.page("/b", PAGE)
        result = get(site.url("/a"))
        assert site.hits("/b") == 0
    assert result.url.endswith("/a")


def test_fault_47_cookies_are_neither_kept_nor_sent_nor_shown() -> None:
    with Site() as site:
        site.page("/a", PAGE, headers={"Set-Cookie": "session=1"})

        async def scenario(fetcher: ScrapyFetcher) -> list[FetchResult]:
            return [await fetcher.fetch(page(site.url("/a"))) for _ in range(3)]

        results = with_fetcher(scenario)
        assert not any("cookie" in seen.headers for seen in site.seen)
    assert not any("set-cookie" in result.headers for result in results)


def test_what_every_request_says_about_us() -> None:
    with Site() as site:
        site.redirect("/a", "/b")
        site.page("/b", PAGE)
        get(site.url("/a"))
        sent = [seen.headers for seen in site.seen]
    for headers in sent:
        assert headers["user-agent"] == "Wirewatch/1.0 (+https://watch.example.org/about)"
        assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert "referer" not in headers


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "nonsense", "http://[::1", ""])
def test_an_unusable_address_is_a_result_not_an_exception(url: str) -> None:
    result = get(url)
    assert (result.reason, result.permanent) == (Reason.PARSE_ERROR, True)


def test_non_ascii_addresses_reach_the_server_percent_encoded() -> None:
    with Site() as site:
        site.otherwise(lambda exchange: exchange.answer(200, PAGE.encode()))
        result = get(site.url("/기사?q=사드#top"))
        assert [seen.target for seen in site.seen] == ["/%EA%B8%B0%EC%82%AC?q=%EC%82%AC%EB%93%9C"]
    assert result.reason is Reason.OK


def test_a_result_names_the_very_request() -> None:
    request = FetchRequest("http://nonexistent.invalid/", "some-source", "feed", etag='"x"')
    result = with_fetcher(lambda fetcher: fetcher.fetch(request))
    assert result.request == request


def test_headers_are_plain_text_with_lower_case_names() -> None:
    def act(exchange: Exchange) -> None:
        exchange.send(
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Two: a\r\nX-Two: b\r\n"
            b"X-Odd: \x1b[31mred\xe9\r\n\r\n<p/>"
        )

    with Site() as site:
        site.route("/", act)
        result = get(site.url("/"))
    assert result.headers["x-two"] == "a, b"
    assert result.headers["x-odd"] == "[31mredé"

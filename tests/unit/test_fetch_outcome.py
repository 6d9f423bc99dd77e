"""What statuses, bodies and exceptions amount to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.error import TimeoutError as DialTimeout
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseFailed, ResponseNeverReceived

from crawler.challenge import is_challenge
from crawler.failures import (
    BodyTooLarge,
    RedirectRefused,
    RobotsDenied,
    judge_failure,
    never_connected,
)
from crawler.gate import AddressRefused
from crawler.outcome import Answer, judge, judge_status
from crawler.sniff import refused_magic, refused_type
from crawler.wire import HeadersTooLarge
from newsroom.model import FetchRequest, FetchResult
from newsroom.reasons import Reason

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://news.example.org/a"


@pytest.mark.parametrize(
    ("status", "kind", "reason", "permanent"),
    [
        (200, "page", Reason.OK, False),
        (201, "page", Reason.OK, False),
        (203, "feed", Reason.OK, False),
        (204, "feed", Reason.EMPTY, False),
        (205, "feed", Reason.EMPTY, False),
        (206, "page", Reason.TRUNCATED, False),
        (300, "page", Reason.MOVED, False),
        (301, "page", Reason.MOVED, False),
        (399, "page", Reason.MOVED, False),
        (400, "page", Reason.HTTP_4XX, False),
        (401, "page", Reason.BLOCKED, False),
        (402, "page", Reason.HTTP_4XX, False),
        (403, "feed", Reason.BLOCKED, False),
        (404, "page", Reason.HTTP_4XX, True),
        (404, "feed", Reason.HTTP_4XX, False),
        (404, "listing", Reason.HTTP_4XX, False),
        (407, "page", Reason.HTTP_4XX, False),
        (408, "page", Reason.HTTP_4XX, False),
        (410, "page", Reason.GONE, True),
        (410, "feed", Reason.GONE, True),
        (429, "page", Reason.RATE_LIMITED, False),
        (451, "page", Reason.HTTP_4XX, False),
        (500, "page", Reason.HTTP_5XX, False),
        (503, "feed", Reason.HTTP_5XX, False),
        (520, "page", Reason.HTTP_5XX, False),
        (530, "page", Reason.HTTP_5XX, False),
        (999, "page", Reason.HTTP_5XX, False),
    ],
)
def test_statuses(status: int, kind: str, reason: Reason, permanent: bool) -> None:
    verdict = judge_status(status, kind)
    assert (verdict.reason, verdict.permanent) == (reason, permanent)


def judged(answer: Answer, *, kind: str = "page", conditional: bool = False) -> FetchResult:
    request = FetchRequest(URL, "test", kind)
    return judge(request, answer, now=NOW, max_bytes=100_000, conditional=conditional)


def answer(status: int = 200, body: bytes = b"<p>Hi</p>", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, URL, named, body)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(), Reason.OK),
        (answer(body=b""), Reason.EMPTY),
        (answer(body=b"\n \t"), Reason.EMPTY),
        (answer(body=b"%PDF-1.4 ..."), Reason.PARSE_ERROR),
        (answer(500, body=b"\x1f\x8b\x08 broken", content_encoding="gzip"), Reason.HTTP_5XX),
        (answer(200, body=b"\x1f\x8b\x08 broken", content_encoding="gzip"), Reason.TRUNCATED),
        (Answer(200, URL, {}, b"<p>", overrun=True), Reason.TRUNCATED),
        (Answer(200, URL, {}, b"<html><p>Hi", unclean=True), Reason.TRUNCATED),
        (Answer(200, URL, {}, b"<html><p>Hi</HTML>\n<!-- c -->\n", unclean=True), Reason.OK),
        (Answer(200, URL, {}, b"<rss><channel></channel></rss>", unclean=True), Reason.OK),
        (Answer(200, URL, {}, b'{"items": []}\n', unclean=True), Reason.OK),
        (Answer(200, URL, {"content-type": "video/mp4"}, cut_at_sniff=True), Reason.PARSE_ERROR),
        (Answer(404, URL, {"content-type": "image/png"}, cut_at_sniff=True), Reason.HTTP_4XX),
        (answer(304), Reason.EMPTY),
    ],
)
def test_answers(given: Answer, reason: Reason) -> None:
    result = judged(given)
    assert result.reason is reason
    assert (result.body != b"") == (reason is Reason.OK)


def test_an_asked_for_304_is_fine_and_has_no_body() -> None:
    result = judged(answer(304), conditional=True)
    assert (result.reason, result.not_modified, result.body) == (Reason.OK, True, b"")


@pytest.mark.parametrize(
    ("status", "waits"), [(429, True), (503, True), (500, False), (200, False)]
)
def test_retry_after_counts_where_it_belongs(status: int, waits: bool) -> None:
    result = judged(answer(status, retry_after="600"))
    assert (result.retry_after == timedelta(minutes=10)) is waits


@pytest.mark.parametrize(
    ("status", "headers", "body", "walled"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", True),
        (202, {"x-amzn-waf-action": "challenge"}, b"", True),
        (200, {}, b"<html><script>window._cf_chl_opt={}</script>", True),
        (200, {}, b"<html><iframe src='https://geo.captcha-delivery.com/captcha/?'>", True),
        (200, {}, b"<html><script src='/_Incapsula_Resource?SWJIYLWA=1'>", True),
        (200, {}, b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>", False),
        (200, {}, b"<html><script src='https://js.datadome.co/tags.js'>", False),
        (200, {}, b"<rss><title>window._cf_chl_opt</title></rss>" * 3000, False),
        (200, {}, b"an article in plain text on window._cf_chl_opt", False),
        (404, {}, b"<html><script>window._cf_chl_opt={}</script>", False),
        (200, {}, b"<html><p>Just a moment, said the minister.</p>", False),
    ],
)
def test_challenges(status: int, headers: dict[str, str], body: bytes, walled: bool) -> None:
    assert is_challenge(status, headers, body) is walled


def test_a_rate_limit_stays_one_even_behind_a_challenge() -> None:
    assert judged(answer(429, cf_mitigated="challenge")).reason is Reason.RATE_LIMITED


@pytest.mark.parametrize(
    ("content_type", "refused"),
    [
        ("text/html; charset=utf-8", False),
        ("", False),
        ("application/octet-stream", False),
        ("application/xhtml+xml", False),
        ("application/gzip", False),
        ("application/pdf", True),
        ("Application/PDF; x=y", True),
        ("video/mp4", True),
        ("image/svg+xml", True),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
    ],
)
def test_types(content_type: str, refused: bool) -> None:
    assert (refused_type(content_type) is not None) is refused


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\0\0\0\x20ftypisom", "MP4"),
        (b"\x89PNG\r\n", "PNG"),
        (b"<!doctype html>", None),
        (b"\x1f\x8b\x08", None),
        (b"", None),
        (b"\xef\xbb\xbf<rss>", None),
    ],
)
def test_magic(start: bytes, name: str | None) -> None:
    assert refused_magic(start) == name


def wrapped(inner: BaseException, kind: type = ResponseNeverReceived) -> Exception:
    """An exception as Scrapy hands Twisted's failures on."""
    outer = DownloadFailedError("x")
    outer.__cause__ = kind([Failure(inner)])
    return outer


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


CERTIFICATE = SSL.Error([("SSL routines", "", "certificate verify failed")])


@pytest.mark.parametrize(
    ("error", "reason", "connected"),
    [
        (CannotResolveHostError("x"), Reason.DNS, False),
        (DownloadConnectionRefusedError("x"), Reason.CONNECT, False),
        (caused(DownloadTimeoutError("x"), DialTimeout()), Reason.CONNECT, False),
        (ConnectError(osError=101), Reason.CONNECT, False),
        (DownloadTimeoutError("x"), Reason.TIMEOUT, True),
        (wrapped(CERTIFICATE), Reason.TLS, False),
        (wrapped(ConnectionLost()), Reason.CONNECT, True),
        (wrapped(ConnectionLost(), ResponseFailed), Reason.TRUNCATED, True),
        (wrapped(ParseError("x", b""), ResponseFailed), Reason.PARSE_ERROR, True),
        (wrapped(HeadersTooLarge("x"), ResponseFailed), Reason.TOO_LARGE, True),
        (ResponseDataLossError(), Reason.TRUNCATED, True),
        (BodyTooLarge(5), Reason.TOO_LARGE, True),
        (RedirectRefused("a redirect loop"), Reason.MOVED, True),
        (OSError(24, "Too many open files"), Reason.CONNECT, True),
        (ZeroDivisionError("ours"), Reason.INTERNAL, True),
    ],
)
def test_exceptions(error: Exception, reason: Reason, connected: bool) -> None:
    verdict = judge_failure(error)
    assert (verdict.reason, verdict.permanent) == (reason, False)
    assert never_connected(error) is not connected
    assert "\n" not in verdict.detail


def test_final_exceptions() -> None:
    assert judge_failure(AddressRefused("10.0.0.1")).permanent
    assert judge_failure(RobotsDenied(URL)).permanent
    assert judge_failure(wrapped(CERTIFICATE)).detail == "certificate verify failed"

"""Faults 8-25, 28-30, 48, 102-103 as far as they concern fetching: what comes after the headers."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta

import brotli
import pytest
import zstandard

from newsroom.reasons import Reason
from tests.integration.fetching import get, quick
from tests.site.behaviour import (
    chunked,
    drip,
    encoded,
    endless,
    gzip_bomb,
    in_turn,
    open_ended,
    part,
    raw,
)
from tests.site.server import Behaviour, Site

PAGE = b"<!doctype html><html><body>" + b"<p>Words in a row.</p>" * 200 + b"</body></html>"


def by_encoding(value: object) -> str:
    """Names of cases: gzip holds the time of day, so the bytes make none."""
    return value if isinstance(value, str) else "body"


SHORT = quick(timeout=timedelta(seconds=0.7))


def outcome(behaviour: Behaviour, *, short: bool = False, kind: str = "page") -> tuple[Reason, int]:
    """Reason and size of the body that came out."""
    with Site() as site:
        site.route("/", behaviour)
        result = get(site.url("/"), SHORT if short else None, kind=kind)
    return result.reason, len(result.body)


def test_fault_08_dripping_body_ends_at_the_total_limit() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    with Site() as site:

        def act(exchange: object) -> None:
            exchange.send(head)  # type: ignore[attr-defined]
            drip(b"x" * 500)(exchange)  # type: ignore[arg-type]

        site.route("/", act)
        result = get(site.url("/"), SHORT)
    assert (result.reason, result.body) == (Reason.TIMEOUT, b"")


def test_fault_09_stall_after_half_the_body() -> None:
    assert outcome(part(PAGE[:1000], len(PAGE), then="hang"), short=True) == (Reason.TIMEOUT, 0)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(part(PAGE[:1000], len(PAGE), then="reset"), id="with a length"),
        pytest.param(open_ended(PAGE[:1000], then="reset"), id="without a length"),
        pytest.param(chunked(PAGE[:1000], end=b"", then="reset"), id="chunked"),
    ],
)
def test_fault_10_reset_in_the_body_never_gives_a_whole(behaviour: Behaviour) -> None:
    assert outcome(behaviour) == (Reason.TRUNCATED, 0)


def test_fault_10_reset_before_any_answer_is_a_connection_error() -> None:
    assert outcome(raw(b"", then="reset")) == (Reason.CONNECT, 0)


def test_fault_10_an_answer_without_a_length_that_is_closed_properly_is_whole() -> None:
    assert outcome(open_ended(PAGE, then="close")) == (Reason.OK, len(PAGE))


def test_fault_10_a_lost_connection_after_the_document_s_end_loses_nothing() -> None:
    assert outcome(open_ended(PAGE, then="reset")) == (Reason.OK, len(PAGE))


def test_fault_11_content_length_too_long() -> None:
    assert outcome(part(PAGE, len(PAGE) + 10, then="close")) == (Reason.TRUNCATED, 0)


def test_fault_12_content_length_too_short() -> None:
    assert outcome(part(PAGE, len(PAGE) - 10, then="close")) == (Reason.TRUNCATED, 0)


def test_fault_12_a_line_break_after_the_body_is_borne_with() -> None:
    assert outcome(part(PAGE + b"\r\n", len(PAGE), then="close")) == (Reason.OK, len(PAGE))


def test_fault_13_chunked_without_its_last_chunk() -> None:
    assert outcome(chunked(PAGE, end=b"")) == (Reason.TRUNCATED, 0)


def test_fault_13_chunked_and_whole() -> None:
    assert outcome(chunked(PAGE[:100], PAGE[100:])) == (Reason.OK, len(PAGE))


@pytest.mark.parametrize("end", [b"zz\r\n", b"-5\r\n", b"ffffffffffffffffff\r\n"])
def test_fault_14_bad_chunk_size(end: bytes) -> None:
    assert outcome(chunked(PAGE, end=end)) == (Reason.TRUNCATED, 0)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", gzip.compress(PAGE)[:-12], id="gzip"),
        pytest.param("gzip", gzip.compress(PAGE)[:-8] + b"\0" * 8, id="gzip with a bad checksum"),
        pytest.param("deflate", zlib.compress(PAGE)[:-6], id="deflate"),
        pytest.param("br", brotli.compress(PAGE)[:-3], id="br"),
        pytest.param("zstd", zstandard.compress(PAGE)[:-3], id="zstd"),
    ],
)
def test_fault_15_truncated_compression(encoding: str, body: bytes) -> None:
    assert outcome(encoded(body, encoding)) == (Reason.TRUNCATED, 0)


def test_fault_16_gzip_bomb() -> None:
    assert outcome(encoded(gzip_bomb(30_000_000), "gzip")) == (Reason.TOO_LARGE, 0)


def test_fault_17_brotli_bomb() -> None:
    bomb = brotli.compress(b"\0" * 30_000_000, quality=1)
    assert outcome(encoded(bomb, "br")) == (Reason.TOO_LARGE, 0)


def test_fault_18_zstd_bomb() -> None:
    bomb = zstandard.compress(b"\0" * 30_000_000)
    assert outcome(encoded(bomb, "zstd")) == (Reason.TOO_LARGE, 0)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip, br", brotli.compress(gzip.compress(gzip.compress(PAGE)))),
        ("gzip", gzip.compress(gzip.compress(PAGE))),
        ("x-gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
    ],
    ids=by_encoding,
)
def test_fault_19_stacked_encodings_are_all_undone(encoding: str, body: bytes) -> None:
    assert outcome(encoded(body, encoding)) == (Reason.OK, len(PAGE))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("identity", gzip.compress(PAGE)),
        ("gzip", PAGE),
        ("br", PAGE),
        ("deflate", PAGE),
        ("zstd", PAGE),
        ("utf-8", PAGE),
        ("none", zstandard.compress(PAGE)),
    ],
    ids=by_encoding,
)
def test_fault_20_header_and_body_disagree_on_compression(encoding: str, body: bytes) -> None:
    assert outcome(encoded(body, encoding)) == (Reason.OK, len(PAGE))


def test_fault_21_infinite_body() -> None:
    assert outcome(endless()) == (Reason.TOO_LARGE, 0)


def test_fault_22_a_big_feed_is_refused_by_its_announced_length() -> None:
    with Site() as site:
        site.route("/", part(b"<rss>", 50_000_000, then="hang"))
        result = get(site.url("/"), kind="feed")
    assert result.reason is Reason.TOO_LARGE
    assert "1048576 bytes" in result.detail


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"X-Long: " + b"y" * (16 * 1024 * 1024), id="one line of 16 MiB"),
        pytest.param(b"X-Many: z\r\n" * 10_000, id="10,000 lines"),
        pytest.param(b"Set-Cookie: a=b\r\n" * 10_000, id="10,000 cookies (fault 47)"),
    ],
)
def test_fault_23_giant_headers(head: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\nContent-Length: 2\r\n\r\nok"
    assert outcome(raw(answer)) == (Reason.TOO_LARGE, 0)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"<html>old times</html>", id="HTTP/0.9"),
        pytest.param(b"\x00\x01\x02 garbage\r\n\r\n", id="garbage"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no number"),
        pytest.param(b"ICY\r\n\r\n", id="too few words"),
    ],
)
def test_fault_24_no_http_answer(answer: bytes) -> None:
    reason, size = outcome(raw(answer))
    # HTTP/0.9 has no line break: all one can see is that the connection ended early
    assert reason in (Reason.PARSE_ERROR, Reason.TRUNCATED)
    assert size == 0


def test_fault_24_contradicting_lengths() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello"
    assert outcome(raw(answer))[0] is not Reason.OK


def test_fault_25_a_storm_of_informational_answers() -> None:
    storm = b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000
    assert outcome(raw(storm)) == (Reason.TOO_LARGE, 0)


def test_fault_25_one_informational_answer_is_skipped() -> None:
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n"
    assert outcome(raw(answer + b"Content-Length: 4\r\n\r\n<p/>")) == (Reason.OK, 4)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (204, b"", Reason.EMPTY),
        (205, b"", Reason.EMPTY),
        (206, PAGE[:100], Reason.TRUNCATED),
        (200, b"", Reason.EMPTY),
        (200, b" \r\n ", Reason.EMPTY),
        (203, PAGE, Reason.OK),
    ],
    ids=lambda value: str(value)[:12],
)
def test_faults_28_29_30_statuses_of_success(status: int, body: bytes, reason: Reason) -> None:
    assert outcome(lambda exchange: exchange.answer(status, body))[0] is reason


def test_fault_48_a_connection_left_open_after_the_end() -> None:
    assert outcome(part(PAGE, len(PAGE), then="hang"), short=True) == (Reason.OK, len(PAGE))


def test_a_kept_connection_that_died_meanwhile_is_retried_once_on_a_new_one() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<p/>"
    with Site() as site:
        # the second request finds the first one's connection reset
        site.route("/", in_turn(raw(answer, then="keep"), raw(b"", then="reset"), raw(answer)))

        from tests.integration.fetching import page, with_fetcher

        async def scenario(fetcher):  # type: ignore[no-untyped-def] # ScrapyFetcher
            first = await fetcher.fetch(page(site.url("/")))
            second = await fetcher.fetch(page(site.url("/")))
            return first, second

        first, second = with_fetcher(scenario)
        assert [seen.connection for seen in site.seen] == [1, 1, 2]
    assert (first.reason, second.reason) == (Reason.OK, Reason.OK)


@pytest.mark.parametrize(
    ("content_type", "start"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("video/mp4", b"\0\0\0\x18ftypmp42"),
        ("application/zip", b"PK\x03\x04"),
        ("application/octet-stream", b"%PDF-1.7"),
        ("text/html", b"\0\0\0\x18ftypmp42"),
    ],
)
def test_fault_103_binaries_as_articles_are_not_downloaded(content_type: str, start: bytes) -> None:
    with Site() as site:
        head = {"Content-Type": content_type}
        site.route("/", part(start + b"\0" * 1000, 1_000_000, then="hang", headers=head))
        result = get(site.url("/"))
    # had it waited for the rest, this were a time-out
    assert (result.reason, result.permanent) == (Reason.PARSE_ERROR, True)


def test_fault_103_a_binary_as_a_feed_is_not_a_feed() -> None:
    with Site() as site:
        site.route("/", part(b"%PDF-1.7" + b"\0" * 1000, 1_000_000, then="hang"))
        result = get(site.url("/"), kind="feed")
    assert (result.reason, result.permanent) == (Reason.NOT_A_FEED, False)

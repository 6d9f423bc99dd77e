"""Content encodings undone; what is truncated, damaged or too much is told."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.decoding import MAX_LAYERS, decode_body
from newsroom.errors import FetchError
from newsroom.reasons import Reason

LIMIT = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd_stream(data: bytes) -> bytes:
    """zstd without the size in its header, as servers that stream send it."""
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(data) + packer.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate raw": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "zstd stream": zstd_stream,
}
NOISE = b"<html>" + random.Random(1).randbytes(100_000)  # does not compress: every byte counts
each_encoder = pytest.mark.parametrize("name", ENCODERS)


def reason_of(body: bytes, encoding: str, limit: int = LIMIT) -> Reason:
    with pytest.raises(FetchError) as caught:
        decode_body(body, encoding, limit)
    return caught.value.reason


@each_encoder
def test_whole(name: str) -> None:
    assert decode_body(ENCODERS[name](NOISE), name.split()[0], LIMIT) == NOISE


@each_encoder
@pytest.mark.parametrize("cut", [1, 4, 9, 5_000, 99_000])
def test_truncated(name: str, cut: int) -> None:
    assert reason_of(ENCODERS[name](NOISE)[:-cut], name.split()[0]) is Reason.TRUNCATED


@each_encoder
def test_bomb(name: str) -> None:
    bomb = ENCODERS[name](b"\0" * 20_000_000)
    assert reason_of(bomb, name.split()[0]) is Reason.TOO_LARGE


@each_encoder
def test_exactly_the_limit_is_not_too_much(name: str) -> None:
    packed = ENCODERS[name](NOISE)
    assert decode_body(packed, name.split()[0], len(NOISE)) == NOISE
    assert reason_of(packed, name.split()[0], len(NOISE) - 1) is Reason.TOO_LARGE


def test_damaged_checksum() -> None:
    packed = bytearray(gzip.compress(NOISE))
    packed[-6] ^= 1
    assert reason_of(bytes(packed), "gzip") is Reason.TRUNCATED


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param("", gzip.compress(NOISE), id="gzip without a header"),
        pytest.param("identity", zstandard.compress(NOISE), id="zstd called identity"),
        pytest.param("gzip", NOISE, id="plain called gzip"),
        pytest.param("br", b"  <rss/>" + NOISE, id="plain called br"),
        pytest.param("deflate", b'{"a": 1}', id="plain called deflate"),
        pytest.param("zstd", b"\xef\xbb\xbf<rss/>", id="plain called zstd"),
        pytest.param("utf-8", NOISE, id="a charset"),
        pytest.param("GZIP", gzip.compress(NOISE), id="capitals"),
        pytest.param(
            "gzip, gzip, br", brotli.compress(gzip.compress(gzip.compress(NOISE))), id="3"
        ),
        pytest.param("gzip", gzip.compress(gzip.compress(NOISE)), id="twice, said once"),
        pytest.param("gzip", gzip.compress(NOISE) + b"\0" * 100, id="padding"),
        pytest.param("gzip", gzip.compress(NOISE) + b"junk", id="junk after the end"),
        pytest.param("gzip", b"", id="nothing"),
    ],
)
def test_header_and_body_may_disagree(header: str, body: bytes) -> None:
    plain = decode_body(body, header, LIMIT)
    assert plain.endswith(NOISE[-100:]) or plain == body


def test_several_members_are_one_body() -> None:
    assert decode_body(gzip.compress(b"<a>") + gzip.compress(b"</a>"), "gzip", LIMIT) == b"<a></a>"
    parts = zstandard.compress(b"<a>") + zstandard.compress(b"</a>")
    assert decode_body(parts, "zstd", LIMIT) == b"<a></a>"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_endless_empty_members_are_refused(pack: Callable[[bytes], bytes]) -> None:
    assert reason_of(pack(b"") * 5_000, "") is Reason.TOO_LARGE


def test_endless_layers_are_refused() -> None:
    header = ", ".join(["gzip"] * (MAX_LAYERS + 1))
    assert reason_of(gzip.compress(b"x"), header) is Reason.TOO_LARGE


@given(st.binary(max_size=2_000), st.sampled_from(sorted(ENCODERS)))
def test_law_what_was_packed_comes_out(data: bytes, name: str) -> None:
    body = b"<" + data
    assert decode_body(ENCODERS[name](body), name.split()[0], LIMIT) == body


@given(st.binary(max_size=500), st.text("gzipbrdeflatezstd, x-", max_size=30))
def test_law_whatever_comes_only_fetch_errors_go(body: bytes, header: str) -> None:
    reasons = set()
    try:
        decode_body(body, header, LIMIT)
    except FetchError as error:
        reasons.add(error.reason)
    assert reasons <= {Reason.TRUNCATED, Reason.TOO_LARGE}

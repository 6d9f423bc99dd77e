"""Content encodings undone, with a cap on what comes out and a look at the stream's end.

Scrapy hands out what a truncated gzip stream gave so far as if it were the page, and knows of no
relation between the header and the body. Here a stream without its end, or with a bad checksum,
is an error, and the body's own first bytes have a say beside the header.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

from newsroom.errors import FetchError
from newsroom.reasons import Reason

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MAX_LAYERS = 5

_STEP = 64 * 1024
_GZIP_STEP = 16 * 1024
_MAX_MEMBERS = 1000
"""Streams one after another in one body; a million empty ones would only cost time."""
# a zstd block of 4 bytes may stand for 128 KiB, and the library has no cap on output
_ZSTD_STEP = 128
_ZSTD_WINDOW = 8 * 1024 * 1024
"""RFC 9659: what a decoder of `zstd` on the web has to allow, and need not exceed."""

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_TEXT_STARTS = (b"<", b"{", b"[", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def decode_body(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """The body without its content encodings.

    `content_encoding` is the header as sent (`gzip`, `gzip, br`, empty). Encodings nobody knows
    (`utf-8`, `none`) are taken as none. A gzip or zstd body is decoded whether the header says so
    or not, a plain body is left alone even if the header calls it encoded.

    Raises FetchError: `truncated` for a stream without its end or with damage inside, `too_large`
    past `max_bytes` or MAX_LAYERS.
    """
    layers = _declared(content_encoding)
    if len(layers) > MAX_LAYERS:
        raise FetchError(Reason.TOO_LARGE, f"{len(layers)} content encodings on one body")
    for name in reversed(layers):
        body = _undo(name, body, max_bytes)
    for _ in range(MAX_LAYERS - len(layers)):
        undeclared = _sniffed(body)
        if undeclared is None:
            break
        body = _undo(undeclared, body, max_bytes)
    return body


def _declared(content_encoding: str) -> list[str]:
    names = (part.strip().lower().removeprefix("x-") for part in content_encoding.split(","))
    return [name for name in names if name in _DECODERS]


def _sniffed(body: bytes) -> str | None:
    if body.startswith(_GZIP):
        return "gzip"
    return "zstd" if body.startswith(_ZSTD) else None


def _undo(name: str, body: bytes, max_bytes: int) -> bytes:
    if not body:
        return body
    if name == "gzip" and not body.startswith(_GZIP) and _looks_plain(body):
        return body
    try:
        return _collect(_DECODERS[name](body), max_bytes)
    except FetchError:
        if name != "gzip" and _looks_plain(body):
            return body  # br and deflate have no signature: only trying tells
        raise


def _looks_plain(body: bytes) -> bool:
    return body[:64].lstrip().startswith(_TEXT_STARTS)


def _collect(pieces: Iterator[bytes], max_bytes: int) -> bytes:
    out = bytearray()
    try:
        for piece in pieces:
            out += piece
            if len(out) > max_bytes:
                raise FetchError(Reason.TOO_LARGE, f"more than {max_bytes} bytes when decompressed")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise FetchError(Reason.TRUNCATED, f"damaged compressed body: {error}") from error
    return bytes(out)


def _end_missing(name: str) -> FetchError:
    return FetchError(Reason.TRUNCATED, f"the {name} stream has no end")


def _gunzip(body: bytes) -> Iterator[bytes]:
    yield from _inflate(body, 31, "gzip")


def _undeflate(body: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib by `deflate`, some servers send it bare
    zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    yield from _inflate(body, 15 if zlib_header else -15, "deflate")


def _inflate(body: bytes, wbits: int, name: str) -> Iterator[bytes]:
    at = 0
    for _ in range(_MAX_MEMBERS):
        stream = zlib.decompressobj(wbits)
        data = b""
        while not stream.eof:
            if not data:
                data = body[at : at + _GZIP_STEP]
                at += len(data)
            piece = stream.decompress(data, _STEP)
            if not data and not piece and not stream.eof:
                raise _end_missing(name)
            data = stream.unconsumed_tail
            yield piece
        at -= len(stream.unused_data)
        if wbits != 31 or not body.startswith(_GZIP, at):
            return  # zeros and junk after the last member are ignored, as gzip does
    raise FetchError(Reason.TOO_LARGE, f"more than {_MAX_MEMBERS} {name} streams in one body")


def _unbrotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    piece = stream.process(body, output_buffer_limit=_STEP)
    while True:
        yield piece
        if stream.is_finished():
            return
        if not piece and stream.can_accept_more_data():
            raise _end_missing("brotli")
        piece = stream.process(b"", output_buffer_limit=_STEP)


def _unzstd(body: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    at = 0
    for _ in range(_MAX_MEMBERS):
        stream = decompressor.decompressobj()
        while not stream.eof:
            if at >= len(body):
                raise _end_missing("zstd")
            yield stream.decompress(body[at : at + _ZSTD_STEP])
            at += _ZSTD_STEP
        at = min(at, len(body)) - len(stream.unused_data)
        if not body.startswith(_ZSTD, at):
            return
    raise FetchError(Reason.TOO_LARGE, f"more than {_MAX_MEMBERS} zstd streams in one body")


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

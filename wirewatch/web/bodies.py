"""Small forms out of request bodies: capped in size and in time, whatever is sent."""

from __future__ import annotations

import asyncio
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MAX_BYTES = 4096
MAX_FIELDS = 10


class BadBody(Exception):
    """The body is not to be read; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}")
        self.status = status


async def read_form(request: Request, seconds: float) -> dict[str, str]:
    """The body's fields, url-encoded or multipart; empty for anything else.

    Raises BadBody: 413 past MAX_BYTES, 408 where it takes longer than `seconds`, 400 where it
    breaks off.
    """
    body = await _read(request, seconds)
    given = request.headers.get("content-type", "application/x-www-form-urlencoded")
    kind = given.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(body)
    return _multipart(given, body) if kind == "multipart/form-data" else {}


async def _read(request: Request, seconds: float) -> bytes:
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > 9 or int(said) > MAX_BYTES:
        raise BadBody(413)
    body = b""
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise BadBody(413)
    except TimeoutError:
        raise BadBody(408) from None
    except ClientDisconnect:
        raise BadBody(400) from None
    return body


def _urlencoded(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes) and len(fields) < MAX_FIELDS:
            fields[name] = value.decode("utf-8", "replace").strip()
    return fields

"""`try feed` and `try page`: files read as the service reads what it fetched.

The bytes may be anybody's: they are read in worker processes with limits, so that a file that
hangs or crashes a parser costs that file's answer and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from config.values import Bad, quote, zone
from crawler.pages import registry
from crawler.pages.as_json import as_json
from jobs.pools import WorkerPool
from newsroom.errors import ReasonedError
from newsroom.model import PageRules
from wirewatch.cli.ordered import answer_lines
from wirewatch.cli.out import Json, emit
from wirewatch.cli.page_zone import zone_of
from wirewatch.cli.try_articles import json_of, unreadable

BAD_LINE = "bad_line"
UNREADABLE = "unreadable_file"
"""Codes of this command's own input; everything else is a reason code."""
MAX_BYTES = 64 * 2**20
"""Of a file that are read; a larger one is `too_large` to the readers."""


class _Refused(Exception):
    """A line of the input that cannot be answered otherwise."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """One file to be read, with what is known of it."""

    file: str
    url: str
    content_type: str
    timezone: str | None
    page: str | None
    css: PageRules | None = None
    """The operator's own selectors for a page."""


@dataclass(frozen=True)
class Kind:
    """What is read: how, and what is said of it."""

    read: Callable[[WorkerPool, Asked, bytes], Awaitable[list[Json]]]
    """The lines of the single form; raises ReasonedError."""
    answer: Callable[[str | None, list[Json]], Json]
    """The line of the `-` form."""
    named: bool
    """Whether errors of the `-` form name the file."""
    is_page: bool
    """Whether an address is needed and a page class may be named."""


async def _read_feed(pool: WorkerPool, asked: Asked, body: bytes) -> list[Json]:
    from crawler.feeds import entry_json

    feed = await pool.read_feed(
        body,
        url=asked.url,
        content_type=asked.content_type,
        timezone=asked.timezone or "UTC",
    )
    return [entry_json(entry) for entry in feed.entries]


async def _read_page(pool: WorkerPool, asked: Asked, body: bytes) -> list[Json]:
    content = await pool.read_page(
        body,
        url=asked.url,
        content_type=asked.content_type,
        page=asked.page,
        timezone=asked.timezone or zone_of(asked.url, asked.page, body),
        css=asked.css,
    )
    return [as_json(content)]


FEED = Kind(_read_feed, lambda file, lines: {"file": file, "entries": lines}, True, False)
PAGE = Kind(_read_page, lambda _file, lines: lines[0], False, True)


def answer_one(
    kind: Kind, file: str, options: Mapping[str, str | None], css: PageRules | None = None
) -> int:
    """Print what one file holds, or the one line that says why it holds nothing; the exit code."""
    try:
        asked = replace(_asked({"file": file}, options, kind), css=css)
        body = read_file(file, any_kind=True)
    except _Refused as refused:
        raise click.UsageError(str(refused)) from None
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None

    async def read() -> list[Json]:
        pool = WorkerPool(workers=1)
        try:
            return await kind.read(pool, asked, body)
        finally:
            await pool.close()

    try:
        lines = asyncio.run(read())
    except ReasonedError as error:
        emit(_error(error.reason.value, error.message))
        return 1
    for line in lines:
        emit(line)
    return 0


def answer_all(kind: Kind, options: Mapping[str, str | None], css: PageRules | None = None) -> int:
    """Answer each line of standard input by one line, in order; 0 whatever they hold.

    `options` stand for what a line does not say; `css` holds for every page.
    """
    try:
        if kind.is_page and options.get("page"):
            _check_page(str(options["page"]))
    except _Refused as refused:
        raise click.UsageError(str(refused)) from None
    workers = min(os.cpu_count() or 1, 4)

    async def work() -> None:
        pool = WorkerPool(workers=workers)
        try:
            await answer_lines(
                lambda line: _answer(kind, pool, line, options, css), ahead=workers * 4
            )
        finally:
            await pool.close()

    asyncio.run(work())
    return 0


async def _answer(
    kind: Kind,
    pool: WorkerPool,
    line: bytes,
    options: Mapping[str, str | None],
    css: PageRules | None,
) -> Json:
    file: str | None = None
    try:
        try:
            given = json_of(line)
        except ValueError as error:
            raise _Refused(BAD_LINE, f"the line {error}") from None
        if isinstance(given, dict) and isinstance(given.get("file"), str):
            file = given["file"]
        asked = replace(_asked(given, options, kind), css=css)
        try:
            body = read_file(asked.file)
        except (OSError, ValueError) as error:
            raise _Refused(UNREADABLE, unreadable(asked.file, error).message) from None
        return kind.answer(file, await kind.read(pool, asked, body))
    except _Refused as refused:
        answer = _error(refused.code, str(refused))
    except ReasonedError as error:
        answer = _error(error.reason.value, error.message)
    return {"file": file, **answer} if kind.named else answer


def _asked(given: object, options: Mapping[str, str | None], kind: Kind) -> Asked:
    """What a line asks for; raises _Refused."""
    if not isinstance(given, dict):
        raise _Refused(BAD_LINE, 'the line is no object like {"file": "feed.xml"}')
    said = {str(key).replace("-", "_"): value for key, value in given.items()}
    values: dict[str, str | None] = {}
    for key in ("file", "url", "content_type", "timezone", "page"):
        value = said.get(key)
        if value is not None and not isinstance(value, str):
            raise _Refused(BAD_LINE, f"{key} is no text")
        values[key] = value or options.get(key)
    if not values["file"]:
        raise _Refused(BAD_LINE, "the line names no file")
    if kind.is_page and not values["url"]:
        raise _Refused(BAD_LINE, "a page needs its address: url")
    try:
        timezone = zone(values["timezone"]) if values["timezone"] else None
    except Bad as bad:
        raise _Refused(BAD_LINE, f"timezone: {bad}") from None
    if kind.is_page and values["page"]:
        _check_page(values["page"])
    return Asked(
        file=values["file"],
        url=values["url"] or "",
        content_type=values["content_type"] or "",
        timezone=timezone,
        page=values["page"],
    )


def _check_page(name: str) -> None:
    """Raise _Refused for a page class nobody has; a layout's name, as answers give it, is one."""
    known = registry.names()
    layouts = {layout.name for outlet in registry.outlets().values() for layout in outlet.layouts}
    if name not in known and name not in layouts:
        raise _Refused(BAD_LINE, f"page: {quote(name)} is no page class; known: {', '.join(known)}")


def read_file(name: str, *, any_kind: bool = False) -> bytes:
    """The bytes of a file, at most a little more than MAX_BYTES; raises OSError, ValueError.

    Only plain files are opened unless `any_kind`: a pipe could wait for ever.
    """
    path = Path(name)
    if not any_kind and not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no plain file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}}

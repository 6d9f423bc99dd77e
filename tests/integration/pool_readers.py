"""Readers that do what hostile bytes make parsers do; run in worker processes by name."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from newsroom.errors import FeedError, PageError
from newsroom.model import FeedEntry, PageContent, ParsedFeed
from newsroom.reasons import Reason


def feed(text: str) -> ParsedFeed:
    return ParsedFeed(entries=(FeedEntry(None, None, text, "", None, None),))


def hang(rest: str) -> None:
    Path(rest).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(3_600)


def stick(rest: str) -> None:
    """Hold the interpreter inside C code."""
    Path(rest).write_text(str(os.getpid()), encoding="ascii")
    re.match(r"(a|aa)+$", "a" * 200 + "b")


def hang_on(_: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3_600)


def end_by(number: str) -> None:
    os.kill(os.getpid(), int(number))
    time.sleep(3_600)


def fail(_: str) -> None:
    raise ValueError("not what was expected")


def refuse(_: str) -> None:
    raise FeedError(Reason.EMPTY, "a feed without items")


WORDS: dict[str, Callable[[str], object]] = {
    "sleep": hang,
    "stuck": stick,
    "stubborn": hang_on,
    "eat": lambda size: len(bytearray(int(size))),
    "segfault": lambda _: ctypes.string_at(0),
    "exit": lambda code: os._exit(int(code)),
    "signal": end_by,
    "raise": fail,
    "refuse": refuse,
    "modules": lambda _: " ".join(sorted(name for name in sys.modules if "." not in name)),
    "pid": lambda _: os.getpid(),
}


def read_feed(body: bytes, *, url: str, content_type: str, timezone: str) -> ParsedFeed:
    """Do what the body's first word says, with the rest as its argument."""
    word, _, rest = body.decode().partition(" ")
    if word == "unpicklable":
        return feed(threading.Lock())  # type: ignore[arg-type]  # the point
    does = WORDS.get(word)
    return feed(str(does(rest)) if does else f"{word} {url} {content_type} {timezone}")


def read_page(
    body: bytes, *, url: str, content_type: str, page: str | None, timezone: str
) -> PageContent:
    """Refuse one body, hang on another, else give the options back."""
    if body == b"refuse":
        raise PageError(Reason.EMPTY, "no story")
    if body == b"sleep":
        time.sleep(3_600)
    return PageContent(url=url, canonical_url=url, title=f"{page} {content_type} {timezone}")

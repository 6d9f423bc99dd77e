"""Durations and sizes as the files write them: `90s`, `2m`, `24h`, `7d`, `2w`; `10MiB`, `500kB`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from config.values import Bad, quote

_DURATION = re.compile(r"([0-9]{1,12})([smhdw])")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST = timedelta(days=36_500)
_SIZE = re.compile(r"([0-9]{1,12}) ?(B|kB|MB|GB|KiB|MiB|GiB)")
_BYTES = {
    "GiB": 1024**3,
    "GB": 1000**3,
    "MiB": 1024**2,
    "MB": 1000**2,
    "KiB": 1024,
    "kB": 1000,
    "B": 1,
}


def parse_duration(text: str) -> timedelta:
    """Read an integer with one unit of s, m, h, d, w (`90s`); raises Bad."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise Bad(
            f"{quote(text)} is no duration",
            'write a whole number and one of s, m, h, d, w, like "90s", "15m", "24h" or "7d"',
        )
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds > _LONGEST.total_seconds():
        raise Bad(f"{quote(text)} is too long", f'write at most "{_LONGEST.days}d"')
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads as this value (whole seconds)."""
    seconds = int(value.total_seconds())
    for unit, length in _SECONDS.items():
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return "0s"


def duration(
    example: str, *, least: timedelta = timedelta(0), most: timedelta = _LONGEST
) -> Callable[[object], timedelta]:
    """A reader of durations within bounds."""

    def read(raw: object) -> timedelta:
        if not isinstance(raw, str):
            raise Bad(f"{quote(raw)} is no duration", f'write it with its unit, like "{example}"')
        value = parse_duration(raw)
        if value < least:
            raise Bad(f"{quote(raw)} is too short", f'write at least "{format_duration(least)}"')
        if value > most:
            raise Bad(f"{quote(raw)} is too long", f'write at most "{format_duration(most)}"')
        return value

    return read


def duration_or(
    word: str, example: str, *, least: timedelta = timedelta(0)
) -> Callable[[object], timedelta | None]:
    """A reader of durations that takes one word (`never`, `all`) for None."""
    read_duration = duration(example, least=least)

    def read(raw: object) -> timedelta | None:
        if raw == word:
            return None
        try:
            return read_duration(raw)
        except Bad as bad:
            raise Bad(bad.problem, f'{bad.hint}, or "{word}"') from None

    return read


def parse_size(text: str) -> int:
    """Read bytes as an integer with a unit (`10MiB`, `500kB`, `4096B`); raises Bad."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise Bad(f"{quote(text)} is no size", 'write a number and a unit, like "10MiB" or "500kB"')
    return int(found[1]) * _BYTES[found[2]]


def format_size(value: int) -> str:
    """The text with the largest unit that `parse_size` reads as exactly this many bytes."""
    unit, length = next((u, n) for u, n in _BYTES.items() if n == 1 or (value and value % n == 0))
    return f"{value // length}{unit}"


def size(least: int, most: int) -> Callable[[object], int]:
    """A reader of sizes within bounds; a bare integer counts bytes."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise Bad(f"{quote(raw)} is no size", 'write a number and a unit, like "10MiB"')
        value = parse_size(raw) if isinstance(raw, str) else raw
        if not least <= value <= most:
            bounds = f'write a size from "{format_size(least)}" to "{format_size(most)}"'
            raise Bad(f"{quote(raw)} is out of range", bounds)
        return value

    return read

"""When matches are told, and when not: the values of a watchlist's `when` and `quiet`.

Read and checked here; `newsroom.timetable` acts on them.
"""

from __future__ import annotations

import re
from datetime import time

from config.values import Bad, nearest, quote, string
from newsroom.schedules import KINDS, WEEKDAYS, QuietWindow, Schedule

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_EXAMPLES = '"immediately", "hourly", "daily 08:00", "weekdays 07:30,17:00" or "weekly mon 08:00"'


def parse_time(text: str) -> time:
    """Read a local time of day, 00:00 to 23:59; raises Bad."""
    found = _TIME.fullmatch(text)
    if not found:
        raise Bad(f"{quote(text)} is no time of day", 'write it as HH:MM, "00:00" to "23:59"')
    return time(int(found[1]), int(found[2]))


def parse_schedule(raw: object) -> Schedule:
    """Read a `when` value, letter case aside; raises Bad."""
    words = string(raw, "immediately").lower().split()
    kind = words[0] if words else ""
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        hint = f"write {_EXAMPLES}" + (f' (near: "{near}")' if near else "")
        raise Bad(f"{quote(raw)} is no schedule", hint)
    if kind in {"immediately", "hourly"}:
        if len(words) > 1:
            raise Bad(f"{quote(raw)}: {kind} takes no times", f'write "{kind}"')
        return Schedule(kind)
    day = _day(words, raw) if kind == "weekly" else None
    return Schedule(kind, _times(words[1 if day is None else 2 :], kind, day, raw), day)


def parse_quiet(raw: object) -> QuietWindow:
    """Read a `quiet` value like `22:00-06:30`; raises Bad."""
    start, dash, end = string(raw, "22:00-06:30").partition("-")
    if not dash:
        raise Bad(f"{quote(raw)} is no span of hours", 'write it like "22:00-06:30"')
    window = QuietWindow(parse_time(start.strip()), parse_time(end.strip()))
    if window.start == window.end:
        raise Bad(f"{quote(raw)} starts where it ends", 'write a span like "22:00-06:30"')
    return window


def _day(words: list[str], raw: object) -> str:
    day = words[1] if len(words) > 1 else ""
    if day not in WEEKDAYS:
        near = day[:3] if day[:3] in WEEKDAYS else "mon"
        hint = f'write one of {", ".join(WEEKDAYS)}, like "weekly {near} 08:00"'
        raise Bad(f"{quote(raw)} names no day of the week", hint)
    return day


def _times(words: list[str], kind: str, day: str | None, raw: object) -> tuple[time, ...]:
    example = f'"{kind} {day + " " if day else ""}08:00"'
    parts = [p.strip() for p in " ".join(words).split(",")]
    if parts == [""]:
        raise Bad(f"{quote(raw)} names no time of day", f"write {example}")
    times = [parse_time(p) for p in parts]
    if len(set(times)) < len(times):
        raise Bad(f"{quote(raw)} names a time twice", "write each time once")
    return tuple(sorted(times))

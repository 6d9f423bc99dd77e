"""Slots as somebody finds them who looks at a wall clock every half hour.

It shares no line with `newsroom.timetable`: tests ask it what was to happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.integration.hours_world import QUIET

HALF_HOUR = timedelta(minutes=30)
"""All times of the rules that are played, and all changes of their zones' clocks, are at these."""


@dataclass(frozen=True)
class Expected:
    """A slot as the wall clock has it."""

    slot: str
    at: datetime


def wall_clock(zone: str, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each half hour the wall clock shows or jumps over for the first time, with the instant."""
    known = ZoneInfo(zone)
    now = first.replace(minute=0, second=0, microsecond=0)
    furthest = now.astimezone(known).replace(tzinfo=None)
    while now < last:
        now += HALF_HOUR
        shown = now.astimezone(known).replace(tzinfo=None)
        while furthest < shown:
            furthest += HALF_HOUR
            if now > first:
                yield now, furthest


def is_night(shown: datetime) -> bool:
    return shown.time() >= time(22) or shown.time() < time(6, 30)


def is_scheduled(rule: str, shown: datetime) -> bool:
    kind, _, rest = rule.partition(" ")
    clock = f"{shown:%H:%M}"
    if kind == "hourly":
        return clock.endswith(":00")
    if kind == "weekdays":
        return shown.weekday() < 5 and clock in rest.split(",")
    if kind == "weekly":
        return shown.weekday() == 0 and clock in rest.partition(" ")[2].split(",")
    return kind == "daily" and clock in rest.split(",")


def expected_slots(
    rules: dict[str, dict[str, str]], zone: str, first: datetime, last: datetime
) -> dict[tuple[str, str], list[Expected]]:
    """(recipient, schedule) → its slots, in order."""
    found: dict[tuple[str, str], list[Expected]] = {}
    owed: set[str] = set()
    for now, shown in wall_clock(zone, first, last):
        label = f"{shown:%Y-%m-%d %H:%M}"
        morning = f"{shown:%H:%M}" == "06:30"
        for to, rule in rules.items():
            when, quiet = rule["when"], "quiet" in rule
            if quiet and morning and (when == "immediately" or to in owed):
                owed.discard(to)
                found.setdefault((to, f"quiet {QUIET} {zone}"), []).append(Expected(label, now))
            if is_scheduled(when, shown):
                if quiet and is_night(shown):
                    owed.add(to)
                else:
                    found.setdefault((to, f"{when} {zone}"), []).append(Expected(label, now))
    return found

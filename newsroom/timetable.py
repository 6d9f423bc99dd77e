"""By a recipient's clock: which digest an alert goes with, and when slots are reached (DESIGN §5).

A slot is a local date and a scheduled local time. A time that does not exist on its day counts at
the next minute that does, one that is repeated at its first occurrence. A slot inside quiet hours
is held: it is the slot of the window's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from newsroom.schedules import IMMEDIATELY, WEEKDAYS, QuietWindow, Schedule

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONGEST = timedelta(days=9)
"""No slot is farther ahead than a week, a quiet window and a shift of the clock."""
UNSCHEDULED = ("hour", "late", "many", "released")
"""First words of schedules whose digests no rule's timetable makes; none waits over an hour."""
_HOURS = tuple(time(hour) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Terms:
    """One notify rule, as it binds one recipient."""

    watchlist_id: int
    when: Schedule = IMMEDIATELY
    zone: str = "UTC"
    quiet: QuietWindow | None = None
    high: bool = False
    """The watchlist's priority is high: it passes quiet hours, not the cap."""
    send_empty: bool = False
    max_per_hour: int = 0

    @property
    def window(self) -> QuietWindow | None:
        """The quiet hours that hold it."""
        return None if self.high else self.quiet


@dataclass(frozen=True, slots=True)
class Slot:
    """A digest's time, for one recipient."""

    schedule: str
    """E.g. `daily 08:00 Asia/Seoul`, `quiet 22:00-06:30 Asia/Seoul`, `hour Asia/Seoul`."""
    slot: str
    """Local date and scheduled local time, e.g. `2026-11-23 08:00`; of an hour its end, with the
    zone's offset."""
    at: datetime
    """When it is reached, UTC."""
    send_empty: bool = False
    watchlists: tuple[int, ...] = ()
    """Of the rules that ask for it, rising."""


def way(terms: Iterable[Terms], now: datetime, *, over_cap: Slot | None = None) -> Slot | None:
    """The digest that an alert due now goes with: the soonest of the rules that meet it; None: it
    goes by itself, now.

    `over_cap`: where the recipient's `max_per_hour` is reached, the `cap_slot` of all their rules.
    Without any rule it goes now.
    """
    found: list[Slot] = []
    for one in terms:
        slot = _way(one, now, over_cap)
        if slot is None:
            return None
        found.append(slot)
    return min(found, key=lambda slot: (slot.at, slot.schedule), default=None)


def slots(terms: Iterable[Terms], after: datetime, until: datetime) -> tuple[Slot, ...]:
    """Every slot that a recipient's rules reach after `after`, up to `until`; soonest first.

    Rules that share a schedule share its slots. Slots of one schedule may fall on one instant,
    where the clock jumped over one of them.
    """
    found: dict[tuple[str, str], Slot] = {}
    for one in terms:
        for slot in takewhile(lambda slot: slot.at <= until, _walk(one, after)):
            key = (slot.schedule, slot.slot)
            other = found.get(key)
            if other is not None:
                both = sorted({*other.watchlists, *slot.watchlists})
                slot = replace(
                    slot,
                    at=min(slot.at, other.at),
                    send_empty=slot.send_empty or other.send_empty,
                    watchlists=tuple(both),
                )
            found[key] = slot
    return tuple(sorted(found.values(), key=lambda slot: (slot.at, slot.schedule, slot.slot)))


def schedules(terms: Sequence[Terms], now: datetime) -> frozenset[str]:
    """The names of the schedules whose slots these rules reach."""
    return frozenset(slot.schedule for slot in slots(terms, now, now + LONGEST))


def next_at(terms: Iterable[Terms], after: datetime) -> datetime | None:
    """When these rules reach their next slot; None where all are immediate and have no quiet
    hours."""
    firsts = (next(_walk(one, after), None) for one in terms)
    return min((slot.at for slot in firsts if slot is not None), default=None)


def quiet_until(terms: Iterable[Terms], now: datetime) -> datetime | None:
    """Until when a mail that is made already is held: the soonest end of the quiet hours of its
    rules; None where one of them is not in its quiet hours."""
    ends = []
    for one in terms:
        end = None if one.window is None else quiet_end(one.window, ZoneInfo(one.zone), now)
        if end is None:
            return None
        ends.append(end[1])
    return min(ends, default=None)


def cap_of(terms: Iterable[Terms]) -> int:
    """The mails an hour that all of a recipient's rules allow; 0: any number."""
    return min((one.max_per_hour for one in terms if one.max_per_hour > 0), default=0)


def cap_slot(terms: Iterable[Terms], now: datetime) -> Slot:
    """The digest of what a cap holds back: at the end of the local hour, in the zone of the first
    rule that caps. The cap counts mails from an hour before its `at` on."""
    capped = sorted((one.watchlist_id, one.zone) for one in terms if one.max_per_hour > 0)
    zone = ZoneInfo(capped[0][1] if capped else "UTC")
    at = _hour_begin(zone, now) + HOUR
    return Slot(f"hour {zone.key}", _hour_label(zone, at), at)


def at_hour(zone: str, now: datetime) -> str:
    """The slot of a digest over the cap that is made at `now`: of the hour that ended last."""
    return _hour_label(ZoneInfo(zone), _hour_begin(ZoneInfo(zone), now))


def _hour_begin(zone: ZoneInfo, now: datetime) -> datetime:
    local = now.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now - past


def _hour_label(zone: ZoneInfo, at: datetime) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M%z}"


@lru_cache(maxsize=4096)
def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a local time of day comes, UTC: if it is jumped over, the next minute that exists; if
    it comes twice, the first."""
    local = datetime.combine(day, at)
    for _minute in range(26 * 60):
        found = local.replace(tzinfo=zone).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) == local:
            return found
        local += timedelta(minutes=1)
    raise ValueError(f"{zone.key} jumps over {day} {at}")


def quiet_end(window: QuietWindow, zone: ZoneInfo, now: datetime) -> tuple[str, datetime] | None:
    """The end of the quiet hours that `now` is in, as slot and instant; None: in none.

    Hours that begin where others end, as where a zone skipped a day, are one span with them.
    """
    found = None
    while (end := _one_end(window, zone, now)) is not None:
        found, now = end, end[1]
    return found


def _one_end(window: QuietWindow, zone: ZoneInfo, now: datetime) -> tuple[str, datetime] | None:
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        if instant(day, window.start, zone) <= now:
            label, end = _end(window, day, zone)
            if now < end:
                return label, end
    return None


def _end(window: QuietWindow, day: date, zone: ZoneInfo) -> tuple[str, datetime]:
    """The end of the window that begins on `day`."""
    last = day if window.start < window.end else day + DAY
    return _label(last, window.end), instant(last, window.end, zone)


def _way(one: Terms, now: datetime, over_cap: Slot | None) -> Slot | None:
    if one.when.kind != "immediately":
        return next(_walk(one, now), None)
    if one.window is None:
        return over_cap
    zone = ZoneInfo(one.zone)
    end = quiet_end(one.window, zone, now)
    if end is None and over_cap is not None:
        end = quiet_end(one.window, zone, over_cap.at)
    return over_cap if end is None else _quiet_slot(one, end)


def _quiet_slot(one: Terms, end: tuple[str, datetime]) -> Slot:
    name = f"quiet {one.quiet} {one.zone}"
    return Slot(name, end[0], end[1], one.send_empty, (one.watchlist_id,))


def _walk(one: Terms, after: datetime) -> Iterator[Slot]:
    """The slots of one rule after that time, soonest first, each once; without end."""
    if one.when.kind == "immediately" and one.window is None:
        return
    zone = ZoneInfo(one.zone)
    day = after.astimezone(zone).date() - 2 * DAY
    last = ("", "")
    while True:
        for slot in _on(one, day, zone):
            key = (slot.schedule, slot.slot)
            if slot.at > after and key != last:
                last = key
                yield slot
        day += DAY


def _on(one: Terms, day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """The slots that come of a day's scheduled times, or of its quiet hours."""
    window = one.window
    if one.when.kind == "immediately":
        if window is not None:
            end = _end(window, day, zone)
            yield _quiet_slot(one, quiet_end(window, zone, end[1]) or end)
        return
    for at in _times(one.when, day):
        reached = instant(day, at, zone)
        end_of_quiet = None if window is None else quiet_end(window, zone, reached)
        if end_of_quiet is not None:
            yield _quiet_slot(one, end_of_quiet)
            continue
        name = f"{one.when} {one.zone}"
        yield Slot(name, _label(day, at), reached, one.send_empty, (one.watchlist_id,))


def _times(when: Schedule, day: date) -> tuple[time, ...]:
    if when.kind == "hourly":
        return _HOURS
    if when.kind == "weekdays" and day.weekday() >= 5:
        return ()
    if when.kind == "weekly" and WEEKDAYS[day.weekday()] != when.day:
        return ()
    return when.times


def _label(day: date, at: time) -> str:
    return f"{day:%Y-%m-%d} {at:%H:%M}"

"""A feed's rhythm by hour and weekday, learnt from when it showed something new, and the silence
that is too long for it.

Time is counted in what was to be expected: a quiet night or weekend adds next to nothing, a
weekday's morning much. A silence is too long when it held so much more than chance and more than
any silence of its history (`LIMIT`, `BEYOND`). What is too young or too rare to have a rhythm
is judged by its longest silence alone, see `newsroom.rhythm_rare`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

HOUR = timedelta(hours=1)
LEARNT_FROM = timedelta(days=28)
MERGED = timedelta(minutes=5)
"""What comes within so long is one arrival: outlets publish by the handful."""

LEAST_SPAN, LEAST_ARRIVALS = timedelta(days=7), 20
"""A shorter or emptier history has no rhythm."""
LIMIT = 10.0
"""Arrivals to be expected in a silence that is no chance: e^-10 < 1e-4, times the dispersion."""
BEYOND = 1.5
"""And so many times the longest silence of the history, counted the same way."""
LEAST_SILENCE = timedelta(hours=1)
FARTHEST = timedelta(days=60)
"""Whatever the rhythm, longer than this is too long."""

_PRIOR = 2.0
"""Arrivals by which an hour's or a weekday's share is drawn towards the mean."""
_BLOCK = 6
_DISPERSION_MAX = 3.0
_FIXED_HOLIDAYS = frozenset({(1, 1), (12, 25)})
_KOREAN_HOLIDAYS = frozenset({(3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9)})


@dataclass(frozen=True, slots=True)
class History:
    """When a feed showed something new."""

    begun: datetime
    """From then on it was watched."""
    arrivals: tuple[datetime, ...]
    """Polls that showed something new, in order; its first poll is none."""
    outages: tuple[tuple[datetime, datetime], ...] = ()
    """When it could not be read, or nobody asked, for hours."""
    dates: tuple[datetime, ...] = ()
    """Published instants of what its first poll showed, in order, none after it."""
    dated: bool = False
    """All that its first poll showed has a date."""

    @property
    def silent_since(self) -> datetime:
        """When it last showed, or said it had published, something new."""
        if self.arrivals:
            return self.arrivals[-1]
        return self.dates[-1] if self.dates and self.dated else self.begun


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Arrivals an hour by hour of the week, and what silence is too long."""

    rates: tuple[float, ...]
    """168, from Monday 00:00 local time on."""
    zone: tzinfo
    limit: float
    """Arrivals to be expected in a silence that is too long."""
    longest: float
    """The same of the longest silence of the history."""

    def expected(self, since: datetime, until: datetime) -> float:
        """Arrivals to be expected between two instants; a holiday goes like the quietest day."""
        return sum(self._rate(at) * ((end - at) / HOUR) for at, end in _hours(since, until))

    def too_long_at(self, since: datetime) -> datetime:
        """When a silence that began at `since` is too long, if it goes on."""
        left = self.limit
        for at, end in _hours(since, since + FARTHEST):
            here = self._rate(at) * ((end - at) / HOUR)
            if here >= left > 0:
                return max(at + (end - at) * (left / here), since + LEAST_SILENCE)
            left -= here
        return since + FARTHEST

    def _rate(self, at: datetime) -> float:
        local = at.astimezone(self.zone)
        hour = self.rates[local.weekday() * 24 + local.hour]
        if not is_holiday(local.date(), self.zone):
            return hour
        return min(hour, *(self.rates[day * 24 + local.hour] for day in range(7)))


def learn(history: History, zone: tzinfo, now: datetime) -> Rhythm | None:
    """The rhythm of a feed; None where its history is too short or too empty to have one."""
    begun = max(history.begun, now - LEARNT_FROM)
    arrivals = _merged([at for at in history.arrivals if begun < at <= now])
    end = arrivals[-1] if arrivals else now  # the silence that is judged is no part of it
    if len(arrivals) < LEAST_ARRIVALS or end - begun < LEAST_SPAN:
        return None
    asked = [
        (at, until) for at, until in _hours(begun, end) if not _overlaps(at, until, history.outages)
    ]
    rates = _rates(arrivals, asked, zone)
    plain = Rhythm(rates, zone, LIMIT, 0.0)
    longest = max(
        (
            plain.expected(a, b)
            for a, b in pairwise([begun, *arrivals])
            if not _overlaps(a, b, history.outages)
        ),
        default=0.0,
    )
    limit = max(LIMIT * _dispersion(plain, arrivals, asked), BEYOND * longest)
    return Rhythm(rates, zone, limit, longest)


def is_holiday(day: date, zone: tzinfo) -> bool:
    """Days of a fixed date on which newsrooms are thinly staffed; those of the moon are not known.

    Source: Public Holidays Act of Korea, and what the other zones share.
    """
    month_day = (day.month, day.day)
    korean = str(zone) == "Asia/Seoul" and month_day in _KOREAN_HOLIDAYS
    return korean or month_day in _FIXED_HOLIDAYS


def _merged(arrivals: Sequence[datetime]) -> list[datetime]:
    kept: list[datetime] = []
    for at in sorted(arrivals):
        if not kept or at - kept[-1] >= MERGED:
            kept.append(at)
    return kept


def _hours(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The span cut at full hours."""
    at = since
    while at < until:
        full = at.replace(minute=0, second=0, microsecond=0) + HOUR
        yield at, min(full, until)
        at = full


def _overlaps(since: datetime, until: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(a < until and since < b for a, b in spans)


def _rates(
    arrivals: Sequence[datetime], asked: Sequence[tuple[datetime, datetime]], zone: tzinfo
) -> tuple[float, ...]:
    """Mean rate × share of the weekday × share of the hour (smoothed over its neighbours)."""
    spent = sum((end - at) / HOUR for at, end in asked)
    mean = len(arrivals) / max(spent, 1.0)
    days, hours = [_PRIOR] * 7, [_PRIOR] * 24
    for at in arrivals:
        local = at.astimezone(zone)
        days[local.weekday()] += 1
        hours[local.hour] += 1
    day_share, hour_share = [_PRIOR] * 7, [_PRIOR] * 24
    for at, end in asked:
        local, due = at.astimezone(zone), mean * ((end - at) / HOUR)
        day_share[local.weekday()] += due
        hour_share[local.hour] += due
    by_day = [seen / due for seen, due in zip(days, day_share, strict=True)]
    rough = [seen / due for seen, due in zip(hours, hour_share, strict=True)]
    by_hour = [(rough[h - 1] + 2 * rough[h] + rough[(h + 1) % 24]) / 4 for h in range(24)]
    shape = [by_day[n // 24] * by_hour[n % 24] for n in range(168)]
    whole = sum(shape[_slot(at, zone)] * mean * ((end - at) / HOUR) for at, end in asked)
    scale = mean * len(arrivals) / max(whole, 1e-9)
    return tuple(share * scale for share in shape)


def _slot(at: datetime, zone: tzinfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def _dispersion(
    rhythm: Rhythm, arrivals: Sequence[datetime], asked: Sequence[tuple[datetime, datetime]]
) -> float:
    """How much more than by chance the counts of six hours differ from what was expected; ≥ 1."""
    blocks = [asked[n : n + _BLOCK] for n in range(0, len(asked), _BLOCK)]
    starts = sorted(arrivals)
    total, used, begin = 0.0, 0, 0
    for block in blocks:
        due = sum(rhythm.expected(at, end) for at, end in block)
        while begin < len(starts) and starts[begin] <= block[0][0]:
            begin += 1
        upto = begin
        while upto < len(starts) and starts[upto] <= block[-1][1]:
            upto += 1
        if due >= 1:
            total += (upto - begin - due) ** 2 / due
            used += 1
        begin = upto
    return min(max(total / used, 1.0), _DISPERSION_MAX) if used >= _BLOCK else 1.0

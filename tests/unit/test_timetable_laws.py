"""What holds of every timetable, checked against the wall clock minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsroom.schedules import (
    IMMEDIATELY,
    WEEKDAYS,
    QuietWindow,
    Schedule,
    read_quiet,
    read_schedule,
)
from newsroom.timetable import (
    LONGEST,
    Slot,
    Terms,
    cap_of,
    cap_slot,
    next_at,
    quiet_until,
    schedules,
    slots,
    way,
)

ZONES = (
    "Asia/Seoul",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",  # midnight is skipped
    "Pacific/Apia",  # skipped a day in 2011
    "UTC",
)
MINUTE = timedelta(minutes=1)
SHIFTS = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
)
"""When some of these zones' clocks jump."""

times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45, 59)))
time_lists = st.lists(times, min_size=1, max_size=3, unique=True).map(
    lambda found: tuple(sorted(found))
)
whens = st.one_of(
    st.sampled_from([Schedule("immediately"), Schedule("hourly")]),
    st.builds(Schedule, st.sampled_from(["daily", "weekdays"]), time_lists),
    st.builds(Schedule, st.just("weekly"), time_lists, st.sampled_from(WEEKDAYS)),
)
windows = st.builds(QuietWindow, times, times).filter(lambda window: window.start != window.end)
rules = st.builds(
    Terms,
    watchlist_id=st.integers(1, 4),
    when=whens,
    zone=st.sampled_from(ZONES),
    quiet=st.none() | windows,
    high=st.booleans(),
    send_empty=st.booleans(),
    max_per_hour=st.sampled_from((0, 0, 3)),
)
near_shifts = st.builds(
    lambda shift, minutes: shift + minutes * MINUTE,
    st.sampled_from(SHIFTS),
    st.integers(-4 * 24 * 60, 24 * 60),
)
instants = near_shifts | st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 # the strategy adds the zone itself
    datetime(2040, 1, 1),  # noqa: DTZ001 # as above
    timezones=st.just(UTC),
)


def walls(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every minute after `first` up to `last`, with what the wall clock shows."""
    now = first.replace(second=0, microsecond=0) + MINUTE
    while now <= last:
        yield now, now.astimezone(zone).replace(tzinfo=None)
        now += MINUTE


def expected(one: Terms, after: datetime, until: datetime) -> dict[str, datetime]:
    """Scheduled times by label, as somebody finds them who watches the wall clock: each counts when
    the clock first shows it, or has jumped over it."""
    zone = ZoneInfo(one.zone)
    begin = after - timedelta(days=2)
    found: dict[str, datetime] = {}
    furthest = begin.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    for now, wall in walls(zone, begin, until):
        while furthest < wall:
            furthest += MINUTE
            if is_time(one.when, furthest) and now > after:
                found[f"{furthest:%Y-%m-%d %H:%M}"] = now
    return found


def is_time(when: Schedule, wall: datetime) -> bool:
    if when.kind == "hourly":
        return wall.minute == 0
    if when.kind == "weekdays" and wall.weekday() > 4:
        return False
    if when.kind == "weekly" and WEEKDAYS[wall.weekday()] != when.day:
        return False
    return wall.time() in when.times


@settings(max_examples=60)
@given(rules, instants)
def test_slots_are_what_the_wall_clock_shows(one: Terms, after: datetime) -> None:
    """Without quiet hours."""
    assume(one.when.kind != "immediately")
    one = replace(one, quiet=None)
    until = after + timedelta(days=2)
    found = slots([one], after, until)
    assert {slot.slot: slot.at for slot in found} == expected(one, after, until)
    assert len(found) == len({slot.slot for slot in found})
    assert {slot.schedule for slot in found} <= {f"{one.when} {one.zone}"}


@given(st.lists(rules, max_size=4), instants, st.integers(0, 5), st.integers(0, 5))
def test_every_slot_is_in_one_stretch_of_time(
    terms: list[Terms], first: datetime, days: int, more: int
) -> None:
    """Asking stretch by stretch is asking at once: none is missed, none is twice."""
    middle, last = first + timedelta(days=days), first + timedelta(days=days + more)
    whole = slots(terms, first, last)
    assert slots(terms, first, middle) + slots(terms, middle, last) == whole
    assert [slot.at for slot in whole] == sorted(slot.at for slot in whole)
    assert len({(slot.schedule, slot.slot) for slot in whole}) == len(whole)


@given(rules, instants)
def test_no_slot_is_inside_quiet_hours(one: Terms, after: datetime) -> None:
    for slot in slots([one], after, after + timedelta(days=4)):
        assert quiet_until([one], slot.at) is None
        assert slot.schedule in schedules([one], after)


@given(rules, instants)
def test_every_schedule_comes_within_the_longest_time(one: Terms, after: datetime) -> None:
    found = slots([one], after, after + LONGEST)
    rests = one.when.kind == "immediately" and one.window is None
    assert bool(found) is not rests
    assert next_at([one], after) == (found[0].at if found else None)


@given(st.lists(rules, min_size=1, max_size=4), instants)
def test_a_way_is_the_soonest_slot_or_none(terms: list[Terms], now: datetime) -> None:
    found = way(terms, now)
    own = [way([one], now) for one in terms]
    if found is None:
        assert None in own
        assert any(one.when.kind == "immediately" for one in terms)
        return
    assert now < found.at <= now + LONGEST
    assert found.at == min(slot.at for slot in own if slot is not None)
    reached = {(slot.schedule, slot.slot): slot.at for slot in slots(terms, now, found.at)}
    assert reached[found.schedule, found.slot] == found.at


@given(rules, instants)
def test_what_is_immediate_waits_just_while_it_is_quiet(one: Terms, now: datetime) -> None:
    one = replace(one, when=IMMEDIATELY)
    found = way([one], now)
    assert (found and found.at) == quiet_until([one], now)


@given(st.lists(rules, min_size=1, max_size=4), instants)
def test_over_the_cap_nothing_goes_now(terms: list[Terms], now: datetime) -> None:
    terms = [replace(terms[0], max_per_hour=2), *terms[1:]]
    assert cap_of(terms) == 2
    over = cap_slot(terms, now)
    assert now < over.at <= now + timedelta(hours=1)
    assert over.at - timedelta(hours=1) <= now
    found = way(terms, now, over_cap=over)
    assert found is not None
    plain = way(terms, now)
    assert plain is None or found.at <= plain.at or found.at >= over.at


@given(st.lists(rules, max_size=4), instants)
def test_rules_change_nothing_by_their_order(terms: list[Terms], now: datetime) -> None:
    def whole(found: tuple[Slot, ...]) -> list[tuple[str, str, datetime, bool, tuple[int, ...]]]:
        return [(s.schedule, s.slot, s.at, s.send_empty, s.watchlists) for s in found]

    until = now + timedelta(days=2)
    assert whole(slots(terms, now, until)) == whole(slots(terms[::-1], now, until))
    one, other = way(terms, now), way(terms[::-1], now)
    assert (one and (one.schedule, one.slot)) == (other and (other.schedule, other.slot))


@given(whens, windows)
def test_what_is_written_is_read(when: Schedule, window: QuietWindow) -> None:
    assert read_schedule(str(when)) == when
    assert read_quiet(str(window)) == window

"""Which digest an alert goes with, and when slots are reached: cases by the wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsroom.schedules import read_quiet, read_schedule
from newsroom.timetable import (
    Slot,
    Terms,
    at_hour,
    cap_of,
    cap_slot,
    instant,
    next_at,
    quiet_until,
    schedules,
    slots,
    way,
)

SEOUL, BERLIN, NEW_YORK = "Asia/Seoul", "Europe/Berlin", "America/New_York"
LORD_HOWE, APIA, LONDON = "Australia/Lord_Howe", "Pacific/Apia", "Europe/London"


def terms(when: str, zone: str = SEOUL, quiet: str = "", **more: object) -> Terms:
    window = read_quiet(quiet) if quiet else None
    return replace(Terms(1, read_schedule(when), zone, window), **more)  # type: ignore[arg-type]


def at(text: str, zone: str = SEOUL) -> datetime:
    """An instant by its local wall clock; `*` after it: the second time it shows this."""
    local = datetime.fromisoformat(text.rstrip("*")).replace(fold=text.endswith("*"))
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(slot: Slot | None) -> tuple[str, str] | None:
    return None if slot is None else (slot.schedule.removesuffix(f" {SEOUL}"), slot.slot)


QUIET = "22:00-06:30"
NIGHT = f"quiet {QUIET}"


@pytest.mark.parametrize(
    ("rules", "now", "expected"),
    [
        ([], "2026-11-23 12:00", None),
        ([terms("immediately")], "2026-11-23 12:00", None),
        ([terms("immediately", quiet=QUIET)], "2026-11-23 21:59", None),
        ([terms("immediately", quiet=QUIET)], "2026-11-23 22:00", (NIGHT, "2026-11-24 06:30")),
        ([terms("immediately", quiet=QUIET)], "2026-11-24 06:29", (NIGHT, "2026-11-24 06:30")),
        ([terms("immediately", quiet=QUIET)], "2026-11-24 06:30", None),
        (
            [terms("immediately", quiet="12:00-13:00")],
            "2026-11-24 12:30",
            ("quiet 12:00-13:00", "2026-11-24 13:00"),
        ),
        ([terms("immediately", quiet=QUIET, high=True)], "2026-11-23 23:00", None),
        ([terms("hourly")], "2026-11-23 23:10", ("hourly", "2026-11-24 00:00")),
        ([terms("hourly")], "2026-11-23 12:00", ("hourly", "2026-11-23 13:00")),
        ([terms("hourly", quiet=QUIET)], "2026-11-23 21:10", (NIGHT, "2026-11-24 06:30")),
        ([terms("hourly", quiet=QUIET)], "2026-11-23 20:10", ("hourly", "2026-11-23 21:00")),
        (
            [terms("hourly", quiet=QUIET, high=True)],
            "2026-11-23 22:10",
            ("hourly", "2026-11-23 23:00"),
        ),
        ([terms("daily 08:00")], "2026-11-23 07:59", ("daily 08:00", "2026-11-23 08:00")),
        ([terms("daily 08:00")], "2026-11-23 08:00", ("daily 08:00", "2026-11-24 08:00")),
        ([terms("daily 06:00", quiet=QUIET)], "2026-11-23 12:00", (NIGHT, "2026-11-24 06:30")),
        (
            [terms("daily 06:30", quiet=QUIET)],
            "2026-11-23 12:00",
            ("daily 06:30", "2026-11-24 06:30"),
        ),
        ([terms("daily 22:00", quiet=QUIET)], "2026-11-23 12:00", (NIGHT, "2026-11-24 06:30")),
        (
            [terms("weekdays 07:30,17:00")],
            "2026-11-27 09:00",
            ("weekdays 07:30,17:00", "2026-11-27 17:00"),
        ),
        (
            [terms("weekdays 07:30,17:00")],
            "2026-11-27 17:00",
            ("weekdays 07:30,17:00", "2026-11-30 07:30"),
        ),
        ([terms("weekly mon 08:00")], "2026-11-23 07:00", ("weekly mon 08:00", "2026-11-23 08:00")),
        ([terms("weekly mon 08:00")], "2026-11-23 09:00", ("weekly mon 08:00", "2026-11-30 08:00")),
        # several rules: the soonest takes it
        ([terms("daily 08:00"), terms("immediately")], "2026-11-23 12:00", None),
        (
            [terms("daily 08:00"), terms("hourly")],
            "2026-11-23 12:10",
            ("hourly", "2026-11-23 13:00"),
        ),
        (
            [terms("daily 08:00"), terms("immediately", quiet=QUIET)],
            "2026-11-23 23:00",
            (NIGHT, "2026-11-24 06:30"),
        ),
        (
            [terms("daily 06:00"), terms("immediately", quiet=QUIET)],
            "2026-11-23 23:00",
            ("daily 06:00", "2026-11-24 06:00"),
        ),
        (
            [terms("immediately", quiet=QUIET), terms("immediately", quiet="23:00-05:00")],
            "2026-11-23 23:30",
            ("quiet 23:00-05:00", "2026-11-24 05:00"),
        ),
        (
            [terms("immediately", quiet=QUIET), terms("immediately", quiet="23:00-05:00")],
            "2026-11-23 22:30",
            None,
        ),
        (
            [terms("immediately", quiet=QUIET), terms("immediately", quiet=QUIET, high=True)],
            "2026-11-23 23:30",
            None,
        ),
    ],
)
def test_way(rules: list[Terms], now: str, expected: tuple[str, str] | None) -> None:
    assert shown(way(rules, at(now))) == expected
    assert shown(way(reversed(rules), at(now))) == expected


@pytest.mark.parametrize(
    ("rule", "now", "expected"),
    [
        (terms("immediately"), "2026-11-23 12:10", ("hour", "2026-11-23 13:00+0900")),
        (terms("immediately", high=True), "2026-11-23 23:10", ("hour", "2026-11-24 00:00+0900")),
        (
            terms("immediately", quiet=QUIET, high=True),
            "2026-11-23 23:10",
            ("hour", "2026-11-24 00:00+0900"),
        ),
        (terms("immediately", quiet=QUIET), "2026-11-23 12:10", ("hour", "2026-11-23 13:00+0900")),
        # the hour ends in quiet hours: what is over the cap waits for their end
        (terms("immediately", quiet=QUIET), "2026-11-23 21:10", (NIGHT, "2026-11-24 06:30")),
        (terms("immediately", quiet=QUIET), "2026-11-23 23:10", (NIGHT, "2026-11-24 06:30")),
        # a schedule is no matter of the cap
        (terms("daily 08:00"), "2026-11-23 12:10", ("daily 08:00", "2026-11-24 08:00")),
    ],
)
def test_way_over_the_cap(rule: Terms, now: str, expected: tuple[str, str]) -> None:
    capped = replace(rule, max_per_hour=3)
    over = cap_slot([capped], at(now))
    assert shown(way([capped], at(now), over_cap=over)) == expected


def test_over_the_cap_the_sooner_digest_takes_it() -> None:
    over = cap_slot([terms("immediately", max_per_hour=1)], at("2026-11-23 12:10"))
    found = way([terms("daily 12:30"), terms("immediately")], at("2026-11-23 12:10"), over_cap=over)
    assert shown(found) == ("daily 12:30", "2026-11-23 12:30")


@pytest.mark.parametrize(
    ("caps", "expected"), [([], 0), ([0, 0], 0), ([0, 7], 7), ([9, 3, 0, 5], 3)]
)
def test_the_smallest_cap_wins(caps: list[int], expected: int) -> None:
    assert cap_of(terms("immediately", max_per_hour=cap) for cap in caps) == expected


@pytest.mark.parametrize(
    ("zone", "now", "slot", "minutes"),
    [
        (SEOUL, "2026-11-23 12:10", "2026-11-23 13:00+0900", 50),
        (SEOUL, "2026-11-23 12:00", "2026-11-23 13:00+0900", 60),
        ("Asia/Kolkata", "2026-11-23 12:10", "2026-11-23 13:00+0530", 50),
        (BERLIN, "2026-03-29 01:50", "2026-03-29 03:00+0200", 10),
        (BERLIN, "2026-10-25 02:50", "2026-10-25 02:00+0100", 10),
        (BERLIN, "2026-10-25 02:50*", "2026-10-25 03:00+0100", 10),
        (LORD_HOWE, "2026-04-05 01:50", "2026-04-05 01:30+1030", 10),
        (LORD_HOWE, "2026-04-05 01:50*", "2026-04-05 02:00+1030", 10),
    ],
)
def test_the_hour_that_a_cap_counts(zone: str, now: str, slot: str, minutes: int) -> None:
    found = cap_slot([terms("immediately", zone, max_per_hour=1)], at(now, zone))
    assert (found.schedule, found.slot) == (f"hour {zone}", slot)
    assert found.at - at(now, zone) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("zone", "now", "slot"),
    [
        (SEOUL, "2026-11-23 13:00", "2026-11-23 13:00+0900"),
        (SEOUL, "2026-11-23 13:59", "2026-11-23 13:00+0900"),
        ("Asia/Kolkata", "2026-11-23 13:05", "2026-11-23 13:00+0530"),
        (BERLIN, "2026-10-25 02:00*", "2026-10-25 02:00+0100"),
    ],
)
def test_what_is_over_the_cap_is_named_by_the_hour_that_ended(
    zone: str, now: str, slot: str
) -> None:
    assert at_hour(zone, at(now, zone)) == slot


def test_the_cap_s_zone_is_of_the_oldest_watchlist_that_caps() -> None:
    rules = [
        replace(terms("immediately", BERLIN, max_per_hour=5), watchlist_id=2),
        replace(terms("immediately", SEOUL), watchlist_id=1),
        replace(terms("immediately", NEW_YORK, max_per_hour=9), watchlist_id=3),
    ]
    assert cap_slot(rules, at("2026-11-23 12:10")).schedule == f"hour {BERLIN}"


@pytest.mark.parametrize(
    ("zone", "day", "local", "expected"),
    [
        (SEOUL, "2026-11-23", "08:00", "2026-11-22 23:00"),
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08 07:00"),  # 02:00 became 03:00
        (NEW_YORK, "2026-03-08", "03:00", "2026-03-08 07:00"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01 05:30"),  # the first of two
        (BERLIN, "2026-03-29", "02:30", "2026-03-29 01:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25 00:30"),
        (LORD_HOWE, "2026-10-04", "02:00", "2026-10-03 15:30"),  # 02:00 became 02:30
        (LORD_HOWE, "2026-10-04", "02:15", "2026-10-03 15:30"),
        (LORD_HOWE, "2026-10-04", "02:30", "2026-10-03 15:30"),
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04 14:45"),  # the first of two
        (APIA, "2011-12-30", "08:00", "2011-12-30 10:00"),  # a day that did not come
    ],
)
def test_instants(zone: str, day: str, local: str, expected: str) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(local), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def reached(rule: Terms, first: str, last: str) -> list[tuple[str, str]]:
    """Slot and the wall clock when it is reached."""
    zone = ZoneInfo(rule.zone)
    found = slots([rule], at(first, rule.zone), at(last, rule.zone))
    return [(s.slot[5:], f"{s.at.astimezone(zone):%m-%d %H:%M%z}") for s in found]


@pytest.mark.parametrize(
    ("rule", "first", "last", "expected"),
    [
        (
            terms("daily 02:30", NEW_YORK),
            "2026-03-07 12:00",
            "2026-03-09 12:00",
            [("03-08 02:30", "03-08 03:00-0400"), ("03-09 02:30", "03-09 02:30-0400")],
        ),
        (
            terms("daily 01:30", NEW_YORK),
            "2026-10-31 12:00",
            "2026-11-02 12:00",
            [("11-01 01:30", "11-01 01:30-0400"), ("11-02 01:30", "11-02 01:30-0500")],
        ),
        (
            terms("daily 02:30,03:00", BERLIN),
            "2026-03-28 12:00",
            "2026-03-29 12:00",
            [("03-29 02:30", "03-29 03:00+0200"), ("03-29 03:00", "03-29 03:00+0200")],
        ),
        (
            terms("daily 02:30", LORD_HOWE),
            "2026-10-03 12:00",
            "2026-10-04 12:00",
            [("10-04 02:30", "10-04 02:30+1100")],
        ),
        (
            terms("daily 02:15", LORD_HOWE),
            "2026-10-03 12:00",
            "2026-10-04 12:00",
            [("10-04 02:15", "10-04 02:30+1100")],
        ),
        (
            terms("hourly", BERLIN),
            "2026-10-25 00:30",
            "2026-10-25 04:00",
            [
                ("10-25 01:00", "10-25 01:00+0200"),
                ("10-25 02:00", "10-25 02:00+0200"),
                ("10-25 03:00", "10-25 03:00+0100"),
                ("10-25 04:00", "10-25 04:00+0100"),
            ],
        ),
        (
            terms("weekdays 07:30,17:00", LONDON),
            "2026-11-20 12:00",
            "2026-11-23 12:00",
            [("11-20 17:00", "11-20 17:00+0000"), ("11-23 07:30", "11-23 07:30+0000")],
        ),
        (
            terms("weekly mon 08:00"),
            "2026-11-20 12:00",
            "2026-12-01 12:00",
            [("11-23 08:00", "11-23 08:00+0900"), ("11-30 08:00", "11-30 08:00+0900")],
        ),
        (terms("immediately"), "2026-11-20 12:00", "2026-12-01 12:00", []),
        (
            terms("immediately", NEW_YORK, "22:00-02:30"),
            "2026-03-07 12:00",
            "2026-03-08 12:00",
            [("03-08 02:30", "03-08 03:00-0400")],
        ),
        # the 30th did not come; its night and the 31st's are one
        (
            terms("immediately", APIA, QUIET),
            "2011-12-29 12:00",
            "2012-01-01 12:00",
            [("12-31 06:30", "12-31 06:30+1400"), ("01-01 06:30", "01-01 06:30+1400")],
        ),
        (
            terms("daily 08:00", APIA),
            "2011-12-29 12:00",
            "2012-01-01 12:00",
            [
                ("12-30 08:00", "12-31 00:00+1400"),
                ("12-31 08:00", "12-31 08:00+1400"),
                ("01-01 08:00", "01-01 08:00+1400"),
            ],
        ),
    ],
)
def test_slots_by_the_wall_clock(
    rule: Terms, first: str, last: str, expected: list[tuple[str, str]]
) -> None:
    assert reached(rule, first, last) == expected


def test_slots_begin_after_and_end_with() -> None:
    rule = terms("daily 08:00")
    assert reached(rule, "2026-11-23 08:00", "2026-11-24 08:00") == [
        ("11-24 08:00", "11-24 08:00+0900")
    ]


def test_quiet_hours_make_one_slot_of_many() -> None:
    found = slots([terms("hourly", quiet=QUIET)], at("2026-11-23 20:30"), at("2026-11-24 07:30"))
    assert [shown(slot) for slot in found] == [
        ("hourly", "2026-11-23 21:00"),
        (NIGHT, "2026-11-24 06:30"),
        ("hourly", "2026-11-24 07:00"),
    ]


def test_rules_that_share_a_schedule_share_its_slots() -> None:
    rules = [
        replace(terms("daily 08:00", send_empty=True), watchlist_id=7),
        replace(terms("daily 08:00"), watchlist_id=3),
        replace(terms("daily 08:00", NEW_YORK), watchlist_id=5),
    ]
    here, there = slots(rules, at("2026-11-23 07:00"), at("2026-11-24 01:00"))
    assert (here.watchlists, here.send_empty) == ((3, 7), True)
    assert (there.watchlists, there.send_empty) == ((5,), False)
    assert schedules(rules, at("2026-11-23 07:00")) == {
        f"daily 08:00 {SEOUL}",
        f"daily 08:00 {NEW_YORK}",
    }


def test_schedules_of_a_rule_with_quiet_hours() -> None:
    rule = terms("weekly mon 06:00,12:00", quiet=QUIET)
    assert schedules([rule], at("2026-11-25 07:00")) == {
        f"{NIGHT} {SEOUL}",
        f"weekly mon 06:00,12:00 {SEOUL}",
    }


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], None),
        ([terms("immediately", max_per_hour=3)], None),
        ([terms("immediately", quiet=QUIET, high=True)], None),
        ([terms("immediately", quiet=QUIET)], "2026-11-24 06:30"),
        ([terms("weekly tue 09:00"), terms("daily 08:00")], "2026-11-24 08:00"),
    ],
)
def test_the_next_slot(rules: list[Terms], expected: str | None) -> None:
    assert next_at(rules, at("2026-11-23 12:00")) == (expected and at(expected))


@pytest.mark.parametrize(
    ("rules", "now", "expected"),
    [
        ([], "2026-11-23 23:00", None),
        ([terms("daily 08:00", quiet=QUIET)], "2026-11-23 12:00", None),
        ([terms("daily 08:00", quiet=QUIET)], "2026-11-23 23:00", "2026-11-24 06:30"),
        ([terms("immediately", quiet=QUIET, high=True)], "2026-11-23 23:00", None),
        ([terms("immediately", quiet=QUIET), terms("hourly")], "2026-11-23 23:00", None),
        (
            [terms("immediately", quiet=QUIET), terms("hourly", quiet="20:00-05:00")],
            "2026-11-23 23:00",
            "2026-11-24 05:00",
        ),
    ],
)
def test_a_mail_that_is_made_rests(rules: list[Terms], now: str, expected: str | None) -> None:
    assert quiet_until(rules, at(now)) == (expected and at(expected))

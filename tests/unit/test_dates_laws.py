"""Laws of reading dates: what a format prints is read back, and no text at all raises."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.dates import parse_date

ZONES = (
    "UTC",
    "Asia/Seoul",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
AP = [
    "Jan.",
    "Feb.",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _half(t: datetime) -> str:
    return f"{'오전' if t.hour < 12 else '오후'} {t.hour % 12 or 12}:{t:%M:%S}"


PIECES = re.split(
    "_",
    "2026_15_8_31_00_24_99_:_-_/_._,_ _T_Z_+09:00_KST_GMT_am_PM_오전_오후_년_월_일_시_W_(_)",
)
FEW = settings(max_examples=30)  # of each format


LOCAL: dict[str, Callable[[datetime], str]] = {
    "iso": lambda t: t.replace(tzinfo=None).isoformat(),
    "iso blank": lambda t: f"{t:%Y-%m-%d %H:%M:%S}",
    "iso basic": lambda t: f"{t:%Y%m%dT%H%M%S}",
    "14 digits": lambda t: f"{t:%Y%m%d%H%M%S}",
    "slashes": lambda t: f"{t:%Y/%m/%d %H:%M:%S}",
    "dots": lambda t: f"{t.year}. {t.month}. {t.day}. {t:%H:%M:%S}",
    "korean": lambda t: f"{t.year}년 {t.month}월 {t.day}일 {_half(t)}",
    "korean units": lambda t: (
        f"{t.year}년 {t.month}월 {t.day}일 {t.hour}시 {t.minute}분 {t.second}초"
    ),
    "sent": lambda t: f"송고{t:%Y-%m-%d %H:%M:%S}",
    "asctime": lambda t: (
        f"{DAYS[t.weekday()][:3]} {EN[t.month - 1]} {t.day:2} {t:%H:%M:%S} {t.year}"
    ),
    "rfc 822": lambda t: f"{t.day:02} {EN[t.month - 1]} {t.year} {t:%H:%M:%S}",
    "AP": lambda t: f"Published : {AP[t.month - 1]} {t.day}, {t.year} - {t:%H:%M:%S}",
    "time first": lambda t: f"{t:%H:%M:%S} {AP[t.month - 1]} {t.day}, {t.year}",
    "american": lambda t: (
        f"{t.month}/{t.day}/{t.year} {t.hour % 12 or 12}:{t:%M:%S} {'AP'[t.hour > 11]}M"
    ),
    "german": lambda t: f"{t.day}.{t.month}.{t.year} {t:%H:%M:%S}",
}
OFFSET: dict[str, Callable[[datetime], str]] = {
    "mail": format_datetime,
    "iso": lambda t: t.isoformat(),
    "colon": lambda t: (
        f"{DAYS[t.weekday()][:3]}, {t.day} {EN[t.month - 1]} {t.year} {t:%H:%M:%S} "
        f"{t.isoformat()[-6:]}"
    ),
    "GMT+": lambda t: f"{t.day} {EN[t.month - 1]} {t.year} {t:%H:%M:%S} GMT{t.isoformat()[-6:]}",
    "basic": lambda t: f"{t:%Y%m%dT%H%M%S%z}",
    "asctime": lambda t: (
        f"{DAYS[t.weekday()][:3]} {EN[t.month - 1]} {t.day} {t:%H:%M:%S %z} {t.year}"
    ),
    "14 digits": lambda t: f"{t:%Y%m%d%H%M%S%z}",
    "korean": lambda t: f"{t.year}. {t.month}. {t.day}. {_half(t)} {t.isoformat()[-6:]}",
}
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001  # naive is the point
    lambda t: t.replace(microsecond=0)
)


@FEW
@pytest.mark.parametrize("form", LOCAL)
@given(local=INSTANTS, zone=st.sampled_from(ZONES))
def test_local_times_come_back(form: str, local: datetime, zone: str) -> None:
    expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert parse_date(LOCAL[form](local), timezone=zone) == expected


@FEW
@pytest.mark.parametrize("form", OFFSET)
@given(
    local=INSTANTS,
    minutes=st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 15),
    zone=st.sampled_from(ZONES),
)
def test_offsets_come_back_whatever_the_source_zone(
    form: str, local: datetime, minutes: int, zone: str
) -> None:
    aware = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_date(OFFSET[form](aware), timezone=zone) == aware.astimezone(UTC)


@given(moment=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds of hypothesis are naive
def test_microseconds_come_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat(), timezone="UTC") == moment


@given(raw=st.text(max_size=60), zone=st.sampled_from(ZONES))
@example(raw="²026-08-15 12:00", zone="UTC")
@example(raw="2026-08-15 12:00 Ⅻ㏂", zone="UTC")
@example(raw="\ud800 2026", zone="UTC")
@example(raw="9" * 14 + "T" * 40, zone="UTC")
def test_no_text_raises(raw: str, zone: str) -> None:
    found = parse_date(raw, timezone=zone)
    assert found is None or found.tzinfo is UTC


@given(
    pieces=st.lists(st.sampled_from([*EN, *AP, *DAYS, *PIECES]), max_size=12),
)
def test_no_heap_of_pieces_raises(pieces: list[str]) -> None:
    found = parse_date("".join(pieces), timezone="Asia/Seoul")
    assert found is None or found.tzinfo is UTC

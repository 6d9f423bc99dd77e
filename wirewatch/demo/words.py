"""Dates as the outlets write them, whatever the locale of the process."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_AP = ("Jan.", "Feb.", "March", "April", "May", "June", "July")
_AP_MONTHS = (*_AP, "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def weekday(at: datetime) -> str:
    """`Tuesday`."""
    return _DAYS[at.weekday()]


def when_in_text(at: datetime) -> str:
    """`Aug. 18`, as in a dateline."""
    return f"{_AP_MONTHS[at.month - 1]} {at.day}"


def ap_date(at: datetime) -> str:
    """`Sept. 6, 2017 - 16:49`: The Korea Herald's, 2023-2024."""
    return f"{when_in_text(at)}, {at.year} - {at:%H:%M}"


def long_date(at: datetime) -> str:
    """`11:12 April 19, 2023`: Yonhap's English pages."""
    return f"{at:%H:%M} {_MONTHS[at.month - 1]} {at.day:02}, {at.year}"


def rfc_date(at: datetime) -> str:
    """RFC 822: Yonhap's Korean feeds."""
    return format_datetime(at)


def colon_date(at: datetime) -> str:
    """RFC 822 but for a colon in the offset: The Korea Herald's feeds since 2025."""
    return f"{format_datetime(at)[:-2]}:{format_datetime(at)[-2:]}"

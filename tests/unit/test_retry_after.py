"""Retry-After, from every server's pen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.retry_after import LONGEST, SHORTEST, parse_retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
M, H = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param(None, None, id="absent"),
        pytest.param("", None, id="empty"),
        pytest.param("120", 2 * M, id="seconds"),
        pytest.param(" 3600 ", H, id="blanks"),
        pytest.param("0", M, id="zero"),
        pytest.param("5", M, id="below a minute"),
        pytest.param("-120", M, id="negative"),
        pytest.param("+120", 2 * M, id="signed"),
        pytest.param("90.5", timedelta(seconds=90.5), id="fraction"),
        pytest.param("86400", 24 * H, id="a day"),
        pytest.param("86401", 24 * H, id="more than a day"),
        pytest.param("315360000", 24 * H, id="ten years"),
        pytest.param("999999999999999", 24 * H, id="the age of the universe"),
        pytest.param("9" * 400, None, id="longer than a number"),
        pytest.param("Mon, 23 Nov 2026 12:30:00 GMT", 30 * M, id="date"),
        pytest.param("Mon, 23 Nov 2026 21:30:00 +0900", 30 * M, id="date with an offset"),
        pytest.param("Monday, 23-Nov-26 13:00:00 GMT", H, id="RFC 850"),
        pytest.param("Mon Nov 23 13:00:00 2026", H, id="asctime"),
        pytest.param("Mon, 23 Nov 2026 12:00:10 GMT", M, id="in ten seconds"),
        pytest.param("Sun, 22 Nov 2026 12:00:00 GMT", M, id="past"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", M, id="1970"),
        pytest.param("Mon, 23 Nov 2036 12:00:00 GMT", 24 * H, id="ten years by date"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", 24 * H, id="the end of time"),
        pytest.param("Fri, 31 Feb 2026 00:00:00 GMT", None, id="no such day"),
        pytest.param("soon", None, id="word"),
        pytest.param("120, 240", None, id="two values"),
        pytest.param("12e3", None, id="exponent"),
        pytest.param("١٢٠", None, id="other digits"),
        pytest.param("nan", None, id="nan"),
        pytest.param("120\r\nX: y", None, id="line break"),
    ],
)
def test_table(value: str | None, wait: timedelta | None) -> None:
    assert parse_retry_after(value, NOW) == wait


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ [\d:]+ .*"))
def test_whatever_the_value_it_is_none_or_within_reason(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or SHORTEST <= wait <= LONGEST

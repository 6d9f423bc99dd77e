"""How long an answer says that it stays as it is: headers as servers really send them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.freshness import LONGEST, fresh_for

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
M = timedelta(minutes=1)
LATER = "Sat, 15 Aug 2026 03:30:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 10 * M),
        ({"cache-control": "public, Max-Age = 600 , must-revalidate"}, 10 * M),
        ({"cache-control": 'private,max-age="300"'}, 5 * M),
        ({"cache-control": "max-age=600, max-age=300"}, 5 * M),
        ({"cache-control": "max-age=600", "age": "240"}, 6 * M),
        ({"cache-control": "max-age=600", "age": "600"}, None),
        ({"cache-control": "max-age=600", "age": "soon"}, 10 * M),
        ({"cache-control": "max-age=600", "expires": LATER}, 10 * M),
        ({"cache-control": "max-age=0", "expires": LATER}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=600, no-store"}, None),
        ({"cache-control": "no-cache", "expires": LATER}, None),
        ({"cache-control": "s-maxage=600"}, None),  # for caches that many share
        ({"cache-control": "x-max-age=600"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=abc", "expires": LATER}, 30 * M),
        ({"cache-control": "public", "expires": LATER}, 30 * M),
        ({"cache-control": "max-age=999999999999"}, LONGEST),
        ({"cache-control": "max-age=" + "9" * 5000}, None),
        ({"cache-control": "x," * 600 + "max-age=600"}, None),  # so long a header is no header
        ({"expires": LATER}, 30 * M),
        ({"expires": LATER, "date": "Sat, 15 Aug 2026 03:10:00 GMT"}, 20 * M),
        ({"expires": LATER, "date": "yesterday"}, 30 * M),
        ({"expires": "Sat, 15 Aug 2026 12:30:00 +0900"}, 30 * M),
        ({"expires": "Sat, 15 Aug 2026 02:00:00 GMT"}, None),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 -2300"}, None),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": ""}, None),
    ],
)
def test_fresh_for(headers: dict[str, str], expected: timedelta | None) -> None:
    assert fresh_for(headers, NOW) == expected


@given(
    st.dictionaries(
        st.sampled_from(["cache-control", "expires", "age", "date"]),
        st.text(max_size=60)
        | st.from_regex(r"\A(no-cache|max-age ?= ?[0-9]{0,14}|, ?){0,4}\Z")
        | st.just(LATER),
    )
)
def test_whatever_a_server_sends(headers: dict[str, str]) -> None:
    found = fresh_for(headers, NOW)
    assert found is None or timedelta(0) < found <= LONGEST

from datetime import UTC, datetime, timedelta

import pytest

from wirewatch.cli.times import local, read_time, span

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
SEOUL = "Asia/Seoul"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        (" 90s ", NOW - timedelta(seconds=90)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-11-23", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        ("2026-11-23T08:00", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("2026-11-23 08:00", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("2026-11-23T08:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-23T08:00+02:00", datetime(2026, 11, 23, 6, tzinfo=UTC)),
    ],
)
def test_instants(text: str, at: datetime) -> None:
    assert read_time(text, NOW, SEOUL) == at


@pytest.mark.parametrize(
    "text", ["", "yesterday", "24", "h", "-3h", "3 h", "2026-13-01", "999999999999w", "٣h"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write how long ago"):
        read_time(text, NOW, SEOUL)


def test_until_takes_in_the_day_it_names() -> None:
    assert read_time("2026-11-23", NOW, SEOUL, end=True) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    noon = read_time("2026-11-23T12:00Z", NOW, SEOUL, end=True)
    assert noon == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_local_time() -> None:
    assert local("2026-11-22T15:30:00+00:00", SEOUL) == "2026-11-23 00:30"
    assert local(None, SEOUL) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (172_800, "2 days"),
    ],
)
def test_spans(seconds: int, text: str) -> None:
    assert span(seconds) == text

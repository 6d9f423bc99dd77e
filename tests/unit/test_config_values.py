"""Values: what is read, what it means, and that writing and reading are inverse."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.addresses import parse_address, parse_mailbox
from config.durations import format_duration, format_size, parse_duration, parse_size
from config.hosts import listen, network
from config.schedules import WEEKDAYS, QuietWindow, Schedule, parse_quiet, parse_schedule
from config.server_urls import database_url, mail_url, proxy
from config.urls import host, mask, web_url
from config.values import Bad, identifier, language, quote, zone

minutes = st.times().map(lambda t: time(t.hour, t.minute))


READERS: list[Callable[[str], object]] = [
    parse_schedule, parse_quiet, parse_address, parse_mailbox, web_url, host, mail_url, proxy,
    listen, network, database_url, zone, language, identifier, parse_duration, parse_size,
]  # fmt: skip


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    kind = draw(st.sampled_from(["immediately", "hourly", "daily", "weekdays", "weekly"]))
    if kind in {"immediately", "hourly"}:
        return Schedule(kind)
    times = tuple(sorted(draw(st.sets(minutes, min_size=1, max_size=5))))
    day = draw(st.sampled_from(WEEKDAYS)) if kind == "weekly" else None
    return Schedule(kind, times, day)


@given(st.integers(0, 36_500 * 86_400).map(lambda s: timedelta(seconds=s)))
def test_durations_read_back(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


@given(st.integers(0, 10**12 - 1))
def test_sizes_read_back(value: int) -> None:
    assert parse_size(format_size(value)) == value


@given(schedules())
def test_schedules_read_back(value: Schedule) -> None:
    assert parse_schedule(str(value)) == value


@given(st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]))
def test_quiet_windows_read_back(pair: tuple[time, time]) -> None:
    assert parse_quiet(str(QuietWindow(*pair))) == QuietWindow(*pair)


@given(st.text())
def test_any_text_is_read_or_refused_with_a_printable_message(text: str) -> None:
    for reader in READERS:
        message = "read"
        try:
            reader(text)
        except Bad as bad:
            message = str(bad)
        assert message.isprintable()


@given(st.text())
def test_an_accepted_address_is_safe_in_a_command_and_a_header(text: str) -> None:
    for candidate in (text, f"{text}@example.org", f"desk@{text}"):
        try:
            address = parse_address(candidate)
        except Bad:
            continue
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' <>()[]\\,;:"`|/!%$')
        assert address[0] not in "-.@"
        assert address.count("@") == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("0s", timedelta(0)), ("90s", timedelta(seconds=90)), ("2m", timedelta(minutes=2)),
     ("24h", timedelta(days=1)), ("7d", timedelta(days=7)), ("2w", timedelta(weeks=2)),
     ("007s", timedelta(seconds=7))],
)  # fmt: skip
def test_durations(text: str, value: timedelta) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize("text", ["", "90", "s", "90 s", "1.5h", "1h30m", "٣s", "90S", "-1s", "1y"])
def test_no_durations(text: str) -> None:
    with pytest.raises(Bad, match="whole number and one of s, m, h, d, w"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("10MiB", 10_485_760), ("500kB", 500_000), ("1 GB", 10**9), ("4096B", 4096), ("2KiB", 2048)],
)
def test_sizes(text: str, value: int) -> None:
    assert parse_size(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("Daily 08:00", Schedule("daily", (time(8),))),
     ("weekdays 17:00, 07:30", Schedule("weekdays", (time(7, 30), time(17)))),
     ("weekly mon 08:00", Schedule("weekly", (time(8),), "mon")),
     (" hourly ", Schedule("hourly"))],
)  # fmt: skip
def test_schedules(text: str, value: Schedule) -> None:
    assert parse_schedule(text) == value


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("desk@Example.ORG", "desk@example.org"), ("you@localhost", "you@localhost"),
     ("o'brien+news=x@a.b-c.org", "o'brien+news=x@a.b-c.org"), ("a_b.c@xn--9n2bp8q.xn--3e0b707e",
      "a_b.c@xn--9n2bp8q.xn--3e0b707e")],
)  # fmt: skip
def test_addresses(raw: str, shown: str) -> None:
    assert parse_address(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("Wirewatch <a@B.org>", "Wirewatch <a@b.org>"), ("a@b.org", "a@b.org"),
     ("감시 데스크 <a@b.org>", "감시 데스크 <a@b.org>"), ("<a@b.org>", "a@b.org"),
     ('"Desk, Seoul" <a@b.org>', '"Desk, Seoul" <a@b.org>')],
)  # fmt: skip
def test_senders(raw: str, shown: str) -> None:
    assert parse_mailbox(raw) == shown
    assert parse_mailbox(shown) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("WWW.Example.org.", "www.example.org"), ("example.org:443", "example.org"),
     ("127.0.0.1:8123", "127.0.0.1:8123"), ("예시.한국", "xn--vv4b11d.xn--3e0b707e"),
     ("[::1]:8000", "[::1]:8000"), ("::1", "[::1]")],
)  # fmt: skip
def test_hosts(raw: str, shown: str) -> None:
    assert host(raw) == shown


@pytest.mark.parametrize(
    ("raw", "url", "user", "password"),
    [("smtp://h", "smtp://h", None, None), ("smtps://H.org:465/", "smtps://h.org:465", None, None),
     ("smtp+starttls://u%40x:p%2Fw%3A@h:587", "smtp+starttls://u%40x@h:587", "u@x", "p/w:"),
     ("smtp://[::1]:25", "smtp://[::1]:25", None, None)],
)  # fmt: skip
def test_mail_urls(raw: str, url: str, user: str | None, password: str | None) -> None:
    taken = mail_url(raw)
    assert taken is not None
    assert (taken.url, taken.user, taken.password) == (url, user, password)


@pytest.mark.parametrize(
    ("url", "shown"),
    [("postgresql://u:pw@h/d", "postgresql://u:***@h/d"), ("smtp://u:p@w/x@h", "smtp://u:***@h"),
     ("http://h/a@b", "http://h/a@b"), ("sqlite:////a/b.db", "sqlite:////a/b.db"),
     ("postgresql://h/d?user=u&password=pw&x=1", "postgresql://h/d?user=u&password=***&x=1")],
)  # fmt: skip
def test_masks(url: str, shown: str) -> None:
    assert mask(url) == shown


def test_a_quoted_value_is_cut_and_harmless() -> None:
    assert quote("a\x1b[2J\u202e") == '"a\\x1b[2J\\u202e"'
    assert len(quote("x" * 1000)) == 62
    assert quote(5) == "5"

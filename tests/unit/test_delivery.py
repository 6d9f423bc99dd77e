"""What follows from each outcome of handing a mail over, and the names of mails."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.delivery import (
    Decision,
    Outcome,
    alert_key,
    decide,
    may_begin_data,
    message_id,
    next_page_attempt,
    next_probe_at,
    safe_filename,
    thread_id,
)
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
M, H, D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

GREYLISTED = TemporaryFailure("refused", code=450, reply="4.7.1 greylisted")
FULL = TemporaryFailure("refused", code=452, reply="4.3.1 no room")
NO_USER = PermanentFailure("refused", code=550, reply="5.1.1 no such user")
TOO_BIG = PermanentFailure("refused", code=552, reply="5.3.4 too big")
SPAM = PermanentFailure("refused", code=554, reply="5.7.1 spam")
LOST = UncertainOutcome("the connection was closed after the whole mail was sent")
CLOSING = ChannelDown("closes the service", code=421, reply="4.3.2 busy")
REFUSED = ChannelDown("Connection refused")
NO_TLS = ChannelDown("does not offer STARTTLS")
WRONG_PASSWORD = AuthFailure("refused the login", code=535, reply="5.7.8 no")
LOGIN_FIRST = ChannelDown("refused", code=530, reply="5.7.0 login first")


@pytest.mark.parametrize(
    ("error", "attempts", "deferred_for", "outcome", "again_in"),
    [
        (None, 1, None, Outcome.SENT, None),
        (None, 7, 2 * D, Outcome.SENT, None),
        (GREYLISTED, 1, None, Outcome.DEFERRED, 1 * M),
        (GREYLISTED, 2, 1 * M, Outcome.DEFERRED, 2 * M),
        (FULL, 3, 3 * M, Outcome.DEFERRED, 4 * M),
        (FULL, 8, 2 * H, Outcome.DEFERRED, 128 * M),
        (GREYLISTED, 9, 5 * H, Outcome.DEFERRED, 4 * H),
        (GREYLISTED, 5000, 1 * D, Outcome.DEFERRED, 4 * H),
        (GREYLISTED, 30, 5 * D - M, Outcome.DEFERRED, 4 * H),
        (GREYLISTED, 31, 5 * D, Outcome.HELD, None),
        (NO_USER, 1, None, Outcome.HELD, None),
        (TOO_BIG, 1, None, Outcome.HELD, None),
        (SPAM, 4, 1 * H, Outcome.HELD, None),
        (LOST, 1, None, Outcome.UNCERTAIN, 1 * M),
        (LOST, 2, 1 * M, Outcome.UNCERTAIN, 2 * M),
        (LOST, 40, 5 * D, Outcome.HELD, None),
    ],
)
def test_what_becomes_of_the_mail(
    error: DeliveryError | None,
    attempts: int,
    deferred_for: timedelta | None,
    outcome: Outcome,
    again_in: timedelta | None,
) -> None:
    first = None if deferred_for is None else NOW - deferred_for
    decision = decide(error, attempts=attempts, first_deferred_at=first, now=NOW)
    assert decision.outcome is outcome
    assert decision.next_attempt_at == (None if again_in is None else NOW + again_in)
    assert decision.next_probe_at is None
    assert decision.notice is (outcome is Outcome.HELD)
    if outcome in (Outcome.DEFERRED, Outcome.UNCERTAIN):
        assert decision.first_deferred_at == (first or NOW)


@pytest.mark.parametrize(
    ("error", "failures", "probe_in", "notice"),
    [
        (CLOSING, 0, 1 * M, False),
        (REFUSED, 0, 1 * M, False),
        (NO_TLS, 1, 2 * M, False),
        (REFUSED, 4, 15 * M, False),
        (REFUSED, 4000, 15 * M, False),
        (WRONG_PASSWORD, 0, 5 * M, True),
        (WRONG_PASSWORD, 1, 10 * M, False),
        (WRONG_PASSWORD, 60, 4 * H, False),
        (LOGIN_FIRST, 0, 5 * M, True),
    ],
)
@pytest.mark.parametrize("first", [None, NOW - 30 * D])
def test_what_is_the_channels_affair_is_never_held_against_the_mail(
    error: DeliveryError, failures: int, probe_in: timedelta, notice: bool, first: datetime | None
) -> None:
    decision = decide(
        error, attempts=9, first_deferred_at=first, now=NOW, channel_failures=failures
    )
    assert decision == Decision(
        Outcome.CHANNEL_DOWN,
        decision.reason,
        next_probe_at=NOW + probe_in,
        first_deferred_at=first,
        notice=notice,
    )


def test_time_with_a_refused_login_does_not_count() -> None:
    begun = NOW - 6 * D
    held = decide(GREYLISTED, attempts=9, first_deferred_at=begun, now=NOW)
    kept = decide(GREYLISTED, attempts=9, first_deferred_at=begun, now=NOW, not_counted=2 * D)
    assert (held.outcome, kept.outcome) == (Outcome.HELD, Outcome.DEFERRED)
    assert kept.first_deferred_at == begun


def test_the_reason_is_one_short_line_of_what_the_server_said() -> None:
    error = PermanentFailure("mail.test refused the recipient (550)", code=550, reply="a\n b" * 300)
    decision = decide(error, attempts=1, first_deferred_at=None, now=NOW)
    assert decision.reason.startswith("mail.test refused the recipient (550) a b")
    assert len(decision.reason) <= 300
    late = decide(GREYLISTED, attempts=40, first_deferred_at=NOW - 5 * D, now=NOW)
    assert late.reason == "given up after 5 days: refused 4.7.1 greylisted"


def test_five_days_of_greylisting_end_held_after_some_forty_attempts() -> None:
    now, attempts, first = NOW, 0, None
    while True:
        attempts += 1
        decision = decide(GREYLISTED, attempts=attempts, first_deferred_at=first, now=now)
        if decision.outcome is Outcome.HELD:
            break
        assert decision.next_attempt_at is not None
        first, now = decision.first_deferred_at, decision.next_attempt_at
    assert 5 * D <= now - NOW <= 5 * D + 4 * H
    assert attempts == 38


@pytest.mark.parametrize(
    ("failures", "auth", "probe_in"),
    [(0, False, M), (1, False, M), (3, False, 4 * M), (1, True, 5 * M), (3, True, 20 * M)],
)
def test_probes(failures: int, auth: bool, probe_in: timedelta) -> None:
    assert next_probe_at(failures, NOW, auth=auth) == NOW + probe_in


@pytest.mark.parametrize(
    ("attempts", "failing_for", "again_in"),
    [
        (1, 0 * M, 1 * M),
        (2, 1 * M, 2 * M),
        (9, 4 * H, 256 * M),
        (10, 8 * H, 6 * H),
        (99, 3 * D - M, 6 * H),
        (99, 3 * D, None),
        (1, 30 * D, None),
    ],
)
def test_pages_are_tried_for_three_days(
    attempts: int, failing_for: timedelta, again_in: timedelta | None
) -> None:
    expected = None if again_in is None else NOW + again_in
    assert next_page_attempt(attempts, NOW - failing_for, NOW) == expected


@pytest.mark.parametrize(
    ("left", "before_data", "may"),
    [
        (600, None, True),
        (450, None, True),
        (449, None, False),
        (330, 0, True),
        (329, 0, False),
        (-60, 0, False),
    ],
)
def test_data_is_begun_only_where_the_lease_outlasts_it(
    left: int, before_data: int | None, may: bool
) -> None:
    lease = NOW + timedelta(seconds=left)
    if before_data is None:
        assert may_begin_data(lease, NOW) is may
    else:
        assert may_begin_data(lease, NOW, before_data=timedelta(seconds=before_data)) is may


def test_names_are_what_they_were() -> None:
    """Written out: a change here would send every waiting mail a second time under a new id."""
    key = alert_key("immediate", "desk@example.org", 12, 0)
    assert key == "immediate/12/0/desk@example.org"
    assert message_id(key, "Example.org") == (
        "<wirewatch.82d15ab52f4bd601eddcf8dd3614f604@example.org>"
    )
    assert thread_id("desk@example.org", 12, "example.org") == (
        "<thread.ab15c1e4de29f1b0121985639e71456f@example.org>"
    )
    assert safe_filename(key) == "immediate-12-0-82d15ab52f4bd601eddc.eml"
    assert alert_key("update", "a@b", 12, 3, copy=2) == "update/12/3r2/a@b"


@pytest.mark.parametrize("domain", ["", "a b", "a\r\nBcc: x", "예시.한국", "-a.org", "a..b", "a>b"])
def test_a_domain_no_header_could_carry_is_replaced(domain: str) -> None:
    assert message_id("k", domain).endswith("@wirewatch.invalid>")


KEYS = st.tuples(
    st.sampled_from(["immediate", "update", "notice"]),
    st.text(max_size=30),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2),
)


@given(KEYS, KEYS)
def test_different_alerts_have_different_names(
    a: tuple[str, str, int, int, int], b: tuple[str, str, int, int, int]
) -> None:
    keys = [alert_key(k, r, s, n, copy=c) for k, r, s, n, c in (a, b)]
    same = a == b
    assert (keys[0] == keys[1]) is same
    assert (message_id(keys[0], "x.org") == message_id(keys[1], "x.org")) is same
    assert (safe_filename(keys[0]) == safe_filename(keys[1])) is same


@given(st.text())
def test_names_are_safe_whatever_the_key(key: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,100}\.eml", safe_filename(key))
    assert re.fullmatch(r"<[a-z0-9.]+@example\.org>", message_id(key, "example.org"))

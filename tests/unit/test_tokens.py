"""Signed words: they open what they were made for, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.tokens import alert_of_token, feed_token, is_stop_token, is_token, stop_token

SECRET = bytes(range(32))
OTHER = bytes(32)
DESK = "desk@example.org"


def test_a_stop_token_names_its_alert_and_proves_itself() -> None:
    token = stop_token(SECRET, 42, DESK)
    assert token.startswith("42.")
    assert alert_of_token(token) == 42
    assert is_stop_token(SECRET, token, 42, DESK)


def test_tokens_stay_as_they_were_given_out() -> None:
    """Mails of years ago carry them: whoever changes how they are made stops these from working."""
    assert stop_token(SECRET, 42, DESK) == "42.dTmM4eJRtwYDFX8Cw6AQTw"
    assert feed_token(SECRET, "THAAD") == "Q7CwFeohLw441kNLPuTMjA"


@pytest.mark.parametrize(
    ("secret", "alert", "recipient"),
    [
        (OTHER, 42, DESK),
        (SECRET, 43, DESK),
        (SECRET, 42, "ops@example.org"),
        (SECRET, 4, "2" + DESK),
    ],
)
def test_it_proves_nothing_else(secret: bytes, alert: int, recipient: str) -> None:
    token = stop_token(SECRET, 42, DESK)
    assert not is_stop_token(secret, token, alert, recipient)
    forged = f"{alert}.{token.partition('.')[2]}"
    assert not is_stop_token(secret, forged, alert, recipient)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "42",
        "42.",
        ".dTmM4eJRtwYDFX8Cw6AQTw",
        "42.dTmM4eJRtwYDFX8Cw6AQT",
        "42.dTmM4eJRtwYDFX8Cw6AQTwg",
        "42.dTmM4eJRtwYDFX8Cw6AQTw\n",
        "-1.dTmM4eJRtwYDFX8Cw6AQTw",
        "٤٢.dTmM4eJRtwYDFX8Cw6AQTw",
        "4" * 19 + ".dTmM4eJRtwYDFX8Cw6AQTw",
    ],
)
def test_what_has_not_its_form_names_no_alert(word: str) -> None:
    assert alert_of_token(word) is None


@given(st.integers(0, 10**18 - 1), st.text(), st.binary(min_size=1, max_size=40))
def test_every_token_has_a_form_that_needs_no_quoting(
    alert: int, recipient: str, secret: bytes
) -> None:
    token = stop_token(secret, alert, recipient)
    assert alert_of_token(token) == alert
    assert is_stop_token(secret, token, alert, recipient)
    assert feed_token(secret, recipient).isascii()


@given(st.text(), st.text())
def test_any_word_is_compared_without_complaint(word: str, recipient: str) -> None:
    assert not is_stop_token(SECRET, word, 1, recipient)
    assert not is_token(word, feed_token(SECRET, recipient))


def test_a_renewed_feed_has_another_token() -> None:
    tokens = {feed_token(SECRET, "THAAD", n) for n in range(20)}
    assert len(tokens) == 20
    assert feed_token(SECRET, "THAAD", 0) == feed_token(SECRET, "THAAD")


def test_one_purpose_is_not_another() -> None:
    assert stop_token(SECRET, 42, DESK).partition(".")[2] != feed_token(SECRET, f"42\0{DESK}")
    assert feed_token(SECRET, "THAAD") != feed_token(SECRET, "THAAD1")
    assert feed_token(SECRET, "THAAD", 1) != feed_token(SECRET, "THAAD1")

"""Who is told: kinds, lanes, and that nobody is shown a URL's secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.recipients import parse_recipient
from config.values import Bad
from newsroom.recipients import MAIL_LANE, kind_of, lane_of, shown, without_secrets

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
HOOK = "webhook+https://hooks.example.org:8443/in/5ecre7path?key=abcd1234"


@pytest.mark.parametrize(
    ("recipient", "kind"),
    [
        ("desk@example.org", "mail"),
        (SLACK, "apprise"),
        (HOOK, "webhook"),
        ("WEBHOOK+HTTP://127.0.0.1:9/x", "webhook"),
        ("https://hooks.slack.com/services/a/b/c", "apprise"),
    ],
)
def test_kinds(recipient: str, kind: str) -> None:
    assert kind_of(recipient) == kind


def test_all_mail_shares_a_lane_and_no_urls_do() -> None:
    assert lane_of("a@example.org") == lane_of("b@example.org") == MAIL_LANE
    urls = [SLACK, SLACK + "x", HOOK, HOOK + "x", HOOK.replace("8443", "8444")]
    lanes = {lane_of(url) for url in urls}
    assert len(lanes) == len(urls)
    assert lane_of(HOOK).startswith("webhook hooks.example.org:8443 ")
    assert lane_of(SLACK).startswith("slack ")


@pytest.mark.parametrize(
    ("recipient", "place", "secrets"),
    [
        ("desk@example.org", "desk@example.org", ()),
        (SLACK, "slack://***", ("T1JJ3T3L2", "A1BRTD4JD", "TIiajk")),
        (HOOK, "webhook+https://hooks.example.org:8443/***", ("5ecre7path", "abcd1234")),
        ("webhook+https://me:pw@h.example/x", "webhook+https://h.example/***", ("me", "pw")),
        ("webhook+https://[::1/x", "webhook+https:///***", ("::1",)),
    ],
)
def test_shown(recipient: str, place: str, secrets: tuple[str, ...]) -> None:
    text = shown(recipient)
    assert text.startswith(place)
    for named in (text, lane_of(recipient)):
        assert not any(secret in named for secret in secrets)


_PIECE = st.text(
    alphabet=st.characters(min_codepoint=48, max_codepoint=122, categories=["L", "N"]),
    min_size=6,
    max_size=20,
)


@given(st.lists(_PIECE, min_size=1, max_size=4))
def test_a_text_about_a_url_keeps_none_of_its_pieces(pieces: list[str]) -> None:
    url = "slack://" + "/".join(pieces)
    said = f"cannot reach {url}: token {pieces[-1]} at {pieces[0]} refused"
    clean = without_secrets(said, url)
    assert not any(piece in clean for piece in pieces)
    assert lane_of(url) == lane_of(url)


def test_a_text_about_an_address_stays() -> None:
    assert without_secrets("no mailbox desk@example.org", "desk@example.org") == (
        "no mailbox desk@example.org"
    )


@pytest.mark.parametrize(
    "text",
    [
        "desk@example.org",
        SLACK,
        HOOK,
        "webhook+http://127.0.0.1:8080/",
        "json://127.0.0.1:8080/path",
        "ntfys://topic",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ],
)
def test_what_may_stand_in_to(text: str) -> None:
    assert parse_recipient(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mailto:desk@example.org", "write the address alone"),
        ("mailto://me:pass@example.org", "write the address alone"),
        ("slack://token", "not what Apprise expects"),
        ("slak://a/b/c", 'write "slack://…"'),
        ("webhook://hooks.example.org/x", 'write "webhook+https://…"'),
        ("https://hooks.example.org/s3cretpath", 'write "webhook+https://…"'),
        ("http://hooks.example.org/s3cretpath", 'write "webhook+http://…"'),
        ("syslog://", "this machine alone"),
        ("dbus://", "this machine alone"),
        ("macosx://", "this machine alone"),
        ("windows://", "this machine alone"),
        ("gnome://", "this machine alone"),
        ("nosuchservice://x", "a URL that Apprise knows"),
        ("webhook+https:///s3cretpath", "names no server"),
        ("webhook+https://user:s3cretpath@h.example/", "holds a user"),
        ("webhook+https://h.example/s3cretpath#x", "has a fragment"),
        ("webhook+https://h.example:0/s3cretpath", "names no server"),
        ("webhook+https://h.example:x/s3cretpath", "is no URL"),
        ("webhook+https://h.example/s3cretpath\nX: y", "control character"),
        ("webhook+https://h.example/경로", "beyond ASCII"),
        ("webhook+https://h.example/" + "s3cretpath" * 300, "write at most 2000"),
        ("desk@", "write one plain address"),
        (5, "not a text"),
    ],
)
def test_what_may_not(text: object, said: str) -> None:
    with pytest.raises(Bad) as refused:
        parse_recipient(text)
    message = str(refused.value)
    assert said in message
    assert "s3cretpath" not in message
    assert "pass" not in message.replace("password", "")

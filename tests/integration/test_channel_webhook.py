"""Webhooks against a server that misbehaves at each stage, and what that means for the message."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from alerts.webhook import WebhookChannel
from alerts.webhook_body import render_body
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from tests.site.behaviour import drip, hang, raw
from tests.site.certificates import make_authority
from tests.site.server import Behaviour, Exchange, Site
from tests.unit.alert_contents import NOW, alert

BODY = render_body(alert(), now=NOW)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


def address(site: Site, path: str = "/hook") -> str:
    return f"webhook+{site.url(path)}"


def send(site: Site, body: bytes = BODY, *, deadline: float = 20.0, **more: str) -> str:
    url = address(site)
    channel = WebhookChannel(url, deadline=deadline, **more)
    try:
        return channel.send(url, body, filename="test.eml")
    finally:
        channel.close()


def test_what_arrives(site: Site) -> None:
    site.page("/hook", b"thanks", status=202)
    assert send(site, secret="s3cret") == "202 Status"
    (seen,) = site.requests("/hook")
    assert seen.method == "POST"
    assert seen.body == BODY
    read = json.loads(seen.body)
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["x-wirewatch-event"] == read["event"] == "alert.immediate"
    assert seen.headers["x-wirewatch-delivery"] == read["id"]
    assert seen.headers["host"] == site.host
    mark = hmac.new(b"s3cret", seen.body, hashlib.sha256).hexdigest()
    assert seen.headers["x-wirewatch-signature"] == f"sha256={mark}"


def test_without_a_secret_nothing_is_signed(site: Site) -> None:
    site.page("/hook", b"", status=200)
    send(site)
    assert "x-wirewatch-signature" not in site.requests("/hook")[0].headers


def test_a_query_is_kept(site: Site) -> None:
    site.page("/hook", b"")
    url = address(site, "/hook?token=a%20b")
    WebhookChannel(url).send(url, BODY, filename="test.eml")
    assert site.seen[0].target == "/hook?token=a%20b"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ChannelDown),
        (302, ChannelDown),
        (307, ChannelDown),
        (400, PermanentFailure),
        (401, AuthFailure),
        (403, AuthFailure),
        (404, ChannelDown),
        (405, ChannelDown),
        (408, TemporaryFailure),
        (410, PermanentFailure),
        (413, PermanentFailure),
        (422, PermanentFailure),
        (425, TemporaryFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (502, TemporaryFailure),
        (503, TemporaryFailure),
        (599, TemporaryFailure),
    ],
)
def test_what_a_status_means(site: Site, status: int, kind: type[DeliveryError]) -> None:
    site.page("/elsewhere", b"never asked")
    site.page("/hook", b"no", status=status, headers={"Location": site.url("/elsewhere")})
    with pytest.raises(DeliveryError) as refused:
        send(site)
    assert type(refused.value) is kind
    assert refused.value.code == status
    assert refused.value.retry_after is None
    assert site.hits("/elsewhere") == 0
    assert "/hook" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("999999999999", timedelta(days=1)),
        ("-5", None),
        ("soon", None),
        ("", None),
        (format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True), None),
        (format_datetime(datetime(2900, 1, 1, tzinfo=UTC), usegmt=True), timedelta(days=1)),
    ],
)
def test_how_long_it_asks_to_be_left_alone(site: Site, value: str, wait: timedelta | None) -> None:
    site.page("/hook", b"", status=429, headers={"Retry-After": value})
    with pytest.raises(TemporaryFailure) as refused:
        send(site)
    assert refused.value.retry_after == wait


def test_a_huge_answer_is_not_read_to_its_end(site: Site) -> None:
    sent = threading.Event()

    def flood(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": str(10**9)})
        try:
            for _ in range(10_000):
                exchange.send(b"x" * 100_000)
        finally:
            sent.set()

    site.route("/hook", flood)
    assert send(site).startswith("200")
    assert sent.wait(10)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"), id="in its body"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Le"), id="in its headers"),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50, every=0.02), id="by the deadline"
        ),
    ],
)
def test_an_answer_that_is_cut_after_its_status_is_an_answer(site: Site, answer: Behaviour) -> None:
    site.route("/hook", answer)
    assert send(site, deadline=1.5) == "200 OK"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(hang(), id="says nothing"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", every=0.2), id="drips"),
    ],
)
def test_no_answer_in_time_is_uncertain(site: Site, answer: Behaviour) -> None:
    site.route("/hook", answer)
    with pytest.raises(UncertainOutcome, match="no answer in time"):
        send(site, deadline=0.5)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b"", then="close"), id="closes"),
        pytest.param(raw(b"HTTP/1.1 20", then="reset"), id="cut in its status"),
        pytest.param(raw(b"\x16\x03garbage\r\n\r\n", then="close"), id="garbage"),
        pytest.param(raw(b"HTTP/1.1 99999 no\r\n\r\n", then="close"), id="no status"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500, then="close"), id="headers"),
        pytest.param(raw(b"HTTP/1.1 200 " + b"x" * 70_000, then="close"), id="a line without end"),
    ],
)
def test_a_broken_answer_is_uncertain(site: Site, answer: Behaviour) -> None:
    site.route("/hook", answer)
    with pytest.raises(UncertainOutcome):
        send(site)
    assert site.hits("/hook") == 1


def test_nobody_listens() -> None:
    with Site() as gone:
        url = address(gone)
    with pytest.raises(ChannelDown, match="refused"):
        WebhookChannel(url).send(url, BODY, filename="x")


def test_an_answer_before_the_whole_message_was_sent_counts(site: Site) -> None:
    """A receiver that refuses a large body may close before it has read it."""

    def refuse(exchange: Exchange) -> None:
        exchange.answer(413, b"too large", {"Connection": "close"})
        exchange.end()

    site.route("/hook", refuse)
    document = json.loads(BODY)
    document["padding"] = "x" * 200_000
    with pytest.raises(PermanentFailure) as refused:
        send(site, json.dumps(document).encode())
    assert refused.value.code == 413


def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with Site(tls=authority.server_context(), name="localhost") as site:
        site.page("/hook", b"")
        with pytest.raises(ChannelDown, match="certificate not trusted"):
            send(site)
        assert site.hits("/hook") == 0
        assert send(site, ca_bundle=str(authority.ca_file)).startswith("200")


def test_a_bundle_that_cannot_be_read(tmp_path: Path) -> None:
    context = make_authority(tmp_path).server_context()
    with (
        Site(tls=context, name="localhost") as site,
        pytest.raises(ChannelDown, match="cannot be read"),
    ):
        send(site, ca_bundle=str(tmp_path / "nowhere.pem"))


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b'{"event":"notice"}',
        b'{"event":"notice","id":"a\\r\\nX-Evil: 1"}',
        b'{"event":"\xed\x95\x9c","id":"a"}',
    ],
)
def test_bytes_that_name_themselves_wrongly_are_not_sent(site: Site, body: bytes) -> None:
    site.page("/hook", b"")
    with pytest.raises(PermanentFailure):
        send(site, body)
    assert site.seen == []


def test_a_lane_carries_to_one_address_alone(site: Site) -> None:
    channel = WebhookChannel(address(site))
    with pytest.raises(PermanentFailure):
        channel.send(address(site, "/other"), BODY, filename="x")


def test_closing_ends_what_hangs(site: Site) -> None:
    site.route("/hook", hang())
    url = address(site)
    channel = WebhookChannel(url)
    ended: list[Exception] = []

    def carry() -> None:
        try:
            channel.send(url, BODY, filename="x")
        except DeliveryError as error:
            ended.append(error)

    thread = threading.Thread(target=carry)
    thread.start()
    site.wait_for("/hook")
    channel.close()
    thread.join(10)
    assert isinstance(ended[0], UncertainOutcome)
    with pytest.raises(ChannelDown):
        channel.send(url, BODY, filename="x")

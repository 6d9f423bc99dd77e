"""Messages through Apprise, by its `json://` service to a server that misbehaves."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator

import pytest

from alerts.apprise_channel import AppriseChannel, failure
from alerts.brief import render_brief
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from tests.site.behaviour import drip, hang, raw
from tests.site.server import Behaviour, Site
from tests.unit.alert_contents import NOW, alert

MESSAGE = render_brief(alert(), now=NOW)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


def address(site: Site, options: str = "") -> str:
    return f"json://{site.host}/5ecret/path{options}"


def send(url: str, message: bytes = MESSAGE, *, deadline: float = 30.0) -> str:
    return AppriseChannel(url, deadline=deadline).send(url, message, filename="test.eml")


def test_what_arrives(site: Site) -> None:
    site.page("/5ecret/path", b"ok")
    assert send(address(site)).startswith("taken by json ")
    (seen,) = site.requests("/5ecret/path")
    told = json.loads(seen.body)
    kept = json.loads(MESSAGE)
    assert told["title"] == kept["title"]
    assert told["message"] == kept["text"]
    assert told["attachments"] == []
    assert told["type"] == "info"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, TemporaryFailure),
        (400, PermanentFailure),
        (401, AuthFailure),
        (403, AuthFailure),
        (404, PermanentFailure),
        (410, PermanentFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (503, TemporaryFailure),
    ],
)
def test_what_a_status_means(site: Site, status: int, kind: type[DeliveryError]) -> None:
    site.page("/elsewhere", b"a POST would be a GET here")
    site.page("/5ecret/path", b"no", status=status, headers={"Location": "/elsewhere"})
    with pytest.raises(DeliveryError) as refused:
        send(address(site))
    assert type(refused.value) is kind
    assert refused.value.code == status
    assert (refused.value.retry_after is not None) == (status == 429)
    assert site.hits("/elsewhere") == 0
    assert "5ecret" not in f"{refused.value} {refused.value.reply}"


def test_nobody_listens() -> None:
    with Site() as gone:
        url = address(gone)
    with pytest.raises(TemporaryFailure, match="did not take"):
        send(url)


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        pytest.param(hang(), "?rto=0.3", id="no answer within Apprise's own limit"),
        pytest.param(hang(), "", id="hangs"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500, every=0.05), "", id="drips"),
        pytest.param(raw(b"", then="close"), "", id="closes"),
        pytest.param(raw(b"HTTP/1.1 2", then="reset"), "", id="cut"),
    ],
)
def test_no_definite_answer_is_uncertain(site: Site, answer: Behaviour, options: str) -> None:
    site.route("/5ecret/path", answer)
    with pytest.raises(UncertainOutcome) as refused:
        send(address(site, options), deadline=1.5)
    assert "5ecret" not in f"{refused.value} {refused.value.reply}"


def test_behind_a_message_that_hangs_no_other_is_sent(site: Site) -> None:
    site.route("/5ecret/path", hang())
    url = address(site)
    channel = AppriseChannel(url, deadline=0.5)
    with pytest.raises(UncertainOutcome):
        channel.send(url, MESSAGE, filename="x")
    with pytest.raises(ChannelDown, match="still hangs"):
        channel.send(url, MESSAGE, filename="x")
    assert site.hits("/5ecret/path") == 1


def test_closing_waits_for_nothing(site: Site) -> None:
    site.route("/5ecret/path", hang())
    url = address(site)
    channel = AppriseChannel(url)
    ended: list[Exception] = []

    def carry() -> None:
        try:
            channel.send(url, MESSAGE, filename="x")
        except DeliveryError as error:
            ended.append(error)

    thread = threading.Thread(target=carry)
    thread.start()
    site.wait_for("/5ecret/path")
    channel.close()
    thread.join(10)
    assert isinstance(ended[0], UncertainOutcome)
    with pytest.raises(ChannelDown):
        channel.send(url, MESSAGE, filename="x")


def test_a_url_apprise_cannot_use_rests_the_channel() -> None:
    with pytest.raises(AuthFailure, match="cannot be used") as refused:
        send("slack://5ecret")
    assert "5ecret" not in str(refused.value)


@pytest.mark.parametrize("message", [b"no json", b"[]", b'{"title":"x"}', b'{"title":1,"text":""}'])
def test_bytes_that_are_no_message_are_not_sent(site: Site, message: bytes) -> None:
    site.page("/5ecret/path", b"ok")
    with pytest.raises(PermanentFailure):
        send(address(site), message)
    assert site.seen == []


def test_a_lane_carries_to_one_url_alone(site: Site) -> None:
    with pytest.raises(PermanentFailure):
        AppriseChannel(address(site)).send("json://other/", MESSAGE, filename="x")


def test_our_log_hears_nothing_of_apprises(site: Site) -> None:
    """With a handler as the program has it: pytest's own listens to every logger by itself."""
    site.page("/5ecret/path", b"no", status=500)
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with pytest.raises(TemporaryFailure):
            send(address(site))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "5ecret" not in heard.getvalue()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ([], TemporaryFailure),
        ([(30, "Failed to send X notification: Unauthorized., error=401.")], AuthFailure),
        ([(30, "Failed: error=410."), (10, "Response Details: b''")], PermanentFailure),
        ([(30, "A Connection error occurred"), (10, "Read timed out.")], UncertainOutcome),
        ([(30, "A Connection error occurred"), (10, "Connection refused")], TemporaryFailure),
    ],
)
def test_what_a_no_means(said: list[tuple[int, str]], kind: type[DeliveryError]) -> None:
    assert type(failure(said, "json://h/x")) is kind

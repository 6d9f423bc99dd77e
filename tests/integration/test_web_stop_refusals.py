"""`/stop/TOKEN` for those who mean no good: wrong words, odd forms, huge and slow bodies."""

from __future__ import annotations

import contextlib
import http.client
import logging
import re
import socket
from collections.abc import Iterator

import pytest
import requests

from newsroom.tokens import stop_token
from storage.database import Database
from storage.outbox_tables import recipient_pauses
from tests.integration.stop_world import DESK, ONE_CLICK, Page, fill, path, stopped, web
from tests.rows import (
    NOW,
    rows,
)
from tests.web_case import Web, web_part
from wirewatch.web.bodies import MAX_BYTES

__all__ = ["web"]  # a fixture


def wrong(web: Web) -> list[str]:
    good = stop_token(web.secret, 1, DESK)
    return [
        stop_token(b"another", 1, DESK),
        stop_token(web.secret, 1, "ops@example.org"),
        stop_token(web.secret, 99, DESK),
        good[:-1],
        good + "A",
        "1.",
        "x" * 4000,
        "%00",
        "%E2%80%AE",
        "%3Cscript%3E",
    ]


def test_every_wrong_token_has_the_same_answer(web: Web) -> None:
    answers = set()
    for token in wrong(web):
        for answer in (
            web.get(f"/stop/{token}"),
            web.post(f"/stop/{token}", ONE_CLICK),
            web.post(f"/stop/{token}", {"do": "stop-all"}),
            web.post(f"/stop/{token}", {"do": "resume", "at": NOW.isoformat()}),
            web.post(f"/stop/{token}", {"nothing": "known"}),
        ):
            assert answer.status_code == 404
            assert Page(answer).heading == "This link is not known"
            answers.add(answer.content)
    assert len(answers) == 1
    assert rows(web.db, recipient_pauses) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"List-Unsubscribe": "yes"},
        {"do": "everything"},
        {"do": ""},
        {"recipient": "ops@example.org", "watchlist": "Ports"},
    ],
)
def test_a_form_that_is_none_of_ours_changes_nothing(web: Web, body: dict[str, str]) -> None:
    answer = web.post(path(web), body)
    assert answer.status_code == 400
    assert "not understood" in Page(answer).text
    assert stopped(web) == set()


def test_a_form_of_another_site_that_knows_no_token_does_nothing(web: Web) -> None:
    theirs = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    cookie = {"Cookie": f"token={stop_token(web.secret, 1, DESK)}"}
    answer = web.post("/stop/1.", {"do": "stop-all"}, headers=theirs | cookie)
    assert answer.status_code == 404
    assert stopped(web) == set()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "x" * 300, "multipart/form-data"]
)
def test_bodies_of_other_types_change_nothing(web: Web, kind: str) -> None:
    answer = web.post(path(web), b"List-Unsubscribe=One-Click", headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert stopped(web) == set()


@pytest.mark.parametrize(
    "at", ["", "x", "2026-11-23", "0001-01-01T00:00:00+14:00", "9" * 500, "2026-11-23T03:10:00Z"]
)
def test_any_instant_may_be_named(web: Web, at: str) -> None:
    web.post(path(web), ONE_CLICK)
    assert web.post(path(web), {"do": "resume", "at": at}).status_code == 200
    assert stopped(web) == set()


def test_a_huge_body_is_not_read(web: Web) -> None:
    answer = web.post(path(web), b"x" * (MAX_BYTES + 1))
    assert answer.status_code == 413
    assert web.post(path(web), {"pad": "x" * 3000} | ONE_CLICK).status_code == 200


def test_a_huge_body_of_no_known_length_is_cut_off(web: Web) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(10_000):
            yield b"List-Unsubscribe=One-Click&" * 40

    with contextlib.suppress(requests.ConnectionError):  # it may hang up while we still send
        assert web.post(path(web), chunks()).status_code == 413
    assert stopped(web) == set()


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 30, "5, 6"])
def test_an_odd_length_is_refused(web: Web, length: str) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as link:
        head = f"POST {path(web)} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        link.sendall(head.encode())
        assert re.match(rb"HTTP/1.1 (400|413) ", link.recv(4096))
    assert stopped(web) == set()


def test_a_slow_body_is_given_up(sqlite_database: Database) -> None:
    fill(sqlite_database)
    with web_part(sqlite_database, body_seconds=0.2) as web:
        link = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
        link.putrequest("POST", path(web))
        link.putheader("Content-Length", "26")
        link.endheaders(b"List-Unsubscribe=One-Clic")
        answer = link.getresponse()
        assert answer.status == 408
        assert answer.getheader("connection") == "close"
        link.close()
        assert stopped(web) == set()
        assert web.post(path(web), ONE_CLICK).status_code == 200


def test_a_head_that_never_ends_is_given_up(sqlite_database: Database) -> None:
    fill(sqlite_database)
    with web_part(sqlite_database, hasty=True) as web:
        with socket.create_connection(("127.0.0.1", web.port), timeout=30) as link:
            link.sendall(f"GET {path(web)} HTTP/1.1\r\nHost: x\r\n".encode())
            with contextlib.suppress(ConnectionResetError):
                assert link.recv(4096) == b""
        assert web.get(path(web)).status_code == 200


def test_what_is_logged_tells_no_token(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    web.get(path(web))
    web.post(path(web), ONE_CLICK)
    web.get("/stop/x")
    ours = [record for record in caplog.records if record.name.startswith(("wirewatch", "uvicorn"))]
    assert [record.message for record in ours if record.name == "wirewatch.web"] == ["unsubscribed"]
    (record,) = [r for r in ours if r.name == "wirewatch.web"]
    assert (record.__dict__["alert"], record.__dict__["watchlists"]) == (1, 2)
    mark = stop_token(web.secret, 1, DESK).partition(".")[2]
    assert not [r for r in ours if mark in str(r.__dict__)]

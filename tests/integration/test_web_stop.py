"""`/stop/TOKEN` over HTTP: for people, for mail programs, and for those who mean no good."""

from __future__ import annotations

import contextlib
import http.client
import logging
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import requests
from lxml import html

from newsroom.tokens import stop_token
from storage.database import Database
from storage.edits import pause_watchlist, paused_recipients
from storage.outbox_tables import recipient_pauses
from tests.rows import (
    MINUTE,
    NOW,
    add_alert,
    add_article,
    add_match,
    add_source,
    add_watchlist,
    rows,
)
from tests.web_case import Web, web_part
from wirewatch.web.bodies import MAX_BYTES

DESK = "desk@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LISTS = ("THAAD", "미사일")


@pytest.fixture
def web(sqlite_database: Database) -> Iterator[Web]:
    fill(sqlite_database)
    with web_part(sqlite_database) as web:
        yield web


def fill(db: Database, *names: str) -> None:
    """One sent alert (1) that names the watchlists, and one more that tells the same desk."""
    add_source(db)
    article = add_article(db)
    told = []
    for name in (*(names or LISTS), "Ports"):
        notify = [{"to": [DESK, "ops@example.org"]}]
        number = add_watchlist(db, name, definition={"name": name, "any": ["x"], "notify": notify})
        told.append(add_match(db, number, article))
    add_alert(db, article_id=article, told=tuple(told[:-1]), state="sent")


def path(web: Web, alert: int = 1) -> str:
    return f"/stop/{stop_token(web.secret, alert, DESK)}"


def stopped(web: Web) -> set[str]:
    return {name for name, who in paused_recipients(web.db) if who == DESK}


class Page:
    """An answer as a browser has it."""

    def __init__(self, answer: requests.Response) -> None:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        self.answer = answer
        self.tree: Any = html.document_fromstring(answer.content.decode())

    @property
    def text(self) -> str:
        return " ".join(self.tree.find("body").text_content().split())

    @property
    def heading(self) -> str:
        return str(self.tree.findtext(".//h1"))

    @property
    def buttons(self) -> list[str]:
        return [button.get("value") for button in self.tree.iter("button")]

    def press(self, web: Web, address: str, do: str) -> Page:
        """What the browser posts: the fields of the form this button stands in."""
        (form,) = [f for f in self.tree.iter("form") if f.find(".//button").get("value") == do]
        assert (form.get("method"), form.get("action")) == ("post", None)
        fields = {field.get("name"): field.get("value") for field in form.iter("input", "button")}
        return Page(web.post(address, fields))


# for mail programs


@pytest.mark.parametrize(
    "form",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"data": "List-Unsubscribe=One-Click"},
        {"data": b"List-Unsubscribe=One-Click&more=1"},
    ],
    ids=["urlencoded", "multipart", "without a type", "with more"],
)
def test_one_click_stops_what_the_mail_names(web: Web, form: dict[str, Any]) -> None:
    answer = web.post(path(web), **form)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "Stopped. d***@example.org gets nothing more about: THAAD, 미사일.\n"
    assert "set-cookie" not in answer.headers
    assert stopped(web) == {"THAAD", "미사일"}
    assert {row.why for row in rows(web.db, recipient_pauses)} == {"unsubscribed by link"}


def test_one_click_again_changes_nothing(web: Web) -> None:
    first = web.post(path(web), ONE_CLICK)
    before = rows(web.db, recipient_pauses)
    web.clock.at += MINUTE
    again = web.post(path(web), ONE_CLICK)
    assert (again.status_code, again.text) == (200, first.text)
    assert rows(web.db, recipient_pauses) == before


def test_one_click_is_answered_in_korean(web: Web) -> None:
    answer = web.post(path(web), ONE_CLICK, headers={"Accept-Language": "ko-KR,ko;q=0.9"})
    assert answer.text.startswith("수신이 중단되었습니다.")
    assert "THAAD, 미사일" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whoever_only_looks_changes_nothing(web: Web, method: str) -> None:
    for address in (path(web), path(web) + "?List-Unsubscribe=One-Click&do=stop"):
        answer = requests.request(method, web.url(address), timeout=30)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert bool(answer.content) is (method == "GET")
    assert stopped(web) == set()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(web: Web, method: str) -> None:
    answer = requests.request(method, web.url(path(web)), data=ONE_CLICK, timeout=30)
    assert answer.status_code == 405
    assert stopped(web) == set()


# for people


def test_the_page_says_whose_mails_and_which(web: Web) -> None:
    page = Page(web.get(path(web)))
    assert page.heading == "Stop these mails?"
    assert "d***@example.org" in page.text
    assert DESK not in page.answer.text
    assert [li.text for li in page.tree.iter("li")] == ["THAAD", "미사일"]
    assert page.buttons == ["stop", "stop-all"]
    assert page.tree.get("lang") == "en"


def test_stopping_these_and_taking_it_back(web: Web) -> None:
    done = Page(web.get(path(web))).press(web, path(web), "stop")
    assert done.heading == "Done: these mails are stopped"
    assert stopped(web) == set(LISTS)
    assert done.buttons == ["resume", "stop-all"]
    seen = Page(web.get(path(web)))
    assert seen.heading == "These mails are stopped"
    assert "stopped since 23 Nov 2026, 12:10 KST" in seen.text
    back = done.press(web, path(web), "resume")
    assert back.heading == "Done: you get these mails again"
    assert stopped(web) == set()


def test_stopping_everything_and_taking_it_back(web: Web) -> None:
    page = Page(web.get(path(web)))
    assert "write to this address: 1." in page.text
    done = page.press(web, path(web), "stop-all")
    assert stopped(web) == {*LISTS, "Ports"}
    assert done.buttons == ["resume"]
    assert done.press(web, path(web), "resume").heading == "Done: you get these mails again"
    assert stopped(web) == set()


def test_the_page_seen_later_takes_everything_back_too(web: Web) -> None:
    Page(web.get(path(web))).press(web, path(web), "stop-all")
    Page(web.get(path(web))).press(web, path(web), "resume")
    assert stopped(web) == set()


def test_the_operators_pause_is_shown_and_stays(web: Web) -> None:
    pause_watchlist(web.db, "THAAD", NOW - MINUTE, DESK)
    page = Page(web.get(path(web)))
    assert "paused by the operator since 23 Nov 2026, 12:09 KST" in page.text
    page.press(web, path(web), "stop").press(web, path(web), "resume")
    assert stopped(web) == {"THAAD"}


def test_a_recipient_who_was_removed_is_told_so(sqlite_database: Database) -> None:
    fill(sqlite_database)
    with sqlite_database.write() as connection:
        connection.exec_driver_sql("""UPDATE watchlists SET definition = '{"name": "x"}'""")
    with web_part(sqlite_database) as web:
        page = Page(web.get(path(web)))
        assert page.heading == "There is nothing to stop"
        assert page.text.count("this address is not named any more") == 2
        assert page.buttons == []
        assert web.post(path(web), ONE_CLICK).status_code == 200


def test_a_notice_says_that_it_names_no_watchlist(web: Web) -> None:
    alert = add_alert(web.db, kind="notice", state="sent", notice_id=1)
    page = Page(web.get(path(web, alert)))
    assert page.heading == "This mail names no watchlist"
    assert web.post(path(web, alert), ONE_CLICK).status_code == 200
    assert stopped(web) == set()


def test_a_recipient_that_is_no_address_shows_no_secret(web: Web) -> None:
    alert = add_alert(web.db, recipient="slack://T0KEN@desk/news", state="sent", kind="digest")
    token = stop_token(web.secret, alert, "slack://T0KEN@desk/news")
    answer = web.get(f"/stop/{token}")
    assert "slack://***" in answer.text
    assert "T0KEN" not in answer.text


@pytest.mark.parametrize(
    ("accepted", "usual", "language"),
    [
        ("ko", "en", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "en", "ko"),
        ("en-GB;q=0.7, ko;q=0.3", "ko", "en"),
        ("de,fr", "ko", "ko"),
        ("", "ko", "ko"),
        ("*", "en", "en"),
        ("ko;q=0", "en", "en"),
        ("ko;q=x,;,=;q", "en", "en"),
        ("KO", "en", "ko"),
    ],
)
def test_the_language_is_the_readers(web: Web, accepted: str, usual: str, language: str) -> None:
    web.voice = replace(web.voice, language=usual)
    page = Page(web.get(path(web), headers={"Accept-Language": accepted}))
    assert page.tree.get("lang") == language
    assert ("그만" in page.heading) is (language == "ko")


# what holds for every answer


def test_the_headers_keep_the_token_here_and_everything_else_out(web: Web) -> None:
    answers = [web.get(path(web)), web.post(path(web), ONE_CLICK), web.get("/stop/x")]
    answers += [web.post(path(web), {"do": "stop"}), web.get("/nowhere"), web.get("/healthz")]
    for answer in answers:
        headers = answer.headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_the_one_style_is_the_one_its_policy_names(web: Web) -> None:
    answer = web.get(path(web))
    (style,) = re.findall(rb"<style>(.*?)</style>", answer.content, re.DOTALL)
    mark = b64encode(sha256(style).digest()).decode()
    assert f"style-src 'sha256-{mark}';" in answer.headers["content-security-policy"]


def test_the_page_loads_nothing(web: Web) -> None:
    page = Page(web.get(path(web)))
    assert not re.search(rb"url\(|@import", page.answer.content)
    for element in page.tree.iter():
        assert element.tag not in ("script", "img", "link", "iframe", "object", "base")
        assert not {"src", "href", "style", "action"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "A" * 5000,
]


def test_names_of_watchlists_stay_text(sqlite_database: Database) -> None:
    fill(sqlite_database, *HOSTILE)
    with web_part(sqlite_database) as web:
        page = Page(web.get(path(web)))
        shown = [li.text for li in page.tree.iter("li")]
        assert shown[:5] == HOSTILE[:5]
        assert shown[5:] == ["gnp.exe", "A" * 99 + "…"]
        known = {"html", "head", "meta", "title", "style", "body", "main", "p", "h1", "span"}
        known |= {"strong", "ul", "li", "small", "form", "input", "button"}
        assert {element.tag for element in page.tree.iter()} <= known
        text = web.post(path(web), ONE_CLICK)
        assert text.headers["content-type"].startswith("text/plain")


# who means no good


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


# where it is found


@pytest.mark.parametrize(
    ("base_url", "prefix", "status"),
    [
        ("https://desk.example.org", "", 200),
        ("https://desk.example.org/watch", "/watch", 200),
        ("https://desk.example.org/watch", "", 200),
        ("https://desk.example.org/a/b", "/a/b", 200),
        ("https://desk.example.org/%EA%B0%90%EC%8B%9C", "/%EA%B0%90%EC%8B%9C", 200),
        ("https://desk.example.org/watch", "/other", 404),
        ("https://desk.example.org/watch", "/watchful", 404),
        ("", "/watch", 404),
    ],
)
def test_a_proxy_may_take_the_path_of_base_url_off_or_not(
    web: Web, base_url: str, prefix: str, status: int
) -> None:
    web.voice = replace(web.voice, base_url=base_url)
    assert web.get(prefix + path(web)).status_code == status
    assert web.get(prefix + "/healthz").status_code == status


def test_a_slash_at_the_end_leads_nowhere_else(web: Web) -> None:
    assert web.get(path(web) + "/").status_code == 404
    assert web.post(path(web) + "/", ONE_CLICK).status_code == 404


def test_health_is_served_as_before(web: Web) -> None:
    answer = web.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    web.clock.at += MINUTE
    assert web.get("/healthz").status_code == 503

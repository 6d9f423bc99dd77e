"""`/stop/TOKEN` over HTTP, for people and for mail programs."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import requests

from newsroom.tokens import stop_token
from storage.database import Database
from storage.edits import pause_watchlist
from storage.outbox_tables import recipient_pauses
from tests.integration.stop_world import DESK, LISTS, ONE_CLICK, Page, fill, path, stopped, web
from tests.rows import (
    MINUTE,
    NOW,
    add_alert,
    rows,
)
from tests.web_case import Web, web_part

__all__ = ["web"]  # a fixture


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

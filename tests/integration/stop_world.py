"""A web part with alerts that can be stopped, and its pages as a browser has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lxml import html

from newsroom.tokens import stop_token
from storage.database import Database
from storage.edits import paused_recipients
from tests.rows import (
    add_alert,
    add_article,
    add_match,
    add_source,
    add_watchlist,
)
from tests.web_case import Web, web_part

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

"""How a mail can be stopped: what its header and its footer offer."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from alerts.render import render
from alerts.strings import EN
from tests.unit.alert_contents import NOW, alert, notice, parse, text_of
from tests.unit.mail_checks import seen_in

TOKEN = "7." + "aB_-" * 5 + "AA"
BASE = "https://watch.example.org"
BY_MAIL = f"mailto:wirewatch@example.org?subject=unsubscribe%20{TOKEN}"
UNSIGNED = "mailto:wirewatch@example.org?subject=unsubscribe%20desk%40example.org"


@pytest.mark.parametrize(
    ("changes", "header", "one_click", "shown"),
    [
        ({}, f"<{UNSIGNED}>", False, UNSIGNED),
        ({"stop_token": TOKEN}, f"<{BY_MAIL}>", False, BY_MAIL),
        ({"base_url": BASE}, f"<{UNSIGNED}>", False, UNSIGNED),
        (
            {"base_url": BASE, "stop_token": TOKEN},
            f"<{BASE}/stop/{TOKEN}>, <{BY_MAIL}>",
            True,
            f"{BASE}/stop/{TOKEN}",
        ),
        (
            {"base_url": f"{BASE}/news/", "stop_token": TOKEN},
            f"<{BASE}/news/stop/{TOKEN}>, <{BY_MAIL}>",
            True,
            f"{BASE}/news/stop/{TOKEN}",
        ),
        (
            {"base_url": "http://127.0.0.1:8000", "stop_token": TOKEN},
            f"<http://127.0.0.1:8000/stop/{TOKEN}>, <{BY_MAIL}>",
            True,
            f"http://127.0.0.1:8000/stop/{TOKEN}",
        ),
        ({"base_url": "javascript:x", "stop_token": TOKEN}, f"<{BY_MAIL}>", False, BY_MAIL),
        ({"base_url": BASE, "stop_token": "7.x> y"}, f"<{UNSIGNED}>", False, UNSIGNED),
    ],
)
def test_what_is_offered(changes: dict[str, Any], header: str, one_click: bool, shown: str) -> None:
    message = render(alert(**changes), now=NOW)
    mail = parse(message)
    assert mail["List-Unsubscribe"] == header
    assert mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)
    assert seen_in(message).links[-1] == shown
    text = text_of(message)
    if one_click:
        assert f"{EN.stop_page}\n  {shown}\n" in text
    else:
        _, _, subject = unquote(shown).partition("?subject=")
        typed = subject if "stop_token" in changes and TOKEN in shown else "unsubscribe"
        said = f"To stop: send a mail with the subject “{typed}” to wirewatch@example.org."
        assert said in " ".join(text.split())


def test_an_address_in_another_script_is_offered_by_mail_alone() -> None:
    mail = parse(render(alert(base_url="https://예시.한국", stop_token=TOKEN), now=NOW))
    assert mail["List-Unsubscribe"] == f"<{BY_MAIL}>"
    assert "List-Unsubscribe-Post" not in mail


@pytest.mark.parametrize("kind", ["notice", "test"])
def test_notices_and_tests_are_stopped_by_no_link(kind: str) -> None:
    content = notice(kind=kind, base_url=BASE)
    message = render(content, now=NOW)
    assert seen_in(message).links == []
    assert "To stop" not in text_of(message)
    assert "List-Unsubscribe-Post" not in parse(message)

"""The hostile strings in every kind of mail, in every place: exact headers, nothing that lives."""

from __future__ import annotations

import json
from itertools import islice
from typing import cast

import pytest

from alerts.address import envelope_address
from alerts.render import render
from tests.corpus.paths import CORPUS, corpus
from tests.unit.alert_contents import NOW, alert, notice
from tests.unit.hostile_mails import all_styles, assert_all_harmless, mails_with
from tests.unit.mail_checks import assert_harmless, fields_of

pytestmark = corpus
STYLES = all_styles()
KINDS = 5


def texts(name: str) -> list[str]:
    path = CORPUS / "hostile" / name
    if path.suffix == ".json":
        return cast(list[str], json.loads(path.read_text("utf-8")))
    return path.read_text("utf-8", "replace").splitlines()


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("mail/header_and_title_injection.json", 37),
        ("mail/bad_addresses.json", 15),
        ("crlf/crlfinjection.txt", 10),
        ("strings/blns.json", 500),
    ],
)
def test_strings_that_break_mails(name: str, at_least: int) -> None:
    found = texts(name)
    assert len(found) >= at_least
    for text in found:
        assert_all_harmless(text, STYLES)


def test_the_lists_of_cross_site_scripting() -> None:
    """Every line in every place of one mail, the kinds in turn."""
    seen = 0
    for path in sorted((CORPUS / "hostile" / "xss").glob("*.txt")):
        for text in texts(f"xss/{path.name}"):
            content, fields = next(islice(mails_with(text), seen % KINDS, None))
            assert_harmless(render(content, now=NOW), fields, STYLES)
            seen += 1
    assert seen > 1000


def test_addresses_nobody_has() -> None:
    told = fields_of(story=True, named=True, stories=True, one_click=False)
    said = fields_of(story=False, named=False, stories=False, one_click=False)
    for address in texts("mail/bad_addresses.json"):
        envelope = envelope_address(address)
        assert envelope is None or not set(envelope) & set(' <>,;:()"\\\r\n\t')
        for sender in (address, f"Desk <{address}>", "Wirewatch <wirewatch@example.org>"):
            content = alert(recipient=address, sender=sender)
            assert_harmless(render(content, now=NOW), told, STYLES)
            content = notice(recipient=address, sender=sender)
            assert_harmless(render(content, now=NOW), said, STYLES)

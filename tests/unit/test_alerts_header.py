"""The header of a mail: exactly the fields of the contract, whatever the page says."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alerts.fields
from alerts.model import AlertContent, ArticleContent, NoticeContent, OtherCopy, StoryContent
from alerts.render import render, subject
from alerts.subject import bracket_names
from tests.unit.alert_contents import ENGLISH, KOREAN, NOW, alert, notice, parse, text_of

ALWAYS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"]
ALWAYS += ["Auto-Submitted"]
END = ["X-Wirewatch-Alert", "MIME-Version", "Content-Type"]
STORY = [*ALWAYS, "References", "X-Wirewatch-Watchlist", "X-Wirewatch-Story", *END]
NOTICE = [*ALWAYS, *END]


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (alert(), STORY),
        (alert(KOREAN, language="ko"), STORY),
        (alert(kind="update"), STORY),
        (notice(), NOTICE),
        (notice(kind="test", notice=None), NOTICE),
    ],
)
def test_the_header_set(content: AlertContent, fields: list[str]) -> None:
    message = render(content, now=NOW)
    assert parse(message).keys() == fields
    assert message.isascii()
    assert b"\n" not in message.replace(b"\r\n", b"")
    head = message.partition(b"\r\n\r\n")[0]
    assert max(map(len, message.split(b"\r\n"))) <= 100
    assert all(len(line) <= 76 for line in head.split(b"\r\n") if b"Unsubscribe" not in line)


def test_the_values() -> None:
    mail = parse(render(alert(), now=NOW))
    assert {name: mail[name] for name in STORY if name != "Content-Type"} == {
        "From": "Wirewatch <wirewatch@example.org>",
        "To": "desk@example.org",
        "Subject": "[THAAD, Missiles] Seongju residents ask for talks as THAAD battery is moved"
        " — The Example Herald",
        "Date": "Sun, 22 Nov 2026 12:10:00 +0900",
        "Message-ID": "<wirewatch.82d15ab52f4bd601eddcf8dd3614f604@example.org>",
        "List-Id": "Wirewatch alerts <alerts.wirewatch.example.org>",
        "List-Unsubscribe": "<mailto:wirewatch@example.org"
        "?subject=unsubscribe%20desk%40example.org>",
        "Auto-Submitted": "auto-generated",
        "References": "<thread.ab15c1e4de29f1b0121985639e71456f@example.org>",
        "X-Wirewatch-Watchlist": "THAAD, Missiles",
        "X-Wirewatch-Story": "12",
        "X-Wirewatch-Alert": "7",
        "MIME-Version": "1.0",
    }
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            alert(KOREAN, watchlists=("사드·미사일",)),
            "[사드·미사일] 성주 주민들, 사드 포대 이전 앞두고 대화 요구 — 가상통신",
        ),
        (
            alert(kind="update"),
            "Re: [THAAD, Missiles] Seongju residents ask for talks as THAAD battery is moved"
            " — The Example Herald",
        ),
        (alert(replace(ENGLISH, title=" ", source_name="")), "[THAAD, Missiles] (untitled)"),
        (notice(), "[Wirewatch] Yonhap: silent since 03:10"),
        (notice(kind="test", notice=None), "[Wirewatch] Test mail"),
        (notice(kind="test", notice=None, language="ko"), "[Wirewatch] 시험 메일"),
    ],
)
def test_subjects(content: AlertContent, expected: str) -> None:
    assert subject(content) == expected
    assert parse(render(content, now=NOW))["Subject"] == expected


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("THAAD",), "THAAD"),
        (("THAAD", "Missiles"), "THAAD, Missiles"),
        (("THAAD", "North Korean missile launches", "Yellow Sea"), "THAAD +2"),
        (("한반도 미사일 방어", "북한 미사일 발사"), "한반도 미사일 방어, 북한 미사일 발사"),
        (("한반도 미사일 방어", "북한 미사일 발사", "서해"), "한반도 미사일 방어 +2"),
        (tuple("abcdefghijk"), "a +10"),
        (("x" * 100,), "x" * 39 + "…"),
        ((), "Wirewatch"),
    ],
)
def test_watchlists_in_the_subject(names: tuple[str, ...], shown: str) -> None:
    assert bracket_names(names) == shown


def test_long_names_and_headlines_are_cut_and_folded() -> None:
    content = alert(replace(ENGLISH, title="word " * 2_000_000), watchlists=("사드 " * 400,) * 200)
    message = render(content, now=NOW)
    assert len(subject(content)) < 320
    assert parse(message)["Subject"] == subject(content)
    assert len(message) < 200_000


def test_a_name_that_has_to_be_quoted() -> None:
    for name in ('"Desk, Seoul"', "데스크 (서울)", "Wirewatch"):
        mail = parse(render(alert(sender=f"{name} <w@example.org>"), now=NOW))
        assert mail["From"].addresses[0].display_name == name.strip('"')
        assert mail["From"].addresses[0].addr_spec == "w@example.org"
    assert parse(render(alert(sender="w@example.org"), now=NOW))["From"] == "w@example.org"


def test_an_address_nobody_can_have_keeps_the_mail_whole() -> None:
    for address in ("a@b\r\nBcc: v@example.org", "a@b,c@d", "", "a b@c"):
        mail = parse(render(alert(recipient=address), now=NOW))
        assert mail.keys() == STORY
        assert mail["To"] == "undisclosed-recipients:;"


def test_an_international_address_stands_as_it_is() -> None:
    message = render(alert(recipient="데스크@예시.한국"), now=NOW)
    assert parse(message)["To"] == "데스크@xn--vv4b11d.xn--3e0b707e"


def test_the_same_content_and_time_give_the_same_bytes() -> None:
    assert render(alert(), now=NOW) == render(alert(), now=NOW)
    later = render(alert(), now=datetime(2026, 11, 22, 3, 11, tzinfo=UTC))
    assert later != render(alert(), now=NOW)
    assert later.partition(b"\r\n\r\n")[2] == render(alert(), now=NOW).partition(b"\r\n\r\n")[2]


def test_a_header_that_reads_back_wrong_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alerts.fields, "text_field", _careless)
    content = alert(replace(ENGLISH, title="x y"), watchlists=("=?utf-8?q?a=0d=0aBcc=3A_x?=",))
    with caplog.at_level(logging.WARNING, "wirewatch.mail"):
        mail = parse(render(content, now=NOW))
    assert mail.keys() == STORY
    assert (mail["Subject"], mail["X-Wirewatch-Watchlist"]) == ("[Wirewatch] story 12", "-")
    assert "x y" in text_of(render(content, now=NOW))
    assert [r.message for r in caplog.records] == ["mail header replaced"] * 2


def _careless(name: str, text: str) -> str:
    """What a header field would be if nobody looked: the text as a page gave it."""
    return f"{name}: " + text.replace("= ?", "=?").replace("x y", "x\r\nBcc: y")


ANY = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [
        "=?utf-8?q?a=0d=0aBcc=3A_x=40y?=",
        "x\r\nBcc: v@x",
        "x\u2028Bcc: v",
        ".",
        "\r\n.\r\n",
        "=?=?=?",
    ]
)


@given(ANY, ANY, ANY, ANY, st.lists(ANY, max_size=4))
def test_no_text_adds_a_header_or_stops_a_mail(
    title: str, source: str, url: str, tag: str, names: list[str]
) -> None:
    article = ArticleContent(
        title=title,
        url=url,
        source_name=source,
        language=tag,
        published_at=None,
        first_seen_at=NOW,
        credit=tag,
        also_in=(OtherCopy(source, url),),
    )
    content = alert(
        article,
        watchlists=tuple(names),
        story=StoryContent(12, title, (article,)),
        alert_id=tag,
        timezone=tag,
    )
    mail = parse(render(content, now=NOW))
    named = "X-Wirewatch-Watchlist"  # left out where every name was empty
    assert [k for k in mail if k != named] == [f for f in STORY if f != named]
    assert str(mail["Subject"]).split() == subject(content).split()
    assert [p.get_content_type() for p in mail.walk()][1:] == ["text/plain", "text/html"]
    assert not mail.defects


@given(ANY, ANY, st.sampled_from(["", "Asia/Seoul", "Europe", "../x"]))
def test_notices_hold_too(title: str, line: str, timezone: str) -> None:
    content = notice(notice=NoticeContent(title, (line,)), timezone=timezone)
    mail = parse(render(content, now=NOW))
    assert mail.keys() == NOTICE
    assert str(mail["Subject"]).split() == subject(content).split()

"""What the demo says while the day goes on, and at its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.demo_case import START, day, mails, perfect, stage, unchanged
from wirewatch.demo.look import Look
from wirewatch.demo.mailbox import read_mails
from wirewatch.demo.play import Played
from wirewatch.demo.stage import Stage
from wirewatch.demo.summary import show_verdict, show_where, summarise
from wirewatch.demo.telling import Teller
from wirewatch.demo.voice import Piece, Voice

DAY = day()
STAGE = stage(DAY)
SEEN = perfect(DAY, STAGE)
NUMBER = {key: number for number, key in SEEN.keys.items()}
LATER = START.replace(hour=14, minute=5)


def hit(field: str, text: str, word: str) -> dict[str, Any]:
    start = text.index(word)
    return {"term": word, "field": field, "start": start, "end": start + len(word), "text": word}


def make_teller(shown: Stage = STAGE) -> Teller:
    texts = {"title": "x", "summary": "", "body": "The first line.\nThe THAAD radar stays."}
    return Teller(DAY, shown, Voice(), texts=lambda _: texts, subject=lambda found: f"Re {found}")


def said(capsys: pytest.CaptureFixture[str], teller: Teller, seen: Look, at: datetime) -> list[str]:
    capsys.readouterr()
    teller.tell(seen, at)
    return capsys.readouterr().out.splitlines()


def only(seen: Look, *keys: str, **changes: Any) -> Look:
    numbers = {NUMBER[key] for key in keys}
    kept = replace(
        seen,
        articles=[a for a in seen.articles if a["id"] in numbers],
        matches=[m for m in seen.matches if m["article"] in numbers],
        alerts=[a for a in seen.alerts if a["story"] in numbers],
        sources=[],
    )
    return replace(kept, **changes)


def test_everything_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    teller = make_teller()
    lines = said(capsys, teller, SEEN, LATER)
    assert sum("  new   " in line for line in lines) == len(DAY.stories)
    assert sum("  mail   " in line for line in lines) == 8
    assert all(line.startswith("14:05  ") for line in lines)
    assert said(capsys, teller, SEEN, LATER) == []


def test_a_match_is_told_with_its_words_marked(capsys: pytest.CaptureFixture[str]) -> None:
    teller = make_teller()
    text = "The first line.\nThe THAAD radar stays."
    match = {
        "article": NUMBER["flash"],
        "watchlist": "THAAD",
        "hits": [hit("title", "x", "x"), hit("body", text, "THAAD")],
    }
    lines = said(capsys, teller, only(SEEN, "flash", matches=[match], alerts=[]), LATER)
    assert lines[0].endswith(DAY.stories["flash"].title)
    assert lines[1].endswith("THAAD: The *THAAD* radar stays.")
    assert "연합뉴스            match" in lines[1]


def test_evidence_of_a_text_that_changed_since_is_not_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    teller = make_teller()
    stale = {"term": "y", "field": "body", "start": 0, "end": 5, "text": "other"}
    match = {"article": NUMBER["flash"], "watchlist": "THAAD", "hits": [stale]}
    lines = said(capsys, teller, only(SEEN, "flash", matches=[match], alerts=[]), LATER)
    assert lines[1].endswith("match     THAAD: ")


def test_edits_failures_reprints_and_feeds_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = stage(DAY)
    teller = make_teller(asked)
    chips = DAY.stories["chips"]
    first = only(SEEN, "chips", "costs", alerts=[])
    before = [
        a | ({"title": chips.title} if a["id"] == NUMBER["chips"] else {}) for a in first.articles
    ]
    lines = said(capsys, teller, replace(first, articles=before), START)
    assert any("answers 500" in line for line in lines)
    unchanged(asked)
    lines = said(capsys, teller, replace(SEEN, alerts=[]), LATER)
    assert any("edited" in line and chips.edited_title in line for line in lines)
    assert any("The Korea Herald" in line and "no second mail" in line for line in lines)
    assert any("/rss/kh_National is not_a_feed" in line for line in lines)
    assert sum(" 304 " in line for line in lines) == 3


def test_a_reprint_is_told_once_it_is_known_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    teller = make_teller()
    both = only(SEEN, "review", "reprint", alerts=[])
    apart = [a | ({"story": 99} if a["id"] == NUMBER["reprint"] else {}) for a in both.articles]
    assert not any(
        "told" in one for one in said(capsys, teller, replace(both, articles=apart), START)
    )
    assert [line[27:35].strip() for line in said(capsys, teller, both, LATER)] == ["told"]
    assert said(capsys, teller, both, LATER) == []


def test_why_nothing_came_of_an_article_is_told_after_its_match(
    capsys: pytest.CaptureFixture[str],
) -> None:
    teller = make_teller()
    apples = only(SEEN, "apples")
    lines = said(capsys, teller, replace(apples, matches=[]), LATER)
    assert len(lines) == 1
    lines = said(capsys, teller, apples, LATER)
    assert [line[27:35].strip() for line in lines] == ["match", "no mail"]


def test_the_end_names_what_was_seen_matched_mailed_and_where(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = [replace(mail, path=tmp_path / "outbox" / "a.eml") for mail in mails(DAY)]
    played = Played(SEEN, found)
    summarise(DAY, STAGE, played, tmp_path, Voice())
    show_where(played, tmp_path, Voice())
    out = capsys.readouterr().out
    assert "/rss/kh_National not_a_feed" in out
    assert out.count("outbox/a.eml") == 8
    assert "an update of the story" in out
    assert "감사드립니다 is not 사드" in out
    assert f"--config {tmp_path}/wirewatch.toml articles" in out


@pytest.mark.parametrize(
    ("wrong", "line"), [([], "8 mails, each once"), (["missing mail: x"], "- missing mail: x")]
)
def test_the_verdict(capsys: pytest.CaptureFixture[str], wrong: list[str], line: str) -> None:
    show_verdict(wrong, 8, Path("day"), Voice())
    out = capsys.readouterr().out
    assert line in out
    assert ("day/wirewatch.log" in out) == bool(wrong)


def test_a_mails_html_is_put_beside_it(tmp_path: Path) -> None:
    raw = (
        "Subject: =?utf-8?b?7IKs65Oc?=\nTo: desk@example.org\nMessage-ID: <a@example.org>\n"
        'Content-Type: multipart/alternative; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nplain\n"
        "--x\nContent-Type: text/html; charset=utf-8\n\n<p>rich</p>\n--x--\n"
    )
    (tmp_path / "a.eml").write_text(raw)
    (mail,) = read_mails(tmp_path)
    assert (mail.subject, mail.recipient) == ("사드", "desk@example.org")
    assert mail.html is not None
    assert mail.html.read_text().strip() == "<p>rich</p>"
    assert [one.html for one in read_mails(tmp_path)] == [mail.html]


def test_columns_are_even_in_both_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    for who in ("연합뉴스", "Yonhap", "The Korea Herald"):
        Voice().event(LATER, who, "new", [Piece("x")])
    first, second, third = capsys.readouterr().out.splitlines()
    assert len(first) + 4 == len(second) == len(third)

"""How far a backfill is, and the account of it at its end."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsroom.backfilling import Walk
from storage.backfills import Backfill, Pages
from wirewatch.cli.backfill_progress import Progress, report

AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Backfill(1, "local", AT, AT, False, "done", Walk((), 3), 12, 10, AT, AT, "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with Progress() as progress:
        progress.show(replace(ONE, state="walking"), 9)
        progress.show(replace(ONE, state="fetching"), 3)
    assert "7/10" in screen.getvalue()


def test_a_pipe_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.show(ONE, 9)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("backfill", "pages", "out", "err"),
    [
        (ONE, Pages(0, 10, 0), "12 articles listed, 10 of them new; 10 pages fetched\n", ""),
        (ONE, Pages(1, 7, 2),
         "12 articles listed, 10 of them new; 7 pages fetched, 2 failed, 1 wait\n", ""),
        (replace(ONE, walk=Walk((), 1, 1, 0, ("https://e/a: robots",)), listed=0, new=0),
         Pages(0, 0, 0), "0 articles listed, 0 of them new; 0 pages fetched\n",
         "https://e/a: robots\n"),
        (replace(ONE, walk=Walk(()), listed=0, new=0), Pages(0, 0, 0),
         "0 articles listed, 0 of them new; 0 pages fetched\n",
         "no archive page of this time was there\n"),
    ],
)  # fmt: skip
def test_the_account(
    capsys: pytest.CaptureFixture[str], backfill: Backfill, pages: Pages, out: str, err: str
) -> None:
    report(backfill, pages, 1.0, json=False)
    assert capsys.readouterr() == (out, err)


def test_the_account_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    report(ONE, Pages(0, 9, 1), 2.34, json=True)
    assert json.loads(capsys.readouterr().out) == {
        "source": "local", "since": "2026-01-01T00:00:00+00:00",
        "until": "2026-01-01T00:00:00+00:00", "listed": 12, "new": 10, "fetched": 9,
        "failed": 1, "seconds": 2.3, "state": "done",
    }  # fmt: skip

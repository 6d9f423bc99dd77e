from copy import deepcopy
from typing import Any

import pytest

from wirewatch.cli.standing import feeds_line, problems

WELL: dict[str, Any] = {
    "now": "2026-11-23T03:10:00+00:00",
    "alive": True,
    "feeds": {"last_poll_at": "2026-11-23T03:09:00+00:00"},
    "alerts": {"sent": 4, "pending": 1},
    "outbox": {"oldest_created_at": "2026-11-23T03:09:00+00:00"},
    "channels": [{"name": "smtp", "down_since": None, "reason": None}],
    "notices": [],
}


def status(*way: str, value: Any) -> dict[str, Any]:
    """A status in which one thing is different."""
    found = deepcopy(WELL)
    place = found
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return found


def source(verdict: str, **changes: Any) -> dict[str, Any]:
    """A source of one feed."""
    usual = {"id": "herald", "enabled": True, "paused_at": None}
    return usual | {"feeds": [{"url": "http://herald.example/rss", "verdict": verdict}]} | changes


OFF = status("alive", value=False)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(WELL, id="all is well"),
        pytest.param(OFF, id="a timer runs the passes"),
        pytest.param(status("outbox", "oldest_created_at", value=None), id="nothing waits"),
        pytest.param(status("feeds", "last_poll_at", value=None), id="the service has just begun"),
    ],
)
def test_well(found: dict[str, Any]) -> None:
    assert problems(found, [source("ok"), source("new")]) == []


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (status("alerts", value={"held": 2}), "2 alert(s) held"),
        (status("outbox", "oldest_created_at", value="2026-11-23T02:40:00+00:00"), "for 30 min"),
        (
            status("channels", value=[{"name": "smtp", "down_since": "x", "reason": "no route"}]),
            "smtp takes no mail: no route",
        ),
        (status("notices", value=[{"text": "look"}]), "notice: look"),
        ({**OFF, "feeds": {"last_poll_at": None}}, "nothing was polled yet"),
        (
            {**OFF, "feeds": {"last_poll_at": "2026-11-23T02:54:00+00:00"}},
            "nothing was polled since 2026-11-23T02:54",
        ),
    ],
)
def test_not_so(found: dict[str, Any], word: str) -> None:
    (problem,) = problems(found, [source("ok")])
    assert word in problem


def test_a_feed_that_fails_is_named() -> None:
    assert problems(WELL, [source("ok"), source("dns")]) == [
        "herald: dns: http://herald.example/rss"
    ]


def test_what_is_not_in_use_may_fail() -> None:
    out_of_use = [source("dns", enabled=False), source("gone", paused_at="2026-11-23T03:00+00:00")]
    assert problems(WELL, out_of_use) == []


@pytest.mark.parametrize(
    ("by_verdict", "paused", "disabled", "line"),
    [
        ({"dns": 1, "ok": 3}, 0, 0, "4 in use (1 dns, 3 ok)"),
        ({"ok": 4}, 2, 13, "4 in use (4 ok), 2 paused, 13 disabled"),
        ({}, 0, 13, "0 in use, 13 disabled"),
        ({}, 0, 0, "0 in use"),
    ],
)
def test_feeds_out_of_use_are_counted_apart(
    by_verdict: dict[str, int], paused: int, disabled: int, line: str
) -> None:
    active = sum(by_verdict.values())
    feeds = {"active": active, "by_verdict": by_verdict, "paused": paused, "disabled": disabled}
    assert feeds_line(feeds) == line

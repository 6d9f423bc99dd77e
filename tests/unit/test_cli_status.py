from copy import deepcopy
from typing import Any

import pytest

from wirewatch.cli.standing import problems

WELL: dict[str, Any] = {
    "now": "2026-11-23T03:10:00+00:00",
    "alive": True,
    "feeds": {"by_verdict": {"ok": 3, "new": 1}, "last_poll_at": "2026-11-23T03:09:00+00:00"},
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
    assert problems(found) == []


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (status("feeds", "by_verdict", value={"ok": 3, "dns": 1}), "1 feed(s): dns"),
        (status("alerts", value={"held": 2}), "2 alert(s) held"),
        (status("outbox", "oldest_created_at", value="2026-11-23T02:40:00+00:00"), "for 30 min"),
        (
            status("channels", value=[{"name": "smtp", "down_since": "x", "reason": "no route"}]),
            "smtp takes no mail: no route",
        ),
        (status("notices", value=[{"text": "look"}]), "notice: look"),
        ({**OFF, "feeds": {"by_verdict": {}, "last_poll_at": None}}, "nothing was polled yet"),
        (
            {**OFF, "feeds": {"by_verdict": {}, "last_poll_at": "2026-11-23T02:54:00+00:00"}},
            "nothing was polled since 2026-11-23T02:54",
        ),
    ],
)
def test_not_so(found: dict[str, Any], word: str) -> None:
    (problem,) = problems(found)
    assert word in problem

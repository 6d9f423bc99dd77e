"""A day of the demo at a fixed time, its stage with made-up addresses, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wirewatch.demo.day import Day, load_day
from wirewatch.demo.expect import expected_subject
from wirewatch.demo.look import Look
from wirewatch.demo.mailbox import Mail
from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.stage import Stage

START = datetime(2026, 9, 1, 9, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def day() -> Day:
    return load_day(START)


def stage(played: Day, *, steps: int | None = None) -> Stage:
    """The stage after so many steps (default: all)."""
    made = Stage(played)
    made.bases = {name: f"http://127.0.0.1:{8000 + n}" for n, name in enumerate(OUTLETS)}
    for step in played.steps()[:steps]:
        made.apply(step)
    return made


def unchanged(made: Stage) -> None:
    """Have every feed polled twice, the second time unchanged."""
    for outlet in OUTLETS.values():
        for path in outlet.feeds:
            first = made.answer(outlet.id, path, None)
            made.answer(outlet.id, path, first.headers.get("ETag"))


def perfect(played: Day, made: Stage) -> Look:
    """What the listings show when all went well; ids are places in the day, from 1."""
    keys = list(played.stories)
    articles, matches, alerts = [], [], []
    for number, story in enumerate(played.stories.values(), 1):
        place = keys.index(story.begun_by) + 1
        articles.append(
            {
                "id": number,
                "source": story.outlet,
                "url": made.url(story),
                "title": story.edited_title or story.title,
                "state": "fetched" if story.page == 200 else "failed",
                "story": place,
            }
        )
        matches += [_match(number, name) for name in story.matches]
        if story.mails:
            alerts.append(alert(place, "sent", "update" if story.updates else "immediate"))
    return Look(
        articles=articles,
        matches=matches,
        alerts=alerts,
        sources=[{"feeds": feeds(played, made)}],
        keys=dict(enumerate(keys, 1)),
    )


def alert(story: int, state: str, kind: str = "immediate") -> dict[str, Any]:
    return {
        "id": (200 if kind == "update" else 100) + story,
        "kind": kind,
        "story": story,
        "state": state,
        "recipient": "desk@example.org",
        "message_id": f"<{kind}-{story}@example.org>",
    }


def _match(article: int, watchlist: str) -> dict[str, Any]:
    hit = {"term": "x", "field": "title", "start": 0, "end": 1, "text": "x"}
    return {"article": article, "watchlist": watchlist, "hits": [hit]}


def feeds(played: Day, made: Stage) -> list[dict[str, Any]]:
    locked = {(login.outlet, login.feed) for login in played.logins}
    return [
        {
            "url": made.bases[outlet.id] + path,
            "reason": "not_a_feed" if (outlet.id, path) in locked else "ok",
            "detail": "",
        }
        for outlet in OUTLETS.values()
        for path in outlet.feeds
    ]


def mails(played: Day) -> list[Mail]:
    return [mail(expected_subject(played, s)) for s in played.stories.values() if s.mails]


def mail(subject: str) -> Mail:
    return Mail(Path("x.eml"), subject, "desk@example.org", "<x@example.org>", None)


def without(items: Iterable[dict[str, Any]], **values: Any) -> list[dict[str, Any]]:
    """The rows that have not all of these values."""
    return [i for i in items if any(i[key] != value for key, value in values.items())]

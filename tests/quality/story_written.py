"""Labelled articles written for the project: they need no captures, so their gate runs everywhere.

`story_cases.jsonl` has them by kind: events each told by two outlets in words of their own (two
stories); reports that recur with other numbers, as templates (each its own story, however alike);
flashes with what their outlet filed after them, and flashes of other events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsroom.stories import StoryInput
from tests.quality.story_batches import Item
from tests.quality.story_texts import Original, number

CASES = Path(__file__).with_name("story_cases.jsonl")
_MORNING = datetime(2026, 3, 9, tzinfo=UTC)
_DAYS = 6

_WORDS = {
    "up": ("higher", "lower"),
    "other": ("overnight losses", "gains", "a mixed close"),
    "moved": ("rose", "fell", "added", "shed"),
    "net": ("bought", "sold"),
    "sky": ("clear", "cloudy", "mostly clear", "partly cloudy"),
    "ko": ("오른", "내린", "상승한", "하락한"),
    "kosky": ("맑은", "흐린", "구름 많은"),
    "person": ("김도영", "이서준", "박하윤", "최지우", "정민재", "강수빈"),
    "town": ("원주", "군산", "경주", "진주", "서산", "양산"),
    "region": ("강원", "전북", "경북", "경남", "충남"),
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def told() -> tuple[Original, ...]:
    """Events told twice, each article under its own key: two stories of one event."""
    found = []
    for place, row in enumerate(_rows("told")):
        key = f"told:{row['event']}-{place % 2}"
        at = _MORNING + timedelta(minutes=number(row["event"]) % 1440 + 37 * (place % 2))
        outlet = ("yonhap", "dawn")[place % 2]
        url = f"https://{outlet}.example/{place}"
        article = StoryInput(key, row["title"], row["body"], at, url, outlet)
        found.append(Original(key, row["language"], article))
    return tuple(found)


def recurring() -> tuple[Original, ...]:
    """Reports of one outlet on successive days, from one template with other numbers."""
    found = []
    for place, row in enumerate(_rows("recurring")):
        for day in range(_DAYS):
            key = f"recurring:{place}-{day}"
            words = _filled(key, day)
            at = _MORNING + timedelta(days=day, minutes=60 * place + 5)
            title, body = row["title"].format(**words), row["body"].format(**words)
            url = f"https://yonhap.example/{place}/{day}"
            found.append(
                Original(key, row["language"], StoryInput(key, title, body, at, url, "yonhap"))
            )
    return tuple(found)


def flashes() -> Iterator[Item]:
    """Flashes, and what their outlet files 20 minutes later; some of other events between."""
    at = _MORNING + timedelta(days=2, hours=5)
    for place, row in enumerate(_rows("flash")):
        moment = at + timedelta(minutes=7 * place)
        key = f"flash:{place}"
        yield _filed(f"{key}-flash", key, row, row["title"], "(", moment)
        later = moment + timedelta(minutes=20)
        yield _filed(f"{key}-full", key, row, row["later"], row["body"], later)
    for place, row in enumerate(_rows("otherflash")):
        key, moment = f"otherflash:{place}", at + timedelta(minutes=11 * place + 3)
        yield _filed(key, key, row, row["title"], row["body"], moment)


def _filed(key: str, story: str, row: dict[str, str], title: str, body: str, at: datetime) -> Item:
    article = StoryInput(key, title, body, at, f"https://yonhap.example/{key}", "yonhap")
    kind = "flash" if key.endswith("-flash") else "original"
    return Item(article, story, row["language"], kind)


def _rows(kind: str) -> list[dict[str, str]]:
    rows = map(json.loads, CASES.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["kind"] == kind]


def _filled(key: str, day: int) -> dict[str, str]:
    form = key.rpartition("-")[0]
    words = {name: options[number(key, name) % len(options)] for name, options in _WORDS.items()}
    for n in (2, 3, 4):
        words[f"person{n}"] = _WORDS["person"][number(key, "person", n) % 6]
    words["town2"] = _WORDS["town"][number(key, "town", 2) % 6]
    at = _MORNING + timedelta(days=day)
    return words | {
        # each day's numbers are others: no two fillings of a form are alike by chance
        "a": str((number(form, "a") + 7 * day) % 40 + 11),
        "b": str((number(form, "b") + day) % 7 + 2),
        "c": str((number(form, "c") + 2 * day) % 9 + 2),
        "day": str(at.day),
        "weekday": _WEEKDAYS[at.weekday()],
        "weekdayko": "월화수목금토일"[at.weekday()],
    }

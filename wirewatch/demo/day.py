"""The news day as its file has it: stories, when they are shown, and what is to come of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wirewatch.demo.words import weekday, when_in_text

_FILE = Path(__file__).with_name("day.toml")
_TIME = re.compile(r"(-?)(\d+):([0-5]\d)")
_SUMMARY = 160
"""Characters of a feed's description, cut wherever that is."""

LENGTH = timedelta(hours=8)
TOGETHER = timedelta(minutes=20)
"""What happens within it makes one step."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A watchlist of the demo."""

    name: str
    any: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One article of one outlet, with what Wirewatch is expected to make of it."""

    key: str
    outlet: str
    layout: str
    at: timedelta
    """After the day's begin; negative: shown already at the first look."""
    published: datetime
    title: str
    paragraphs: tuple[str, ...]
    summary: str
    number: str
    revision: str = "00"
    desk: str = ""
    section: str = ""
    subtitle: str = ""
    byline: str = ""
    attn: str = ""
    caption: str = ""
    tags: tuple[str, ...] = ()
    page: int = 200
    """HTTP status its page answers with."""
    edited_at: timedelta | None = None
    edited_title: str = ""
    same_as: str = ""
    """Key of the story whose words it prints."""
    updates: str = ""
    """Key of the story that it goes on with and says more than: its mail is an update of it."""
    matches: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    why: str = ""
    """Why there is no mail."""
    remark: str = ""
    """What is to be said of its mail."""

    @property
    def begun_by(self) -> str:
        """Key of the first article of what is one story to Wirewatch."""
        return self.same_as or self.updates or self.key


@dataclass(frozen=True, slots=True)
class Login:
    """A feed that turns into a login page."""

    outlet: str
    feed: str
    at: timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """Something changes on the played sites: stories shown or edited (by key), feeds locked."""

    at: timedelta
    shown: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    """Paths of feeds."""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that happens; `start` in the outlets' zone."""

    start: datetime
    topics: tuple[Topic, ...]
    stories: Mapping[str, Story]
    logins: tuple[Login, ...]

    def steps(self) -> list[Step]:
        """The changes in order; the first is what the first look finds."""
        changes: list[tuple[timedelta, str, str]] = []
        for story in self.stories.values():
            changes.append((max(story.at, timedelta(0)), "shown", story.key))
            if story.edited_at is not None:
                changes.append((story.edited_at, "edited", story.key))
        changes += [(login.at, "locked", login.feed) for login in self.logins]
        groups: list[list[tuple[timedelta, str, str]]] = []
        for change in sorted(changes):
            if not groups or change[0] - groups[-1][0][0] >= TOGETHER:
                groups.append([])
            groups[-1].append(change)
        return [_step(group) for group in groups]


def _step(changes: Sequence[tuple[timedelta, str, str]]) -> Step:
    kinds = {
        kind: tuple(name for _, this, name in changes if this == kind)
        for kind in ("shown", "edited", "locked")
    }
    return Step(changes[-1][0], **kinds)


def load_day(start: datetime) -> Day:
    """The bundled day, beginning at `start` (aware, in the outlets' zone)."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    stories: dict[str, Story] = {}
    for table in raw["story"]:
        original = stories.get(table.get("same_as", ""))
        stories[table["key"]] = _story(table, original, start)
    return Day(
        start=start,
        topics=tuple(Topic(t["name"], tuple(t["any"])) for t in raw["watchlist"]),
        stories=stories,
        logins=tuple(Login(t["outlet"], t["feed"], _after(t["at"])) for t in raw["login"]),
    )


def _story(table: Mapping[str, Any], original: Story | None, start: datetime) -> Story:
    at = _after(table["at"])
    published = start + at
    if original is None:
        paragraphs = tuple(_fill(table["paragraphs"], published).strip().split("\n\n"))
    else:
        paragraphs = original.paragraphs
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key not in ("at", "edited_at", "paragraphs", "summary")
    }
    return Story(
        at=at,
        published=published,
        paragraphs=paragraphs,
        summary=_fill(table.get("summary", paragraphs[0][:_SUMMARY]), published),
        edited_at=_after(table["edited_at"]) if "edited_at" in table else None,
        **values,
    )


def _fill(text: str, published: datetime) -> str:
    """Put the names of its date into a text."""
    names = {
        "{weekday}": weekday(published),
        "{month_day}": when_in_text(published),
        "{day}": str(published.day),
    }
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _after(text: str) -> timedelta:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of the demo's day")
    sign, hours, minutes = found.groups()
    length = timedelta(hours=int(hours), minutes=int(minutes))
    return -length if sign else length

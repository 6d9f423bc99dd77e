"""The stories of the replay as their files have them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")
BEGIN = datetime(2026, 11, 17, 8, 0, tzinfo=KST)
"""A Tuesday; the replay goes on into Thursday."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class News:
    """A paragraph that a later filing adds."""

    text: str
    shows: str
    """Part of it that says what is new; a mail of it must show these letters."""
    adds: tuple[str, ...] = ()
    """Watchlists whose terms the story did not hold before."""


@dataclass(frozen=True)
class Story:
    """What happened, in the agency's words."""

    key: str
    language: str
    plan: str
    start: timedelta
    """After BEGIN."""
    serial: str
    desk: str
    place: str
    byline: str
    lists: tuple[str, ...]
    headlines: tuple[str, ...]
    caption: str
    paragraphs: tuple[str, ...]
    news: tuple[News, ...]
    flash: str = ""
    """Headline of the flash that came before the story; empty where there was none."""
    flash_shows: str = ""
    """What the story says that the flash did not."""

    @property
    def words(self) -> str:
        """All that is ever written of it."""
        return "\n".join((*self.headlines, self.flash, *self.paragraphs, *map(_text, self.news)))


def load() -> tuple[Story, ...]:
    """All stories of both files: thirty, and one of each language that nobody watches."""
    return (*_read("english", "en"), *_read("korean", "ko"))


def _read(name: str, language: str) -> list[Story]:
    path = Path(__file__).with_name(f"{name}.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    return [_story(table, language) for table in tables]


def _story(table: dict[str, Any], language: str) -> Story:
    hours, minutes = map(int, table.pop("start").split(":"))
    start = timedelta(hours=hours, minutes=minutes)  # whole hours where it lies before the begin
    when = BEGIN + start
    day = DAYS[when.weekday()] if language == "en" else f"{when.day}일"
    body = table.pop("body").replace("{day}", day)
    news = [
        News(_line(n["text"]), n["shows"], tuple(n.get("adds", ()))) for n in table.pop("news", ())
    ]
    return Story(
        language=language,
        start=start,
        lists=tuple(table.pop("lists")),
        headlines=tuple(table.pop("headlines")),
        paragraphs=tuple(_line(p) for p in re.split(r"\n\s*\n", body.strip())),
        news=tuple(news),
        **table,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(news: News) -> str:
    return news.text

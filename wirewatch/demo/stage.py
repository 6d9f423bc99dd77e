"""What the played outlets show at this moment, and how often they were asked."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from wirewatch.demo.day import Day, Step, Story
from wirewatch.demo.outlets import OUTLETS, Outlet, Shown, feed_of, login_page, page_of

HTML = "text/html; charset=UTF-8"
XML = "application/rss+xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str = PLAIN
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Stage:
    """The sites; steps are applied from one thread, answers are asked for from others."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._lock = threading.Lock()
        self._shown: dict[str, Shown] = {}
        self._locked: set[str] = set()
        self.bases: dict[str, str] = {}
        """`http://127.0.0.1:port` by outlet."""
        self._polls: Counter[tuple[str, str]] = Counter()
        self._unchanged: Counter[tuple[str, str]] = Counter()

    def apply(self, step: Step) -> None:
        """Let a step happen."""
        with self._lock:
            for key in step.shown:
                story = self._day.stories[key]
                self._shown[key] = Shown(story, story.title, story.published)
            for key in step.edited:
                story = self._day.stories[key]
                self._shown[key] = Shown(story, story.edited_title, self._day.start + step.at)
            self._locked.update(step.locked)

    def titles(self) -> dict[str, str]:
        """The present headline of every story shown, by key."""
        with self._lock:
            return {key: shown.title for key, shown in self._shown.items()}

    def locked(self) -> set[str]:
        """Paths of feeds that are login pages now."""
        with self._lock:
            return set(self._locked)

    def polls(self, outlet: str) -> dict[str, int]:
        """How often each feed of an outlet was asked for, by path."""
        with self._lock:
            return {path: self._polls[outlet, path] for path in OUTLETS[outlet].feeds}

    def unchanged(self, outlet: str) -> int:
        """How many polls of an outlet were answered 304."""
        with self._lock:
            return sum(n for (name, _), n in self._unchanged.items() if name == outlet)

    def url(self, story: Story) -> str:
        """The address a story's page has on this machine."""
        return self.bases[story.outlet] + OUTLETS[story.outlet].path(story)

    def answer(self, outlet_id: str, target: str, if_none_match: str | None) -> Answer:
        """What an outlet answers to a GET of `target` (path and query)."""
        outlet = OUTLETS[outlet_id]
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return Answer(200, body=b"User-agent: *\nAllow: /\n")
        with self._lock:
            if path in outlet.feeds:
                return self._feed(outlet, path, if_none_match)
            return self._page(outlet, target)

    def _feed(self, outlet: Outlet, path: str, if_none_match: str | None) -> Answer:
        self._polls[outlet.id, path] += 1
        if path in self._locked:
            return Answer(200, HTML, login_page())
        shown = [one for one in self._shown.values() if outlet.shows(path, one.story)]
        body = feed_of(outlet, self.bases[outlet.id], shown)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        if if_none_match == tag:
            self._unchanged[outlet.id, path] += 1
            return Answer(304, headers={"ETag": tag})
        return Answer(200, XML, body, {"ETag": tag})

    def _page(self, outlet: Outlet, target: str) -> Answer:
        for shown in self._shown.values():
            if shown.story.outlet != outlet.id:
                continue
            # what feeds add to their links (?section=news&input=rss) changes nothing
            if target.partition("?input=")[0].partition("?section=")[0] != outlet.path(shown.story):
                continue
            if shown.story.page != 200:
                return Answer(shown.story.page, body=b"The server has a bad day.\n")
            return Answer(200, HTML, page_of(outlet, shown))
        return Answer(404, body=b"No such page.\n")

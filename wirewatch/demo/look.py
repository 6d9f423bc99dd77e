"""What the service has made of the day so far, read from its database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.database import Database
from storage.listing import alerts, articles, matches
from storage.listing_base import Filters
from storage.listing_detail import article
from storage.listing_sources import sources
from wirewatch.demo.day import Day, Story
from wirewatch.demo.stage import Stage

Json = dict[str, Any]

SETTLED = frozenset({"fetched", "partial", "gone", "failed"})
"""Article states in which its page was looked at."""
WAITING = frozenset({"pending", "sending", "deferred"})
SENT = "sent"


@dataclass(frozen=True, slots=True)
class Look:
    """The listings at one moment, oldest first."""

    articles: Sequence[Json] = ()
    matches: Sequence[Json] = ()
    alerts: Sequence[Json] = ()
    sources: Sequence[Json] = ()
    keys: Mapping[int, str] = field(default_factory=dict)
    """Article id to the story's key in the day."""

    def article(self, key: str) -> Json | None:
        """The stored article of a story of the day."""
        return next((a for a in self.articles if self.keys.get(a["id"]) == key), None)

    def matched(self, article_id: int) -> set[str]:
        """Names of the watchlists an article met."""
        return {m["watchlist"] for m in self.matches if m["article"] == article_id}

    def alerts_of(self, story_id: int) -> list[Json]:
        """Alerts on a stored story."""
        return [a for a in self.alerts if a["story"] == story_id]

    def feed(self, url: str) -> Json | None:
        """A feed's row."""
        feeds = (feed for source in self.sources for feed in source["feeds"])
        return next((feed for feed in feeds if feed["url"] == url), None)


def look(db: Database, urls: Mapping[str, str]) -> Look:
    """Read everything; `urls` are the pages' addresses with their stories' keys."""
    found = list(articles(db, Filters()))[::-1]
    return Look(
        articles=found,
        matches=list(matches(db, Filters()))[::-1],
        alerts=list(alerts(db, Filters()))[::-1],
        sources=list(sources(db, Filters())),
        keys={a["id"]: urls[_page(a["url"])] for a in found if _page(a["url"]) in urls},
    )


def texts_of(db: Database, article_id: int) -> Json:
    """An article with its texts."""
    return article(db, article_id) or {}


def _page(url: str | None) -> str:
    """An address without what a feed's link adds to it."""
    return (url or "").partition("?input=")[0].partition("?section=")[0]


def outstanding(day: Day, stage: Stage, seen: Look, *, ended: bool) -> list[str]:
    """What the service still has to do with what is shown, in words.

    Until the day has `ended`, a mail may wait for a page that does not answer.
    """
    left: list[str] = []
    for key, title in stage.titles().items():
        left += _outstanding(day.stories[key], title, seen, ended=ended)
    for login in day.logins:
        feed = seen.feed(stage.bases[login.outlet] + login.feed)
        if login.feed in stage.locked() and (feed is None or feed["reason"] == "ok"):
            left.append(f"{login.feed} is a login page; not noticed yet")
    failing = {
        article["story"]
        for article in seen.articles
        if article["id"] in seen.keys and day.stories[seen.keys[article["id"]]].page != 200
    }
    for one in seen.alerts:
        if one["state"] in WAITING and (ended or one["story"] not in failing):
            left.append(f"alert {one['id']} is {one['state']}")
    return left


def _outstanding(story: Story, title: str, seen: Look, *, ended: bool) -> list[str]:
    article = seen.article(story.key)
    if article is None:
        return [f"“{title}” is not seen yet"]
    if article["state"] not in SETTLED:
        return [f"the page of “{title}” is {article['state']}"]
    if article["title"] != title:
        return [f"“{article['title']}” is now “{title}”; not noticed yet"]
    missing = set(story.matches) - seen.matched(article["id"])
    if missing:
        return [f"“{title}” does not match {', '.join(sorted(missing))} yet"]
    original = seen.article(story.begun_by)
    if original is not None and original["story"] != article["story"]:
        return [f"“{title}” is not known as the same story yet"]
    if story.mails and (ended or story.page == 200):
        kind = "update" if story.updates else "immediate"
        told = [one for one in seen.alerts_of(article["story"]) if one["kind"] == kind]
        if not any(one["state"] == SENT for one in told):
            return [f"the mail on “{title}” is not there yet"]
    return []

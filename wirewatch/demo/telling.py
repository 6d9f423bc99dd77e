"""The live account of the day: what changed between two looks at the database, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from wirewatch.demo.day import Day, Story
from wirewatch.demo.look import SETTLED, Json, Look
from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.stage import Stage
from wirewatch.demo.voice import Piece, Voice

_AROUND = 38
"""Characters shown on either side of a marked word."""
_FIELDS = ("body", "summary", "subtitle", "title")
"""Where to show a match from: the headline stands on the line above already."""


class Teller:
    """Remembers what was told."""

    def __init__(
        self,
        day: Day,
        stage: Stage,
        voice: Voice,
        *,
        texts: Callable[[int], Json],
        subject: Callable[[str], str],
    ) -> None:
        self._day = day
        self._stage = stage
        self._voice = voice
        self._texts = texts
        self._subject = subject
        self._told: set[tuple[object, ...]] = set()
        self._titles: dict[int, str] = {}

    def tell(self, seen: Look, at: datetime) -> None:
        """Say what is new; `at` is the time of the day."""
        known = [
            (article, self._day.stories[seen.keys[article["id"]]])
            for article in seen.articles
            if article["id"] in seen.keys
        ]
        for article, story in known:
            self._article(article, story, at)
        by_id = {article["id"]: article for article, _ in known}
        for match in seen.matches:
            self._match(match, by_id, at)
        for article, story in known:
            self._why(article, story, seen, at)
        for alert in seen.alerts:
            self._alert(alert, seen, at)
        self._feeds(seen, at)

    def _article(self, article: Json, story: Story, at: datetime) -> None:
        who, title = OUTLETS[story.outlet].name, article["title"]
        if self._first("article", article["id"]):
            self._say(at, who, "new", title)
        elif self._titles[article["id"]] != title:
            self._say(at, who, "edited", f"now: {title} (told already: no second mail)")
        self._titles[article["id"]] = title
        if article["state"] == "failed" and self._first("failed", article["id"]):
            text = f"answers {story.page}; the mail will go with the feed's text"
            self._say(at, who, "page", text)

    def _why(self, article: Json, story: Story, seen: Look, at: datetime) -> None:
        """Say why nothing comes of an article."""
        if article["state"] not in SETTLED or not story.why:
            return
        if story.matches and not seen.matched(article["id"]):
            return
        if story.same_as:
            self._reprint(article, story, seen, at)
            return
        if self._first("why", article["id"]):
            what = "no mail" if story.matches else "no match"
            self._say(at, OUTLETS[story.outlet].name, what, story.why)

    def _reprint(self, article: Json, story: Story, seen: Look, at: datetime) -> None:
        original = seen.article(story.same_as)
        if original is None or original["story"] != article["story"]:
            return
        if self._first("told", article["id"]):
            what = "the same words as a story told already: no second mail"
            self._say(at, OUTLETS[story.outlet].name, "told", what)

    def _match(self, match: Json, by_id: Mapping[int, Json], at: datetime) -> None:
        article = by_id.get(match["article"])
        if article is None or not self._first("match", match["article"], match["watchlist"]):
            return
        pieces = [Piece(f"{match['watchlist']}: "), *self._evidence(match)]
        self._voice.event(at, _name(article), "match", pieces)

    def _evidence(self, match: Json) -> Iterator[Piece]:
        texts = self._texts(match["article"])
        hits = sorted(match["hits"], key=lambda hit: (_FIELDS.index(hit["field"]), hit["start"]))
        for hit in hits:
            text, start, end = texts.get(hit["field"]) or "", hit["start"], hit["end"]
            if text[start:end] != hit["text"]:
                continue  # the text changed since it was matched
            before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
            yield Piece(f"…{before[-_AROUND:]}" if len(before) > _AROUND else before)
            yield Piece(hit["text"], marked=True)
            yield Piece(f"{after[:_AROUND]}…" if len(after) > _AROUND else after)
            return

    def _alert(self, alert: Json, seen: Look, at: datetime) -> None:
        article = next((a for a in seen.articles if a["story"] == alert["story"]), None)
        who = _name(article) if article else ""
        if alert["state"] == "sent" and self._first("sent", alert["id"]):
            subject = self._subject(alert["message_id"])
            self._say(at, who, "mail", f"{subject} → {alert['recipient']}")

    def _feeds(self, seen: Look, at: datetime) -> None:
        for outlet in OUTLETS.values():
            if self._stage.unchanged(outlet.id) and self._first("304", outlet.id):
                self._say(at, outlet.name, "304", "nothing new since the last look; nothing read")
            for path in outlet.feeds:
                feed = seen.feed(self._stage.bases[outlet.id] + path)
                if feed is None or feed["reason"] in (None, "ok"):
                    continue
                if self._first("feed", feed["url"], feed["reason"]):
                    detail = f"{path} is {feed['reason']}: {feed['detail']}"
                    self._say(at, outlet.name, "feed", detail)

    def _first(self, *what: object) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True

    def _say(self, at: datetime, who: str, what: str, text: str) -> None:
        self._voice.event(at, who, what, [Piece(text)])


def _name(article: Json) -> str:
    outlet = OUTLETS.get(article["source"])
    return outlet.name if outlet else str(article["source"])

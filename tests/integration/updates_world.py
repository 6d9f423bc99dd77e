"""A desk whose articles are put into the tables by hand: what is new in each is as a test says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from jobs.step_deliver import deliver
from jobs.step_match import match_all
from newsroom.model import Watchlist
from newsroom.stories_news import News, news_from_json, news_json
from storage.outbox_tables import alert_news, alerts
from storage.story_moves import move_articles
from storage.tables import articles, revisions, story_marks
from tests.newsdesk import Newsdesk, newsdesk, watchlist
from tests.rows import add_article, rows
from tests.scripted_channel import ScriptedChannel, parsed

TO = "desk@example.org"
HOURS_2, NEVER = timedelta(hours=2), None


def listed(
    name: str, *terms: str, every: timedelta | None = HOURS_2, to: Sequence[str] = (TO,)
) -> Watchlist:
    made: Watchlist = replace(watchlist(name, *terms, to=to), update_interval=every)
    return made


class UpdatesWorld:
    """Articles of stories, their news, and what is mailed of them."""

    def __init__(self, desk: Newsdesk, channel: ScriptedChannel) -> None:
        self.desk, self.channel, self.db = desk, channel, desk.db
        self.count = 0
        self.seq = 0
        desk.desk.channel = channel

    def article(
        self,
        text: str = "About THAAD.",
        *,
        beside: int | None = None,
        page: bool = True,
        new: str = "",
    ) -> int:
        """A new article, alone or in the story of another one."""
        self.count += 1
        url = f"https://news.example/{self.count}"
        made = add_article(
            self.db,
            "news",
            url=url,
            canonical_url=url,
            title=f"Report {self.count}",
            body=text if page else "",
            summary="" if page else text,
            page="generic" if page else None,
            first_seen_at=self.desk.clock.now(),
            matched_mark=0,
            text_mark=0,
            story_id=None if beside is None else self.row(beside).story_id,
        )
        self.say(made, text, new, page=page)
        return made

    def say(self, article: int, text: str, new: str = "", *, page: bool = True) -> None:
        """The article has another text, of which these words are new to its story."""
        self.seq += 1
        mark = self.row(article).text_mark + 1
        field = "body" if page else "summary"
        at = text.index(new)
        news = [News("number", field, at, at + len(new), new)] if new else []
        marks: dict[str, Any] = {
            "seq": self.seq,
            "page": page,
            "relation": "update" if new else "copy",
            "news": news_json(news),
            "news_mark": mark,
        }
        with self.db.write() as conn:
            conn.execute(
                update(articles)
                .where(articles.c.id == article)
                .values(text_mark=mark, page="generic" if page else None, **{field: text})
            )
            here = story_marks.c.article_id == article
            if conn.execute(update(story_marks).where(here).values(marks)).rowcount == 0:
                now = self.desk.clock.now()
                rest = {"article_id": article, "seen_at": now, "marks": b"", "facts": ""}
                conn.execute(insert(story_marks).values(**rest, **marks))
            conn.execute(
                insert(revisions).values(
                    article_id=article,
                    n=mark,
                    text_hash=f"{article} {mark}",
                    at=self.desk.clock.now(),
                    origin="page" if page else "feed",
                    title="",
                    subtitle="",
                    summary="",
                    body=text,
                )
            )

    def row(self, article: int) -> Any:
        with self.db.read() as conn:
            return conn.execute(select(articles).where(articles.c.id == article)).one()

    def unite(self, later: int, earlier: int) -> None:
        """The later article's story turns out to be the earlier one's."""
        mine, theirs = self.row(later).story_id, self.row(earlier).story_id
        with self.db.write() as conn:
            ids = select(articles.c.id).where(articles.c.story_id == mine)
            moving = list(conn.execute(ids).scalars())
            move_articles(self.db, conn, moving, mine, theirs, self.desk.clock.now())

    async def match(self) -> None:
        await self.desk.desk.refresh_rules()
        await match_all(self.desk.desk)

    async def send(self, **later: float) -> list[EmailMessage]:
        """Match what lags and mail what is due after some time; the mails of it."""
        await self.match()
        self.desk.clock.pass_(**later)
        before = len(self.channel.accepted)
        await deliver(self.desk.desk)
        return [parsed(message) for _, message in self.channel.accepted[before:]]

    def alerts(self) -> list[tuple[str, str, int]]:
        return [(a.kind, a.state, a.n) for a in rows(self.db, alerts)]

    def told(self) -> Counter[tuple[str, str]]:
        """(recipient, new words) → how many alerts that went tell it; copies apart."""
        found: Counter[tuple[str, str]] = Counter()
        with self.db.read() as conn:
            query = (
                select(alerts.c.recipient, alert_news.c.news)
                .join(alerts, alerts.c.id == alert_news.c.alert_id)
                .where(alerts.c.state == "sent", alerts.c.copy_of.is_(None))
            )
            for row in conn.execute(query):
                found.update((row.recipient, n.text) for n in news_from_json(row.news))
        return found


def new_of(mail: EmailMessage) -> str:
    """What a mail says first, as new; empty where it says nothing so."""
    part = mail.get_body(("plain",))
    assert part is not None
    text = str(part.get_content()).replace("\r\n", "\n")
    return text.partition("* * *")[0] if text.startswith("New:\n") else ""


Story = Callable[[UpdatesWorld], Awaitable[None]]
Plays = Callable[..., None]
"""Plays a story with these watchlists on a database of its own."""


def play(
    folder: Path,
    story: Story,
    *lists: Watchlist,
    url: str | None = None,
) -> None:
    async def main() -> None:
        async with newsdesk(
            folder, url=url, watchlists=lists or [listed("THAAD", "THAAD")]
        ) as desk:
            desk.clock.pass_(minutes=1)
            await story(UpdatesWorld(desk, ScriptedChannel()))

    asyncio.run(main())

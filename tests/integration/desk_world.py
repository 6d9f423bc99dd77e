"""What a random life of a news desk is played with: outlets, a mail server, processes that die."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import select

from jobs.channels import Channels
from jobs.desk import Desk
from jobs.lanes import Lanes
from jobs.once import run_once
from jobs.queue import InlineQueue
from jobs.rules import read_rules
from jobs.step_deliver import deliver
from jobs.step_match import match_all
from newsroom.model import FetchResult, NotifyRule, Owner, Source, Watchlist
from newsroom.reasons import Reason
from storage.database import Database
from storage.owners import register, release_dead
from storage.store import Store
from storage.tables import (
    articles,
    feeds,
    polls,
)
from tests.newsdesk import Newsdesk, item, newsdesk, page, rss
from tests.prose import prose
from tests.scripted_channel import ScriptedChannel

WORDS = ("THAAD", "Rice", "Fleet")
RECIPIENTS = ("one@example.org", "two@example.org")
SOURCES = ("news", "other")
DAY = timedelta(hours=24)
T = TypeVar("T")

AT_ONCE = NotifyRule(to=())
CLOCKS = {
    "at once": AT_ONCE,
    "hourly": replace(AT_ONCE, when="hourly"),
    "daily": replace(AT_ONCE, when="daily 08:00,17:30", timezone="Asia/Seoul", send_empty=True),
    "quiet": replace(AT_ONCE, quiet="11:00-15:30", timezone="Asia/Seoul"),
    "quiet days": replace(AT_ONCE, when="daily 12:00", quiet="08:00-20:00"),
    "two an hour": replace(AT_ONCE, max_per_hour=2),
}
"""By whose clock a recipient is told."""


class Crash(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass
class Item:
    """An article as its outlet has it."""

    n: int
    source: str
    link: str
    guid: str
    words: tuple[str, ...]
    published: datetime | None
    edition: int = 0
    shown: bool = True
    body: int = 0
    """Articles with the same body carry the same words."""
    body_words: tuple[str, ...] = ()
    cut: bool = False
    """It prints the beginning of these words alone."""
    moved: bool = False
    """Guid or link changed since a feed was read: not both between two polls."""
    links: set[str] = field(default_factory=set)
    """Every link a poll saw."""
    owed: bool | None = None
    """Whether it may alert; None until it was polled, or where only its page can tell."""

    @property
    def title(self) -> str:
        edited = f", edition {self.edition}" if self.edition else ""
        return f"Report {self.n} on {' and '.join(self.words) or 'nothing'}{edited}"


class DyingStore:
    """A Store that dies at a verb, before or after it was done; then everything is dead."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.db, self.owner = store.db, store.owner
        self.left: int | None = None
        self.after = False
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        return self.mortal(getattr(self._store, name))

    def mortal(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        """The verb, at which the process may die."""

        def call(*args: Any, **more: Any) -> Any:
            if self.dead:
                raise Crash
            if self.left is not None:
                self.left -= 1
            dies = self.left is not None and self.left <= 0
            if dies and not self.after:
                self.dead = True
                raise Crash
            result = verb(*args, **more)
            if dies:
                self.dead = True
                raise Crash
            return result

        return call


class DyingDesk(Desk):
    """A Desk whose words with the database that are no Store's verbs kill it too."""

    async def call(self, function: Callable[..., T], *args: Any, **more: Any) -> T:
        if (function.__module__ or "").startswith(("storage.digest", "jobs.placing")):
            function = cast(DyingStore, self.store).mortal(function)
        return await super().call(function, *args, **more)


class DeskWorld:
    """One database, and the processes that come and go over it."""

    def __init__(self, template: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        path = self.folder / "news.db"
        shutil.copy(template, path)
        self.runner = asyncio.Runner()
        self.channel = ScriptedChannel()
        self.items: list[Item] = []
        self.failing: dict[str, Reason] = {}
        self.lists: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
            "THAAD": (("THAAD",), RECIPIENTS),
            "Food": (("Rice",), RECIPIENTS[:1]),
        }
        self.rules: dict[str, NotifyRule] = {}
        """Recipient → when they are told; at once where nothing is said."""
        self.first_seen: dict[int, int] = {}
        """Article → the step after which it was there."""
        self.polled: dict[str, int] = {}
        self.step = 0
        self.lives = 0
        self._context = newsdesk(
            self.folder, sources=[self._source(s) for s in SOURCES], watchlists=self._watchlists()
        )
        self.desk: Newsdesk = self.runner.run(self._context.__aenter__())
        self.clock = self.desk.clock
        self.pages: dict[int, Reason | str] = {}
        self.related: set[int] = set()
        """Items whose page said that it is another's."""
        self.begin_life()

    @staticmethod
    def _source(name: str) -> Source:
        return Source(
            id=name,
            name=name.title(),
            hosts=(f"{name}.example", f"m.{name}.example"),
            feeds=(f"https://{name}.example/rss",),
            page="generic",
            backfill_alerts=DAY,
        )

    def _watchlists(self) -> list[Watchlist]:
        return [
            Watchlist(
                name=name,
                any=words,
                notify=tuple(replace(self.rules.get(one, AT_ONCE), to=(one,)) for one in to),
                origin="test",
            )
            for name, (words, to) in self.lists.items()
        ]

    def close(self) -> None:
        self.runner.run(self._context.__aexit__(None, None, None))
        self.runner.close()
        shutil.rmtree(self.folder)

    @property
    def db(self) -> Database:
        return self.desk.db

    # lives

    def begin_life(self) -> None:
        """A new process over the same database; those before it are dead."""
        self.lives += 1
        owner = Owner("host", "ns", "boot", self.lives, float(self.lives))
        register(self.db, owner, self.clock.now())
        release_dead(self.db, owner, lambda _: False, self.clock.now())
        self.store = DyingStore(Store(self.db, owner.id))
        old = self.desk.desk
        self.desk.desk = DyingDesk(
            clock=old.clock,
            store=self.store,  # type: ignore[arg-type] # it answers as a Store does
            threads=old.threads,
            fetcher=old.fetcher,
            reader=old.reader,
            channels=Channels(self.channel, old.channels.open_url),
            voice=old.voice,
            sources=old.sources,
            rules=read_rules(self.db),
            wait_for_page=old.wait_for_page,
        )

    def live(self, work: Callable[[Desk], Coroutine[Any, Any, Any]]) -> bool:
        """Run some work; False where the process died of it (a new one has begun then)."""
        self._put_on_the_web()
        before = self._polls()
        try:
            self.runner.run(work(self.desk.desk))
            died = self.store.dead
        except Crash:
            died = True
        if died:
            self.begin_life()
        self.store.left = None
        self.channel.before = lambda: None
        self._note_polls(before)
        self._note_articles()
        return not died

    def _note_articles(self) -> None:
        with self.db.read() as conn:
            for article_id in conn.execute(select(articles.c.id)).scalars():
                self.first_seen.setdefault(article_id, self.step)

    def die_at(self, verb: int, *, after: bool) -> None:
        """The next work dies at its n-th word with the database."""
        self.store.left, self.store.after = verb, after

    def die_sending(self) -> None:
        """The next work dies when it has handed over a mail, before it knows."""
        store = self.store

        def die() -> None:
            self.channel.losing.insert(0, True)
            store.dead = True

        self.channel.before = die

    # the web

    def _put_on_the_web(self) -> None:
        sites = self.desk.sites
        for name in SOURCES:
            url = f"https://{name}.example/rss"
            if name in self.failing:
                sites.fail(url, self.failing[name], 500)
                continue
            shown = [
                item(
                    i.n, i.title, f"Summary {i.n}.", published=i.published, guid=i.guid, link=i.link
                )
                for i in reversed(self.items)
                if i.source == name and i.shown
            ]
            shown = shown or [item(0, "Welcome", link=f"https://{name}.example/0", guid="0")]
            sites.put(url, rss(*shown), content_type="application/rss+xml")
        for i in self.items:
            self._put_page(i)

    def _put_page(self, i: Item) -> None:
        sites, state = self.desk.sites, self.pages.get(i.n, "there")
        if isinstance(state, Reason):
            gone = state is Reason.GONE
            sites.fail(i.link, state, 410 if gone else 500, permanent=gone)
            return
        text = page(i.title, *body_of(i))
        if state.startswith("canonical "):
            link = f'<link rel="canonical" href="{state.partition(" ")[2]}">'
            text = text.replace("<title>", f"{link}<title>")
        sites.put(i.link, text)
        if state.startswith("redirect "):
            answer = sites.answers[i.link]
            assert isinstance(answer, FetchResult)
            sites.answers[i.link] = replace(answer, url=state.partition(" ")[2])

    def _polls(self) -> dict[str, int]:
        query = (
            select(feeds.c.source_id, polls.c.id)
            .join(feeds, feeds.c.id == polls.c.feed_id)
            .where(polls.c.reason == "ok")
            .order_by(polls.c.id)
        )
        with self.db.read() as conn:
            return {row.source_id: row.id for row in conn.execute(query)}

    def _note_polls(self, before: dict[str, int]) -> None:
        """What a committed poll saw of each item."""
        for name, poll in self._polls().items():
            if poll == before.get(name) or name in self.failing:
                continue
            first = name not in self.polled
            self.polled[name] = self.step
            for i in self.items:
                if i.source == name and i.shown:
                    i.moved = False
                    if not i.links:
                        i.owed = self._owed(i, first)
                    i.links.add(i.link.replace("//m.", "//"))  # one canonical address

    def _owed(self, i: Item, first: bool) -> bool | None:
        if not first:
            return True
        if i.published is None:
            return None
        age = self.clock.now() - i.published
        return age < DAY - timedelta(minutes=5) or (None if age < DAY else False)

    # work

    def whole_pass(self) -> bool:
        def work(desk: Desk) -> Coroutine[Any, Any, Any]:
            return run_once(desk, every=True)

        whole = self.live(work)
        if whole:
            self.after_pass()
        return whole

    def after_pass(self) -> None:
        """Called when a pass came to its end."""

    def some_work(self, kind: str) -> bool:
        return self.live(WORK[kind])


def body_of(i: Item) -> list[str]:
    """A body of its own for each number, long enough to tell a story by."""
    about = " and ".join(i.body_words) or "nothing in particular"
    paragraphs = [f"This is about {about}.", *prose(i.body, 12).split("\n\n")]
    return paragraphs[:5] if i.cut else paragraphs


async def _feeds(desk: Desk) -> None:
    """Poll and fetch what is due, mail nothing."""
    queue: InlineQueue

    async def nothing(_key: str) -> None:
        """Left for later."""

    lanes = Lanes(desk, lambda: queue)
    queue = InlineQueue({"host": lanes.work, "match": nothing, "deliver": nothing})
    now = desk.clock.now()
    hosts = desk.store.due_feed_hosts(now) + desk.store.due_page_hosts(now)
    for host in dict.fromkeys(hosts):
        queue.defer("host", host)
    await queue.idle()


WORK: dict[str, Callable[[Desk], Coroutine[Any, Any, Any]]] = {
    "crawl": _feeds,
    "match": match_all,
    "deliver": deliver,
}

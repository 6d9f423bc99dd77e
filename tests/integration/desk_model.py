"""What a random life of a news desk is played with: sites, watchlists, crashes, and what is owed.

The model is simple on purpose. After every whole pass it writes down who is owed which watchlist
of which article: everybody a watchlist tells, untouched since before the article was first seen.
A debt is dropped where the watchlist or its recipient is changed by hand before it was paid.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

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
from storage.edits import (
    pause_watchlist,
    resume_watchlist,
)
from storage.outbox_tables import alert_watchlists, alerts, matches, watchlists
from storage.owners import register, release_dead
from storage.store import Store
from storage.tables import (
    article_aliases,
    article_urls,
    articles,
    entries,
    feeds,
    polls,
    story_aliases,
)
from tests.newsdesk import Newsdesk, item, newsdesk, page, rss
from tests.scripted_channel import ScriptedChannel, parsed

WORDS = ("THAAD", "Rice", "Fleet")
RECIPIENTS = ("one@example.org", "two@example.org")
SOURCES = ("news", "other")
DAY = timedelta(hours=24)


SHOWN: dict[Any, list[Any]] = {
    articles: [
        articles.c[name]
        for name in ("id", "story_id", "canonical_url", "title", "alerting", "state", "text_mark")
    ],
    matches: [
        matches.c[name] for name in ("id", "watchlist_id", "article_id", "story_id", "alerting")
    ],
    alerts: [
        alerts.c[name]
        for name in ("id", "kind", "recipient", "story_id", "n", "article_id", "state", "reason")
    ],
    alert_watchlists: list(alert_watchlists.c),
    story_aliases: [story_aliases.c.old_id, story_aliases.c.story_id],
    article_aliases: [article_aliases.c.old_id, article_aliases.c.article_id],
}


Debt = tuple[str, str, int]
"""Recipient, watchlist, article."""


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
        verb = getattr(self._store, name)

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


class DeskModel:
    """One database, the processes that come and go over it, and what the model knows."""

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
        self.touched: dict[tuple[str, str], int] = {}
        """(watchlist, recipient) → the step that last changed what they are told."""
        self.first_seen: dict[int, int] = {}
        """Article → the step after which it was there."""
        self.debts: set[Debt] = set()
        self.settled: set[Debt] = set()
        """Paid once, which is for good, or dropped."""
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
            Watchlist(name=name, any=words, notify=(NotifyRule(to=to),), origin="test")
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
        self.desk.desk = Desk(
            clock=old.clock,
            store=self.store,  # type: ignore[arg-type] # it answers as a Store does
            threads=old.threads,
            mail_thread=old.mail_thread,
            fetcher=old.fetcher,
            reader=old.reader,
            channel=self.channel,
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

    # watchlists

    def configure(self) -> None:
        self.runner.run(self.desk.configure(*self._watchlists()))

    def touch(self, name: str, *recipients: str) -> None:
        """Somebody changed what these are told: what was owed to them before is not any more."""
        for recipient in recipients or RECIPIENTS:
            self.touched[name, recipient] = self.step
            for debt in [d for d in self.debts if d[:2] == (recipient, name)]:
                self.settled.add(debt)

    def pause(self, name: str, recipient: str | None) -> None:
        pause_watchlist(self.db, name, self.clock.now(), recipient)
        self.touch(name, *([recipient] if recipient else []))

    def resume(self, name: str, recipient: str | None) -> None:
        resume_watchlist(self.db, name, recipient)
        self.touch(name, *([recipient] if recipient else []))

    # work

    def whole_pass(self) -> bool:
        def work(desk: Desk) -> Coroutine[Any, Any, Any]:
            return run_once(desk, every=True)

        whole = self.live(work)
        if whole:
            self.find_debts()
        return whole

    def some_work(self, kind: str) -> bool:
        return self.live(WORK[kind])

    # what is owed

    def find_debts(self) -> None:
        told = {(r.watchlist_name, to): r for r in self._rules() for to in r.to}
        with self.db.read() as conn:
            rows = conn.execute(select(articles)).all()
            owners = {r.canonical_url: r.article_id for r in conn.execute(select(article_urls))}
        may: dict[int, list[bool | None]] = {}
        for i in self.items:
            for link in i.links:
                may.setdefault(owners.get(link, 0), []).append(i.owed)
        for row in rows:
            since = self.first_seen[row.id]
            if not may.get(row.id) or not all(owed is True for owed in may[row.id]):
                continue
            text = f"{row.title} {row.summary} {row.body}"
            for (name, to), rule in told.items():
                after = self.touched.get((name, to), -1) < since
                if after and rule.added_at <= row.first_seen_at and rule.hits(text):
                    self.debts.add((to, name, row.id))
        for debt in [debt for debt in self.debts - self.settled if self._paid(debt)]:
            self.settled.add(debt)

    def _rules(self) -> list[Rule]:
        ruleset = read_rules(self.db)
        tell = {rule.watchlist_id: rule for rule in ruleset.tell}
        return [
            Rule(
                stored.watchlist.name,
                stored.watchlist.any,
                () if tell[stored.id].paused else tell[stored.id].recipients,
                stored.added_at,
            )
            for stored in ruleset.stored
        ]

    def _paid(self, debt: Debt) -> bool:
        """Whether a mail that went (or is held for a person) names it, for its story or itself."""
        recipient, name, article = debt
        with self.db.read() as conn:
            olds = {r.old_id: r.article_id for r in conn.execute(select(article_aliases))}
            article = olds.get(article, article)
            story = conn.execute(
                select(articles.c.story_id).where(articles.c.id == article)
            ).scalar_one()
            known = {story} | {
                r.old_id for r in conn.execute(select(story_aliases)) if r.story_id == story
            }
            query = (
                select(alerts.c.story_id, matches.c.article_id)
                .select_from(
                    alert_watchlists.join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
                    .join(matches, matches.c.id == alert_watchlists.c.match_id)
                    .join(watchlists, watchlists.c.id == alert_watchlists.c.watchlist_id)
                )
                .where(
                    alerts.c.recipient == recipient,
                    watchlists.c.name == name,
                    alerts.c.state.in_(("sent", "held")),
                )
            )
            return any(
                row.story_id in known or row.article_id == article for row in conn.execute(query)
            )

    # the end

    def settle(self) -> None:
        """Everything works again; enough passes for what waits."""
        self.channel.take_all()
        self.channel.before = lambda: None
        self.failing.clear()
        for _ in range(8):
            self.clock.pass_(hours=7)
            assert self.whole_pass()
            with self.db.read() as conn:
                waiting = conn.execute(
                    select(alerts.c.id).where(alerts.c.state.in_(("pending", "deferred")))
                ).all()
            if not waiting:
                return

    def check(self) -> None:
        """What must hold when everything has come to its end."""
        with self.db.read() as conn:
            for table in (feeds, articles, alerts):
                leased = conn.execute(select(table.c.id).where(table.c.lease_owner.is_not(None)))
                assert leased.all() == [], f"{table.name} leased"
            lagging = select(articles.c.id).where(articles.c.matched_mark < articles.c.text_mark)
            assert conn.execute(lagging).all() == []
            rows = conn.execute(select(alerts)).all()
            lived_in = set(conn.execute(select(articles.c.story_id)).scalars())
            lived_in |= set(conn.execute(select(story_aliases.c.old_id)).scalars())
            empty = {row.story_id for row in rows} - lived_in
            assert not empty, f"{empty} of {self.dump()}"
        for row in rows:
            assert row.state in ("sent", "cancelled", "folded", "held"), row
            assert row.state == "sent" or row.reason, row
        sent = [row for row in rows if row.state == "sent"]
        keys = [(row.kind, row.recipient, row.story_id, row.n) for row in sent]
        assert len(keys) == len(set(keys))
        named = [row.message_id for row in rows if row.message_id and row.state != "cancelled"]
        assert len(named) == len(set(named))
        assert {row.message_id for row in sent} <= set(self.channel.by_id())
        self.check_mails()
        self.check_identity()
        self.check_noise(sent)
        open_ = self.debts - self.settled
        unpaid = [debt for debt in open_ if not self._paid(debt) and self._stands(debt)]
        assert unpaid == [], f"{unpaid} of {self.dump()}"

    def _stands(self, debt: Debt) -> bool:
        """Whether the article still says it: what was taken back before a mail went is not told."""
        _, name, article = debt
        rule = next(rule for rule in self._rules() if rule.watchlist_name == name)
        with self.db.read() as conn:
            olds = {r.old_id: r.article_id for r in conn.execute(select(article_aliases))}
            row = conn.execute(
                select(articles).where(articles.c.id == olds.get(article, article))
            ).one()
            shown = conn.execute(select(entries.c.title).where(entries.c.article_id == row.id))
            return rule.hits(" ".join([row.title, row.summary, row.body, *shown.scalars()]))

    def dump(self) -> str:
        """The tables that matter, for a failure's message."""
        with self.db.read() as conn:
            found = {
                table.name: [tuple(row) for row in conn.execute(select(*columns))]
                for table, columns in SHOWN.items()
            }
        return "\n".join(f"{name}: {lines}" for name, lines in found.items())

    def check_mails(self) -> None:
        for message_id, bodies in self.channel.by_id().items():
            assert len(set(bodies)) == 1, message_id
        assert all(parsed(m)["Message-ID"] for _, m in self.channel.accepted)

    def check_identity(self) -> None:
        """Every link of an item leads to one article; unrelated items are not one."""
        with self.db.read() as conn:
            owners = {r.canonical_url: r.article_id for r in conn.execute(select(article_urls))}
        found: dict[int, int] = {}
        for i in self.items:
            ids = {owners.get(link) for link in i.links}
            if i.n in self.related:  # the outlet shows one page under two guids, or did
                continue
            assert len(ids) <= 1, f"{i} is {ids} of {self.dump()}"
            assert None not in ids, f"{i} of {self.dump()}"
            for article in ids:
                found[i.n] = int(article or 0)
        alone = [article for n, article in found.items() if n not in self.related]
        assert len(set(alone)) == len(alone), f"{found} of {self.dump()}"

    def check_noise(self, sent: list[Any]) -> None:
        """Nobody is told of a watchlist twice on one story, unless two stories that went met."""
        with self.db.read() as conn:
            met = {r.story_id for r in conn.execute(select(story_aliases))}
            named = conn.execute(
                select(alerts.c.recipient, alerts.c.story_id, alert_watchlists.c.watchlist_id)
                .select_from(
                    alert_watchlists.join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
                )
                .where(alerts.c.state == "sent", alerts.c.story_id.not_in(met))
            ).all()
        assert len(named) == len(set(named))


@dataclass(frozen=True)
class Rule:
    """A watchlist in force, as plainly as can be."""

    watchlist_name: str
    words: tuple[str, ...]
    to: tuple[str, ...]
    added_at: datetime

    def hits(self, text: str) -> bool:
        return any(word in text for word in self.words)


def body_of(i: Item) -> list[str]:
    """A body of its own for each number, long enough to tell a story by."""
    about = " and ".join(i.body_words) or "nothing in particular"
    return [
        f"Body {i.body} is about {about}, said the official who keeps count of such bodies.",
        f"The talks number {i.body} went on for hours and were to be continued in the next week, "
        "a person familiar with the matter said on condition of anonymity in the evening.",
        f"Both sides of talks number {i.body} shared the need to keep in close contact.",
    ]


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

"""Whatever comes in whatever order: each piece of news is told once to everybody it concerns.

A fixed few lives are played in a run of the tests; `WIREWATCH_LIVES=300 pytest FILE --timeout=0`
plays so many at random.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jobs.step_deliver import deliver
from storage.edits import pause_watchlist, resume_watchlist
from storage.outbox import resend
from storage.outbox_tables import alert_news, alert_watchlists, alerts, watchlists
from storage.owners import register, release_dead
from storage.store import Store
from storage.tables import story_aliases
from tests.conftest import LIVES
from tests.integration.desk_world import Crash, DyingStore
from tests.integration.updates_world import UpdatesWorld, listed, new_of
from tests.newsdesk import newsdesk
from tests.rows import OWN, rows
from tests.scripted_channel import ScriptedChannel, parsed

TO = ("one@example.org", "two@example.org")
WORDS = ("THAAD", "rice", "fleet")
INTERVALS = {
    "THAAD": timedelta(hours=2),
    "rice": timedelta(minutes=30),
    "fleet": None,
}
LISTS = [
    listed("THAAD", "THAAD", every=INTERVALS["THAAD"], to=TO),
    listed("rice", "rice", every=INTERVALS["rice"], to=TO),
    listed("fleet", "fleet", every=INTERVALS["fleet"], to=TO[:1]),
]

pick = st.integers(0, 7)
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(" and ".join)
STEPS = st.one_of(
    st.tuples(st.just("article"), words),
    st.tuples(st.just("beside"), pick, words, st.booleans()),
    st.tuples(st.just("say"), pick),
    st.tuples(st.just("say"), pick),
    st.tuples(st.just("say_while_sending"), pick),
    st.tuples(st.just("send"), st.sampled_from([0, 1, 20, 45, 130, 400])),
    st.tuples(st.just("send"), st.sampled_from([0, 1, 20, 45, 130, 400])),
    st.tuples(st.just("die"), st.integers(1, 12), st.booleans()),
    st.tuples(st.just("server"), st.sampled_from(["for_now", "lose", "take", "down", "all"])),
    st.tuples(st.just("pause"), st.sampled_from(TO), st.sampled_from(WORDS)),
    st.tuples(st.just("resume"), st.sampled_from(TO), st.sampled_from(WORDS)),
    st.tuples(st.just("unite"), pick, pick),
    st.tuples(st.just("again"), pick),
)


class Life:
    """A world, and who is owed what in it."""

    def __init__(self, world: UpdatesWorld) -> None:
        self.world = world
        self.articles: list[int] = []
        self.text: dict[int, str] = {}
        self.count = 100
        self.lives = 0
        self.owed: set[tuple[str, str]] = set()
        """(recipient, new words): to be told once; those a pause came upon may be."""
        self.paused: set[tuple[str, str]] = set()
        self.waiting: dict[int, str] = {}
        """Article → new words that were said and not matched yet."""
        self.begin()

    def begin(self) -> None:
        """A new process; those before it are dead."""
        self.lives += 1
        db, desk = self.world.db, self.world.desk
        owner = replace(OWN, pid=self.lives, started=float(self.lives))
        register(db, owner, desk.clock.now())
        release_dead(db, owner, lambda _: False, desk.clock.now())
        self.store = DyingStore(Store(db, owner.id))
        desk.desk.store = self.store  # type: ignore[assignment] # it answers as a Store does

    async def step(self, kind: str, *given: Any) -> None:
        if kind == "article":
            made = self.world.article(f"About {given[0]}.")
            self.articles.append(made)
            self.text[made] = f"About {given[0]}."
        elif kind == "send":
            await self.world.send(minutes=given[0])
        elif kind == "server":
            self.server(given[0])
        elif self.articles:
            await getattr(self, kind)(*given)
        await self.match()

    def server(self, what: str) -> None:
        channel = self.world.channel
        if what == "for_now":
            channel.refuse_for_now(TO[0])
        elif what == "down":
            channel.go_down()
        elif what == "all":
            channel.take_all()
        else:
            channel.lose_answer(took=what == "take")

    def article(self, number: int) -> int:
        return self.articles[number % len(self.articles)]

    def new(self) -> str:
        self.count += 1
        return f"{self.count} men"

    async def beside(self, number: int, said: str, fresh: bool) -> None:
        new = self.new() if fresh else ""
        text = f"About {said}. Some {new} came." if new else f"About {said}."
        made = self.world.article(text, beside=self.article(number), new=new)
        self.articles.append(made)
        self.text[made] = text
        if new:
            self.waiting[made] = new

    async def say(self, number: int) -> None:
        self.speak(self.article(number), self.new())

    def speak(self, article: int, new: str) -> None:
        self.text[article] += f" Some {new} came."
        self.world.say(article, self.text[article], new)
        self.waiting[article] = new

    async def say_while_sending(self, number: int) -> None:
        """News comes when a mail is with the server."""
        coming = [self.article(number)]

        def come() -> None:
            if coming:
                self.speak(coming.pop(), self.new())

        self.world.channel.before = come
        await self.world.send()
        self.world.channel.before = lambda: None

    async def die(self, verb: int, after: bool) -> None:
        self.store.left, self.store.after = verb, after
        with suppress(Crash):
            await deliver(self.world.desk.desk)
        if self.store.dead:
            self.begin()
        self.store.left = None

    async def pause(self, recipient: str, name: str) -> None:
        if recipient in next(one for one in LISTS if one.name == name).notify[0].to:
            pause_watchlist(self.world.db, name, self.world.desk.clock.now(), recipient)
            self.paused.add((name, recipient))
            self.owed = {debt for debt in self.owed if debt[0] != recipient}

    async def resume(self, recipient: str, name: str) -> None:
        if (name, recipient) in self.paused:
            resume_watchlist(self.world.db, name, recipient)
            self.paused.discard((name, recipient))

    async def unite(self, number: int, other: int) -> None:
        one, two = sorted((self.article(number), self.article(other)))
        self.world.unite(two, one)

    async def again(self, number: int) -> None:
        sent = [a for a in rows(self.world.db, alerts) if a.state == "sent"]
        if sent:
            resend(self.world.db, sent[number % len(sent)].id, self.world.desk.clock.now())

    async def match(self) -> None:
        """What is lagging is matched; who is owed its news is written down."""
        before = self.named()
        await self.world.match()
        after = self.named()
        for article, new in self.waiting.items():
            story = self.world.row(article).story_id
            for recipient in TO:
                carriers = {
                    one.name
                    for one in LISTS
                    if one.update_interval is not None
                    and one.name in self.text[article]
                    and one.name in after.get((recipient, story), ())
                    and recipient in one.notify[0].to
                    and (one.name, recipient) not in self.paused
                }
                if carriers and before.get((recipient, story)):
                    self.owed.add((recipient, new))
        self.waiting.clear()

    def named(self) -> dict[tuple[str, int], set[str]]:
        """(recipient, story) → watchlists that alerts name, gone or to go."""
        found: dict[tuple[str, int], set[str]] = {}
        with self.world.db.read() as conn:
            present = {row.old_id: row.story_id for row in conn.execute(select(story_aliases))}
            query = (
                select(alerts.c.recipient, alerts.c.story_id, watchlists.c.name)
                .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
                .join(watchlists, watchlists.c.id == alert_watchlists.c.watchlist_id)
                .where(alerts.c.state.not_in(("cancelled", "folded")))
            )
            for row in conn.execute(query):
                story = present.get(row.story_id, row.story_id)
                found.setdefault((row.recipient, story), set()).add(row.name)
        return found

    async def settle(self) -> None:
        self.world.channel.take_all()
        for _ in range(12):
            await self.world.send(hours=5)

    def check(self) -> None:
        """What must hold when everything has come to its end."""
        made = rows(self.world.db, alerts)
        assert {a.state for a in made} <= {"sent", "cancelled", "folded"}, made
        told = self.world.told()
        twice = {debt: times for debt, times in told.items() if times > 1}
        assert not twice
        assert not self.owed - set(told), self.owed - set(told)
        for messages in self.world.channel.by_id().values():
            assert len(set(messages)) == 1
        self.check_mails()
        with self.world.db.read() as conn:
            met = {row.story_id for row in conn.execute(select(story_aliases))}
        own = [a for a in made if a.state == "sent" and a.copy_of is None and a.story_id not in met]
        firsts = Counter((a.recipient, a.story_id) for a in own if a.kind == "immediate")
        assert set(firsts.values()) <= {1}
        self.check_intervals(own)

    def check_mails(self) -> None:
        """An update says what it was to tell; it says nothing new that another one told."""
        news: dict[str, set[str]] = {}
        with self.world.db.read() as conn:
            query = select(alerts.c.message_id, alert_news.c.news).join(
                alerts, alerts.c.id == alert_news.c.alert_id
            )
            for row in conn.execute(query.where(alerts.c.kind == "update")):
                news.setdefault(str(row.message_id), set()).update(n["text"] for n in row.news)
        for _, data in self.world.channel.accepted:
            mail = parsed(data)
            said = new_of(mail)
            mine = news.get(str(mail["Message-ID"]), set())
            assert all(f"*{text}*" in said for text in mine) or said.count("\n- ") >= 5
            everything = {text for told in news.values() for text in told}
            assert not [text for text in everything - mine if f"*{text}*" in said]

    def check_intervals(self, own: Sequence[Any]) -> None:
        named: dict[int, set[str]] = {}
        with self.world.db.read() as conn:
            names = {row.id: row.name for row in conn.execute(select(watchlists))}
            for row in conn.execute(select(alert_watchlists)):
                named.setdefault(row.alert_id, set()).add(names[row.watchlist_id])
        threads: dict[tuple[str, int], list[Any]] = {}
        for alert in sorted(own, key=lambda a: (a.sent_at, a.id)):
            threads.setdefault((alert.recipient, alert.story_id), []).append(alert)
        for thread in threads.values():
            for earlier, later in pairwise(thread):
                pauses = [INTERVALS[name] or timedelta(0) for name in named[later.id]]
                assert later.sent_at - earlier.sent_at >= min(pauses), (earlier, later)


async def live(template: Path, steps: Sequence[tuple[Any, ...]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="updates-"))
    shutil.copy(template, folder / "news.db")
    try:
        async with newsdesk(folder, watchlists=LISTS) as desk:
            desk.clock.pass_(minutes=1)
            life = Life(UpdatesWorld(desk, ScriptedChannel()))
            await life.step("article", "THAAD and rice")
            for step in steps:
                await life.step(*step)
            await life.settle()
            life.check()
    finally:
        shutil.rmtree(folder)


def test_each_piece_of_news_is_told_once(sqlite_template: Path) -> None:
    @settings(
        max_examples=LIVES or 15,
        derandomize=not LIVES,
        deadline=None,
        database=None,
        phases=[Phase.generate] if LIVES else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEPS, min_size=5, max_size=25))
    def any_life(steps: list[tuple[Any, ...]]) -> None:
        asyncio.run(live(sqlite_template, steps))

    any_life()

"""What a random life of a news desk must come to: who is owed what, and what may never be.

The model is simple on purpose. After every whole pass it writes down who is owed which watchlist
of which article: everybody a watchlist tells, untouched since before the article was first seen.
A debt is dropped where the watchlist or its recipient is changed by hand before it was paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from jobs.rules import read_rules
from storage.edits import (
    pause_watchlist,
    resume_watchlist,
)
from storage.outbox_tables import (
    alert_news,
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    digests,
    matches,
    watchlists,
)
from storage.story_hand import merge_stories, split_article
from storage.tables import (
    article_aliases,
    article_urls,
    articles,
    entries,
    feeds,
    story_aliases,
)
from tests.integration.desk_world import CLOCKS, RECIPIENTS, DeskWorld
from tests.scripted_channel import parsed

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
    digests: [digests.c[name] for name in ("id", "recipient", "schedule", "slot", "state")],
    digest_items: [
        digest_items.c[name]
        for name in ("id", "recipient", "story_id", "n", "digest_id", "alert_id")
    ],
    digest_matches: list(digest_matches.c),
    alert_watchlists: list(alert_watchlists.c),
    story_aliases: [story_aliases.c.old_id, story_aliases.c.story_id],
    article_aliases: [article_aliases.c.old_id, article_aliases.c.article_id],
}


_LAGS = articles.c.matched_mark < articles.c.text_mark

Debt = tuple[str, str, int]
"""Recipient, watchlist, article."""


class DeskModel(DeskWorld):
    """The world, and what is owed in it."""

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self.touched: dict[tuple[str, str], int] = {}
        """(watchlist, recipient) → the step that last changed what they are told."""
        self.debts: set[Debt] = set()
        self.settled: set[Debt] = set()
        """Paid once, which is for good, or dropped."""

    # watchlists

    def configure(self) -> None:
        self.runner.run(self.desk.configure(*self._watchlists()))

    def touch(self, name: str, *recipients: str) -> None:
        """Somebody changed what these are told: what was owed to them before is not any more."""
        for recipient in recipients or RECIPIENTS:
            self.touched[name, recipient] = self.step
            for debt in [d for d in self.debts if d[:2] == (recipient, name)]:
                self.settled.add(debt)

    def tell_by(self, recipient: str, clock: str) -> None:
        """The recipient is told by another clock: nothing that is owed is dropped for that."""
        self.rules[recipient] = CLOCKS[clock]
        self.configure()

    def pause(self, name: str, recipient: str | None) -> None:
        pause_watchlist(self.db, name, self.clock.now(), recipient)
        self.touch(name, *([recipient] if recipient else []))

    def resume(self, name: str, recipient: str | None) -> None:
        resume_watchlist(self.db, name, recipient)
        self.touch(name, *([recipient] if recipient else []))

    # stories

    def _article(self, number: int) -> tuple[int, int] | None:
        """Some stored article, and its story."""
        with self.db.read() as conn:
            query = select(articles.c.id, articles.c.story_id).order_by(articles.c.id)
            found = [(row.id, row.story_id) for row in conn.execute(query)]
        return found[number % len(found)] if found else None

    def merge_by_hand(self, number: int, other: int) -> None:
        one, two = self._article(number), self._article(other)
        if one is not None and two is not None:
            merge_stories(self.db, one[1], two[1], self.clock.now())

    def split_by_hand(self, number: int) -> None:
        found = self._article(number)
        if found is not None:
            split_article(self.db, found[0], self.clock.now())

    # what is owed

    def after_pass(self) -> None:
        """Find what is owed by now, and what of it was paid."""
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
            gone = (alerts.c.recipient == recipient) & alerts.c.state.in_(("sent", "held"))
            named = watchlists.c.name == name
            by_alert = (
                select(alerts.c.story_id, matches.c.article_id)
                .select_from(
                    alert_watchlists.join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
                    .join(matches, matches.c.id == alert_watchlists.c.match_id)
                    .join(watchlists, watchlists.c.id == alert_watchlists.c.watchlist_id)
                )
                .where(gone, named)
            )
            by_digest = (
                select(digest_items.c.story_id, matches.c.article_id)
                .select_from(
                    digest_items.join(alerts, alerts.c.digest_id == digest_items.c.digest_id)
                    .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
                    .join(matches, matches.c.id == digest_matches.c.match_id)
                    .join(watchlists, watchlists.c.id == matches.c.watchlist_id)
                )
                .where(gone, named)
            )
            return any(
                row.story_id in known or row.article_id == article
                for row in conn.execute(by_alert.union(by_digest))
            )

    # the end

    def settle(self) -> None:
        """Everything works again; enough passes for what waits."""
        self.channel.take_all()
        self.channel.before = lambda: None
        self.failing.clear()
        for _ in range(10):
            self.clock.pass_(hours=7)
            assert self.whole_pass()
            with self.db.read() as conn:
                waiting = conn.execute(
                    select(alerts.c.id).where(alerts.c.state.in_(("pending", "deferred")))
                ).all()
                lagging = conn.execute(select(articles.c.id).where(_LAGS)).all()
            if not waiting and not lagging:
                return

    def check(self) -> None:
        """What must hold when everything has come to its end."""
        with self.db.read() as conn:
            for table in (feeds, articles, alerts):
                leased = conn.execute(select(table.c.id).where(table.c.lease_owner.is_not(None)))
                assert leased.all() == [], f"{table.name} leased"
            assert conn.execute(select(articles.c.id).where(_LAGS)).all() == []
            rows = conn.execute(select(alerts)).all()
            lived_in = set(conn.execute(select(articles.c.story_id)).scalars())
            lived_in |= set(conn.execute(select(story_aliases.c.old_id)).scalars())
            empty = {row.story_id for row in rows} - lived_in - {None}
            assert not empty, f"{empty} of {self.dump()}"
        for row in rows:
            assert row.state in ("sent", "cancelled", "folded", "held", "empty"), row
            assert row.state in ("sent", "empty") or row.reason, row
            assert row.schedule is None, row
        sent = [row for row in rows if row.state == "sent"]
        keys = [(row.kind, row.recipient, row.story_id, row.n, row.digest_id) for row in sent]
        assert len(keys) == len(set(keys))
        named = [row.message_id for row in rows if row.message_id and row.state != "cancelled"]
        assert len(named) == len(set(named))
        assert {row.message_id for row in sent} <= set(self.channel.by_id())
        self.check_mails()
        self.check_identity()
        self.check_noise(sent)
        self.check_digests()
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
        """Nobody is told of a watchlist twice on one story without news, unless stories met."""
        with self.db.read() as conn:
            met = {r.story_id for r in conn.execute(select(story_aliases))}
            named = conn.execute(
                select(alerts.c.recipient, alerts.c.story_id, alert_watchlists.c.watchlist_id)
                .select_from(
                    alert_watchlists.join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
                )
                .where(
                    alerts.c.state == "sent",
                    alerts.c.story_id.not_in(met),
                    alerts.c.id.not_in(select(alert_news.c.alert_id)),
                )
            ).all()
        assert len(named) == len(set(named))

    def check_digests(self) -> None:
        """What is told in a digest, is told there: once, by an item of it, and by nothing else."""
        with self.db.read() as conn:
            met = {r.story_id for r in conn.execute(select(story_aliases))}
            rows = {row.id: row for row in conn.execute(select(alerts))}
            by_digest = {r.digest_id: r for r in rows.values() if r.kind == "digest"}
            items = conn.execute(select(digest_items)).all()
            told = {r.item_id for r in conn.execute(select(digest_matches))}
        for item in items:
            assert by_digest[item.digest_id].state in ("sent", "held"), f"{item} of {self.dump()}"
            assert item.id in told, item
            folded = rows.get(item.alert_id)
            assert folded is None or folded.state == "folded", f"{item} of {self.dump()}"
        alone = {
            (row.recipient, row.story_id, row.n)
            for row in rows.values()
            if row.state == "sent" and row.kind != "digest" and row.story_id not in met
        }
        both = alone & {(item.recipient, item.story_id, item.n) for item in items}
        assert not both, f"{both} of {self.dump()}"


@dataclass(frozen=True)
class Rule:
    """A watchlist in force, as plainly as can be."""

    watchlist_name: str
    words: tuple[str, ...]
    to: tuple[str, ...]
    added_at: datetime

    def hits(self, text: str) -> bool:
        return any(word in text for word in self.words)

"""Outlets whose entries and pages go through the product's own transactions, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from newsroom.identity import canonical_url, host_of, title_key
from newsroom.model import FeedEntry, Hit, PageContent
from newsroom.reasons import Reason
from newsroom.stories_reading import story_text
from storage.alert_claims import AttemptEnd, Rendered
from storage.claims import FoundMatch, KeyedEntry, PageIn, PollOutcome, SourceRules, TellRule
from storage.database import Database
from storage.matching import rules_version
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.store import Store
from storage.story_notes import story_time
from storage.tables import articles, feeds, story_marks
from tests.attempts import begin_attempt
from tests.rows import NOW, add_feed, add_source, add_watchlist, rows

RULES = SourceRules(timedelta(minutes=2), timedelta(minutes=60), None, "en")
HOSTS = {"yonhap-en": "en.yna.co.kr", "herald": "herald.example", "times": "times.example"}
READER = "desk@example.org"


@dataclass
class Outlets:
    """A desk's database, and what outlets show it."""

    db: Database
    now: datetime = NOW
    shown: dict[str, list[KeyedEntry]] = field(default_factory=dict)
    watch: int = 0

    def __post_init__(self) -> None:
        self.store = Store(self.db, "desk")

    def open(self) -> Outlets:
        """Make the sources; one watchlist that everything meets."""
        for name in HOSTS:
            add_source(self.db, name)
            add_feed(self.db, name)
        self.watch = add_watchlist(self.db, "All")
        return self

    def again(self, db: Database) -> Outlets:
        """The same outlets, seen by another process."""
        return Outlets(db, self.now, self.shown, self.watch)

    def pass_(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    # what outlets do

    def lists(
        self, source: str, path: str, title: str, summary: str = "", **values: Any
    ) -> KeyedEntry:
        """A feed shows an article; `poll` sees it."""
        url = f"https://{HOSTS[source]}/{path}"
        at = values.pop("published_at", self.now)
        entry = FeedEntry(path, url, title, summary, at, None, **values)
        canonical = canonical_url(url) or None
        keyed = KeyedEntry(entry, canonical, title_key(title), host_of(url))
        standing = self.shown.setdefault(source, [])
        standing[:] = [keyed, *(e for e in standing if e.entry.guid != path)]
        return keyed

    def poll(self, source: str) -> list[int]:
        """Poll the source's feed; the new articles."""
        feed = next(f for f in rows(self.db, feeds) if f.source_id == source)
        claim = self.store.claim_feed(feed.id, self.now, forced=True)
        assert claim is not None
        entries = tuple(self.shown.get(source, ()))
        outcome = PollOutcome(self.now, self.now, Reason.OK, "", 200, True, True, entries=entries)
        return list(self.store.commit_poll(claim, outcome, RULES).new_articles)

    def listed(self, source: str, path: str, title: str, summary: str = "", **values: Any) -> int:
        """An article as a feed shows it, polled at once; its id."""
        self.lists(source, path, title, summary, **values)
        (made,) = self.poll(source)
        return made

    def page(self, article_id: int, title: str, body: str, *, aliases: Sequence[str] = ()) -> int:
        """Fetch the article's page, whatever else is due; the id it has then."""
        with self.db.write() as conn:
            conn.execute(
                articles.update()
                .where(articles.c.id == article_id)
                .values(page_due_at=self.now, page_priority=-1)
            )
        host = self.article(article_id).page_host
        claim = self.store.claim_page(host, self.now)
        assert claim is not None
        assert claim.id == article_id
        content = PageContent(claim.url, claim.url, title, body=body)
        story = story_text(
            title,
            body,
            source=claim.source_id,
            url=claim.canonical_url,
            at=story_time(claim.published_at, self.now),
        )
        page = PageIn(content, "fetched", tuple(aliases), story)
        return self.store.commit_page(claim, page, RULES, self.now)

    def published(self, source: str, path: str, title: str, body: str) -> int:
        """An article with its page."""
        return self.page(self.listed(source, path, title), title, body)

    # what the desk does

    def match(self, *readers: str, but: Sequence[int] = ()) -> None:
        """Everything matches, `but` these articles; who is to be told is."""
        tell = (TellRule(self.watch, NOW - timedelta(days=30), False, readers or (READER,)),)
        hits = (Hit("t", "title", 0, 1, "t"),)
        while batch := self.store.lagging(50):
            for article in batch:
                with self.db.read() as conn:
                    version = rules_version(conn)
                self.store.commit_match(
                    article,
                    [FoundMatch(self.watch, 1, hits)] if article.id not in but else [],
                    rules=version,
                    tell=tell,
                    now=self.now,
                    wait_for_page=timedelta(0),
                )

    def send(self) -> list[int]:
        """Send what is due; the articles that the mails name."""
        named = []
        while claims := self.store.claim_alerts(self.now + timedelta(minutes=5), limit=1):
            (claim,) = claims
            mail = Rendered(b"mail", f"<{claim.id}@example.org>", "subject")
            attempt = begin_attempt(self.store.db, claim, mail, "files", self.now)
            end = AttemptEnd(state="sent", outcome="sent", now=self.now)
            assert self.store.end_attempt(claim, attempt, end)
            named += [match.article_id for match in claim.matches]
        return named

    # what there is

    def told(self) -> list[tuple[str, int, int]]:
        """(recipient, story of the alert, article) of every match that a mail named which went."""
        query = (
            select(alerts.c.recipient, alerts.c.story_id, matches.c.article_id)
            .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
            .join(matches, matches.c.id == alert_watchlists.c.match_id)
            .where(alerts.c.state == "sent")
            .order_by(alerts.c.id)
        )
        with self.db.read() as conn:
            return [tuple(row) for row in conn.execute(query)]

    def article(self, article_id: int) -> Any:
        with self.db.read() as conn:
            return conn.execute(select(articles).where(articles.c.id == article_id)).one()

    def story(self, article_id: int) -> int:
        return int(self.article(article_id).story_id)

    def notes(self, article_id: int) -> Any:
        with self.db.read() as conn:
            query = select(story_marks).where(story_marks.c.article_id == article_id)
            return conn.execute(query).one()

    def news(self, article_id: int) -> list[str]:
        """What is new in an article, each span checked against the stored text."""
        row, notes = self.article(article_id), self.notes(article_id)
        if notes.news_mark != row.text_mark:
            return []
        for span in notes.news:
            assert getattr(row, span["field"])[span["start"] : span["end"]] == span["text"]
        return [span["text"] for span in notes.news]

    def live(self) -> list[tuple[str, str, int]]:
        """(kind, state, article) of every match that an alert names and that counts."""
        query = (
            select(alerts.c.kind, alerts.c.state, matches.c.article_id)
            .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
            .join(matches, matches.c.id == alert_watchlists.c.match_id)
            .where(alerts.c.state.not_in(("folded", "cancelled")))
            .order_by(alerts.c.id)
        )
        with self.db.read() as conn:
            return [tuple(row) for row in conn.execute(query)]

"""The Store: what the steps of an item's way ask of storage, as verbs over one database.

Every method is one transaction (or a read). Errors: DatabaseUnavailable (temporary, nothing was
promised), LeaseLost (the result of a claim came too late). Calls block; jobs run them off the
loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from newsroom.search_plan import Plan
from newsroom.sights import POLLING, Look
from storage import (
    channels,
    digest_parts,
    known,
    matching,
    outbox,
    pages,
    polls,
    search,
    search_index,
    sending,
    story_memory,
    story_unmarked,
)
from storage.alert_claims import AlertMatch, AttemptEnd, ClaimedAlert, Rendered
from storage.channels import Gate
from storage.claims import (
    ClaimedFeed,
    ClaimedPage,
    FoundMatch,
    LaggingArticle,
    MatchCommit,
    PageIn,
    PageOut,
    PollCommit,
    PollOutcome,
    SourceRules,
    TellRule,
)
from storage.database import Database
from storage.listing_base import Filters
from storage.notices import raise_notice
from storage.search import Candidate
from storage.search_index import Indexed
from storage.sending import Taken


class Store:
    """Verbs over `db` for one owner of leases."""

    def __init__(self, db: Database, owner: str) -> None:
        self.db = db
        self.owner = owner

    # feeds

    def due_feeds(
        self, now: datetime, *, every: bool = False, host: str | None = None
    ) -> list[tuple[int, str]]:
        """(id, host) of the feeds to poll; `every` enabled one; with `host` its next one alone."""
        return polls.due_feeds(self.db, now, every=every, host=host)

    def due_feed_hosts(self, now: datetime) -> list[str]:
        """Hosts that have a feed to poll."""
        return polls.due_feed_hosts(self.db, now)

    def claim_feed(self, feed_id: int, now: datetime, *, forced: bool) -> ClaimedFeed | None:
        """Take a feed to poll it now."""
        return polls.claim_feed(self.db, feed_id, owner=self.owner, now=now, forced=forced)

    def claim_listing(self, feed_id: int, now: datetime) -> ClaimedFeed | None:
        """Take a listing to look at it now."""
        return polls.claim_feed(self.db, feed_id, owner=self.owner, now=now, listing=True)

    def unknown_urls(self, urls: Sequence[str]) -> frozenset[str]:
        """Those of these canonical URLs that no article is known by."""
        return known.unknown_urls(self.db, urls)

    def commit_poll(
        self,
        claim: ClaimedFeed,
        outcome: PollOutcome,
        rules: SourceRules,
        look: Look = POLLING,
    ) -> PollCommit:
        """All that one poll, or look at a listing, learnt."""
        return self.db.retry(lambda: polls.commit_poll(self.db, claim, outcome, rules, look))

    # pages

    def due_page_hosts(self, now: datetime, *, since: datetime | None = None) -> list[str]:
        """Hosts that have a page to fetch (in the pass that began at `since`)."""
        return pages.due_page_hosts(self.db, now, since=since)

    def claim_page(
        self, host: str, now: datetime, *, since: datetime | None = None
    ) -> ClaimedPage | None:
        """Take the next page of a host."""
        return pages.claim_page(self.db, host, owner=self.owner, now=now, since=since)

    def commit_page(
        self, claim: ClaimedPage, page: PageIn, rules: SourceRules, now: datetime
    ) -> int:
        """Store a page that was read; the id the article has afterwards."""
        return self.db.retry(lambda: pages.commit_page(self.db, claim, page, rules, now))

    def fail_page(self, claim: ClaimedPage, out: PageOut, now: datetime) -> None:
        """Record why a page could not be had."""
        self.db.retry(lambda: pages.fail_page(self.db, claim, out, now))

    # stories

    def warm_stories(self, now: datetime, window: timedelta) -> int:
        """Read what is kept of the window's articles into memory; how many they are."""
        return story_memory.warm(self.db, now, window)

    def mark_stories(self, now: datetime, window: timedelta) -> bool:
        """Work out what some articles stored by an earlier program lack; False: none lack it."""
        return self.db.retry(lambda: story_unmarked.mark(self.db, now, window))

    # matches

    def lagging(self, limit: int = 100, *, skip: Sequence[int] = ()) -> list[LaggingArticle]:
        """Articles whose text is newer than their matches."""
        return matching.lagging(self.db, limit, skip=skip)

    def commit_match(
        self,
        article: LaggingArticle,
        found: Sequence[FoundMatch],
        *,
        rules: int,
        tell: Sequence[TellRule],
        now: datetime,
        wait_for_page: timedelta,
    ) -> MatchCommit:
        """Matches, outbox rows and marks."""
        return self.db.retry(
            lambda: matching.commit_match(
                self.db,
                article,
                found,
                rules=rules,
                tell=tell,
                now=now,
                wait_for_page=wait_for_page,
            )
        )

    # the archive's index

    def index_lagging(self, limit: int) -> Indexed:
        """Bring the oldest articles the index does not know as they are into it."""
        return self.db.retry(lambda: search_index.index_lagging(self.db, limit))

    def count_lagging(self) -> int:
        """How many such articles there are."""
        return search_index.count_lagging(self.db)

    def search_candidates(self, wanted: Plan, filters: Filters) -> Iterator[Candidate]:
        """Articles that may be what is searched for, newest first."""
        return search.candidates(self.db, wanted, filters)

    # the outbox

    def due_alerts(
        self, now: datetime, *, since: datetime | None = None, to: str | None = None
    ) -> int:
        """How many alerts are ready to be sent; `to`: in that lane."""
        return outbox.due_alerts(self.db, now, since=since, to=to)

    def due_urls(self, now: datetime, *, since: datetime | None = None) -> list[str]:
        """Recipients beside mail that something is ready for."""
        return outbox.due_urls(self.db, now, since=since)

    def claim_alerts(
        self,
        now: datetime,
        *,
        limit: int,
        since: datetime | None = None,
        to: str | None = None,
    ) -> list[ClaimedAlert]:
        """Take due alerts; `to`: of that lane."""
        return outbox.claim_alerts(
            self.db, owner=self.owner, now=now, limit=limit, since=since, to=to
        )

    def drop_watchlists(
        self,
        claim: ClaimedAlert,
        watchlist_ids: Sequence[int],
        reason: str,
        *,
        unmatched: Sequence[int] = (),
        instead: Sequence[AlertMatch] = (),
    ) -> bool:
        """Watchlists leave an alert; False: none is left, it is cancelled."""
        return outbox.drop_watchlists(
            self.db, claim, watchlist_ids, reason, unmatched=unmatched, instead=instead
        )

    def stand_ins(
        self, claim: ClaimedAlert, watchlist_ids: Sequence[int]
    ) -> tuple[AlertMatch, ...]:
        """Other matches of the alert's story for these watchlists."""
        return outbox.stand_ins(self.db, claim, watchlist_ids)

    def keep_messages(
        self, made: Sequence[tuple[ClaimedAlert, Rendered]], now: datetime
    ) -> set[int]:
        """Store the bytes of several; the ids of those that are still ours."""
        return sending.keep_messages(self.db, made, now)

    def go_on(
        self,
        taken: Sequence[Taken],
        begin: Sequence[ClaimedAlert],
        channel: str,
        now: datetime,
    ) -> dict[int, int]:
        """These were sent, and attempts at those begin: alert → attempt."""
        return sending.go_on(self.db, taken, begin, channel, now)

    def not_begun(self, attempts: Sequence[int]) -> None:
        """These attempts were opened and never made."""
        sending.not_begun(self.db, attempts)

    def release_all(self, claims: Sequence[ClaimedAlert]) -> None:
        """Give untried alerts back."""
        sending.release_all(self.db, claims)

    def end_attempt(self, claim: ClaimedAlert, attempt: int, end: AttemptEnd) -> bool:
        """Record how an attempt ended; False: the lease was lost."""
        return outbox.end_attempt(self.db, claim, attempt, end)

    def note_answer(self, attempt: int, end: AttemptEnd) -> None:
        """Record how an attempt ended, and nothing of its alert yet."""
        outbox.note_answer(self.db, attempt, end)

    def split_digest(self, claim: ClaimedAlert, now: datetime) -> bool:
        """A digest too long for one mail goes as two; False where it cannot."""
        return digest_parts.split_digest(self.db, claim, now)

    def release_alert(self, claim: ClaimedAlert) -> None:
        """Give an untried alert back."""
        outbox.release(self.db, claim)

    def hold_alert(self, claim: ClaimedAlert, reason: str, now: datetime) -> None:
        """A person must look at it."""
        outbox.hold_alert(self.db, claim, reason, now)

    # channels

    def gate(self, name: str, now: datetime) -> Gate:
        """Whether a channel is up, down, or due to be probed."""
        return channels.gate(self.db, name, now)

    def begin_probe(self, name: str, now: datetime, *, forced: bool = False) -> bool:
        """Take the probe that is due (`forced`: before it is); False where another owner did."""
        return channels.begin_probe(self.db, name, now, self.owner, forced=forced)

    def put_off_probe(self, name: str, until: datetime) -> None:
        """The probe that was taken did not come to a mail: it is due then."""
        channels.put_off_probe(self.db, name, until)

    def channel_trouble(self, name: str) -> tuple[int, datetime | None]:
        """Failures of a channel in a row, and since when it is down."""
        return channels.trouble(self.db, name)

    def channel_down(
        self,
        name: str,
        now: datetime,
        *,
        next_probe_at: datetime,
        reason: str,
        asked: bool = False,
    ) -> None:
        """It did not work: nothing goes before the probe. `asked`: it asked for a pause."""
        channels.mark_down(
            self.db, name, now, next_probe_at=next_probe_at, reason=reason, asked=asked
        )

    def channel_up(self, name: str, now: datetime, *, to: str | None = None) -> None:
        """It works again; `to` is the lane it carries."""
        self.db.retry(lambda: channels.mark_up(self.db, name, now, to=to))

    # notices

    def notice(self, subject: str, text: str, now: datetime) -> None:
        """Tell the operator; an open notice of the same subject stands."""
        with self.db.write() as conn:
            raise_notice(conn, subject, text, now)

    # when there is something to do next

    def next_due_at(self) -> datetime | None:
        """The soonest due time of any feed, page or alert; None: nothing is planned."""
        times = (
            polls.next_due_at(self.db),
            pages.next_page_due_at(self.db),
            outbox.next_alert_due_at(self.db),
        )
        return min((t for t in times if t is not None), default=None)

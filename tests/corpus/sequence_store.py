"""A store that is shown states of the sequence, as if it had polled them."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.feeds import read_feed
from jobs.keyed import keyed
from newsroom.model import Source
from newsroom.reasons import Reason
from storage.claims import PollCommit, PollOutcome, SourceRules
from storage.database import Database
from storage.store import Store
from tests.corpus.sequence import URL, State
from tests.rows import add_feed, add_source

RULES = SourceRules(timedelta(minutes=2), timedelta(minutes=60), timedelta(hours=24), "zh")
SOURCE = Source(
    id="yonhap-cn",
    name="韩联社",
    hosts=("cn.yna.co.kr",),
    feeds=(URL,),
    page="yonhap",
    language="zh",
    timezone="Asia/Seoul",
)


class Poller:
    """Commits polls of the one feed, each at the time of its state."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.store = Store(db, "desk")
        add_source(db, SOURCE.id)
        self.feed_id = add_feed(db, SOURCE.id, url=URL, host="cn.yna.co.kr")

    def show(self, state: State) -> PollCommit:
        """A poll that found the feed as it was in this state."""
        read = read_feed(state.body, url=URL, content_type="text/xml", timezone=SOURCE.timezone)
        return self._commit(
            PollOutcome(
                started_at=state.at,
                now=state.at,
                reason=Reason.OK,
                detail="",
                http_status=200,
                changed=True,
                full=True,
                entries=tuple(keyed(entry, SOURCE) for entry in read.entries),
                hint=read.ttl,
            )
        )

    def unchanged(self, now: datetime) -> PollCommit:
        """A poll that was answered 304."""
        return self._commit(
            PollOutcome(
                started_at=now,
                now=now,
                reason=Reason.OK,
                detail="not modified",
                http_status=304,
                changed=False,
                full=False,
            )
        )

    def _commit(self, outcome: PollOutcome) -> PollCommit:
        claim = self.store.claim_feed(self.feed_id, outcome.now, forced=True)
        assert claim is not None
        return self.store.commit_poll(claim, outcome, RULES)

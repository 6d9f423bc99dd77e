"""A single pass: poll what is due, carry everything that follows to its end, and stop."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from jobs.desk import Desk
from jobs.lanes import Lanes
from jobs.queue import InlineQueue
from jobs.step_deliver import DeliveryCount, deliver
from jobs.step_index import index_all
from jobs.step_mailbox import read_mailbox_once
from jobs.step_match import match_all
from jobs.step_notices import notices
from jobs.step_survey import due_surveys, survey
from jobs.step_verdicts import verdicts
from newsroom.reasons import UNREACHABLE, Reason

log = logging.getLogger("wirewatch.jobs")


@dataclass
class PassSummary:
    """What a single pass did."""

    polls: Counter[Reason] = field(default_factory=Counter)
    mails: DeliveryCount = field(default_factory=DeliveryCount)

    @property
    def exit_code(self) -> int:
        """0 when the pass completed; 3 when no feed answered, or no due mail could be handed over.

        DESIGN §4, `run --once`.
        """
        polled = sum(self.polls.values())
        if polled and all(reason in UNREACHABLE for reason in self.polls):
            return 3
        mails = self.mails
        return 3 if mails.due and not mails.sent and not mails.held else 0

    def lines(self) -> list[str]:
        """The summary for people, a line each."""
        polled = sum(self.polls.values())
        failed = {r: n for r, n in self.polls.items() if r is not Reason.OK}
        line = f"{_counted(polled, 'feed')} polled"
        if failed:
            line += ", failed: " + ", ".join(f"{n} {r.value}" for r, n in sorted(failed.items()))
        mails = self.mails
        told = f"{_counted(mails.sent, 'mail')} handed over"
        if mails.held:
            told += f", {mails.held} held"
        if mails.deferred:
            told += f", {mails.deferred} deferred"
        if mails.channel_down and mails.due:
            down = ", ".join(mails.down) or "the mail server"
            told += f"; {down} cannot be used, what is due waits for it"
        return [line, told]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


async def run_once(desk: Desk, *, every: bool = False) -> PassSummary:
    """One pass, begun now: it sleeps for no retry and waits for no page at its end.

    Raises StorageError where the database failed during the pass.
    """
    since = desk.clock.now()
    summary = PassSummary()
    desk.warm_stories()
    await desk.stories_ready()
    queue: InlineQueue

    async def matched(_key: str) -> None:
        await match_all(desk)

    async def later(_key: str) -> None:
        """Mails go at the end of the pass, when every page that can be had is in."""

    lanes = Lanes(desk, lambda: queue)
    lanes.since = since
    queue = InlineQueue({"host": lanes.work, "match": matched, "deliver": later})
    for feed_id, host in await desk.call(desk.store.due_feeds, since, every=every):
        lanes.forced.setdefault(host, []).append(feed_id)
    hosts = await desk.call(desk.store.due_page_hosts, since, since=since)
    for host in dict.fromkeys([*lanes.forced, *hosts]):
        queue.defer("host", host)
    await queue.idle()
    if queue.unavailable is not None:
        raise queue.unavailable
    for source_id in await due_surveys(desk):
        await survey(desk, source_id)
    for host in await desk.call(desk.store.due_page_hosts, desk.clock.now(), since=since):
        queue.defer("host", host)
    await queue.idle()
    await match_all(desk)
    await read_mailbox_once(desk)
    await verdicts(desk)
    await notices(desk, ending=True)
    summary.mails = await deliver(desk, since=since)
    if await match_all(desk):  # what left a digest is owed by another article of its story
        summary.mails.add(await deliver(desk, since=since))
    await index_all(desk)
    await desk.end_warming()
    summary.polls.update(lanes.ended)
    return summary

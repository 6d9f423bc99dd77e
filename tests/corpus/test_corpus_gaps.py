"""A real feed polled too seldom: what slid past is suspected, and nothing else.

The truth is computed by `tests.corpus.sequence` with nothing of the product.
"""

from __future__ import annotations

import pytest

from newsroom.coverage import Shown, Suspicion, Window, gap_between
from newsroom.reasons import Reason
from storage.database import Database
from storage.gaps import Gap, gaps_since
from storage.tables import feeds, polls
from tests.corpus.paths import corpus
from tests.corpus.sequence import Between, State, states, thinned
from tests.corpus.sequence_store import Poller
from tests.rows import rows

pytestmark = [*corpus]

EXPECTED = {2: (0, 0, 3), 4: (25, 197, 36), 8: (58, 886, 58)}
"""Intervals with loss, ids lost, intervals without overlap: of every 2nd, 4th and 8th state."""


def window(state: State) -> Window:
    return Window(tuple(Shown(item.id, item.published) for item in state.items), state.at)


def enclosed(found: Suspicion | Gap, between: Between) -> bool:
    """Whether all that was lost was published inside."""
    lost = [
        item.published
        for state in states()[between.first + 1 : between.second]
        for item in state.items
        if item.id in between.lost
    ]
    start, end = (
        (found.start, found.end) if isinstance(found, Suspicion) else (found.start_at, found.end_at)
    )
    return all(start < at < end for at in lost)


@pytest.mark.parametrize("step", [1, 2, 4, 8])
def test_every_loss_is_suspected_and_no_overlap_is(
    step: int, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = thinned(step)
    losses = [b for b in truth if b.lost]
    apart = [b for b in truth if not b.overlap]
    suspected = {
        between: found
        for between in truth
        if (found := gap_between(window(states()[between.first]), window(states()[between.second])))
    }
    with capsys.disabled():
        print(
            f"\nevery {step}. state: {len(truth)} intervals, {len(losses)} with loss "
            f"({sum(len(b.lost) for b in losses)} ids), {len(apart)} without overlap, "
            f"{len(suspected)} suspected"
        )
    counted = (len(losses), sum(len(b.lost) for b in losses), len(apart))
    assert counted == EXPECTED.get(step, (0, 0, 0))
    assert not [b for b in losses if b.overlap]
    assert [b for b in losses if b not in suspected] == []
    assert list(suspected) == apart
    assert all(enclosed(found, between) for between, found in suspected.items())


def test_the_ledger_keeps_them(sqlite_database: Database) -> None:
    """The same through the tables: every 8th state polled, a 304 after every one."""
    truth = thinned(8)
    kept = [states()[0], *(states()[between.second] for between in truth)]
    poller = Poller(sqlite_database)
    for number, state in enumerate(kept):
        poller.show(state)
        if number + 1 < len(kept):
            poller.unchanged(state.at + (kept[number + 1].at - state.at) / 2)
    noted = gaps_since(sqlite_database, kept[0].at)
    made = [poll for poll in rows(sqlite_database, polls) if poll.changed]
    (feed,) = rows(sqlite_database, feeds)
    by_poll = {gap.poll_id: gap for gap in noted}
    assert [poll.started_at for poll in made] == [state.at for state in kept]
    assert [poll.overlap for poll in made] == [None, *(b.overlap for b in truth)]
    assert len(by_poll) == len(noted) == EXPECTED[8][2]
    for poll, between in zip(made[1:], truth, strict=True):
        gap = by_poll.get(poll.id)
        assert (gap is not None) == (not between.overlap) == bool(between.lost)
        if gap is not None:
            assert (gap.state, gap.lost, gap.recovered) == ("suspected", None, 0)
            assert gap.next_try_at == gap.noticed_at == poll.finished_at
            assert enclosed(gap, between)
    assert feed.reason == Reason.OK.value
    assert feed.rate is not None
    assert 0 < feed.rate < 20

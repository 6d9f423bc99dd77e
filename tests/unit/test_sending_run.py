"""A run of mails whose attempts are being committed is not over."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jobs.sending import Ready, Run
from newsroom.errors import DatabaseUnavailable
from tests.scripted_channel import ScriptedChannel

NOW = datetime(2026, 8, 15, tzinfo=UTC)


@dataclass
class SlowLedger:
    """A store whose first commit lasts until the thread that hands mails over has had its turn."""

    run: Run | None = None
    failing: bool = False
    threads: list[threading.Thread] = field(default_factory=list)
    opened: int = 0

    def go_on(self, taken: Any, begin: Any, channel: str, now: datetime) -> dict[int, int]:
        if begin and not self.threads:
            assert self.run is not None
            thread = threading.Thread(target=self.run.hand_over)
            self.threads.append(thread)
            thread.start()
            thread.join(0.2)  # it waits for what is being opened; one that gives up ends at once
            assert thread.is_alive()
            if self.failing:
                raise DatabaseUnavailable("the disk is away")
        self.opened += len(begin)
        return {claim.id: 100 + claim.id for claim in begin}


def run_of(ledger: SlowLedger, channel: ScriptedChannel, count: int) -> Run:
    clock = SimpleNamespace(now=lambda: NOW)
    desk = SimpleNamespace(clock=clock, store=ledger, stopping=False)
    claims = [
        SimpleNamespace(
            id=n,
            recipient=f"desk{n}@example.org",
            kind="immediate",
            story_id=n,
            n=0,
            copy_of=None,
            digest=None,
            notice=None,
            lease_until=NOW + timedelta(minutes=10),
        )
        for n in range(1, count + 1)
    ]
    lane = SimpleNamespace(channel=channel, name="scripted")
    mails = [Ready(cast("Any", claim), b"Subject: x\r\n\r\n") for claim in claims]
    ledger.run = Run(cast("Any", desk), cast("Any", lane), mails)
    return ledger.run


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("failing", [False, True])
def test_a_slow_commit_of_the_first_attempts_ends_no_run(count: int, failing: bool) -> None:
    channel, ledger = ScriptedChannel(), SlowLedger(failing=failing)
    run = run_of(ledger, channel, count)
    if failing:
        with pytest.raises(DatabaseUnavailable):
            run.write_down()
    run.write_down()
    ledger.threads[0].join(5)
    assert [to for to, _ in channel.accepted] == [
        f"desk{n}@example.org" for n in range(1, 1 + count)
    ]
    assert (len(run.sent), run.left, run.untried(), ledger.opened) == (count, [], [], count)

from collections import Counter

import pytest

from jobs.once import PassSummary
from jobs.step_deliver import DeliveryCount
from newsroom.reasons import Reason

WAITS = "; the mail server cannot be used, what is due waits for it"


@pytest.mark.parametrize(
    ("polls", "mails", "lines"),
    [
        ({}, DeliveryCount(), ["0 feeds polled", "0 mails handed over"]),
        (
            {Reason.OK: 1},
            DeliveryCount(due=1, sent=1),
            ["1 feed polled", "1 mail handed over"],
        ),
        (
            {Reason.OK: 2, Reason.DNS: 1},
            DeliveryCount(due=4, sent=2, held=1, deferred=1),
            ["3 feeds polled, failed: 1 dns", "2 mails handed over, 1 held, 1 deferred"],
        ),
        (
            {Reason.OK: 1},
            DeliveryCount(due=1, channel_down=True),
            ["1 feed polled", f"0 mails handed over{WAITS}"],
        ),
        pytest.param(
            {Reason.OK: 1},
            DeliveryCount(due=0, channel_down=True),
            ["1 feed polled", "0 mails handed over"],
            id="all that was due is cancelled",
        ),
    ],
)
def test_the_summary(polls: dict[Reason, int], mails: DeliveryCount, lines: list[str]) -> None:
    assert PassSummary(Counter(polls), mails).lines() == lines

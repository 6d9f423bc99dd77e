"""Which mails are due, worked out from the script alone: what the replay is held against.

One `immediate` for each recipient and story, at the first filing that holds what one of the
recipient's watchlists looks for. After it every filing that brings something nobody had printed
waits until the last mail on the story plus the shortest interval of the recipient's watchlists that
the story meets; all that came meanwhile goes in one `update` then. Filings that bring nothing tell
nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from tests.replay.material import Story
from tests.replay.plans import Filing, filings


@dataclass(frozen=True)
class Watch:
    """A watchlist of the replay."""

    name: str
    terms: tuple[str, ...]
    to: str
    interval: timedelta | None


DESK, NEVER, SOON = "desk@example.org", "first-only@example.org", "docks@example.org"

LISTS = (
    Watch(
        "Sea",
        ("ferry", "shipyard", "container", "여객선", "조선소", "컨테이너"),
        DESK,
        timedelta(hours=2),
    ),
    Watch(
        "Energy",
        ("reactor", "solar", "power grid", "원자로", "태양광", "전력망"),
        DESK,
        timedelta(hours=2),
    ),
    Watch(
        "Money",
        ("KOSPI", "interest rate", "exports", "코스피", "기준금리", "수출액"),
        DESK,
        timedelta(hours=1),
    ),
    Watch("Docks", ("ferry", "shipyard", "여객선", "조선소"), SOON, timedelta(minutes=30)),
    Watch("Sun", ("reactor", "solar", "원자로", "태양광"), NEVER, None),
)


@dataclass(frozen=True)
class Due:
    """A mail that is due."""

    recipient: str
    story: str
    kind: str
    at: timedelta
    """After the replay's begin."""
    lists: frozenset[str]
    """The recipient's watchlists that the filings it tells of meet."""
    shows: tuple[str, ...]
    """What an update must show of what is new; empty for an immediate."""
    told_of: frozenset[str]
    """Outlets that had printed the story before."""
    perhaps: frozenset[str]
    """Outlets that print it within the same poll."""

    @property
    def key(self) -> tuple[timedelta, str, str, str]:
        """What tells it from every other mail."""
        return self.at, self.recipient, self.story, self.kind


def due_mails(stories: Iterable[Story]) -> list[Due]:
    """All mails of the replay, in order of time."""
    found = [
        mail
        for story in stories
        for recipient in (DESK, NEVER, SOON)
        for mail in _thread(story, recipient)
    ]
    return sorted(found, key=lambda due: (due.at, due.recipient, due.story))


def _thread(story: Story, recipient: str) -> list[Due]:
    mine = {entry.name: entry.interval for entry in LISTS if entry.to == recipient}
    told: list[Due] = []
    waiting: list[Filing] = []
    named: frozenset[str] = frozenset()
    last = timedelta(0)
    printed = filings(story)
    for filing in printed:
        while waiting and _falls_due(waiting, last, mine, named) < filing.at:
            last = _falls_due(waiting, last, mine, named)
            told.append(_mail(recipient, "update", last, waiting, mine, printed))
            waiting = []
        lists = filing.lists & frozenset(mine)
        if not told:
            if lists:
                told.append(_mail(recipient, "immediate", filing.at, [filing], mine, printed))
                named, last = lists, filing.at
            continue
        if any(mine[name] is None for name in named):
            continue
        if filing.brings:
            waiting.append(filing)
            named |= lists
    if waiting:
        at = _falls_due(waiting, last, mine, named)
        told.append(_mail(recipient, "update", at, waiting, mine, printed))
    return told


def _falls_due(
    waiting: list[Filing],
    last: timedelta,
    mine: dict[str, timedelta | None],
    named: frozenset[str],
) -> timedelta:
    intervals = [interval for name in named if (interval := mine[name]) is not None]
    return max(waiting[0].at, last + min(intervals))


def _mail(
    recipient: str,
    kind: str,
    at: timedelta,
    of: list[Filing],
    mine: dict[str, timedelta | None],
    printed: list[Filing],
) -> Due:
    update = kind == "update"
    lists = frozenset[str]().union(*(filing.lists for filing in of)) & frozenset(mine)
    return Due(
        recipient=recipient,
        story=of[0].story.key,
        kind=kind,
        at=at,
        lists=lists,
        shows=tuple(news.shows for filing in of for news in filing.brings) if update else (),
        told_of=frozenset(f.step.outlet for f in printed if f.at < at or f in of),
        perhaps=frozenset(f.step.outlet for f in printed if f.at == at),
    )

"""When the operator is written to about the service itself, decided (DESIGN §7, §10).

A notice is a row: it is open from when something began to when it is over. Of one subject there is
at most one mail a day that says that it began, and one when it is over; what lasted shorter than
its class's patience is shown alone. Many that begin together go in one mail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

DAY = timedelta(hours=24)
CLOCK_SLACK = timedelta(minutes=5)
"""What lies farther ahead than this was written by a clock that was set back since."""

GROUP = "group"
"""Class of a notice that tells of many; the class they are of is the rest of its subject."""

ALERT = "alert"
ARTICLE = "article"
CHANNEL = "channel"
CONFIGURATION = "configuration"
DISK = "disk"
FEED = "feed"
OUTBOX = "outbox"
SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Manner:
    """How notices of a class are told."""

    mailed: bool = True
    """False: shown by `wirewatch status` alone."""
    patience: timedelta = timedelta(0)
    """It is mailed when it has been open for so long: less is no matter for people."""
    settled: timedelta = timedelta(0)
    """It is said to be over when it has been so for so long: what comes back at once was not."""
    singly: int = 1000
    """So many that begin at one time go one by one; more go in one mail."""
    daily: bool = False
    """Of the whole class there is one mail a day."""


_MANNERS = MappingProxyType(
    {
        # opened after failures in a row, see `newsroom.notices_facts`
        SOURCE: Manner(settled=timedelta(minutes=10), singly=3),
        FEED: Manner(singly=3),
        CHANNEL: Manner(patience=timedelta(minutes=10), settled=timedelta(minutes=10)),
        OUTBOX: Manner(patience=timedelta(minutes=10), settled=timedelta(minutes=10)),
        # an editor saves what is half written, too
        CONFIGURATION: Manner(patience=timedelta(minutes=2)),
        ALERT: Manner(singly=0, daily=True),
        # it goes with the feed's words: nobody has to do anything
        ARTICLE: Manner(mailed=False),
    }
)
_USUAL = Manner(singly=3)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is kept."""

    id: int
    subject: str
    """`CLASS` or `CLASS:what`."""
    since: datetime
    over_at: datetime | None = None
    told_at: datetime | None = None
    """When a mail said that it began."""
    over_told_at: datetime | None = None
    """When a mail said that it is over, or a later one made that needless."""


class Word(StrEnum):
    """What a mail says."""

    BEGAN = "began"
    OVER = "over"
    BOTH = "both"
    """That it was so, and is over: nothing was said of it before."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A mail that is due."""

    word: Word
    notice: Notice
    over_at: datetime | None = None
    """Since when it is over; of a matter that came back meanwhile, for the last time."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one class that one mail tells."""

    of: str
    members: tuple[Notice, ...]


def class_of(subject: str) -> str:
    """The class of a subject: `source` of `source:yonhap-en`."""
    return subject.partition(":")[0]


def manner_of(subject: str) -> Manner:
    """How notices of this subject are told; the usual way for a class that is not known."""
    return _MANNERS.get(class_of(subject), _USUAL)


def mail_due(
    history: Sequence[Notice], now: datetime, *, through_itself: bool = False
) -> Tell | None:
    """The mail that is due on a subject whose notices these are, in whatever order.

    `through_itself`: the mail would go through the very channel that is down. It is sent when that
    works again, and says from when to when it did not.
    """
    if not history or not manner_of(history[0].subject).mailed:
        return None
    manner = manner_of(history[0].subject)
    rows = sorted(history, key=lambda row: row.id)
    told = next((row for row in reversed(rows) if row.told_at), None)
    quiet = told is not None and told_lately(told.told_at, now)
    standing = next((row for row in rows if row.over_at is None), None)
    if standing is not None:
        if standing.told_at or quiet or through_itself:
            return None
        return Tell(Word.BEGAN, standing) if _past(manner.patience, standing.since, now) else None
    over_at = max(row.over_at for row in rows if row.over_at is not None)
    if not _past(manner.settled, over_at, now):
        return None
    if told is not None and told.over_told_at is None:
        return Tell(Word.OVER, told, over_at)
    last = rows[-1]
    if through_itself and not quiet and _worth_telling(last, manner, now):
        return Tell(Word.BOTH, last, over_at)
    return None


def _worth_telling(row: Notice, manner: Manner, now: datetime) -> bool:
    """Of what is over, and of which nothing was said."""
    if row.told_at is not None or row.over_at is None:
        return False
    return row.over_at - row.since >= manner.patience and now - row.over_at < DAY


def told_lately(told_at: datetime | None, now: datetime) -> bool:
    """Whether a mail within the last day said something; one ahead of us says nothing."""
    return told_at is not None and -CLOCK_SLACK <= now - told_at < DAY


def _past(wait: timedelta, since: datetime, now: datetime) -> bool:
    """Whether a wait that began at `since` is over; a beginning far ahead was another clock's."""
    return now - since >= wait or now - since < -CLOCK_SLACK


def together(
    began: Iterable[Notice], last_groups: Mapping[str, datetime], now: datetime
) -> tuple[list[Notice], list[Group]]:
    """Which of the notices whose mail is due go one by one, and which in one mail of their class.

    `last_groups`: by class, when a mail of that kind was made last.
    """
    by_class: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in began:
        by_class[class_of(notice.subject)].append(notice)
    single: list[Notice] = []
    groups = []
    for of, members in by_class.items():
        manner = manner_of(of)
        if len(members) <= manner.singly:
            single += members
        elif not (manner.daily and told_lately(last_groups.get(of), now)):
            groups.append(Group(of, tuple(sorted(members, key=lambda n: (n.since, n.id)))))
    return single, groups


def group_over(of: str, histories: Iterable[Sequence[Notice]], now: datetime) -> datetime | None:
    """Since when all that a mail told of is over; None while any of it is not, or not for long.

    `histories`: of every subject it named.
    """
    rows = [row for history in histories for row in history]
    ends = [row.over_at for row in rows if row.over_at is not None]
    if not ends or len(ends) < len(rows):
        return None
    over_at = max(ends)
    return over_at if _past(manner_of(of).settled, over_at, now) else None

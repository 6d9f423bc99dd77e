"""When the operator is written to about the service itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.notices import (
    DAY,
    Notice,
    Tell,
    Word,
    group_over,
    mail_due,
    manner_of,
    together,
    told_lately,
)

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
SOURCE, DISK, CHANNEL = "source:yonhap", "disk", "channel:smtp"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def row(
    subject: str,
    since: datetime,
    over: datetime | None = None,
    told: datetime | None = None,
    over_told: datetime | None = None,
    *,
    n: int = 1,
) -> Notice:
    return Notice(n, subject, since, over, told, over_told)


BEGAN: list[tuple[str, Notice, bool]] = [
    ("a source that is silent", row(SOURCE, ago(minutes=31)), True),
    ("told already", row(SOURCE, ago(hours=2), told=ago(hours=1)), False),
    ("told yesterday, still so", row(SOURCE, ago(days=2), told=ago(days=1, minutes=1)), False),
    ("a channel down for 9 minutes", row(CHANNEL, ago(minutes=9)), False),
    ("a channel down for 10 minutes", row(CHANNEL, ago(minutes=10)), True),
    ("a stuck outbox just found", row("outbox", ago(minutes=9)), False),
    ("a stuck outbox", row("outbox", ago(minutes=10)), True),
    ("a file half written", row("configuration", ago(seconds=30)), False),
    ("a file refused", row("configuration", ago(minutes=2)), True),
    ("a disk that is low", row(DISK, NOW), True),
    ("a feed that is gone", row("feed:3:gone", NOW), True),
    ("a held alert", row("alert:3", NOW), True),
    ("a page that killed workers", row("article:3:quarantined", ago(days=1)), False),
    ("a class nobody knows yet", row("mailbox", NOW), True),
    ("begun by a clock set back an hour", row(CHANNEL, ago(hours=-1)), True),
    ("begun by a clock a second ahead", row(CHANNEL, ago(seconds=-1)), False),
]


@pytest.mark.parametrize(("what", "notice", "due"), BEGAN, ids=[c[0] for c in BEGAN])
def test_what_began_is_told(what: str, notice: Notice, due: bool) -> None:
    assert mail_due([notice], NOW) == (Tell(Word.BEGAN, notice) if due else None)


HISTORIES: list[tuple[str, list[Notice], Word | None, int]] = [
    (
        "again within the day: quiet",
        [
            row(DISK, ago(hours=5), ago(hours=4), ago(hours=5), ago(hours=4)),
            row(DISK, ago(hours=1), n=2),
        ],
        None,
        0,
    ),
    (
        "again within the day, and still so after it",
        [
            row(DISK, ago(hours=24), ago(hours=23), ago(hours=24), ago(hours=23)),
            row(DISK, ago(hours=22), n=2),
        ],
        Word.BEGAN,
        2,
    ),
    (
        "told tomorrow, by a clock that was set back",
        [
            row(DISK, ago(hours=-9), ago(hours=-8), ago(hours=-9), ago(hours=-8)),
            row(DISK, ago(hours=1), n=2),
        ],
        Word.BEGAN,
        2,
    ),
    (
        "over, and it was told that it began",
        [row(DISK, ago(hours=5), ago(hours=4), ago(hours=5))],
        Word.OVER,
        1,
    ),
    (
        "over, and that was told",
        [row(DISK, ago(hours=5), ago(hours=4), ago(hours=5), ago(hours=4))],
        None,
        0,
    ),
    ("over before it was told", [row(DISK, ago(hours=5), ago(hours=4))], None, 0),
    (
        "over for five minutes: it may come back",
        [row(SOURCE, ago(hours=5), ago(minutes=5), ago(hours=5))],
        None,
        0,
    ),
    (
        "over, and back untold: it is not over",
        [
            row(SOURCE, ago(hours=5), ago(minutes=25), ago(hours=5)),
            row(SOURCE, ago(minutes=20), n=2),
        ],
        None,
        0,
    ),
    (
        "over, back, and over",
        [
            row(SOURCE, ago(hours=5), ago(minutes=50), ago(hours=5)),
            row(SOURCE, ago(minutes=40), ago(minutes=20), n=2),
        ],
        Word.OVER,
        1,
    ),
    (
        "over, back, and told to be so again: what was said before is answered by that",
        [
            row(SOURCE, ago(hours=30), ago(hours=27), ago(hours=30), ago(hours=1)),
            row(SOURCE, ago(hours=25), ago(minutes=20), ago(hours=1), n=2),
        ],
        Word.OVER,
        2,
    ),
    ("nothing was noticed", [], None, 0),
]


@pytest.mark.parametrize(
    ("what", "history", "word", "which"), HISTORIES, ids=[c[0] for c in HISTORIES]
)
def test_a_subject_by_its_history(
    what: str, history: list[Notice], word: Word | None, which: int
) -> None:
    tell = mail_due(history[::-1], NOW)
    assert (tell and tell.word) == word
    assert (tell.notice.id if tell else 0) == which
    if tell and word is Word.OVER:
        assert tell.over_at == max(n.over_at for n in history if n.over_at)


ITSELF: list[tuple[str, Notice, Word | None]] = [
    ("down: no mail can say so", row(CHANNEL, ago(hours=3)), None),
    ("up again: one mail says both", row(CHANNEL, ago(hours=3), ago(minutes=11)), Word.BOTH),
    ("up for a moment", row(CHANNEL, ago(hours=3), ago(minutes=1)), None),
    ("it was a blip", row(CHANNEL, ago(hours=3), ago(hours=3) + timedelta(minutes=9)), None),
    ("long ago", row(CHANNEL, ago(days=3), ago(days=2)), None),
    (
        "both was said",
        row(CHANNEL, ago(hours=3), ago(hours=2), ago(hours=1), ago(hours=1)),
        None,
    ),
]


@pytest.mark.parametrize(("what", "notice", "word"), ITSELF, ids=[c[0] for c in ITSELF])
def test_mail_that_was_down_says_so_when_it_works(
    what: str, notice: Notice, word: Word | None
) -> None:
    tell = mail_due([notice], NOW, through_itself=True)
    assert (tell and tell.word) == word


def test_mail_down_again_within_the_day_is_quiet() -> None:
    told = row(CHANNEL, ago(hours=9), ago(hours=8), ago(hours=7), ago(hours=7))
    again = row(CHANNEL, ago(hours=2), ago(hours=1), n=2)
    assert mail_due([told, again], NOW, through_itself=True) is None


def subjects(of: str, count: int) -> list[Notice]:
    return [row(f"{of}:{n}", ago(minutes=40 + n), n=n) for n in range(count)]


@pytest.mark.parametrize(
    ("of", "count", "last", "single", "group"),
    [
        ("source", 3, None, 3, 0),
        ("source", 4, None, 0, 4),
        ("source", 40, ago(hours=1), 0, 40),
        ("feed", 4, None, 0, 4),
        ("alert", 1, None, 0, 1),
        ("alert", 500, None, 0, 500),
        ("alert", 500, ago(hours=23), 0, 0),
        ("alert", 500, ago(hours=24), 0, 500),
        ("alert", 500, ago(hours=-6), 0, 500),
        ("disk", 1, None, 1, 0),
        ("channel", 9, None, 9, 0),
    ],
)
def test_many_that_begin_together_are_one_mail(
    of: str, count: int, last: datetime | None, single: int, group: int
) -> None:
    alone, groups = together(subjects(of, count), {of: last} if last else {}, NOW)
    assert len(alone) == single
    assert [len(g.members) for g in groups] == ([group] if group else [])
    for one in groups:
        assert one.of == of
        assert list(one.members) == sorted(one.members, key=lambda n: n.since)


def test_classes_do_not_count_together() -> None:
    alone, groups = together([*subjects("source", 2), *subjects("feed", 2)], {}, NOW)
    assert (len(alone), groups) == (4, [])


@pytest.mark.parametrize(
    ("ends", "over"),
    [
        ([None], None),
        ([20, None], None),
        ([20, 15], 15),
        ([20, 5], None),  # it may come back
        ([], None),
    ],
)
def test_a_mail_of_many_is_over_with_the_last(ends: list[int | None], over: int | None) -> None:
    histories = [
        [row(f"source:{n}", ago(hours=2), None if end is None else ago(minutes=end))]
        for n, end in enumerate(ends)
    ]
    expected = None if over is None else ago(minutes=over)
    assert group_over("source", histories, NOW) == expected


# the law, over random lives of one subject

SPANS = st.lists(st.integers(1, 40 * 60), min_size=1, max_size=40)


def live(subject: str, spans: Sequence[int]) -> tuple[list[Notice], list[tuple[datetime, Tell]]]:
    """Up and down for so many minutes each, looked at every minute or so; what was told when."""
    rows: list[Notice] = []
    told: list[tuple[datetime, Tell]] = []
    now, down = NOW, False
    for span in [*spans, 3 * 24 * 60 if len(spans) % 2 == 0 else 1]:
        if down:
            rows.append(Notice(len(rows) + 1, subject, now))
        elif rows:
            rows[-1] = replace(rows[-1], over_at=now)
        end, step = now + timedelta(minutes=span), timedelta(minutes=max(1, span // 50))
        while now < end:
            now = min(now + step, end)
            tell = mail_due(rows, now)
            if tell is not None:
                told.append((now, tell))
                _mark(rows, tell, now)
        down = not down
    return rows, told


def _mark(rows: list[Notice], tell: Tell, now: datetime) -> None:
    at = next(i for i, one in enumerate(rows) if one.id == tell.notice.id)
    if tell.word is Word.OVER:
        rows[at] = replace(rows[at], over_told_at=now)
        return
    for i, one in enumerate(rows):  # what was said before is answered by this
        if one.told_at and not one.over_told_at:
            rows[i] = replace(one, over_told_at=now)
    rows[at] = replace(rows[at], told_at=now)


@given(st.sampled_from([SOURCE, CHANNEL, DISK, "configuration", "mailbox"]), SPANS)
def test_law_of_mails(subject: str, spans: list[int]) -> None:
    rows, told = live(subject, spans)
    began = [(at, tell) for at, tell in told if tell.word is Word.BEGAN]
    for (before, _), (after, _) in pairwise(began):
        assert after - before >= DAY
    for at, tell in began:
        assert at - tell.notice.since >= manner_of(subject).patience
    words = [tell.word for _, tell in told]
    assert Word.BOTH not in words
    for word, following in zip([Word.OVER, *words], [*words, None], strict=True):
        assert (word, following) != (Word.OVER, Word.OVER)  # nothing ends twice, or unbegun
    if rows and rows[-1].over_at and len(spans) % 2 == 0:  # three quiet days at the end
        assert not words or words[-1] is Word.OVER
    for at, tell in told:
        if tell.word is Word.OVER:
            assert tell.over_at is not None
            assert at - tell.over_at >= manner_of(subject).settled


@given(st.integers(-60 * 24 * 400, 60 * 24 * 400))
def test_a_clock_set_back_blocks_nothing_for_longer_than_a_day(minutes: int) -> None:
    """Whatever instant the last mail bears, within a day and some minutes another may go."""
    told_at = NOW + timedelta(minutes=minutes)
    assert not all(told_lately(told_at, NOW + timedelta(minutes=5 + 30 * n)) for n in range(50))

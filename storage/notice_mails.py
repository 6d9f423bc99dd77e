"""Mails to the operator: a notice is told, and its mails are in the outbox, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from newsroom.notices import (
    ALERT,
    ARTICLE,
    DAY,
    GROUP,
    Group,
    Notice,
    Tell,
    Word,
    class_of,
    group_over,
    mail_due,
    together,
)
from storage.database import Database
from storage.notice_reading import BEGAN, OVER
from storage.outbox_tables import alerts, notices
from storage.told import UNSENT, is_rendered, is_uncertain, may_change, taken_back

NOTICE_LOCK = 0x57495248
KIND = "notice"
_LOOK_BACK = 2 * DAY

GroupText = Callable[[str, Sequence[tuple[str, str]]], str]
"""The text of a mail that tells of many: from their class and their (subject, text)."""


@dataclass
class _Due:
    """What is to be told now."""

    single: list[Notice] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    over: list[Tell] = field(default_factory=list)
    groups_over: list[Tell] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.single or self.groups or self.over or self.groups_over)


def mail_notices(
    db: Database,
    operators: Sequence[str],
    now: datetime,
    *,
    group_text: GroupText,
    own: Collection[str] = (),
) -> int:
    """Put what the operators are to be told into the outbox; how many mails.

    `own`: subjects of the channels those mails go through. Unsent mails to whoever is no operator
    any more are cancelled.
    """
    with db.read() as conn:
        if not _decide(conn, operators, now, own) and not _left(conn, operators):
            return 0
    with db.write() as conn:
        db.advisory_lock(conn, NOTICE_LOCK)
        for alert_id in _left(conn, operators):
            _cancel(conn, alert_id)
        due = _decide(conn, operators, now, own)
        mails = _Mails(db, conn, operators, now)
        for notice in due.single:
            mails.began(notice)
        for group in due.groups:
            mails.began(_row_of_group(conn, group, group_text, now), group.members)
        for tell in (*due.over, *due.groups_over):
            mails.over(tell)
    return mails.count


def _decide(
    conn: Connection, operators: Sequence[str], now: datetime, own: Collection[str]
) -> _Due:
    due = _Due()
    if not operators:
        return due
    began = []
    for history in _histories(conn, _concerned(conn, now, own), now).values():
        tell = mail_due(history, now, through_itself=history[0].subject in own)
        if tell is not None and tell.word is Word.BEGAN:
            began.append(tell.notice)
        elif tell is not None:
            due.over.append(tell)
    began = _without_own_mails(conn, began)
    due.single, due.groups = together(began, _last_groups(conn), now)
    due.groups_over = list(_groups_over(conn, now))
    return due


def _concerned(conn: Connection, now: datetime, own: Collection[str]) -> list[str]:
    """Subjects of which something may be to be told."""
    standing = notices.c.over_at.is_(None) & notices.c.told_at.is_(None)
    answered = notices.c.told_at.is_not(None) & notices.c.over_told_at.is_(None)
    unsaid = and_(
        notices.c.subject.in_(sorted(own)),
        notices.c.told_at.is_(None),
        notices.c.over_at > now - DAY,
    )
    query = (
        select(notices.c.subject)
        .where(
            or_(standing, answered, unsaid),
            notices.c.subject.not_like(f"{GROUP}:%"),
            notices.c.subject.not_like(f"{ARTICLE}:%"),
        )
        .distinct()
        .order_by(notices.c.subject)
    )
    return list(conn.execute(query).scalars())


def _histories(conn: Connection, subjects: Sequence[str], now: datetime) -> dict[str, list[Notice]]:
    """Of each subject what stands, what was told, and what was lately."""
    found: defaultdict[str, list[Notice]] = defaultdict(list)
    recent = or_(
        notices.c.over_at.is_(None),
        notices.c.over_at > now - _LOOK_BACK,
        notices.c.told_at > now - _LOOK_BACK,
        notices.c.told_at.is_not(None) & notices.c.over_told_at.is_(None),
    )
    for begin in range(0, len(subjects), 1000):  # databases bound how many a query names
        some = subjects[begin : begin + 1000]
        rows = conn.execute(
            select(notices).where(notices.c.subject.in_(some), recent).order_by(notices.c.id)
        )
        for row in rows:
            found[row.subject].append(_notice(row))
    return found


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.subject, row.since, row.over_at, row.told_at, row.over_told_at)


def _without_own_mails(conn: Connection, began: Sequence[Notice]) -> list[Notice]:
    """A mail to the operator that is held makes no mail to the operator."""
    held = [n for n in began if class_of(n.subject) == ALERT]
    ids = [int(what) for n in held if (what := n.subject.partition(":")[2]).isdecimal()]
    ours: set[str] = set()
    for begin in range(0, len(ids), 1000):
        query = select(alerts.c.id).where(
            alerts.c.id.in_(ids[begin : begin + 1000]), alerts.c.kind == KIND
        )
        ours |= {f"{ALERT}:{alert_id}" for alert_id in conn.execute(query).scalars()}
    return [notice for notice in began if notice.subject not in ours]


# mails that tell of many


def _last_groups(conn: Connection) -> dict[str, datetime]:
    query = (
        select(notices.c.subject, func.max(notices.c.told_at))
        .where(notices.c.subject.like(f"{GROUP}:%"))
        .group_by(notices.c.subject)
    )
    return {subject.partition(":")[2]: at for subject, at in conn.execute(query) if at}


def _row_of_group(conn: Connection, group: Group, group_text: GroupText, now: datetime) -> Notice:
    ids = [notice.id for notice in group.members]
    texts: dict[int, str] = {}
    for begin in range(0, len(ids), 1000):
        query = select(notices.c.id, notices.c.text)
        some = conn.execute(query.where(notices.c.id.in_(ids[begin : begin + 1000])))
        texts |= {row.id: row.text for row in some}
    text = group_text(group.of, [(n.subject, texts[n.id]) for n in group.members])
    row = conn.execute(
        insert(notices)
        .values(subject=f"{GROUP}:{group.of}", text=text, since=group.members[0].since)
        .returning(notices)
    ).one()
    return _notice(row)


def _groups_over(conn: Connection, now: datetime) -> Iterable[Tell]:
    query = select(notices).where(
        notices.c.subject.like(f"{GROUP}:%"),
        notices.c.told_at.is_not(None),
        notices.c.over_told_at.is_(None),
    )
    for row in conn.execute(query.order_by(notices.c.id)).all():
        of = row.subject.partition(":")[2]
        members = select(notices.c.subject).where(
            notices.c.told_at == row.told_at, notices.c.subject.like(f"{of}:%")
        )
        if conn.execute(members.where(notices.c.over_at.is_(None)).limit(1)).first() is not None:
            continue
        subjects = list(conn.execute(members.distinct()).scalars())
        over_at = group_over(of, _histories(conn, subjects, now).values(), now)
        if over_at is not None:
            yield Tell(Word.OVER, _notice(row), over_at)


# the outbox


@dataclass
class _Mails:
    """Writes mails to the operators within one transaction."""

    db: Database
    conn: Connection
    operators: Sequence[str]
    now: datetime
    count: int = 0

    def began(self, notice: Notice, members: Sequence[Notice] = ()) -> None:
        """Tell of a notice; of the `members` of a group with it."""
        for one in members:
            self._answered(one)
            self._mark(one, told_at=self.now, over_told_at=self.now)
        self._answered(notice)
        self._mark(notice, told_at=self.now)
        for recipient in self.operators:
            self._put(notice, BEGAN, recipient)

    def over(self, tell: Tell) -> None:
        """Tell those that it is over who were told that it began."""
        notice = tell.notice
        marks = {"over_told_at": self.now, "over_at": tell.over_at}
        if tell.word is Word.BOTH:
            marks["told_at"] = self.now
        self._mark(notice, **marks)
        if tell.word is Word.BOTH:
            for recipient in self.operators:
                self._put(notice, OVER, recipient)
            return
        query = (
            select(alerts)
            .where(
                alerts.c.notice_id == notice.id,
                alerts.c.n == BEGAN,
                alerts.c.copy_of.is_(None),
                alerts.c.state.not_in(("cancelled", "folded", "held")),
                alerts.c.recipient.in_(self.operators),
            )
            .order_by(alerts.c.id)
            .with_for_update()
        )
        for alert in self.conn.execute(query).all():
            self._answer(alert, notice)

    def _answer(self, alert: Any, notice: Notice) -> None:
        """Where nobody can have read that it began, one mail says both."""
        if not may_change(self.conn, alert):
            self._put(notice, OVER, alert.recipient)
        elif not is_rendered(self.conn, alert.id):
            taken_back(self.conn, alert)
            self._alert(alert.id, n=OVER, due_at=self.now)
        else:
            instead = self._put(notice, OVER, alert.recipient)
            self._alert(alert.id, state="folded", reason=f"told in alert {instead}: it is over")

    def _put(self, notice: Notice, n: int, recipient: str) -> int | None:
        text = self.conn.execute(select(notices.c.text).where(notices.c.id == notice.id)).scalar()
        made: int | None = self.conn.execute(
            self.db.insert(alerts)
            .values(
                kind=KIND,
                recipient=recipient,
                n=n,
                notice_id=notice.id,
                subject=(text or "").partition("\n")[0],
                state="pending",
                created_at=self.now,
                due_at=self.now,
            )
            .on_conflict_do_nothing()
            .returning(alerts.c.id)
        ).scalar()
        self.count += made is not None
        return made

    def _answered(self, notice: Notice) -> None:
        """What was told of the subject before is not told to be over: it is so again."""
        self.conn.execute(
            update(notices)
            .where(
                notices.c.subject == notice.subject,
                notices.c.id != notice.id,
                notices.c.told_at.is_not(None),
                notices.c.over_told_at.is_(None),
                notices.c.subject.not_like(f"{GROUP}:%"),
            )
            .values(over_told_at=self.now)
        )

    def _mark(self, notice: Notice, **values: datetime | None) -> None:
        self.conn.execute(update(notices).where(notices.c.id == notice.id).values(**values))

    def _alert(self, alert_id: int, **values: Any) -> None:
        self.conn.execute(update(alerts).where(alerts.c.id == alert_id).values(**values))


def _left(conn: Connection, operators: Sequence[str]) -> list[int]:
    """Unsent mails to whoever is no operator any more."""
    query = select(alerts.c.id).where(
        alerts.c.kind == KIND,
        alerts.c.state.in_(UNSENT),
        alerts.c.copy_of.is_(None),
        alerts.c.recipient.not_in(operators),
    )
    ids = conn.execute(query.order_by(alerts.c.id)).scalars().all()
    return [alert_id for alert_id in ids if not is_uncertain(conn, alert_id)]


def _cancel(conn: Connection, alert_id: int) -> None:
    conn.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.state.in_(UNSENT))
        .values(state="cancelled", reason="no operator's address any more")
    )

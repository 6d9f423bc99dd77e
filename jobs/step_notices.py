"""The notice step: what the operator should know is looked for, and mailed (DESIGN §7).

What is noticed stands in rows that begin and end; `newsroom.notices` decides what is mailed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from alerts.strings import strings
from alerts.when import local_time, zone
from jobs.desk import Desk, MailVoice
from newsroom.notices import ALERT, CHANNEL, SOURCE, class_of
from newsroom.notices_facts import (
    FLOWING_BELOW,
    Looked,
    Space,
    Speech,
    Waiting,
    disk_looked,
    group_text,
    looks_of,
    outbox_looked,
)
from newsroom.notices_words import notice_words
from newsroom.recipients import kind_of, lane_of
from storage.notice_facts import down_channels, note, open_subjects, outlived, overdue
from storage.notice_facts import troubled_sources as read_sources
from storage.notice_mails import mail_notices

log = logging.getLogger("wirewatch.jobs")


async def notices(desk: Desk, *, ending: bool = False) -> None:
    """Look at sources, outbox and disk, and put what is to be mailed into the outbox.

    `ending`: at the end of a single pass. What is due is about to go: none of it is stuck yet.
    """
    mails = await desk.call(look, desk, desk.clock.now(), ending=ending)
    if mails:
        log.info("notices to be mailed", extra={"mails": mails})


def look(desk: Desk, now: datetime, *, ending: bool = False) -> int:
    """The same, blocking; how many mails there are to go."""
    db, speech = desk.store.db, speech_of(desk.voice)
    standing = frozenset(open_subjects(db))
    looked = [
        *_sources(desk, now, speech, standing),
        *_outbox(desk, now, speech, ending=ending),
        *_disk(desk, now, speech),
        *(Looked(subject, over=True) for subject in outlived(db, sorted(standing))),
    ]
    changes = [one for one in looked if _changes(one, standing)]
    if changes:
        note(db, changes, now)
    return mail_notices(
        db,
        desk.voice.operator,
        now,
        group_text=lambda of, members: group_text(of, _told(of, members), speech.words),
        own=(f"{CHANNEL}:{desk.channel.name}",),
    )


def speech_of(voice: MailVoice) -> Speech:
    """The operator's language and zone."""
    where, language = zone(voice.timezone), voice.language
    return Speech(
        words=notice_words(language),
        reasons=strings(language).reasons,
        time=lambda at: local_time(at, where, language),
    )


def _changes(one: Looked, standing: Collection[str]) -> bool:
    if one.subject in standing:
        return one.over
    return one.finding is not None


def _sources(
    desk: Desk, now: datetime, speech: Speech, standing: Collection[str]
) -> Iterable[Looked]:
    """What is no trouble any more, or not watched any more, is over."""
    states = read_sources(desk.store.db, standing)
    found = [looked for one in states for looked in looks_of(one, now, speech)]
    yield from found
    seen = {one.subject for one in found}
    for subject in standing:
        if class_of(subject) == SOURCE and subject not in seen:
            yield Looked(subject, over=True)


def _outbox(desk: Desk, now: datetime, speech: Speech, *, ending: bool) -> Iterable[Looked]:
    """Alerts that wait for a channel that is down are told by the channel's own notice."""
    db = desk.store.db
    late = overdue(db, now - FLOWING_BELOW)
    if late:
        down = down_channels(db)
        late = [one for one in late if _channel_of(desk, one[0]) not in down]
    waiting = None
    if late:
        waiting = Waiting(sum(count for _, count, _ in late), min(at for _, _, at in late))
    looked = outbox_looked(waiting, now, speech)
    if looked.finding is None or not ending:
        yield looked


def _channel_of(desk: Desk, recipient: str) -> str:
    return desk.channel.name if kind_of(recipient) == "mail" else lane_of(recipient)


def _disk(desk: Desk, now: datetime, speech: Speech) -> Iterable[Looked]:
    """A place that cannot be asked says nothing."""
    file = desk.store.db.path
    places = dict.fromkeys(p for p in (desk.data_dir, file.parent if file else None) if p)
    spaces = []
    for place in places:
        with suppress(OSError):
            spaces.append(Space(str(place), *desk.disk(place)))
    if spaces:
        yield disk_looked(spaces, now, speech)


def _told(of: str, members: Sequence[tuple[str, str]]) -> list[str]:
    """Each by its text; a held alert by its number too, which commands ask for."""
    if of != ALERT:
        return [text for _, text in members]
    return [f"{subject.partition(':')[2]}: {text}" for subject, text in members]

"""What the mail of a notice says: the matter, since when, what it means, or that it is over."""

from __future__ import annotations

import shlex
from datetime import datetime, tzinfo
from typing import NamedTuple

from alerts.model import NoticeContent
from alerts.sanitise import clean
from alerts.strings import Strings
from alerts.view_lines import LINE_LIMIT, NAME_LIMIT
from alerts.when import duration, local_time, short_time

TITLE_LIMIT = 140
REASON_SIGN = " · "
"""Stands between a matter and its reason, as `newsroom.notices_facts` writes titles."""
GROUP = "group"
"""What a notice is about that tells of many; the class they are of follows."""
_COMMANDS = {
    "source": "wirewatch sources list",
    "feed": "wirewatch sources list",
    "channel": "wirewatch status",
    "disk": "wirewatch db stats",
    "outbox": "wirewatch status",
    "configuration": "wirewatch config check",
    "alert": "wirewatch alerts --state held",
    "address": "wirewatch alerts addresses",
    "returned": "wirewatch alerts --state sent",
    "mailbox": "wirewatch config show",
}
"""What shows more, by what the notice is about."""
_OF_ONE = {
    "source": "wirewatch sources check {ident}",
    "article": "wirewatch show {ident}",
    "alert": "wirewatch alerts show {ident}",
    "address": "wirewatch alerts release {ident}",
}
"""The same where it is about one that has a name."""


class NoticeView(NamedTuple):
    """A notice, ready to be set."""

    heading: str
    paragraphs: tuple[str, ...]
    command: str


def notice_title(notice: NoticeContent, words: Strings, where: tzinfo, at: datetime) -> str:
    """The matter in a line, as subject and heading say it: `Yonhap: silent since 03:10`.

    A reason comes last: `Yonhap: silent since 03:10 · blocks us`.
    """
    title = clean(notice.title.partition("; ")[0], TITLE_LIMIT)
    if notice.over_at is not None:
        return words.notice_over.format(title=title)
    if notice.since is None or " since " in title:
        return title
    matter, sign, reason = title.partition(REASON_SIGN)
    since = short_time(notice.since, where, words.language, now=at)
    return words.notice_since.format(title=matter, time=since) + sign + reason


def notice_view(notice: NoticeContent, words: Strings, where: tzinfo, at: datetime) -> NoticeView:
    """What is said of it; `at` is when the mail was made."""
    said = [clean(notice.title, LINE_LIMIT)] if _is_longer(notice.title) else []
    said += [line for text in notice.lines if (line := clean(text, LINE_LIMIT))]
    over = notice.over_at
    if notice.since is not None:
        since = local_time(notice.since, where, words.language)
        if over is None:
            said.append(words.notice_since_line.format(time=since))
        else:
            said.append(
                words.notice_from_to.format(
                    since=since,
                    until=local_time(over, where, words.language),
                    duration=duration(over - notice.since, words.language),
                )
            )
    command = ""
    if over is None:
        kind, ident = _matter(notice.about)
        said += [words.about[kind]] if kind in words.about else []
        command = _command(kind, ident)
    return NoticeView(notice_title(notice, words, where, at), tuple(said), command)


def _matter(about: str) -> tuple[str, str]:
    """The class of what it is about, and which of it; of many none."""
    kind, _, ident = about.partition(":")
    return (ident, "") if kind == GROUP else (kind, ident)


def _command(kind: str, ident: str) -> str:
    ident = clean(ident.partition(":")[0], NAME_LIMIT)
    if ident and kind in _OF_ONE:
        return _OF_ONE[kind].format(ident=shlex.quote(ident))
    return _COMMANDS.get(kind, "")


def _is_longer(title: str) -> bool:
    return "; " in title or len(title) > TITLE_LIMIT

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
_HELD_ALERT = "alert"
_COMMANDS = {
    "source": "wirewatch sources check {ident}",
    "feed": "wirewatch sources list",
    "article": "wirewatch show {ident}",
    "channel": "wirewatch status",
    "disk": "wirewatch db stats",
    "outbox": "wirewatch alerts --limit 20",
    "configuration": "wirewatch config check",
    "alert": "wirewatch alerts show {ident}",
    "address": "wirewatch status",
}
"""What shows more, by what the notice is about."""


class NoticeView(NamedTuple):
    """A notice, ready to be set."""

    heading: str
    paragraphs: tuple[str, ...]
    command: str


def notice_title(notice: NoticeContent, words: Strings, where: tzinfo, at: datetime) -> str:
    """The matter in a line, as subject and heading say it: `Yonhap: silent since 03:10`."""
    title = clean(notice.title.partition("; ")[0], TITLE_LIMIT)
    if notice.over_at is not None:
        return words.notice_over.format(title=title)
    if notice.since is None or " since " in title:
        return title
    return words.notice_since.format(
        title=title, time=short_time(notice.since, where, words.language, now=at)
    )


def notice_view(notice: NoticeContent, words: Strings, where: tzinfo, at: datetime) -> NoticeView:
    """What is said of it; `at` is when the mail was made."""
    said = [clean(notice.title, LINE_LIMIT)] if _is_longer(notice.title) else []
    said += [line for text in notice.lines if (line := clean(text, LINE_LIMIT))]
    kind, _, ident = notice.about.partition(":")
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
    if over is None and kind in words.about:
        said.append(words.about[kind])
        command = _COMMANDS[kind].format(ident=_argument(kind, ident))
    return NoticeView(notice_title(notice, words, where, at), tuple(said), command)


def _argument(kind: str, ident: str) -> str:
    if kind == "article":
        ident = ident.partition(":")[0]
    return shlex.quote(clean(ident, NAME_LIMIT))


def _is_longer(title: str) -> bool:
    return "; " in title or len(title) > TITLE_LIMIT

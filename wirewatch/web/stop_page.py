"""What the page that stops mails shows, worked out from how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.sanitise import clean
from alerts.when import local_time, zone
from newsroom.recipients import kind_of, shown
from storage.stopping import NamedWatchlist, Stopped
from wirewatch.web.stop_words import StopWords, stop_words

NAME_LIMIT = 100
MAX_NAMES = 50

STOP = "stop"
STOP_ALL = "stop-all"
TAKE_BACK = "resume"


@dataclass(frozen=True, slots=True)
class Line:
    """A watchlist, and how it stands where that is to be said."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A form of its own: the field `do`, and `at` where something that was done is taken back."""

    do: str
    label: str
    main: bool = False
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class StopPage:
    """The page, ready to be set."""

    words: StopWords
    heading: str
    lead: str
    recipient: str = ""
    """Masked; empty where nothing is known."""
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    remark: str = ""
    done: bool = False
    """Something was just done."""


def unknown_page(language: str) -> StopPage:
    """The same page for every token that is none of ours."""
    words = stop_words(language)
    return StopPage(words, words.unknown, words.unknown_lead)


def stop_page(stopped: Stopped, language: str, timezone: str) -> StopPage:
    """How things stand, and what can be done."""
    words = stop_words(language)
    recipient = masked(stopped.recipient)
    if not stopped.watchlists:
        return StopPage(
            words, words.notice, words.notice_lead, recipient, (), _stop_all(stopped, words)
        )
    lines = _lines(stopped.watchlists, words, timezone)
    sent = [one for one in stopped.watchlists if one.told and one.stopped_at is None]
    own = [one.stopped_at for one in stopped.watchlists if one.by_recipient and one.stopped_at]
    # what was stopped with them, in one go, comes back with them
    back = (Button(TAKE_BACK, words.take_back, at=max(own).isoformat()),) if own else ()
    page = StopPage(words, words.ask, words.ask_lead, recipient, lines)
    if sent:
        label = words.stop_one if len(sent) == 1 else words.stop_these
        stop = Button(STOP, label, main=True)
        return replace(page, buttons=(stop, *_stop_all(stopped, words), *back))
    heading, lead = words.nothing, words.nothing_lead
    if any(one.stopped_at is not None for one in stopped.watchlists):
        heading, lead = words.stopped, words.stopped_lead
    return replace(page, heading=heading, lead=lead, buttons=(*back, *_stop_all(stopped, words)))


def done_page(
    stopped: Stopped, language: str, timezone: str, *, everything_at: datetime | None = None
) -> StopPage:
    """What was just stopped; `everything_at`: all was, at that instant."""
    page = stop_page(stopped, language, timezone)
    words = page.words
    if not stopped.watchlists and everything_at is None:
        return page
    lead, buttons = words.done_lead, page.buttons
    if everything_at is not None:
        lead = words.done_all_lead
        buttons = (Button(TAKE_BACK, words.take_back, at=everything_at.isoformat()),)
    return replace(
        page, heading=words.done, lead=lead, buttons=buttons, remark=words.under_way, done=True
    )


def back_page(stopped: Stopped, language: str, timezone: str) -> StopPage:
    """What is sent again."""
    page = stop_page(stopped, language, timezone)
    if not any(one.told and one.stopped_at is None for one in stopped.watchlists):
        return page
    buttons = tuple(replace(button, main=False) for button in page.buttons)
    words = page.words
    return replace(page, heading=words.back, lead=words.back_lead, buttons=buttons, done=True)


def one_click_text(stopped: Stopped, language: str) -> str:
    """The short answer to a mail program."""
    words = stop_words(language)
    if not stopped.watchlists:
        return words.notice_lead + "\n"
    names = [clean(one.name, NAME_LIMIT) for one in stopped.watchlists[:MAX_NAMES]]
    listed = ", ".join(names)
    return words.one_click.format(recipient=masked(stopped.recipient), watchlists=listed) + "\n"


def masked(recipient: str) -> str:
    """Enough of a recipient to know oneself by, and no more: links in mails are passed on.

    >>> masked("desk@example.org")
    'd***@example.org'
    """
    if kind_of(recipient) != "mail":
        return clean(shown(recipient), NAME_LIMIT)
    local, at, domain = clean(recipient, 320).rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def _lines(
    watchlists: Sequence[NamedWatchlist], words: StopWords, timezone: str
) -> tuple[Line, ...]:
    shown = [
        Line(clean(one.name, NAME_LIMIT), _note(one, words, timezone))
        for one in watchlists[:MAX_NAMES]
    ]
    left = len(watchlists) - len(shown)
    return (*shown, Line(words.more.format(count=left))) if left else tuple(shown)


def _note(one: NamedWatchlist, words: StopWords, timezone: str) -> str:
    if not one.told:
        return words.not_told
    if one.stopped_at is None:
        return ""
    text = words.since if one.by_recipient else words.by_operator
    return text.format(time=local_time(one.stopped_at, zone(timezone), words.language))


def _stop_all(stopped: Stopped, words: StopWords) -> tuple[Button, ...]:
    if not stopped.others:
        return ()
    note = words.stop_all_note.format(count=stopped.others)
    return (Button(STOP_ALL, words.stop_all, note=note),)

"""The subject of a mail, as people read it."""

from __future__ import annotations

from alerts.model import AlertContent, DigestContent
from alerts.sanitise import clean, header_text
from alerts.strings import strings
from alerts.view_digest import digest_days
from alerts.view_lines import count_stories
from alerts.view_notice import notice_title
from alerts.when import zone
from alerts.wrap import columns

HEADLINE = 200
NAMES = 40
"""Columns the watchlists' names may take in the subject's brackets."""


def subject(content: AlertContent) -> str:
    """One clean line (also what lists of alerts show)."""
    if content.digest is not None:
        return _digest_subject(content, content.digest)
    if content.story is None:
        return _notice_subject(content)
    if content.kind == "update" and content.answers:
        return header_text(f"Re: {clean(content.answers, 390)}", 400)
    lead = content.story.articles[0] if content.story.articles else None
    headline = clean(lead.title if lead else content.story.title, HEADLINE)
    line = f"[{bracket_names(content.watchlists)}] {headline or strings(content.language).untitled}"
    if lead and (source := clean(lead.source_name, 60)):
        line += f" — {source}"
    return header_text(f"Re: {line}" if content.kind == "update" else line, 400)


def bracket_names(watchlists: tuple[str, ...]) -> str:
    """`THAAD, Missiles`, or `THAAD +2` where all the names would crowd out the headline."""
    names = [clean(name, NAMES) for name in watchlists[:10]] or ["Wirewatch"]
    whole = ", ".join(names)
    if len(watchlists) <= 10 and columns(whole) <= NAMES:
        return whole
    return _names(watchlists)


def _notice_subject(content: AlertContent) -> str:
    words = strings(content.language)
    title = words.test_title
    if content.notice is not None:
        where = zone(content.timezone)
        title = notice_title(content.notice, words, where, content.created_at)
    return header_text(f"[Wirewatch] {clean(title, HEADLINE)}", 300)


def _digest_subject(content: AlertContent, digest: DigestContent) -> str:
    words = strings(content.language)
    told = digest_days(digest, words, zone(content.timezone), content.created_at)
    stories = count_stories(len(digest.story_ids), words)
    form = words.archive_subject if digest.archive else words.digest_subject
    if not digest.story_ids:
        form = words.nothing_subject
    line = form.format(stories=stories, days=told)
    if digest.late:
        line = words.late_subject.format(subject=line)
    if digest.part > 1:
        line = words.part_subject.format(subject=line, part=digest.part)
    return header_text(f"[{_names(content.watchlists)}] {line}", 300)


def _names(watchlists: tuple[str, ...]) -> str:
    """`THAAD`, or `THAAD +2`."""
    first = clean(watchlists[0], NAMES) if watchlists else "Wirewatch"
    return f"{first} +{len(watchlists) - 1}" if len(watchlists) > 1 else first

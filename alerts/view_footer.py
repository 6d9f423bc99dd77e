"""The footer: why one gets the mail, how to stop it, how the sources are."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

from alerts.address import split_sender
from alerts.model import AlertContent, HealthContent
from alerts.sanitise import clean
from alerts.stopping import stop_link, stop_mailto, stop_subject
from alerts.strings import Strings, strings
from alerts.view_coverage import coverage_lines
from alerts.view_lines import HEADLINE_LIMIT, MAX_NAMES, NAME_LIMIT, names
from alerts.view_shapes import FootView
from alerts.when import local_time


def footer_view(content: AlertContent, words: Strings, where: tzinfo) -> tuple[FootView, ...]:
    """Its lines."""
    empty = content.digest is not None and not content.digest.story_ids
    told = (
        ()
        if content.health is None
        else _health(content.health, words.language, where, brief=empty)
    )
    if content.digest is not None and content.health is not None:
        lines = coverage_lines(content.health, words, where, now=content.digest.until)
        told = (*told, *map(FootView, lines))
    recipient = clean(content.recipient, NAME_LIMIT)
    if content.kind == "test":
        return (FootView(words.because_test), *told)
    if content.story is None and content.digest is None:
        return (FootView(words.because_operator.format(recipient=recipient)), *told)
    because = words.because.format(recipient=recipient, watchlists=names(content.watchlists))
    return (FootView(because), _stop(content, words), *told)


def _stop(content: AlertContent, words: Strings) -> FootView:
    link = stop_link(content)
    if link:
        return FootView(words.stop_page, words.stop_link, link)
    sender = split_sender(content.sender)[1]
    text = words.stop.format(sender=sender, subject=stop_subject(content))
    return FootView(text, words.stop_link, stop_mailto(content))


def problems(health: HealthContent, words: Strings, where: tzinfo) -> tuple[str, ...]:
    """What is wrong with which source, a line each."""
    lines = []
    for p in health.problems[:MAX_NAMES]:
        reason = words.reasons.get(p.reason, p.reason)
        line = words.problem.format(source=p.source_name, reason=reason)
        if p.since is not None:
            line += words.since.format(time=local_time(p.since, where, words.language))
        lines.append(clean(line, HEADLINE_LIMIT))
    return tuple(lines)


@lru_cache(maxsize=64)
def _health(
    health: HealthContent, language: str, where: tzinfo, *, brief: bool
) -> tuple[FootView, ...]:
    """How the sources are, the same in all mails of a minute; `brief`: what is wrong with them
    stands above."""
    words = strings(language)
    if not health.problems:
        return (FootView(words.sources_ok.format(count=health.sources)),)
    good = max(health.sources - len(health.problems), 0)
    line = FootView(words.sources_bad.format(good=good, count=health.sources))
    more = () if brief else problems(health, words, where)
    return (line, *map(FootView, more))

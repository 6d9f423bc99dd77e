"""What came in of the sources in a digest's period: a line each where there is something to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from alerts.model import HealthContent, SourceCoverage, SourceGap
from alerts.sanitise import clean
from alerts.strings import Strings
from alerts.view_lines import HEADLINE_LIMIT, NAME_LIMIT
from alerts.when import short_time

MAX_LINES = 10
"""Sources with a line of their own."""
MAX_GAPS = 3
"""Gaps of one source told with their times."""
FEW = 3
"""So many sources are named though all is well with them."""
_POLLS_ENOUGH = 0.95
"""A source whose polls fail more seldom is fine: the next poll shows the same entries."""


def coverage_lines(
    health: HealthContent, words: Strings, where: tzinfo, *, now: datetime
) -> tuple[str, ...]:
    """The lines; none where nothing is known of it."""
    if not health.coverage:
        return ()
    few = len(health.coverage) <= FEW
    named = [one for one in health.coverage if few or _notable(one)]
    named.sort(key=_gravity)
    shown = named[:MAX_LINES]
    told = {id(one) for one in shown}
    rest = [one for one in health.coverage if id(one) not in told]
    lines = [
        words.covered.format(
            source=clean(one.source_name, NAME_LIMIT), said=_said(one, words, where, now)
        )
        for one in shown
    ]
    if rest:
        said = _summed(rest, words)
        other = words.covered_more if shown else words.covered_all
        lines.append(other.format(count=len(rest), said=said))
    return tuple(clean(line, HEADLINE_LIMIT) for line in lines)


def _notable(one: SourceCoverage) -> bool:
    return bool(one.gaps or one.missed or one.polls_ok < one.polls * _POLLS_ENOUGH)


def _gravity(one: SourceCoverage) -> tuple[int, int]:
    """What was lost first, then what may have been."""
    lost = sum((gap.lost or 0) - gap.recovered for gap in one.gaps)
    return -lost, -len(one.gaps)


def _said(one: SourceCoverage, words: Strings, where: tzinfo, now: datetime) -> str:
    parts = [words.polls.format(ok=_number(one.polls_ok), polls=_number(one.polls))]
    parts += [_gap(gap, words, where, now) for gap in one.gaps[:MAX_GAPS]]
    if len(one.gaps) > MAX_GAPS:
        parts.append(words.gaps_more.format(count=len(one.gaps) - MAX_GAPS))
    if not one.gaps:
        parts.append(words.no_gaps)
    if one.missed:
        parts.append(words.recall.format(missed=_number(one.missed), shown=_number(one.shown)))
    return ", ".join(parts)


def _gap(gap: SourceGap, words: Strings, where: tzinfo, now: datetime) -> str:
    since = short_time(gap.start, where, words.language, now=now)
    # the end's day is told where it is not the start's
    until = short_time(gap.end, where, words.language, now=gap.start)
    told = words.gap.format(since=since, until=until)
    if gap.open:
        return f"{told} ({words.gap_open})"
    lost = (gap.lost or 0) - gap.recovered
    came = []
    if gap.recovered:
        came.append(words.gap_recovered.format(count=_number(gap.recovered)))
    if lost > 0:
        came.append(words.gap_lost.format(count=_number(lost)))
    return f"{told} ({', '.join(came)})" if came else told


def _summed(rest: Sequence[SourceCoverage], words: Strings) -> str:
    ok, polls = sum(one.polls_ok for one in rest), sum(one.polls for one in rest)
    gaps = sum(len(one.gaps) for one in rest)
    told = words.gaps_more.format(count=_number(gaps)) if gaps else words.no_gaps
    return ", ".join((words.polls.format(ok=_number(ok), polls=_number(polls)), told))


def _number(count: int) -> str:
    return f"{count:,}"

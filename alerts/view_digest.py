"""What a digest shows: what it is, its stories by watchlist, their days; or that there is none."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from alerts.model import AlertContent, DigestContent, DigestGroup
from alerts.sanitise import clean
from alerts.strings import Strings
from alerts.view_article import brief_view, late_words
from alerts.view_lines import NAME_LIMIT, count_stories
from alerts.view_shapes import ChartView, GroupView
from alerts.when import days, year_of

MAX_STORIES = 200
"""Stories a digest shows; the others are counted."""
MAX_CHARTS = 10
_LONG = timedelta(hours=36)
"""What was looked back on longer is not called today."""
_SPARKS = "▁▂▃▄▅▆▇█"
_NONE = "·"


def digest_days(digest: DigestContent, words: Strings, where: tzinfo, at: datetime) -> str:
    """The days of a digest's stories, as its subject says them."""
    year = year_of(at, where)
    return days(digest.first, digest.last, where, words.language, year=year)


def digest_heading(digest: DigestContent, words: Strings, where: tzinfo, at: datetime) -> str:
    """The first line of a digest."""
    if not digest.story_ids:
        return words.nothing.format(days=digest_days(digest, words, where, at))
    stories = count_stories(len(digest.story_ids), words)
    if digest.archive:
        period = days(digest.since, digest.until, where, words.language)
        return words.archive.format(stories=stories, days=period)
    return words.digest.format(stories=stories, days=digest_days(digest, words, where, at))


def digest_remarks(digest: DigestContent, words: Strings) -> tuple[str, ...]:
    """What is out of the ordinary about it."""
    said = (
        (digest.part > 1, words.digest_part.format(part=digest.part)),
        (digest.late, late_words(digest.late_why, words, many=True)),
        (digest.many, words.digest_many),
        (digest.quiet, words.digest_quiet),
        (digest.over_cap, words.digest_over_cap),
        (digest.released, words.digest_released),
    )
    return tuple(text for holds, text in said if holds)


def nothing_told(content: AlertContent, digest: DigestContent, words: Strings) -> str:
    """The word of an empty digest."""
    long = digest.until - digest.since > _LONG
    when = words.nothing_long if long else words.nothing_today
    if content.health is None:
        return words.nothing_unknown.format(nothing=when)
    form = words.nothing_unwell if content.health.problems else words.nothing_healthy
    return form.format(nothing=when)


def group_views(
    content: AlertContent, digest: DigestContent, words: Strings, where: tzinfo, most: int
) -> tuple[GroupView, ...]:
    """Its watchlists with at most `most` stories in all."""
    shown = []
    mark = _mark(content.key)
    charted = 0
    for group in digest.groups:
        chart = None
        if charted < MAX_CHARTS and any(group.per_day):
            charted += 1
            cid = f"days{charted}.{mark}@wirewatch"
            chart = _chart(group, digest.until, cid, words, where)
        few = group.stories[: max(most, 0)]
        most -= len(few)
        shown.append(_group(group, len(few), digest, words, where, chart))
    return tuple(shown)


def _group(
    group: DigestGroup,
    few: int,
    digest: DigestContent,
    words: Strings,
    where: tzinfo,
    chart: ChartView | None,
) -> GroupView:
    name = clean(group.watchlist, NAME_LIMIT)
    count = len(group.stories) + group.more
    left = count - few
    return GroupView(
        heading=f"{name} ({count})" if len(digest.groups) > 1 else "",
        chart=chart,
        articles=tuple(
            brief_view(
                story.articles[0],
                story.new,
                words,
                where,
                edits=story.edits,
                late=not digest.late,
            )
            for story in group.stories[:few]
            if story.articles
        ),
        more=words.more.format(stories=count_stories(left, words)) if left else "",
        command=f"wirewatch matches --watchlist {shlex.quote(name)}",
    )


def _chart(
    group: DigestGroup, until: datetime, cid: str, words: Strings, where: tzinfo
) -> ChartView:
    most = max(group.per_day)
    # a day is counted back from noon, where no change of the clock turns it into another
    last = until.astimezone(where).replace(hour=12, minute=0)
    first = last - timedelta(days=len(group.per_day) - 1)
    best = first + timedelta(days=len(group.per_day) - 1 - group.per_day[::-1].index(most))
    year = last.year
    caption = words.chart.format(
        days=days(first, last, where, words.language, year=year),
        count=sum(group.per_day),
        most=most,
        day=days(best, best, where, words.language, year=year),
    )
    name = clean(group.watchlist, NAME_LIMIT)
    alt = words.chart_alt.format(watchlist=name)
    return ChartView(cid, alt, caption, sparkline(group.per_day), group.per_day)


def sparkline(per_day: Sequence[int]) -> str:
    """A day a character: a dot for none, else a bar, the highest for the most."""
    most = max(per_day, default=0)
    return "".join(
        _SPARKS[-(-count * len(_SPARKS) // most) - 1] if count > 0 else _NONE for count in per_day
    )


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]

"""What a mail shows, worked out once for its text and its HTML: cleaned, capped, localised."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from alerts.address import split_sender
from alerts.model import (
    AlertContent,
    ArticleContent,
    DigestContent,
    DigestGroup,
    EarlierContent,
    Excerpt,
    HealthContent,
    MatchReason,
    NewContent,
)
from alerts.sanitise import clean, clean_span, safe_url
from alerts.strings import Strings, strings
from alerts.when import days, local_time, year_of, zone

NAME_LIMIT = 100
HEADLINE_LIMIT = 300
EXCERPT_LIMIT = 500
LINE_LIMIT = 1000
MAX_ARTICLES = 20
MAX_EXCERPTS = 8
MAX_NAMES = 50
MAX_STORIES = 200
"""Stories a digest shows; the others are counted."""
DIGEST_EXCERPTS = 2
"""Sentences a digest shows of one story."""
DIGEST_NAMES = 10
MAX_NEW = 12
"""Sentences an update shows of what is new, over all articles; of an article at least one."""
MAX_NEW_ARTICLES = 8
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line; `marked` where it is what a watchlist looked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class LinkView:
    """A name, and where it leads."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class WhyView:
    """A watchlist with the terms it met; `unsure` where that could not be checked."""

    text: str
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class NewView:
    """What one outlet says that is new."""

    name: str
    lang: str
    lines: tuple[tuple[Segment, ...], ...]


@dataclass(frozen=True, slots=True)
class EarlierView:
    """An article told before, in two lines."""

    headline: str
    url: str | None
    lang: str
    byline: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article, ready to be set."""

    headline: tuple[Segment, ...]
    url: str | None
    lang: str
    byline: str
    remarks: tuple[str, ...]
    excerpts: tuple[tuple[Segment, ...], ...]
    why: tuple[WhyView, ...]
    also_in: tuple[LinkView, ...]
    also_label: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """The stories of a digest under one watchlist."""

    heading: str
    """Empty where there is but one group."""
    articles: tuple[ArticleView, ...]
    more: str
    """How much is not shown; empty where all is."""
    command: str
    """Shows it; to be typed as it stands."""


@dataclass(frozen=True, slots=True)
class MailView:
    """The whole mail, ready to be set."""

    words: Strings
    heading: str
    """Of a digest, notice or test; empty above a story."""
    paragraphs: tuple[str, ...]
    new: tuple[NewView, ...]
    articles: tuple[ArticleView, ...]
    earlier: EarlierView | None
    groups: tuple[GroupView, ...]
    footer: tuple[str, ...]


def view(content: AlertContent, *, stories: int = MAX_STORIES) -> MailView:
    """Work out what the mail shows; of a digest at most so many `stories`."""
    words = strings(content.language)
    where = zone(content.timezone)
    heading, paragraphs = _heading(content, words, where)
    articles = content.story.articles[:MAX_ARTICLES] if content.story else ()
    return MailView(
        words=words,
        heading=heading,
        paragraphs=paragraphs,
        new=_new(content.new),
        articles=tuple(_article(a, words, where) for a in articles),
        earlier=_earlier(content.story.earlier if content.story else None, words, where),
        groups=_groups(content.digest.groups, words, where, stories) if content.digest else (),
        footer=_footer(content, words, where),
    )


def segments(text: str, marks: Iterable[tuple[int, int]], limit: int) -> tuple[Segment, ...]:
    """Cut a text at its marks and clean each piece; at most about `limit` code points in all.

    Marks that overlap what came before, or lie outside the text, are dropped.
    """
    pieces: list[Segment] = []
    at = 0
    for start, end in marks:
        if at <= start < end <= len(text):
            pieces += [Segment(text[at:start]), Segment(text[start:end], True)]
            at = end
    # The tail is cut before it is cleaned: a field may be megabytes long.
    pieces.append(Segment(text[at : at + 2 * limit]))
    shown: list[Segment] = []
    left = limit
    for piece in pieces:
        part = clean_span(piece.text[: 2 * limit])
        part = part.lstrip() if not shown else part
        if len(part) > left:
            shown.append(Segment(part[: max(left - 1, 0)].rstrip() + "…", piece.marked))
            return tuple(shown)
        if part:
            shown.append(Segment(part, piece.marked))
            left -= len(part)
    return tuple(shown)


def language_tag(tag: str) -> str:
    """A BCP 47 tag fit for a `lang` attribute; empty (unknown) where it is none."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def digest_days(digest: DigestContent, words: Strings, where: tzinfo, at: datetime) -> str:
    """The days of a digest's stories, as its subject says them."""
    year = year_of(at, where)
    return days(digest.first, digest.last, where, words.language, year=year)


def count_stories(count: int, words: Strings) -> str:
    """`14 stories`."""
    return words.story if count == 1 else words.stories.format(count=count)


def _heading(content: AlertContent, words: Strings, where: tzinfo) -> tuple[str, tuple[str, ...]]:
    if content.story:
        return "", ()
    digest = content.digest
    if digest is None:
        return _notice(content, words)
    stories = count_stories(len(digest.story_ids), words)
    if not digest.archive:
        told = digest_days(digest, words, where, content.created_at)
        return words.digest.format(stories=stories, days=told), ()
    period = days(digest.since, digest.until, where, words.language)
    return words.archive.format(stories=stories, days=period), (words.archive_intro,)


def _new(new: Sequence[NewContent]) -> tuple[NewView, ...]:
    """What is new, by article: an even share of the lines there is room for, one at least."""
    shown = []
    few = [one for one in new[:MAX_NEW_ARTICLES] if one.excerpts]
    left = MAX_NEW
    for at, one in enumerate(few):
        share = max(left // (len(few) - at), 1)
        lines = [line for e in one.excerpts if (line := _excerpt(e))][:share]
        left -= len(lines)
        if lines:
            name = clean(one.source_name, NAME_LIMIT)
            shown.append(NewView(name, language_tag(one.language), tuple(lines)))
    return tuple(shown)


def _earlier(article: EarlierContent | None, words: Strings, where: tzinfo) -> EarlierView | None:
    if article is None:
        return None
    return EarlierView(
        headline=clean(article.title, HEADLINE_LIMIT) or words.untitled,
        url=safe_url(article.url),
        lang=language_tag(article.language),
        byline=_source_and_time(article, words, where),
    )


def _groups(
    groups: Sequence[DigestGroup], words: Strings, where: tzinfo, most: int
) -> tuple[GroupView, ...]:
    shown = []
    for group in groups:
        name = clean(group.watchlist, NAME_LIMIT)
        few = group.stories[: max(most, 0)]
        most -= len(few)
        count = len(group.stories) + group.more
        left = count - len(few)
        rest = words.more.format(stories=count_stories(left, words)) if left else ""
        command = f"wirewatch matches --watchlist {shlex.quote(name)}"
        heading = f"{name} ({count})" if len(groups) > 1 else ""
        articles = (_brief(story.articles[0]) for story in few if story.articles)
        shown.append(
            GroupView(heading, tuple(_article(a, words, where) for a in articles), rest, command)
        )
    return tuple(shown)


def _brief(article: ArticleContent) -> ArticleContent:
    """An article as one of many: a digest has room for less of each."""
    title = [e for e in article.excerpts if e.field == "title"][:1]
    others = [e for e in article.excerpts if e.field != "title"][:DIGEST_EXCERPTS]
    also_in = article.also_in[:DIGEST_NAMES]
    return replace(article, excerpts=(*title, *others), also_in=also_in)


def _notice(content: AlertContent, words: Strings) -> tuple[str, tuple[str, ...]]:
    if content.notice is None:
        return words.test_title, (words.test_line,)
    return clean(content.notice.title, HEADLINE_LIMIT), _lines(content.notice.lines)


def _article(article: ArticleContent, words: Strings, where: tzinfo) -> ArticleView:
    marks = next(
        (e.marks for e in article.excerpts if e.field == "title" and e.text == article.title), ()
    )
    headline = segments(article.title, marks, HEADLINE_LIMIT) or (Segment(words.untitled),)
    return ArticleView(
        headline=headline,
        url=safe_url(article.url),
        lang=language_tag(article.language),
        byline=_byline(article, words, where),
        remarks=_remarks(article, words),
        excerpts=_excerpts(article),
        why=tuple(_why(reason, words) for reason in article.reasons[:MAX_NAMES]),
        also_in=tuple(
            LinkView(clean(c.source_name, NAME_LIMIT), safe_url(c.url))
            for c in article.also_in[:MAX_NAMES]
        ),
        also_label=_also_label(article, words),
    )


def _also_label(article: ArticleContent, words: Strings) -> str:
    if not article.first_by:
        return words.also_in
    return f"{words.also_in} ({words.first_by.format(source=clean(article.first_by, NAME_LIMIT))})"


def _why(reason: MatchReason, words: Strings) -> WhyView:
    """The terms that could not be checked are named where others could."""
    text = f"{clean(reason.watchlist, NAME_LIMIT)} ({_names(reason.terms)})"
    if not reason.undecided:
        return WhyView(text)
    if set(reason.undecided) >= set(reason.terms):
        return WhyView(text, words.undecided)
    return WhyView(text, f"{words.undecided}: {_names(reason.undecided)}")


def _byline(article: ArticleContent, words: Strings, where: tzinfo) -> str:
    parts = [_source_and_time(article, words, where)]
    if article.credit:
        parts.append(words.credit.format(credit=clean(article.credit, NAME_LIMIT)))
    return " · ".join(p for p in parts if p)


def _source_and_time(
    article: ArticleContent | EarlierContent, words: Strings, where: tzinfo
) -> str:
    if article.published_at is not None:
        time = local_time(article.published_at, where, words.language)
    else:
        seen = local_time(article.first_seen_at, where, words.language)
        time = words.first_seen.format(time=seen)
    return " · ".join(p for p in (clean(article.source_name, NAME_LIMIT), time) if p)


def _remarks(article: ArticleContent, words: Strings) -> tuple[str, ...]:
    said = (
        (article.late, words.late),
        (article.page_pending, words.page_pending),
        (article.state == "partial", words.partial),
        (article.state == "gone", words.gone),
    )
    return tuple(text for holds, text in said if holds)


def _excerpts(article: ArticleContent) -> tuple[tuple[Segment, ...], ...]:
    shown = []
    for e in article.excerpts:
        if e.field == "title" and e.text == article.title:
            continue
        if line := _excerpt(e):
            shown.append(line)
    return tuple(shown[:MAX_EXCERPTS])


def _excerpt(excerpt: Excerpt) -> tuple[Segment, ...]:
    pieces = segments(excerpt.text, excerpt.marks, EXCERPT_LIMIT)
    if not pieces:
        return ()
    before = (Segment("…"),) if excerpt.cut_before else ()
    after = (Segment("…"),) if excerpt.cut_after else ()
    return (*before, *pieces, *after)


def _footer(content: AlertContent, words: Strings, where: tzinfo) -> tuple[str, ...]:
    recipient = clean(content.recipient, NAME_LIMIT)
    if content.kind == "test":
        return (words.because_test, *_health(content.health, words, where))
    if content.story is None and content.digest is None:
        because = words.because_operator.format(recipient=recipient)
        return (because, *_health(content.health, words, where))
    because = words.because.format(recipient=recipient, watchlists=_names(content.watchlists))
    stop = words.stop.format(sender=split_sender(content.sender)[1])
    return (because, stop, *_health(content.health, words, where))


def _health(health: HealthContent | None, words: Strings, where: tzinfo) -> tuple[str, ...]:
    if health is None:
        return ()
    bad = health.problems
    if not bad:
        return (words.sources_ok.format(count=health.sources),)
    good = max(health.sources - len(bad), 0)
    lines = [words.sources_bad.format(good=good, count=health.sources)]
    for p in bad[:MAX_NAMES]:
        reason = words.reasons.get(p.reason, p.reason)
        line = words.problem.format(source=p.source_name, reason=reason)
        if p.since is not None:
            line += words.since.format(time=local_time(p.since, where, words.language))
        lines.append(clean(line, HEADLINE_LIMIT))
    return tuple(lines)


def _names(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" +{len(shown) - MAX_NAMES}" if len(shown) > MAX_NAMES else ""
    return ", ".join(clean(n, NAME_LIMIT) for n in shown[:MAX_NAMES]) + more


def _lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(cleaned for line in lines if (cleaned := clean(line, LINE_LIMIT)))

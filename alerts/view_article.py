"""An article as a mail shows it: alone, as one of many, or as what an update brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from alerts.model import ArticleContent, EarlierContent, EditContent, MatchReason, NewContent
from alerts.sanitise import clean, safe_url
from alerts.strings import Strings
from alerts.view_edits import edit_views
from alerts.view_lines import (
    HEADLINE_LIMIT,
    MAX_NAMES,
    NAME_LIMIT,
    language_tag,
    names,
    segments,
    sentence,
)
from alerts.view_shapes import (
    ArticleView,
    EarlierView,
    EditView,
    Line,
    LinkView,
    NewView,
    Segment,
    WhyView,
)
from alerts.when import local_time

MAX_EXCERPTS = 8
MAX_NEW = 12
"""Sentences an update shows of what is new, over all articles; of an article at least one."""
MAX_NEW_ARTICLES = 8
BRIEF_EXCERPTS = 2
"""Sentences a digest shows of one story."""
BRIEF_NEW = 4
BRIEF_NAMES = 10


def article_view(
    article: ArticleContent,
    words: Strings,
    where: tzinfo,
    *,
    excerpts: int = MAX_EXCERPTS,
    copies: int = MAX_NAMES,
    new: tuple[NewView, ...] = (),
    edits: tuple[EditView, ...] = (),
    late: bool = True,
) -> ArticleView:
    """An article with at most so many sentences and other outlets.

    `late`: whether it is said that it came late.
    """
    marks = next(
        (e.marks for e in article.excerpts if e.field == "title" and e.text == article.title), ()
    )
    headline = segments(article.title, marks, HEADLINE_LIMIT) or (Segment(words.untitled),)
    told = {line for one in new for line in one.lines} if new else ()
    return ArticleView(
        headline=headline,
        url=safe_url(article.url),
        lang=language_tag(article.language),
        byline=_byline(article, words, where),
        remarks=_remarks(article, words, late=late),
        new=new,
        edits=edits,
        excerpts=_excerpts(article, excerpts, told),
        why=tuple(_why(reason, words) for reason in article.reasons[:MAX_NAMES]),
        also_in=tuple(
            LinkView(clean(c.source_name, NAME_LIMIT), safe_url(c.url))
            for c in article.also_in[:copies]
        ),
        also_label=_also_label(article, words),
    )


def brief_view(
    article: ArticleContent,
    new: Sequence[NewContent],
    words: Strings,
    where: tzinfo,
    *,
    edits: Sequence[EditContent] = (),
    late: bool,
) -> ArticleView:
    """An article as one of many: a digest has room for less of each."""
    return article_view(
        article,
        words,
        where,
        excerpts=BRIEF_EXCERPTS,
        copies=BRIEF_NAMES,
        new=new_views(new, BRIEF_NEW) if new else (),
        edits=edit_views(edits, words, where, BRIEF_NEW) if edits else (),
        late=late,
    )


def new_views(new: Sequence[NewContent], most: int = MAX_NEW) -> tuple[NewView, ...]:
    """What is new, by article: an even share of the lines there is room for, one at least."""
    shown = []
    few = [one for one in new[:MAX_NEW_ARTICLES] if one.excerpts]
    left = most
    for at, one in enumerate(few):
        share = max(left // (len(few) - at), 1)
        lines = [line for e in one.excerpts if (line := sentence(e))][:share]
        left -= len(lines)
        if lines:
            name = clean(one.source_name, NAME_LIMIT)
            shown.append(NewView(name, language_tag(one.language), tuple(lines)))
    return tuple(shown)


def earlier_view(article: EarlierContent, words: Strings, where: tzinfo) -> EarlierView:
    """An article that an earlier mail told."""
    return EarlierView(
        headline=clean(article.title, HEADLINE_LIMIT) or words.untitled,
        url=safe_url(article.url),
        lang=language_tag(article.language),
        byline=_source_and_time(article, words, where),
    )


def _also_label(article: ArticleContent, words: Strings) -> str:
    if not article.first_by:
        return words.also_in
    return f"{words.also_in} ({words.first_by.format(source=clean(article.first_by, NAME_LIMIT))})"


def _why(reason: MatchReason, words: Strings) -> WhyView:
    """The terms that could not be checked are named where others could."""
    text = f"{clean(reason.watchlist, NAME_LIMIT)} ({names(reason.terms)})"
    if not reason.undecided:
        return WhyView(text)
    if set(reason.undecided) >= set(reason.terms):
        return WhyView(text, words.undecided)
    return WhyView(text, f"{words.undecided}: {names(reason.undecided)}")


def _byline(article: ArticleContent, words: Strings, where: tzinfo) -> str:
    line = _source_and_time(article, words, where)
    told = article.published_at or article.first_seen_at
    if article.updated_at is not None and article.updated_at > told:
        time = local_time(article.updated_at, where, words.language)
        line = f"{line} · {words.updated.format(time=time)}"
    if not article.credit:
        return line
    credit = words.credit.format(credit=clean(article.credit, NAME_LIMIT))
    return f"{line} · {credit}" if line else credit


def _source_and_time(
    article: ArticleContent | EarlierContent, words: Strings, where: tzinfo
) -> str:
    if article.published_at is not None:
        time = local_time(article.published_at, where, words.language)
    else:
        seen = local_time(article.first_seen_at, where, words.language)
        time = words.first_seen.format(time=seen)
    source = clean(article.source_name, NAME_LIMIT)
    return f"{source} · {time}" if source else time


def _remarks(article: ArticleContent, words: Strings, *, late: bool) -> tuple[str, ...]:
    said = (
        (article.late and late, late_words(article.late_why, words)),
        (article.page_pending, words.page_pending),
        (article.state == "partial", words.partial),
        (article.state == "gone", words.gone),
    )
    return tuple(text for holds, text in said if holds)


def _excerpts(article: ArticleContent, most: int, told: set[Line] | tuple[()]) -> tuple[Line, ...]:
    """Its sentences, without the headline and what is shown as new."""
    shown: list[Line] = []
    for e in article.excerpts:
        if len(shown) == most:
            break
        if e.field == "title" and e.text == article.title:
            continue
        line = sentence(e)
        if line and not (told and _seen(line, told)):
            shown.append(line)
    return tuple(shown)


def _seen(line: Line, told: set[Line] | tuple[()]) -> bool:
    text = "".join(s.text for s in line)
    return any(text == "".join(s.text for s in other) for other in told)


def late_words(why: str, words: Strings, *, many: bool = False) -> str:
    """That it came late, and why."""
    told = {
        "gap": (words.late_gap, words.digest_late_gap),
        "witness": (words.late_witness, words.digest_late_witness),
    }
    return told.get(why, (words.late, words.digest_late))[many]

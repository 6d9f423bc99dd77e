"""The text of a mail, written to be read, not derived from the HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from alerts.strings import Strings
from alerts.view_shapes import (
    ArticleView,
    EarlierView,
    EditView,
    FootView,
    GroupView,
    Line,
    LinkView,
    MailView,
    NewView,
    Segment,
)
from alerts.wrap import WIDTH, columns, wrap


def plain_text(view: MailView) -> str:
    """Lines ended by LF; matched terms stand between asterisks."""
    blocks = list(_blocks(view))
    blocks.append("\n".join(["-- ", *map(_foot, view.footer)]))
    return "\n\n".join(blocks) + "\n"


def _blocks(view: MailView) -> Iterator[str]:
    yield from _intro(view)
    if view.edits:
        yield f"{view.words.edits}:"
        yield from (_edit(one, view.words) for one in view.edits)
        yield "* * *"
    if view.new:
        yield f"{view.words.new}:"
        yield from map(_new, view.new)
        yield "* * *"
    yield from _articles(view.articles, view.words)
    if view.earlier:
        yield _earlier(view.earlier, view.words)
    for group in view.groups:
        yield from _group(group, view.words)


def _intro(view: MailView) -> Iterator[str]:
    if view.heading:
        yield wrap(view.heading)
    for remark in view.remarks:
        yield wrap(f"[{remark}]")
    yield from map(wrap, view.paragraphs)
    if view.points:
        yield "\n".join(wrap(point, first="- ", rest="  ") for point in view.points)
    if view.command:
        yield f"{view.words.notice_more}\n    {view.command}"


def _new(one: NewView) -> str:
    lines = (wrap(_marked(line), first="- ", rest="  ") for line in one.lines)
    return "\n".join([wrap(one.name), *lines])


def _edit(one: EditView, words: Strings, indent: str = "") -> str:
    lines = [wrap(f"{one.name}. {one.said}", first=indent, rest=indent)]
    changed = [f"{words.headline}: {_marked(one.headline)}"] if one.headline else []
    changed += map(_marked, one.lines)
    lines += [wrap(line, first=f"{indent}- ", rest=f"{indent}  ") for line in changed]
    return "\n".join(lines)


def _earlier(earlier: EarlierView, words: Strings) -> str:
    lines = [f"{words.earlier}:"]
    lines.append(wrap(earlier.headline, first="- ", rest="  "))
    lines.append(wrap(earlier.byline, first="  ", rest="  "))
    return "\n".join([*lines, *([f"  {earlier.url}"] if earlier.url else [])])


def _group(group: GroupView, words: Strings) -> Iterator[str]:
    if group.heading:
        line = wrap(group.heading)
        yield f"{line}\n{'=' * min(columns(group.heading), WIDTH)}"
    if group.chart:
        yield f"{group.chart.spark}\n{wrap(group.chart.caption)}"
    yield from _articles(group.articles, words)
    if group.more:
        yield f"{wrap(group.more)}\n    {group.command}"


def _articles(articles: Iterable[ArticleView], words: Strings) -> Iterator[str]:
    for number, article in enumerate(articles):
        if number:
            yield "* * *"
        yield from _article(article, words)


def _article(article: ArticleView, words: Strings) -> Iterator[str]:
    head = [wrap(_marked(article.headline)), wrap(article.byline)]
    if article.url:
        head.append(article.url)
    yield "\n".join(head)
    for remark in article.remarks:
        yield wrap(f"[{remark}]")
    if article.edits:
        yield wrap(f"{words.edits}:", first="  ")
        yield from (_edit(one, words, "  ") for one in article.edits)
    for one in article.new:
        lines = (wrap(_marked(line), first="  - ", rest="    ") for line in one.lines)
        yield "\n".join([wrap(f"{words.new} ({one.name}):", rest="  "), *lines])
    for excerpt in article.excerpts:
        yield wrap(_marked(excerpt), first="    ")
    why = "; ".join(f"{w.text} [{w.unsure}]" if w.unsure else w.text for w in article.why)
    tail = [wrap(f"{words.why}: {why}", rest="  ")] if why else []
    if article.also_in:
        tail.append(wrap(f"{article.also_label}:"))
        tail += [_copy(link) for link in article.also_in]
    if tail:
        yield "\n".join(tail)


def _copy(link: LinkView) -> str:
    # The address keeps a line of its own: wrapped, it could not be followed.
    name = wrap(link.name, first="- ", rest="  ")
    return f"{name}\n  {link.url}" if link.url else name


def _foot(line: FootView) -> str:
    text = _foot_text(line.text)
    return f"{text}\n  {line.url}" if line.url.startswith("http") else text


@lru_cache(maxsize=256)
def _foot_text(text: str) -> str:
    """Wrapped; most of a footer's lines are those of the mail before."""
    return wrap(text, rest="  ")


def _marked(segments: Line) -> str:
    return "".join([_changed(s) if s.change else _plain(s) for s in segments])


def _plain(segment: Segment) -> str:
    return f"*{segment.text}*" if segment.marked else segment.text


def _changed(segment: Segment) -> str:
    """As `wdiff` writes it; blanks stay outside the brackets."""
    text = segment.text.strip()
    if not text:
        return segment.text
    lead, _, tail = segment.text.partition(text)
    return f"{lead}[-{text}-]{tail}" if segment.change == "-" else f"{lead}{{+{text}+}}{tail}"

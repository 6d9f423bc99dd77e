"""The text of a mail, written to be read, not derived from the HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alerts.strings import Strings
from alerts.view import ArticleView, LinkView, MailView, Segment
from alerts.wrap import WIDTH, columns, wrap


def plain_text(view: MailView) -> str:
    """Lines ended by LF; matched terms stand between asterisks."""
    blocks = list(_blocks(view))
    blocks.append("\n".join(["-- ", *(wrap(line, rest="  ") for line in view.footer)]))
    return "\n\n".join(blocks) + "\n"


def _blocks(view: MailView) -> Iterator[str]:
    if view.heading:
        yield wrap(view.heading)
    yield from map(wrap, view.paragraphs)
    if view.new:
        yield f"{view.words.new}:"
        for one in view.new:
            lines = (wrap(_marked(line), first="- ", rest="  ") for line in one.lines)
            yield "\n".join([wrap(one.name), *lines])
        yield "* * *"
    yield from _articles(view.articles, view.words)
    if view.earlier:
        head = [f"{view.words.earlier}:"]
        head.append(wrap(view.earlier.headline, first="- ", rest="  "))
        head.append(wrap(view.earlier.byline, first="  ", rest="  "))
        yield "\n".join([*head, *([f"  {view.earlier.url}"] if view.earlier.url else [])])
    for group in view.groups:
        if group.heading:
            line = wrap(group.heading)
            yield f"{line}\n{'=' * min(columns(group.heading), WIDTH)}"
        yield from _articles(group.articles, view.words)
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


def _marked(segments: Iterable[Segment]) -> str:
    return "".join(_star(s.text) if s.marked else s.text for s in segments)


def _star(text: str) -> str:
    return f"*{text}*"

"""Text of nodes: paragraphs as a reader sees them, whatever markup carries them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lxml.html import HtmlElement

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "center", "dd",
        "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
        "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
        "ul",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg",
        "canvas", "button", "select", "option", "input", "textarea", "form", "audio",
        "video", "map", "head", "title",
    }
)  # fmt: skip

Skip = Callable[[HtmlElement], bool]


def collapse(text: str) -> str:
    """Runs of white space (no-break and ideographic blanks too) become one blank.

    Zero-width characters are kept: they are part of the text as published.
    """
    return " ".join(text.split())


def inline_text(node: HtmlElement) -> str:
    """All text of a node on one line; a block boundary becomes a blank."""
    return " ".join(paragraphs(node))


def paragraphs(node: HtmlElement, skip: Skip | None = None) -> list[str]:
    """The paragraphs of a node in reading order, collapsed, none empty.

    A paragraph ends at every block boundary and every `br`, so bare text nodes between `br`s
    count as paragraphs too. Scripts, forms and whatever `skip` says are left out, never the
    text that follows them.
    """
    found: list[str] = []
    pending: list[str] = []

    def close() -> None:
        text = collapse("".join(pending))
        pending.clear()
        if text:
            found.append(text)

    for event, text in _walk(node, skip):
        if event:
            close()
        else:
            pending.append(text)
    close()
    return found


def _walk(node: HtmlElement, skip: Skip | None) -> Iterator[tuple[bool, str]]:
    """(True, "") at a paragraph boundary, (False, text) for text; no recursion: trees are deep."""
    yield False, node.text or ""
    stack: list[tuple[HtmlElement, Iterator[HtmlElement]]] = [(node, iter(node))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                if parent.tag in _BLOCKS:
                    yield True, ""
                yield False, parent.tail or ""
            continue
        tag = child.tag
        if tag in _SILENT or (skip is not None and skip(child)):
            if tag in _BLOCKS:
                yield True, ""
            yield False, child.tail or ""
            continue
        if tag in _BLOCKS:
            yield True, ""
        yield False, child.text or ""
        stack.append((child, iter(child)))


def has_class(*names: str, tags: Iterable[str] = ()) -> Skip:
    """A `skip` that leaves out nodes with one of these classes, or one of these tags."""
    wanted, tagged = frozenset(names), frozenset(tags)

    def skip(node: HtmlElement) -> bool:
        if node.tag in tagged:
            return True
        classes = node.get("class")
        return classes is not None and not wanted.isdisjoint(classes.split())

    return skip


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The non-empty texts, each once, in order of first appearance."""
    return tuple(dict.fromkeys(text for text in texts if text))

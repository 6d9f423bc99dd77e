"""Feed and listing documents made from Python values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

Value = str | datetime | None


def rss(
    items: Iterable[Mapping[str, Value]],
    *,
    title: str = "A feed",
    link: str = "http://127.0.0.1/",
    extra: str = "",
) -> bytes:
    """An RSS 2.0 document.

    Item keys are element names (`title`, `link`, `guid`, `description`, `pubDate`, `author`,
    `category`); a datetime is written as RFC 822, None leaves the element out; `raw` is put in
    as it is. `extra` goes into the channel.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>',
        f"<title>{escape(title)}</title><link>{escape(link)}</link>",
        f"<description>{escape(title)}</description>{extra}",
    ]
    for item in items:
        inner = "".join(_element(name, value) for name, value in item.items())
        parts.append(f"<item>{inner}</item>")
    parts.append("</channel></rss>\n")
    return "\n".join(parts).encode()


def _element(name: str, value: Value) -> str:
    if value is None:
        return ""
    if name == "raw":
        return str(value)
    text = format_datetime(value.astimezone(UTC)) if isinstance(value, datetime) else value
    permalink = ' isPermaLink="false"' if name == "guid" else ""
    return f"<{name}{permalink}>{escape(text)}</{name}>"


def article(title: str, paragraphs: Iterable[str], *, language: str = "en") -> str:
    """A plain article page no outlet's class knows."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body><article><h1>{escape(title)}</h1>"
        f"{body}</article></body></html>"
    )

"""What a mail shows, as values ready to be set: everything cleaned, capped and localised."""

from __future__ import annotations

from typing import NamedTuple

from alerts.strings import Strings


class Segment(NamedTuple):
    """A piece of a line; `marked` where it is what a watchlist looked for."""

    text: str
    marked: bool = False
    change: str = ""
    """`-` where an outlet took it out, `+` where it put it in."""


Line = tuple[Segment, ...]


class LinkView(NamedTuple):
    """A name, and where it leads."""

    name: str
    url: str | None


class WhyView(NamedTuple):
    """A watchlist with the terms it met; `unsure` where that could not be checked."""

    text: str
    unsure: str = ""


class NewView(NamedTuple):
    """What one outlet says that is new."""

    name: str
    lang: str
    lines: tuple[Line, ...]


class EditView(NamedTuple):
    """What one outlet changed in a page."""

    name: str
    lang: str
    said: str
    """What kinds of changes, and when."""
    headline: Line
    lines: tuple[Line, ...]


class EarlierView(NamedTuple):
    """An article told before, in two lines."""

    headline: str
    url: str | None
    lang: str
    byline: str


class ArticleView(NamedTuple):
    """One article, ready to be set."""

    headline: Line
    url: str | None
    lang: str
    byline: str
    remarks: tuple[str, ...]
    new: tuple[NewView, ...]
    """In a digest, of a story told before."""
    edits: tuple[EditView, ...]
    """There too."""
    excerpts: tuple[Line, ...]
    why: tuple[WhyView, ...]
    also_in: tuple[LinkView, ...]
    also_label: str


class ChartView(NamedTuple):
    """The matches of a watchlist day by day."""

    cid: str
    """Content-ID of its picture, without brackets."""
    alt: str
    caption: str
    """Period, sum, and the most a day."""
    spark: str
    """The same in one line of text."""
    per_day: tuple[int, ...]


class GroupView(NamedTuple):
    """The stories of a digest under one watchlist."""

    heading: str
    """Empty where there is but one group."""
    chart: ChartView | None
    articles: tuple[ArticleView, ...]
    more: str
    """How much is not shown; empty where all is."""
    command: str
    """Shows it; to be typed as it stands."""


class FootView(NamedTuple):
    """A line of the footer; the link follows it."""

    text: str
    link: str = ""
    url: str = ""


class MailView(NamedTuple):
    """The whole mail, ready to be set."""

    words: Strings
    heading: str
    """Of a digest, notice or test; empty above a story."""
    remarks: tuple[str, ...]
    """Of a digest: what is out of the ordinary about it."""
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    """A list after them."""
    command: str
    """After it, to be typed as it stands."""
    edits: tuple[EditView, ...]
    new: tuple[NewView, ...]
    articles: tuple[ArticleView, ...]
    earlier: EarlierView | None
    groups: tuple[GroupView, ...]
    footer: tuple[FootView, ...]

    @property
    def charts(self) -> tuple[ChartView, ...]:
        """Those it shows, in order."""
        return tuple(group.chart for group in self.groups if group.chart is not None)

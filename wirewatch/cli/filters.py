"""The filters all listings share, as options and as `storage.listing_base.Filters`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wirewatch.cli.times import read_time

if TYPE_CHECKING:
    from storage.listing_base import Filters

F = TypeVar("F", bound=Callable[..., Any])

ARTICLE_STATES = ("listed", "fetched", "partial", "gone", "failed")
ALERT_STATES = (
    "pending",
    "sending",
    "deferred",
    "sent",
    "held",
    "folded",
    "cancelled",
    "empty",
)
SHOWN = 50
"""Rows for people, unless `--limit` says otherwise."""


def filter_options(states: Sequence[str], state_help: str) -> Callable[[F], F]:
    """`--source --watchlist --story --state --lang --since --until --limit` for a listing."""
    options = [
        click.option("--source", metavar="ID", help="Of this source."),
        click.option("--watchlist", metavar="NAME", help="Met by this watchlist."),
        click.option("--story", type=int, metavar="ID", help="Of this story."),
        click.option("--state", type=click.Choice(states), help=state_help),
        click.option("--lang", metavar="CODE", help="In this language: en, ko, ..."),
        click.option("--since", metavar="TIME", help='At or after: "24h", "7d" or an ISO date.'),
        click.option("--until", metavar="TIME", help="Before; a date alone takes in its day."),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many rows."),
    ]

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def filters_of(
    given: dict[str, Any], *, now: datetime, timezone: str, json: bool
) -> tuple[Filters, int | None]:
    """The filters, and how many rows are to be shown (None: all).

    For people one row more is asked for than is shown, so that they are told of the rest.
    """
    from storage.listing_base import Filters

    times: dict[str, Any] = {}
    for name, end in (("since", False), ("until", True)):
        if given[name] is not None:
            try:
                times[name] = read_time(given[name], now, timezone, end=end)
            except ValueError as error:
                raise click.BadParameter(str(error), param_hint=f"--{name}") from None
    shown = given["limit"] or (None if json else SHOWN)
    asked = shown if json or shown is None else shown + 1
    same = ("source", "watchlist", "story", "state", "lang")
    return Filters(**{name: given[name] for name in same}, **times, limit=asked), shown

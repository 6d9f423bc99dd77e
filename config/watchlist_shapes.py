"""The shape of a watchlist file: `[[watchlist]]`, `[[watchlist.notify]]` and `[alias]`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PlainValidator

from config import durations, schedules, terms, values
from config.shapes import Boolean, Language, Recipient, Shape, Text, Zone
from newsroom.schedules import QuietWindow, Schedule

Term = Annotated[str, PlainValidator(terms.term)]


class Notify(Shape):
    """One `[[watchlist.notify]]`."""

    to: Annotated[tuple[Recipient, ...], Field(examples=[["desk@example.org"]])]
    when: Annotated[Schedule, PlainValidator(schedules.parse_schedule)] = Schedule("immediately")
    timezone: Zone | None = None
    quiet: Annotated[QuietWindow | None, PlainValidator(schedules.parse_quiet)] = None
    send_empty: Boolean = False
    max_per_hour: Annotated[int, PlainValidator(values.whole_number(0, 100_000))] = 0


class WatchlistTable(Shape):
    """One `[[watchlist]]`."""

    name: Text
    any: Annotated[tuple[Term, ...], Field(examples=[["THAAD", "사드"]])] = ()
    all: Annotated[tuple[Term, ...], Field(examples=[["missile"]])] = ()
    none: Annotated[tuple[Term, ...], Field(examples=[["사드 후작"]])] = ()
    query: Annotated[
        str | None,
        PlainValidator(terms.query),
        Field(examples=["'title:THAAD OR \"missile defense\"'"]),
    ] = None
    fields: Annotated[
        tuple[Annotated[str, PlainValidator(values.one_of("title", "body", "summary"))], ...],
        Field(alias="in", examples=[["title", "body", "summary"]]),
    ] = ("title", "body", "summary")
    sources: Annotated[
        tuple[Annotated[str, PlainValidator(values.identifier)], ...],
        Field(examples=[["koreaherald"]]),
    ] = ()
    languages: Annotated[tuple[Language, ...], Field(examples=[["en", "ko"]])] = ()
    priority: Annotated[str, PlainValidator(values.one_of("normal", "high"))] = "normal"
    update_interval: Annotated[
        timedelta | None,
        PlainValidator(durations.duration_or("never", "2h")),
    ] = timedelta(hours=2)
    edits: Boolean = False
    notify: tuple[Notify, ...] = ()

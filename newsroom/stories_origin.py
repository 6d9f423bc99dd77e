"""Who wrote a story first: the agency its copies credit, else the outlet that published it first.

Outlets print an agency's text within minutes of each other, often with times before that of the
agency's own page, so what the copies credit says more than the clock; times decide where nothing
is credited. Where only one outlet is known to have the story, it has no origin but itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsroom.agencies import agency_at, agency_called


@dataclass(frozen=True, slots=True)
class Told:
    """An article of a story, as far as it tells who wrote the story."""

    article: int
    source: str
    """Id of its source."""
    outlet: str
    """Name of its source."""
    first_seen_at: datetime
    published_at: datetime | None = None
    credit: str | None = None
    """The agency whose text it prints; None for its own, and while its page is not read."""
    agency: str | None = None
    """The agency whose own outlet the source is; None for others: see `agency_of`."""
    url: str | None = None

    @property
    def at(self) -> datetime:
        """When it was published, as far as that can be: a time to come counts as first seen."""
        return min(self.published_at or self.first_seen_at, self.first_seen_at)

    @property
    def credited(self) -> str | None:
        """The agency it credits; an agency's own outlet credits nobody by naming itself."""
        return self.credit if self.credit != self.agency else None

    @property
    def named(self) -> str | None:
        """The agency that it says wrote it: the one it credits, or itself."""
        return self.credited or self.agency


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a story first."""

    name: str
    """The agency ("Yonhap") or the outlet as its source is called."""
    source: str | None = None
    """Id of the source; None for an agency whose own article is not in the story."""
    article: int | None = None
    url: str | None = None
    """Of that article."""


def agency_of(source: str, outlet: str, canonical_url: str | None) -> str | None:
    """The agency whose own outlet a source is, by its name, its id or where its articles lie.

    The canonical URL is asked as a mirror's articles have the agency's; an edition's id is the
    agency's name and the edition (`yonhap-ko`).
    """
    by_name = agency_called(outlet) or agency_called(source.partition("-")[0])
    return by_name or agency_at(canonical_url or "")


def origin_of(members: Sequence[Told]) -> Origin | None:
    """Say who wrote a story of these articles first; None where one outlet alone has it.

    1. Where a member credits an agency: the agency named first, whether by a credit or by being
       the agency's own article; with its own first article, if that is a member.
    2. Else, where more than one outlet has it: the outlet that published it first.
    """
    ordered = sorted(members, key=lambda member: (member.at, member.article))
    if any(member.credited for member in ordered):
        agency = next(member.named for member in ordered if member.named)
        own = next((m for m in ordered if m.agency == agency and not m.credited), None)
        alone = all(m.agency == agency for m in ordered)
        return None if alone else _origin(own) if own else Origin(agency)
    if len({member.agency or member.source for member in ordered}) < 2:
        return None
    return _origin(ordered[0])


def _origin(member: Told) -> Origin:
    name = member.agency or member.outlet
    return Origin(name, member.source, member.article, member.url)

"""What the verdict step remembers between two looks; all of it can be read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """When a feed's present silence is too long, and what is said then."""

    last_new_at: datetime | None
    """The silence it was reckoned for."""
    learnt_at: datetime
    too_long_at: datetime
    told: str


@dataclass(slots=True)
class Judged:
    """Memory of the verdict step."""

    feeds: dict[int, Patience] = field(default_factory=dict)
    revision: int | None = None
    """Pages were looked at up to this revision; None: not yet."""
    pages_at: dict[str, datetime] = field(default_factory=dict)
    """When a source's pages were judged last."""

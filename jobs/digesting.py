"""What a process remembers of its recipients' clocks between two looks at the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Digesting:
    """Nothing here is lost with the process: it is read from rules and tables again."""

    rules: int | None = None
    """The version of the rules whose schedules are in the tables; None: not looked yet."""
    schedules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Recipient → names of the schedules that their rules know."""
    timed: frozenset[str] = frozenset()
    """Recipients whose alerts may have to wait: by a schedule, quiet hours or a cap."""
    slots: dict[str, datetime] = field(default_factory=dict)
    """Recipient → when their next slot is reached; the past: it is to be looked for."""
    looked_at: datetime | None = None
    """When slots were last looked for; a clock before it was set back."""

    let_go: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Recipient with a cap → the last alerts that were judged to go."""
    ending: bool = False
    """A single pass is at its end: nothing waits for what may come."""

    @property
    def next_at(self) -> datetime | None:
        """When the next slot is reached; None: there is none."""
        return min(self.slots.values(), default=None)

"""Mails out of a mailbox, and how much of it is read at once."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OCTETS = 1024 * 1024
"""Read of one mail: reports stand at its beginning."""
MOST_LETTERS = 200
"""Read in one visit."""
VISIT_DEADLINE_S = 120.0
"""For a whole visit to a server, whatever it does."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, or its beginning."""

    octets: bytes
    position: str
    """Where the mailbox is read on when this mail is done with; empty: the mailbox itself keeps
    that."""

"""What a message to a channel beside mail is about, in one word that never changes."""

from __future__ import annotations

from alerts.model import AlertContent


def event_of(content: AlertContent) -> str:
    """`alert.immediate`, `alert.update`, `alert.digest`, `notice` or `test`."""
    return content.kind if content.kind in ("notice", "test") else f"alert.{content.kind}"

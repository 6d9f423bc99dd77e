"""Keeps Scrapy's own lines about each request and item out of the log: we write one ourselves."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietFormatter(LogFormatter):
    """Says nothing of what went well."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override] # None: no line
        """No line for a response."""

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override] # None: no line
        """No line for an item."""

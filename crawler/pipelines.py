"""Where results leave the crawl: into the sink that its owner gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from scrapy.crawler import Crawler

from newsroom.model import FetchResult
from newsroom.ports import ResultSink


@dataclass(frozen=True, slots=True)
class Fetched:
    """The item of the resident spider: one finished fetch."""

    result: FetchResult


class HandOver:
    """Gives every finished fetch to the spider's `sink`; other items go by, to feed exports."""

    def __init__(self, sink: ResultSink | None) -> None:
        self._sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Find the sink on the spider; there is none in `scrapy crawl`."""
        return cls(getattr(crawler.spider, "sink", None))

    def process_item(self, item: Any) -> Any:
        """Pass the item on."""
        if isinstance(item, Fetched) and self._sink is not None:
            self._sink.put(item.result)
        return item

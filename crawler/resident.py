"""The resident spider: stands for ever, fetches what it is given, hands over what came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.settings import Settings

from crawler.callbacks import WirewatchSpider
from crawler.pipelines import Fetched
from crawler.policy import FetchPolicy
from crawler.session import CrawlSession
from newsroom.model import FetchResult
from newsroom.ports import ResultSink


class ResidentSpider(WirewatchSpider):
    """Fed by `crawler.engine.crawl`; every result becomes an item for the sink."""

    name = "resident"

    def __init__(self, session: CrawlSession, sink: ResultSink) -> None:
        super().__init__()
        self.session = session
        self.sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make it, and keep it open when there is nothing to do."""
        made = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(made.stay, signals.spider_idle)
        return made

    async def start(self) -> AsyncIterator[Any]:
        """Begin with nothing."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def stay(self) -> None:
        """Never be closed for being idle."""
        raise DontCloseSpider

    def take(self, result: FetchResult) -> Iterator[Any]:
        """One item a result."""
        yield Fetched(result)


def engine_settings(policy: FetchPolicy) -> Settings:
    """The project's settings with the operator's decisions."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    decided = {
        "USER_AGENT": policy.user_agent,
        "ROBOTSTXT_OBEY": policy.obey_robots,
        "DOWNLOAD_TIMEOUT": policy.timeout.total_seconds(),
        "DOWNLOAD_MAXSIZE": policy.max_bytes,
    }
    for name, value in decided.items():
        settings.set(name, value, priority="cmdline")
    return settings

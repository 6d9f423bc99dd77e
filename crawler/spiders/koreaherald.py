"""`scrapy crawl koreaherald`: The Korea Herald."""

from __future__ import annotations

from crawler.outlet_spider import OutletSpider


class KoreaHeraldSpider(OutletSpider):
    """The Korea Herald's feeds and section pages."""

    name = "koreaherald"
    source_ids = ("koreaherald",)

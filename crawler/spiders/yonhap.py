"""`scrapy crawl yonhap`: Yonhap News Agency in English and Korean."""

from __future__ import annotations

from crawler.outlet_spider import OutletSpider


class YonhapSpider(OutletSpider):
    """Both editions' feeds, section pages and the news sitemap."""

    name = "yonhap"
    source_ids = ("yonhap-en", "yonhap-ko")

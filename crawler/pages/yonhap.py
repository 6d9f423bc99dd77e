"""Yonhap News Agency: all editions; layouts in `yonhap_en` and `yonhap_ko`."""

from __future__ import annotations

from crawler.pages.base import Outlet
from crawler.pages.document import Page
from crawler.pages.yonhap_en import English, EnglishUntil2018
from crawler.pages.yonhap_ko import Korean2019, Korean2025, KoreanUntil2018

_EDITIONS = {"en": "en", "m-en": "en", "english": "en", "cn": "zh", "jp": "ja", "ar": "ar"}
_EDITIONS |= {"sp": "es", "es": "es", "fr": "fr", "www": "ko", "m": "ko"}


class Yonhap(Outlet):
    """en.yna.co.kr, www.yna.co.kr and the other editions, and their hosts before 2019."""

    name = "yonhap"
    hosts = ("yna.co.kr", "yonhapnews.co.kr")
    layouts = (English(), Korean2025(), Korean2019(), EnglishUntil2018(), KoreanUntil2018())
    agency = "Yonhap"
    suffixes = ("Yonhap News Agency", "연합뉴스", "YONHAP NEWS")

    def language(self, page: Page) -> str | None:
        """By the edition's host, which is more reliable than the page's own statement."""
        host = page.url.split("://", 1)[-1].split("/", 1)[0].split(":")[0].lower()
        label, _, domain = host.partition(".")
        if domain in self.hosts:
            return _EDITIONS.get(label, page.meta.language)
        return page.meta.language


OUTLET = Yonhap()

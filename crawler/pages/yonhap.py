"""Yonhap News Agency: all editions; the layouts are in `yonhap_en` and `yonhap_ko`."""

from __future__ import annotations

from crawler.pages.base import Outlet
from crawler.pages.document import Page
from crawler.pages.yonhap_en import HOSTS, English, EnglishUntil2018, OtherEdition, edition
from crawler.pages.yonhap_ko import Korean2019, Korean2025, KoreanUntil2018


class Yonhap(Outlet):
    """en.yna.co.kr, www.yna.co.kr and the other editions, and their hosts before 2019."""

    name = "yonhap"
    hosts = HOSTS
    layouts = (
        English(),
        Korean2025(),
        Korean2019(),
        KoreanUntil2018(),
        EnglishUntil2018(),
        OtherEdition(),
    )
    agency = "Yonhap"
    suffixes = ("Yonhap News Agency", "연합뉴스", "YONHAP NEWS")

    def language(self, page: Page) -> str | None:
        """By the edition's host, which is more reliable than the page's own statement."""
        return edition(page)


OUTLET = Yonhap()

"""The Korea Herald: its hosts and house rules; layouts in `koreaherald_layouts`."""

from __future__ import annotations

from crawler.pages.base import Outlet
from crawler.pages.document import Page
from crawler.pages.koreaherald_layouts import LAYOUTS, SUFFIXES


class KoreaHerald(Outlet):
    """koreaherald.com and the Herald group's hosts that served the same pages."""

    name = "koreaherald"
    hosts = ("koreaherald.com", "khnews.kheraldm.com", "khnews.heraldcorp.com")
    layouts = LAYOUTS
    suffixes = SUFFIXES

    def language(self, page: Page) -> str | None:
        """English, whatever the page states: the paper has no other edition."""
        return "en"


OUTLET = KoreaHerald()

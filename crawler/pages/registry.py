"""All page classes by name and by host."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from urllib.parse import urlsplit

from crawler.pages.base import Outlet

_MODULES = ("yonhap", "koreaherald")
"""Modules of this package; each has OUTLET, one instance of its Outlet class."""
GENERIC = "generic"


@cache
def outlets() -> dict[str, Outlet]:
    """Every outlet's class by its name."""
    found: dict[str, Outlet] = {}
    for module in _MODULES:
        outlet: Outlet = import_module(f"crawler.pages.{module}").OUTLET
        found[outlet.name] = outlet
    return found


def names() -> tuple[str, ...]:
    """What `page` in a source and `--page` may say."""
    return (*outlets(), GENERIC)


def outlet_for(url: str, page: str | None = None) -> Outlet | None:
    """The class called `page`, or without a name the one of the URL's host.

    A more exact name chooses its outlet too (`yonhap-en` is `yonhap`). None: the generic way,
    also for `generic` and for a name nobody has.
    """
    if page is not None:
        found = outlets()
        return found.get(page) or found.get(page.split("-", 1)[0])
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    for outlet in outlets().values():
        if any(host == known or host.endswith("." + known) for known in outlet.hosts):
            return outlet
    return None

"""How The Korea Herald and Yonhap write the URLs of their articles, over the years and hosts.

Each rule turns every generation of an outlet's URLs into the one that is its identity; forms and
hosts as collected from captures and public scrapers, 2010-2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsroom.urls import UrlParts, fold_host, query_values

YONHAP_EDITIONS = {
    "AEN": "en.yna.co.kr",
    "AKR": "www.yna.co.kr",
    "ACK": "cn.yna.co.kr",
    "AJP": "jp.yna.co.kr",
    "AAR": "ar.yna.co.kr",
    "ASP": "sp.yna.co.kr",
    "AFR": "fr.yna.co.kr",
}
"""The home of each edition's articles, by the first three letters of their ids."""

KOREAHERALD_HOST = "www.koreaherald.com"
_KOREAHERALD_HOSTS = frozenset({"khnews.kheraldm.com", "khnews.heraldcorp.com"})

# prefix, date(8), serial(4), revision(2), desk(3)
_YONHAP_ID = re.compile(r"([A-Z]{3})([0-9]{8})([0-9]{4})([0-9]{2})([0-9]{3})")
_YONHAP_VIEW = re.compile(r"/(?:amp/)?view/([A-Z]{3}[0-9]{17})(?:/amp)?/?", re.IGNORECASE)
# 2013-2018: .../{section code}{id}[F].html; the section code and the F are not part of the id
_YONHAP_OLD = re.compile(r"/(?:.*/)?[0-9]{0,12}([A-Z]{3}[0-9]{17})F?\.html?", re.IGNORECASE)
_HERALD_ARTICLE = re.compile(r"/(?:amp/)?article/([0-9]{5,12})(?:/amp)?/?", re.IGNORECASE)
_HERALD_UD = re.compile(r"[0-9]{14}")


def is_yonhap_host(host: str) -> bool:
    """Yonhap's own hosts, old and new; not Yonhap News TV, which is another site."""
    return _under(host, "yna.co.kr") or _under(host, "yonhapnews.co.kr")


def is_koreaherald_host(host: str) -> bool:
    """The Korea Herald's hosts, with the Herald group's hosts that served the same pages."""
    return _under(host, "koreaherald.com") or host in _KOREAHERALD_HOSTS


def yonhap_canonical(parts: UrlParts, hosts: Sequence[str]) -> str | None:
    """`https://{edition's host}/view/{id}`; None where the path has not the outlet's form.

    An id of an unknown kind (photos, specials) stays on the host it was shown on, the mobile and
    the pre-2019 hosts folded into today's.
    """
    match = _YONHAP_VIEW.fullmatch(parts.path) or _YONHAP_OLD.fullmatch(parts.path)
    if match is None:
        return None
    number = match.group(1).upper()
    home = YONHAP_EDITIONS.get(number[:3])
    return f"https://{home or fold_host(_yonhap_host(parts.host), hosts)}/view/{number}"


def koreaherald_canonical(parts: UrlParts) -> str | None:
    """`https://www.koreaherald.com/view.php?ud=...` or `/article/N`; None for other forms."""
    match = _HERALD_ARTICLE.fullmatch(parts.path)
    if match is not None:
        return f"https://{KOREAHERALD_HOST}/article/{match.group(1)}"
    if parts.path.lower() == "/view.php":
        for value in query_values(parts.query, "ud"):
            if _HERALD_UD.fullmatch(value):
                return f"https://{KOREAHERALD_HOST}/view.php?ud={value}"
    return None


def outlet_id(parts: UrlParts) -> str | None:
    """The outlet's own number for an article, from its canonical URL."""
    match = _YONHAP_VIEW.fullmatch(parts.path)
    if match is not None:
        return match.group(1).upper()
    if parts.host != KOREAHERALD_HOST:
        return None
    herald = koreaherald_canonical(parts)
    return re.split(r"[/=]", herald)[-1] if herald else None


def yonhap_family(article_id: str) -> str | None:
    """What the filings of one Yonhap story share: prefix, date, serial and desk of their ids.

    The two revision digits (00 first filing, 51 first rewrite, 52, ...) are left out. None for an
    id that is not Yonhap's.
    """
    match = _YONHAP_ID.fullmatch(article_id)
    if match is None:
        return None
    prefix, date, serial, _revision, desk = match.groups()
    return f"{prefix}{date}{serial}{desk}"


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _yonhap_host(host: str) -> str:
    if not is_yonhap_host(host):
        return host
    label = host.removesuffix("yna.co.kr").removesuffix("yonhapnews.co.kr").rstrip(".")
    label = label.removeprefix("m-")
    label = {"": "www", "m": "www", "english": "en"}.get(label, label)
    return f"{label}.yna.co.kr"

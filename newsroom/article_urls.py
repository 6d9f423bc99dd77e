"""What a URL tells by its looks: whether it names an article, of which day, of which outlet."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from newsroom.identity import article_id, canonical_url

_NO_ARTICLE = re.compile(
    r"/(?:tags?|category|categories|author|authors|search|login|signup|register|about|contact|"
    r"privacy|terms|subscribe|newsletters?|reporter|reporters|rss|feeds?|sitemap|company|help)"
    r"(?:/|\.|$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{4,}")
_DATED_PATH = re.compile(r"/(?:19|20)\d\d/?[01]\d(?:/?[0-3]\d)?(?:/|\d|-)")
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\d{0,9}(?!\d))"
    r"|([-_/.])(\d{1,2})\4(\d{1,2})(?!\d))"
)
_PERIOD = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?([0-3]\d))?)?(?!\d)"
)
_COUNTRY_SECOND = frozenset({"co", "com", "or", "go", "ne", "ac", "org", "net", "gov", "edu", "re"})


def is_article_like(url: str) -> bool:
    """Whether a URL names one article: by an id, a date or a slug of several words."""
    if article_id(canonical_url(url)) is not None:
        return True
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path or _NO_ARTICLE.search(path):
        return False
    last = path.rsplit("/", 1)[-1]
    slug = re.sub(r"\.\w{2,5}$", "", last)
    words = [word for word in re.split(r"[-_]", slug) if word]
    return bool(
        _DATED_PATH.search(path + "/")
        or _NUMBER.search(last)
        or _NUMBER.search(parts.query)
        or len(words) >= 3
        or (path.count("/") > 1 and slug.isdigit())
    )


def url_day(url: str) -> date | None:
    """The day in an article's URL: `/2024/05/01/`, `20240501...`, `AKR20240501...`; or None.

    Up to nine digits may follow a day written together: a serial number. Outlets file under the
    day of the first writing, so that it may lie a little before the day of publication.
    """
    number = article_id(canonical_url(url))
    parts = urlsplit(url)
    for text in (number, parts.path, parts.query):
        for found in _DAY.finditer(text or ""):
            try:
                return date(int(found[1]), int(found[2] or found[5]), int(found[3] or found[6]))
            except ValueError:
                continue
    return None


def named_period(url: str) -> tuple[datetime, datetime] | None:
    """The year, month or day (UTC, end exclusive) in a file's name: `sitemap-2024-05.xml`.

    The last date in the path counts. None where there is none.
    """
    dates = list(_PERIOD.finditer(url.partition("?")[0].partition("://")[2].partition("/")[2]))
    if not dates:
        return None
    found = dates[-1]
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, (start + timedelta(days=32)).replace(day=1)
    return start, start.replace(year=year + 1)


def site_of(host: str) -> str:
    """What the hosts of one outlet share: `news.example.co.kr:81` and `example.co.kr:81`."""
    name, _, port = host.partition(":")
    labels = name.split(".")
    if len(labels) < 3 or labels[-1].isdigit():
        return host
    second = len(labels[-1]) == 2 and labels[-2] in _COUNTRY_SECOND
    kept = ".".join(labels[-3:] if second else labels[-2:])
    return f"{kept}:{port}" if port else kept

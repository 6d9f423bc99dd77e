"""What is made of a site that was looked at: an id, a name, a zone, and how well it can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsroom.model import PageContent

_ID = re.compile(r"[^a-z0-9]+")
_LEADING = frozenset({"www", "m", "rss", "feed", "feeds", "news", "mobile", "amp"})
_SECOND_LEVEL = frozenset({"co", "or", "go", "ac", "re", "ne", "pe", "com", "org", "net", "gov"})
MOST_ID = 40

_ZONES_OF_TLD = {
    "kr": "Asia/Seoul",
    "jp": "Asia/Tokyo",
    "cn": "Asia/Shanghai",
    "tw": "Asia/Taipei",
    "hk": "Asia/Hong_Kong",
    "sg": "Asia/Singapore",
    "vn": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok",
    "in": "Asia/Kolkata",
    "uk": "Europe/London",
    "ie": "Europe/Dublin",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "it": "Europe/Rome",
    "es": "Europe/Madrid",
    "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw",
    "ua": "Europe/Kyiv",
    "nz": "Pacific/Auckland",
}
_ZONES_OF_LANGUAGE = {
    "ko": "Asia/Seoul",
    "ja": "Asia/Tokyo",
    "vi": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "it": "Europe/Rome",
}
_ZONES_OF_HOUR = {9: "Asia/Seoul", 8: "Asia/Shanghai", 1: "Europe/Berlin", -5: "America/New_York"}
_OFFSET = re.compile(r"(?:(?P<sign>[+-])(?P<hour>\d\d):?(?P<minute>\d\d)|(?P<name>KST|JST))\s*$")
_NAMED = {"KST": 540, "JST": 540}

GOOD, FAIR, POOR = "good", "fair", "poor"
_LONG_ENOUGH = 200
"""Width of a body that is taken for a story; a Hangul syllable counts two."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A source's time zone, and what it rests on."""

    name: str
    why: str


def feed_key(url: str) -> str:
    """The address of a feed as far as it tells one feed from another: no scheme, no last slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"


def plain_language(tag: str) -> str:
    """A language as sources have it: of `en-US` or `ko_KR` the first part; `zh-Hant` stays."""
    tag = tag.strip().replace("_", "-")
    first, _, rest = tag.partition("-")
    script = rest.partition("-")[0].title()
    return f"{first.lower()}-{script}" if script in ("Hant", "Hans") else first.lower()


def suggest_id(host: str, language: str, taken: Collection[str]) -> str:
    """A source id after the host's telling part; with the language, or a number, where taken.

    `www.koreatimes.co.kr` is `koreatimes`.
    """
    name, _, port = host.partition(":") if host.count(":") == 1 else (host, "", "")
    labels = [label for label in name.lower().strip("[]").split(".") if label]
    if labels and not labels[-1].isdigit():
        labels = _telling(labels)
    stem = _ID.sub("-", "-".join([*labels, port] if labels and labels[-1].isdigit() else labels))
    stem = stem.strip("-")[:MOST_ID].strip("-") or "outlet"
    tries = [stem, f"{stem}-{_ID.sub('-', language.lower())}".strip("-")]
    number = 2
    while tries[0] in taken and tries[-1] in taken:
        tries.append(f"{stem}-{number}")
        number += 1
    return next(one for one in tries if one not in taken)


def _telling(labels: list[str]) -> list[str]:
    end = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 1
    rest = labels[:-end] or labels[:1]
    return rest[-1:] if rest[-1] not in _LEADING or len(rest) == 1 else rest[-2:]


def guess_zone(host: str, language: str, dates: Iterable[str]) -> Zone:
    """The zone of a site from its dates' offset, its country, or its language; `dates` as written.

    An offset of zero tells nothing: many sites write UTC wherever they are.
    """
    name = host.partition(":")[0]
    country = _ZONES_OF_TLD.get(name.rpartition(".")[2])
    spoken = _ZONES_OF_LANGUAGE.get(language.partition("-")[0].lower())
    counted = Counter(minutes for raw in dates if (minutes := _offset(raw)))
    if counted:
        minutes = counted.most_common(1)[0][0]
        fit = [zone for zone in (country, spoken) if zone and minutes in _offsets(zone)]
        written = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        hour, rest = divmod(minutes, 60)
        if fit:
            return Zone(fit[0], f"its dates say {written}")
        if not rest and -12 <= hour <= 14:
            fixed = _ZONES_OF_HOUR.get(hour, f"Etc/GMT{-hour:+d}")
            return Zone(fixed, f"guessed: its dates say {written}")
    if country:
        return Zone(country, f"guessed by .{name.rpartition('.')[2]}")
    if spoken:
        return Zone(spoken, f"guessed by its language, {language}")
    return Zone("UTC", "guessed: nothing tells; it matters for dates without a zone alone")


def _offset(raw: str) -> int:
    """Minutes east of UTC that a date ends in; 0 where it says none."""
    found = _OFFSET.search(raw)
    if found is None or ("T" not in raw and ":" not in raw):
        return 0
    if found["name"]:
        return _NAMED[found["name"]]
    minutes = int(found["hour"]) * 60 + int(found["minute"])
    return -minutes if found["sign"] == "-" else minutes


def _offsets(zone: str) -> set[int]:
    """Of a zone in winter and in summer, in minutes."""
    found = set()
    for month in (1, 7):
        offset = datetime(2026, month, 1, 12, tzinfo=ZoneInfo(zone)).utcoffset()
        found.add(int(offset.total_seconds()) // 60 if offset else 0)
    return found


def rate_page(content: PageContent) -> str:
    """How well one article could be read: `good`, `fair` (something is missing) or `poor`."""
    width = sum(1 + ("가" <= c <= "힣") for c in content.body[:_LONG_ENOUGH])
    if not content.title or width < _LONG_ENOUGH:
        return POOR
    return FAIR if content.published_at is None or content.partial else GOOD


def rate_outlet(pages: Sequence[str]) -> str:
    """How well an outlet can be read: as its articles in the middle; `poor` where none was had."""
    order = (GOOD, FAIR, POOR)
    ranked = sorted(pages, key=order.index)
    return ranked[len(ranked) // 2] if ranked else POOR

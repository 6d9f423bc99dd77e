"""Where a source lists its older articles: `archives` of a [[source]]."""

from __future__ import annotations

import re

from config.urls import web_url
from config.values import Bad, quote, string

_EXAMPLE = "https://www.example.org/archive/{year}/{month}/{day}"
_PLACE = re.compile(r"\{([^{}]*)\}")
_ORDER = ("year", "month", "day")


def archive_url(raw: object) -> str:
    """The URL of a sitemap or index, or one with {year}, {month} and {day}; raises Bad.

    {month} needs {year}, {day} needs both: a page of a day must stand for that day alone.
    """
    text = string(raw, _EXAMPLE)
    places = _PLACE.findall(text)
    for place in places:
        if place not in _ORDER:
            wrong = f"{quote(text)} holds {{{place}}}"
            raise Bad(wrong, f'write {{year}}, {{month}} and {{day}}, like "{_EXAMPLE}"')
    named = [place for place in _ORDER if place in places]
    if named != list(_ORDER[: len(named)]):
        missing = next(place for place in _ORDER if place not in places)
        raise Bad(
            f"{quote(text)} holds {{{named[-1]}}} without {{{missing}}}",
            f'write it like "{_EXAMPLE}"',
        )
    web_url(_PLACE.sub("0", text), _EXAMPLE)
    return text

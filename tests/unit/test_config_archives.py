"""`archives` of a source: URLs of sitemaps and indexes, or of archive pages by date."""

from __future__ import annotations

import pytest

from config.archives import archive_url
from config.values import Bad


@pytest.mark.parametrize(
    "url",
    [
        "https://e.com/sitemap-index.xml",
        "https://e.com/archive/{year}",
        "https://e.com/archive?y={year}&m={month}",
        "https://e.com/{year}/{month}/{day}/list-{year}{month}{day}.html",
    ],
)
def test_what_may_be_written(url: str) -> None:
    assert archive_url(url) == url


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("https://e.com/{yyyy}", "holds {yyyy}"),
        ("https://e.com/{}", "holds {}"),
        ("https://e.com/{month}", "{month} without {year}"),
        ("https://e.com/{year}/{day}", "{day} without {month}"),
        ("ftp://e.com/{year}", "no http or https URL"),
        ("https://u:p@e.com/{year}", "holds a user"),
        ("e.com/{year}", "no http or https URL"),
        (5, "is a number"),
    ],
)
def test_what_is_refused_and_why(raw: object, said: str) -> None:
    with pytest.raises(Bad) as caught:
        archive_url(raw)
    assert said in str(caught.value.problem)

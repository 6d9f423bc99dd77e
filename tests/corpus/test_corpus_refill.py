"""A real feed polled too seldom, beside a news sitemap that has everything: nothing stays lost.

The truth is computed by `tests.corpus.sequence` with nothing of the product.
"""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select

from jobs.step_poll import poll_feed
from jobs.step_survey import due_surveys, survey
from newsroom.model import FetchRequest, FetchResult
from newsroom.reasons import Reason
from storage.gaps import Gap, gaps_since
from storage.tables import articles, feeds
from tests.corpus.paths import corpus
from tests.corpus.sequence import URL, Item, State, states, thinned
from tests.corpus.sequence_store import SOURCE
from tests.newsdesk import Newsdesk, newsdesk, source

pytestmark = [*corpus]

SITEMAP = "https://cn.yna.co.kr/news-sitemap.xml"
BACK = timedelta(days=3)
"""So far back the sitemap goes: news sitemaps are kept for two days and more."""


@cache
def first_shown() -> tuple[tuple[datetime, Item], ...]:
    """When the full sequence showed each item first, the newest first."""
    found: dict[str, tuple[datetime, Item]] = {}
    for state in states():
        for item in state.items:
            found.setdefault(item.id, (state.at, item))
    return tuple(sorted(found.values(), key=lambda pair: pair[1].published, reverse=True))


def shown_until(state: State) -> list[Item]:
    """What the full sequence had shown by then, newest first."""
    return [
        item for at, item in first_shown() if at <= state.at and item.published > state.at - BACK
    ]


def sitemap(items: list[Item]) -> str:
    urls = "".join(
        f"<url><loc>{escape(item.link.split('?')[0])}</loc><news:news><news:publication>"
        "<news:name>Yonhap</news:name><news:language>zh</news:language></news:publication>"
        f"<news:publication_date>{item.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(item.title)}</news:title></news:news></url>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


async def poll(desk: Newsdesk, feed_id: int, state: State) -> None:
    """The feed is polled as it was in this state, and what is due of surveys is made."""
    desk.clock.time = max(desk.clock.time, state.at)
    desk.sites.answers[URL] = FetchResult(
        FetchRequest(URL, "", ""),
        Reason.OK,
        status=200,
        url=URL,
        body=state.body,
        headers={"content-type": "text/xml"},
    )
    desk.sites.put(SITEMAP, sitemap(shown_until(state)), content_type="text/xml")
    assert await poll_feed(desk.desk, feed_id, forced=True) is Reason.OK
    for source_id in await due_surveys(desk.desk):
        await survey(desk.desk, source_id)


async def play(tmp_path: Path, kept: list[State]) -> tuple[list[Gap], dict[str, str | None]]:
    """Gaps, and of every article, by its id, why it is late."""
    outlet = source(
        id=SOURCE.id,
        hosts=SOURCE.hosts,
        feeds=SOURCE.feeds,
        listings=(SITEMAP,),
        page=SOURCE.page,
        language="zh",
        timezone=SOURCE.timezone,
    )
    async with newsdesk(tmp_path, sources=[outlet], start=kept[0].at) as desk:
        with desk.db.read() as conn:
            feed_id = conn.execute(select(feeds.c.id).where(feeds.c.kind == "feed")).scalar_one()
        for state in kept:
            await poll(desk, feed_id, state)
        with desk.db.read() as conn:
            found = conn.execute(select(articles.c.canonical_url, articles.c.late)).all()
        return gaps_since(desk.db, kept[0].at), {u.rsplit("/", 1)[1]: late for u, late in found}


whole = pytest.mark.skipif(
    "WHOLE_SEQUENCE" not in os.environ, reason="takes a minute: set WHOLE_SEQUENCE=1"
)


@pytest.mark.parametrize(
    ("step", "first", "last"),
    [
        (8, 0, 96),
        (4, 140, 192),  # lost ones, and windows that lie close together
        (2, 64, 74),
        pytest.param(8, 0, 700, marks=whole),
        pytest.param(4, 0, 700, marks=whole),
        pytest.param(2, 0, 700, marks=whole),
    ],
)
def test_every_id_comes_back_and_every_suspicion_is_closed_rightly(
    step: int, first: int, last: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every 8th, 4th and 2nd state, with stretches of the sequence unless all is asked for."""
    truth = [b for b in thinned(step) if first <= b.first and b.second <= last]
    kept = [states()[first], *(states()[between.second] for between in truth)]
    noted, came = asyncio.run(play(tmp_path, kept))
    apart = [between for between in truth if not between.overlap]
    lost = frozenset().union(*(between.lost for between in truth))
    with capsys.disabled():
        print(
            f"\nevery {step}. state from {first} to {last}, with a sitemap: "
            f"{len(noted)} suspected, "
            f"{sum(gap.state == 'lost' for gap in noted)} lost, "
            f"{sum(gap.state == 'none_lost' for gap in noted)} none lost, "
            f"{sum(gap.recovered for gap in noted)} of {len(lost)} ids recovered"
        )
    assert [len(between.lost) for between in apart] == [gap.lost for gap in noted]
    assert all(gap.recovered == gap.lost for gap in noted)
    assert all(gap.state == ("lost" if gap.lost else "none_lost") for gap in noted)
    assert all(gap.closed_by == SITEMAP for gap in noted)
    ids = {i.id for state in states()[first : truth[-1].second + 1] for i in state.items}
    assert set(came) >= ids
    assert {name for name, late in came.items() if late in ("gap", "witness")} == lost
    assert {came[name] for name in lost} <= {"gap"}

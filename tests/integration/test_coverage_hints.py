"""How long a feed asks to be left alone, from its answer to the time of its next poll."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from newsroom.model import FetchResult
from storage.tables import feeds
from tests.newsdesk import FEED, START, item, newsdesk, rss

M = timedelta(minutes=1)
H = timedelta(hours=1)

SLOW = [item(n, f"Report {n}", published=START - n * 9 * H) for n in range(10)]
FAST = [item(n, f"Report {n}", published=START - n * 2 * M) for n in range(12)]


@pytest.mark.parametrize(
    ("items", "ttl", "headers", "hint", "wait"),
    [
        (SLOW, "", {}, None, 2 * M),
        (SLOW, "<ttl>30</ttl>", {}, 30 * M, 30 * M),
        (SLOW, "<ttl>30</ttl>", {"cache-control": "max-age=60"}, 30 * M, 30 * M),
        (SLOW, "<ttl>5</ttl>", {"cache-control": "max-age=1200"}, 20 * M, 20 * M),
        (SLOW, "<ttl>30</ttl>", {"cache-control": "no-cache"}, 30 * M, 30 * M),
        (SLOW, "<ttl>90000</ttl>", {}, 24 * H, 60 * M),
        (SLOW, "<ttl>soon</ttl>", {"expires": "0"}, None, 2 * M),
        # a third of it turns over in ten minutes: it is not left alone for an hour
        (FAST, "<ttl>60</ttl>", {}, 60 * M, 10 * M),
    ],
)
def test_hint(
    tmp_path: Path,
    items: list[str],
    ttl: str,
    headers: dict[str, str],
    hint: timedelta | None,
    wait: timedelta,
) -> None:
    async def poll() -> Any:
        async with newsdesk(tmp_path) as desk:
            desk.feed()
            answer = desk.sites.answers[FEED]
            assert isinstance(answer, FetchResult)
            body = rss(*items).replace("<title>News</title>", f"<title>News</title>{ttl}")
            desk.sites.answers[FEED] = replace(
                answer, body=body.encode(), headers={**answer.headers, **headers}
            )
            await desk.run()
            with desk.db.read() as conn:
                return conn.execute(select(feeds)).one()

    feed = asyncio.run(poll())
    assert feed.hint_s == (hint.total_seconds() if hint else None)
    assert feed.next_poll_at - feed.last_poll_at == wait

"""A backfill killed with SIGKILL ends complete, each page fetched once but for those in flight.

By hand with 10,000: `python -m benchmarks.backfill`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.backfill import Archive, configure, run
from storage.database import Database
from storage.listing import articles
from storage.listing_base import Filters
from tests.site.server import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

PAGES = 120
KILLS = [30, 75]


def test_killed_and_started_again_nothing_is_lost_or_fetched_anew(tmp_path: Path) -> None:
    with Site() as site:
        archive = Archive(site, PAGES, per_map=60, each=timedelta(hours=6))
        config = configure(tmp_path, site)
        done = run(config, archive, archive.last, KILLS)
    assert done.killed == len(KILLS)
    assert (done.summary["state"], done.summary["listed"]) == ("done", PAGES)
    assert (done.summary["new"], done.summary["fetched"]) == (PAGES, PAGES)
    assert len(done.asked) == PAGES
    # one lane asks one page at a time
    assert len(done.twice) <= done.killed
    assert max(done.asked.values()) <= 2
    assert "going on with the backfill" in done.errors[1]
    db = Database(f"sqlite:///{tmp_path}/news.db")
    try:
        stored = list(articles(db, Filters()))
    finally:
        db.close()
    assert len({row["url"] for row in stored}) == len(stored) == PAGES
    assert {row["state"] for row in stored} == {"fetched"}
    assert not list(tmp_path.glob("data/outbox/*")), "nobody is told"

"""A backfill walks an outlet's archives: what it brings, and what it leaves as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import pytest
from sqlalchemy import select

from jobs import step_backfill
from jobs.backfilling import run_backfill
from jobs.step_backfill import advance, backfill
from newsroom.backfilling import Wanted, first_walk
from newsroom.model import FetchRequest, FetchResult
from newsroom.reasons import Reason
from storage import backfills
from storage.backfills import Backfill
from storage.tables import feeds, polls
from tests.newsdesk import START, Newsdesk, filler, item, newsdesk, page, source

P = ParamSpec("P")
E = "https://news.example"
SINCE = datetime(2024, 5, 1, tzinfo=UTC)
UNTIL = datetime(2024, 6, 1, tzinfo=UTC)


def runs(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def sitemap(*rows: tuple[str, str]) -> str:
    return (
        "<urlset>"
        + "".join(f"<url><loc>{E}{url}</loc><lastmod>{at}</lastmod></url>" for url, at in rows)
        + "</urlset>"
    )


def index(*maps: str) -> str:
    inner = "".join(f"<sitemap><loc>{E}{name}</loc></sitemap>" for name in maps)
    return f"<sitemapindex>{inner}</sitemapindex>"


def put_stories(desk: Newsdesk, *days: int, month: int = 5, word: str = "Ferry") -> list[str]:
    """Pages of these days of 2024; their paths."""
    paths = []
    for day in days:
        path = f"/2024/{month:02}/{day:02}/story"
        published = f"2024-{month:02}-{day:02}T10:00:00+00:00"
        title = f"{word} of the day {month}-{day} waits for fog"
        desk.sites.put(E + path, page(title, *filler(f"{month}-{day}"), published=published))
        paths.append(path)
    return paths


def ask(desk: Newsdesk, *, alerts: bool = False) -> Backfill:
    one = desk.desk.sources["news"]
    walk = first_walk(one, Wanted(SINCE, UNTIL, one.timezone))
    assert walk is not None
    made, _ = backfills.ask(
        desk.db, "news", SINCE, UNTIL, walk, alerts=alerts, now=desk.clock.now()
    )
    return made


async def carry(desk: Newsdesk, made: Backfill) -> Backfill:
    desk.desk.stopping = False
    return await run_backfill(desk.desk, made.id, lambda _backfill, _waiting: None)


def archive(**changes: Any) -> list[Any]:
    return [source(**({"archives": (f"{E}/index.xml",)} | changes))]


def stored(desk: Newsdesk) -> list[str]:
    return sorted(row["url"].removeprefix(E) for row in desk.articles())


def asked(desk: Newsdesk) -> list[str]:
    return [request.url.removeprefix(E) for request in desk.sites.asked]


@runs
async def test_an_index_is_walked_and_only_the_wanted_time_comes_in(
    database_url: str, tmp_path: Path
) -> None:
    async with newsdesk(tmp_path, url=database_url, sources=archive()) as desk:
        may = put_stories(desk, 1, 15, 31)
        outside = put_stories(desk, 30, month=4) + put_stories(desk, 1, month=6)
        desk.sites.put(f"{E}/index.xml", index("/map-a.xml", "/map-2023-01.xml"))
        rows = [(path, "2024-05-20") for path in (*may, *outside)]
        desk.sites.put(f"{E}/map-a.xml", sitemap(*rows))
        done = await carry(desk, ask(desk))
        assert (done.state, done.listed, done.new) == ("done", 3, 3)
        assert backfills.pages(desk.db, done) == backfills.Pages(0, 3, 0)
        assert stored(desk) == may
        assert {row["state"] for row in desk.articles()} == {"fetched"}
        assert "/map-2023-01.xml" not in asked(desk)
        assert sorted(asked(desk)) == sorted(["/index.xml", "/map-a.xml", *may])
        again = await carry(desk, ask(desk))
        assert (again.id, again.listed, again.new) == (done.id + 1, 3, 0)
        assert all(desk.sites.fetched(E + path) == 1 for path in may)


@runs
async def test_pages_by_date_and_their_next_pages(tmp_path: Path) -> None:
    async with newsdesk(
        tmp_path, sources=archive(archives=(f"{E}/day/{{year}}{{month}}{{day}}",))
    ) as desk:
        listed = put_stories(desk, *range(3, 9))

        def shown(paths: list[str], more: str = "") -> str:
            rows = "".join(f"<li><a href='{p}'>A headline of some length {p}</a>" for p in paths)
            return f"<html><body><ul>{rows}</ul>{more}</body></html>"

        desk.sites.put(f"{E}/day/20240508", shown(listed[3:], "<a rel=next href='?p=2'>next</a>"))
        desk.sites.put(f"{E}/day/20240508?p=2", shown(listed[:3], "<a rel=next href='?p=3'>x</a>"))
        done = await carry(desk, ask(desk))
        assert (done.state, done.new) == ("done", 6)
        assert stored(desk) == listed
        days = [path for path in asked(desk) if path.startswith("/day/")]
        assert days[:2] == ["/day/20240531", "/day/20240530"]
        assert days[-1] == "/day/20240501"
        assert len(days) == 31 + 2
        assert done.walk.problems == ()


@runs
async def test_a_listing_is_turned_until_the_time_is_passed(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=[source(listings=(f"{E}/news",))]) as desk:
        put_stories(desk, *range(1, 31))
        put_stories(desk, *range(1, 31), month=4)
        months = [(6, n) for n in range(12, 0, -1)] + [(5, n) for n in range(30, 0, -1)]
        months += [(4, n) for n in range(30, 0, -1)]
        for number in range(12):
            part = months[number * 6 : number * 6 + 6]
            rows = "".join(
                f"<li><a href='/2024/{m:02}/{d:02}/story'>Ferry of the day {m}-{d} waits</a>"
                f"<i>2024-{m:02}-{d:02} 10:00</i></li>"
                for m, d in part
            )
            here = f"/news?page={number + 1}" if number else "/news"
            body = f"<ul>{rows}</ul><a rel=next href='/news?page={number + 2}'>Older</a>"
            desk.sites.put(E + here, f"<html><body>{body}</body></html>")
        done = await carry(desk, ask(desk))
        assert (done.state, done.new) == ("done", 30)
        turned = [path for path in asked(desk) if path.startswith("/news")]
        assert turned == ["/news", *(f"/news?page={n}" for n in range(2, 9))]


@runs
async def test_nobody_is_told_unless_asked_and_then_as_late(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        desk.feed(item(1, "Quiet day"))
        desk.page(1, "Quiet day")
        await desk.run()
        paths = put_stories(desk, 1, 2, word="THAAD")
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths[:1])))
        await carry(desk, ask(desk))
        assert len(desk.matches()) == 1
        await desk.run(hours=1)
        assert desk.alerts() == []
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths)))
        await carry(desk, ask(desk, alerts=True))
        await desk.run(hours=1)
        assert len(desk.matches()) == 2
        assert len(desk.mails()) == 1
        assert "5-2" in desk.mails()[0]["Subject"]


@runs
async def test_old_articles_stay_out_of_the_news_of_today(tmp_path: Path) -> None:
    """An old report in the same words is another story, and feeds keep no trace of a backfill."""
    async with newsdesk(tmp_path, sources=archive()) as desk:
        desk.feed(item(1, "Ferry of the day 5-9 waits for fog"))
        desk.page(1, "Ferry of the day 5-9 waits for fog", *filler("5-9"))
        await desk.run()
        before = _rows(desk)
        (path,) = put_stories(desk, 9)
        desk.sites.put(f"{E}/index.xml", sitemap((path, "2024-05-20")))
        done = await carry(desk, ask(desk))
        assert done.new == 1
        assert len({row["story"] for row in desk.articles()}) == 2
        assert _rows(desk) == before
        with desk.db.read() as conn:
            purposes = conn.execute(select(polls.c.purpose).order_by(polls.c.id)).scalars().all()
            rested = conn.execute(select(feeds).where(feeds.c.kind == "archive")).one()
        assert purposes == ["poll", "backfill"]
        assert (rested.active, rested.next_poll_at, rested.etag) == (False, None, None)


def _rows(desk: Newsdesk) -> list[Any]:
    with desk.db.read() as conn:
        return list(conn.execute(select(feeds).where(feeds.c.kind != "archive")).all())


@runs
async def test_new_pages_go_first(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        paths = put_stories(desk, *range(1, 10))
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths)))
        made = ask(desk)
        assert await advance(desk.desk, made.id)
        desk.feed(item(1, "News of this hour"))
        desk.page(1, "News of this hour")
        desk.sites.asked.clear()
        await desk.run()
        assert next(path for path in asked(desk) if "story" in path) == "/story/1"


@runs
async def test_the_walk_rests_while_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_backfill, "MOST_WAITING", 8)
    monkeypatch.setattr(step_backfill, "FEW_WAITING", 4)
    monkeypatch.setattr(step_backfill, "PORTION", 4)
    most = 0

    def shown(_backfill: Backfill, waiting: int) -> None:
        nonlocal most
        most = max(most, waiting)

    async with newsdesk(tmp_path, sources=archive()) as desk:
        paths = put_stories(desk, *range(1, 31))
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths)))
        done = await run_backfill(desk.desk, ask(desk).id, shown)
        assert (done.state, done.listed, done.new) == ("done", 30, 30)
        assert 4 <= most < 8 + 4
        assert all(desk.sites.fetched(E + path) == 1 for path in paths)


@runs
async def test_the_service_goes_on_with_it_piece_by_piece(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        paths = put_stories(desk, 1, 2)
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths)))
        made = ask(desk)
        assert await backfill(desk.desk)
        assert backfills.waiting(desk.db, made.id) == 2
        assert backfills.get(desk.db, made.id).state == "fetching"
        assert not await backfill(desk.desk)
        desk.feed(item(1, "Quiet day"))
        await desk.run()  # what the lanes of the service do
        assert not await backfill(desk.desk)
        assert backfills.get(desk.db, made.id).state == "done"


@runs
async def test_a_walk_ends_with_its_source(tmp_path: Path) -> None:
    """Whoever follows it does not wait for what nobody can do any more."""
    async with newsdesk(tmp_path, sources=archive()) as desk:
        made = ask(desk)
        desk.desk.sources = {}
        assert not await backfill(desk.desk)
        ended = backfills.get(desk.db, made.id)
        assert (ended.state, ended.active) == ("stopped", False)
        assert not backfills.active(desk.db)


@runs
async def test_a_server_in_trouble_is_asked_again_and_left_at_last(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        (path,) = put_stories(desk, 1)
        good = sitemap((path, "2024-05-20")).encode()
        answers = iter([Reason.HTTP_5XX, Reason.TIMEOUT])

        def shaky(request: FetchRequest) -> FetchResult:
            reason = next(answers, Reason.OK)
            body = good if reason is Reason.OK else b""
            return FetchResult(request, reason, url=request.url, body=body, headers={})

        desk.sites.answers[f"{E}/index.xml"] = shaky
        began = desk.clock.now()
        done = await carry(desk, ask(desk))
        assert (done.state, done.new, done.walk.problems) == ("done", 1, ())
        assert desk.clock.now() - began >= timedelta(seconds=20)

        desk.sites.fail(f"{E}/index.xml", Reason.CONNECT)
        done = await carry(desk, ask(desk))
        assert (done.walk.looked, done.walk.failed, done.walk.unreachable) == (0, 1, 1)
        assert done.detail.startswith(f"{E}/index.xml: connect")


@runs
async def test_two_who_walk_do_not_both_take_a_piece(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        made = ask(desk)
        now = desk.clock.now()
        taken = backfills.claim(desk.db, made.id, owner="another", now=now)
        assert taken is not None
        assert not await advance(desk.desk, made.id)
        assert desk.sites.asked == []
        desk.clock.pass_(seconds=backfills.LEASE_S + 1)
        (path,) = put_stories(desk, 1)
        desk.sites.put(f"{E}/index.xml", sitemap((path, "2024-05-20")))
        assert await advance(desk.desk, made.id)
        with pytest.raises(Exception, match="taken over"):
            backfills.commit_walk(desk.db, *taken, taken[0].walk)
        assert backfills.get(desk.db, made.id).new == 1


@runs
async def test_a_page_that_fails_is_tried_once_and_counted(tmp_path: Path) -> None:
    async with newsdesk(tmp_path, sources=archive()) as desk:
        paths = put_stories(desk, 1, 2, 3)
        desk.sites.fail(E + paths[0], Reason.HTTP_5XX, 500)
        del desk.sites.answers[E + paths[1]]
        desk.sites.put(f"{E}/index.xml", sitemap(*((path, "2024-05-20") for path in paths)))
        done = await carry(desk, ask(desk))
        assert done.state == "done"
        assert backfills.pages(desk.db, done) == backfills.Pages(0, 1, 2)
        assert all(desk.sites.fetched(E + path) == 1 for path in paths)


@pytest.mark.parametrize("until", [UNTIL, None])
def test_the_same_words_go_on_with_the_same_backfill(
    tmp_path: Path, until: datetime | None
) -> None:
    from storage.database import Database
    from storage.migrate import ensure
    from storage.sync import sync_sources

    db = Database(f"sqlite:///{tmp_path}/news.db")
    ensure(db)
    one = archive()[0]
    sync_sources(db, [one], START)
    walk = first_walk(one, Wanted(SINCE, UNTIL, "UTC"))
    assert walk is not None
    first, new = backfills.ask(db, "news", SINCE, until, walk, alerts=False, now=START)
    assert new
    later = START + timedelta(days=1)
    again, new = backfills.ask(db, "news", SINCE, until, walk, alerts=False, now=later)
    assert (again.id, new, again.until) == (first.id, False, first.until)
    other, new = backfills.ask(db, "news", SINCE, later, walk, alerts=False, now=later)
    assert new
    assert other.id != first.id
    db.close()

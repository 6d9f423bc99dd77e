"""What a look writes survives a kill and a merge, and is shown by `show --diff`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.coverage_tables import article_edits
from storage.merging import merge
from storage.outbox_tables import alerts
from storage.tables import articles
from tests.cli_case import Cli, cli
from tests.newsdesk import Newsdesk, item, newsdesk, page_url, watchlist

__all__ = ["cli"]

TITLE = "THAAD launchers reach the port"
LEAD = "Engineers began to unload the launchers of the THAAD battery on Monday, a ministry said."
COUNT = "Police counted 340 protesters at the gate."
CONFIG = """
data_dir = "."
[database]
url = "sqlite:///news.db"
"""


def play(folder: Path, url: str, story: Callable[[Newsdesk], Awaitable[None]]) -> None:
    async def main() -> None:
        asked = replace(watchlist(), edits=True)
        async with newsdesk(folder, url=url, watchlists=[asked]) as desk:
            desk.feed(item(1, TITLE, "Launchers came."))
            desk.page(1, TITLE, LEAD, COUNT)
            await desk.run()
            await story(desk)

    asyncio.run(main())


@pytest.mark.parametrize("where", ["claim_page", "commit_page", "commit_match", "keep_messages"])
def test_a_kill_loses_no_edit_and_doubles_none(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite, whose leases end by the clock that the test moves."""

    async def story(desk: Newsdesk) -> None:
        desk.page(1, TITLE, LEAD, COUNT.replace("340", "520"))
        kept = getattr(desk.desk.store, where)
        kills: list[str] = []

        def dies(_self: object, *args: object, **named: object) -> object:
            done = kept(*args, **named)
            if not kills:
                kills.append(where)
                raise RuntimeError("killed after it was written")
            return done

        monkeypatch.setattr(type(desk.desk.store), where, dies)
        for _ in range(5):
            with suppress(RuntimeError):
                await desk.run(hours=1)
        assert kills == [where]
        with desk.db.read() as conn:
            made = conn.execute(select(func.count()).select_from(article_edits)).scalar()
            updates = conn.execute(
                select(func.count()).select_from(alerts).where(alerts.c.kind == "update")
            ).scalar()
        assert (made, updates, len(desk.mails())) == (1, 1, 2)

    play(tmp_path, f"sqlite:///{tmp_path}/killed.db", story)


def test_an_edit_follows_its_article_into_another(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(2, f"{TITLE} again", "Launchers came."))
        desk.page(2, f"{TITLE} again", LEAD, COUNT)
        await desk.run()
        desk.page(2, f"{TITLE} again", LEAD, COUNT.replace("340", "520"))
        await desk.run(hours=1)
        with desk.db.write() as conn:
            desk.db.story_lock(conn)
            kept = merge(desk.db, conn, 1, 2, desk.clock.now())
        with desk.db.read() as conn:
            (edit,) = conn.execute(select(article_edits)).all()
            assert edit.article_id == kept
            assert conn.execute(select(func.count()).select_from(articles)).scalar() == 1
        for _ in range(4):
            await desk.run(hours=2)
        (told,) = [mail for mail in desk.mails() if str(mail["Subject"]).startswith("Re: ")]
        part = told.get_body(("plain",))
        assert part is not None
        assert "[-340-]{+520+}" in str(part.get_content())

    play(tmp_path, database_url, story)


@pytest.fixture
def asked(cli: Cli, tmp_path: Path) -> Cli:
    async def story(desk: Newsdesk) -> None:
        desk.page(1, f"{TITLE} late", LEAD, COUNT.replace("340", "520"))
        await desk.run(hours=1)
        desk.sites.answers.pop(page_url(1))
        await desk.run(hours=5)
        await desk.run(minutes=20)

    (tmp_path / "wirewatch.toml").write_text(CONFIG)
    play(tmp_path, f"sqlite:///{tmp_path}/news.db", story)
    return cli


def test_show_diff(asked: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asked("show", "1", "--diff", "--json")
    assert ran.code == 0
    assert [(line["n"], line["origin"], line["kinds"]) for line in ran.lines] == [
        (1, "feed", []),
        (2, "page", []),
        (3, "refetch", ["headline", "number"]),
        (None, "refetch", ["withdrawn"]),
    ]
    diff = ran.lines[2]["diff"]
    assert ["-", "340"] in diff
    assert "".join(text for sign, text in diff if sign != "-").startswith(f"{TITLE} late\n\n")
    plain = asked("show", "1", "--diff").out
    assert "{+late+}" in plain
    assert "[-340-]" in plain
    assert "withdrawn" in plain
    assert "\x1b" not in plain
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31;9m340\x1b[0m" in asked("show", "1", "--diff").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in asked("show", "1", "--diff").out
    assert asked("show", "99", "--diff").code == 1

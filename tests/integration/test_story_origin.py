"""Who wrote a story first: from the rows of its articles, and as the commands print it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from newsroom.stories_origin import Origin
from storage.database import Database
from storage.migrate import ensure
from storage.origins import origin_of_story
from storage.tables import articles
from tests.cli_case import Cli
from tests.rows import NOW, add_article, add_source, add_story

MINUTE = timedelta(minutes=1)
WIRE = "http://127.0.0.1:8000/view/AEN20261123000100325"


def stories(db: Database) -> tuple[int, int, int]:
    """The agency's article, its reprint, and a reprint of what was not seen itself."""
    add_source(db, "koreaherald", name="The Korea Herald")
    add_source(db, "yonhap-en", name="Yonhap News Agency")
    both = add_story(db)
    reprint = add_article(db, "koreaherald", story_id=both, credit="Yonhap", published_at=NOW)
    wire = add_article(
        db, "yonhap-en", story_id=both, url=WIRE, canonical_url=None,
        published_at=NOW - MINUTE, first_seen_at=NOW + MINUTE,
    )  # fmt: skip
    alone = add_article(db, "koreaherald", title="Rain", credit="AFP", first_seen_at=NOW - MINUTE)
    return wire, reprint, alone


def test_from_the_rows_of_its_articles(database: Database) -> None:
    wire, *others = stories(database)
    with database.read() as connection:
        own = select(articles.c.story_id).where(articles.c.id.in_(others)).order_by(articles.c.id)
        found = [origin_of_story(connection, story) for story in connection.scalars(own)]
    assert found == [Origin("Yonhap", "yonhap-en", wire, WIRE), Origin("AFP")]


@pytest.fixture
def asked(cli: Cli, tmp_path: Path) -> tuple[Cli, tuple[int, int, int]]:
    """Commands on a database with those stories."""
    url = f"sqlite:///{tmp_path / 'news.db'}"
    (tmp_path / "wirewatch.toml").write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    db = Database(url)
    try:
        ensure(db)
        return cli, stories(db)
    finally:
        db.close()


def test_as_the_commands_print_it(asked: tuple[Cli, tuple[int, int, int]]) -> None:
    cli, (wire, reprint, alone) = asked
    table = cli("stories").out.splitlines()
    assert "origin" in table[0]
    assert "Yonhap" in table[1]
    assert "AFP" in table[2]
    shown = {article: cli("show", article).out for article in (wire, reprint, alone)}
    assert f"origin           Yonhap (yonhap-en, article {wire})\n" in shown[reprint]
    assert "credit           Yonhap\n" in shown[reprint]
    assert "origin           Yonhap (this article)\n" in shown[wire]
    assert "origin           AFP\n" in shown[alone]
    origin = {"name": "Yonhap", "source": "yonhap-en", "article": wire}
    assert cli("show", reprint, "--json").only["origin"] == origin
    assert [line["origin"] for line in cli("stories", "--json").lines] == [
        origin,
        {"name": "AFP", "source": None, "article": None},
    ]

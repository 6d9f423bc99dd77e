"""`stories merge` and `stories split`; the listing beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import ensure
from tests import rows
from tests.cli_case import Cli


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    """Three articles, each in a story of its own."""
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\n')
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    rows.add_source(db)
    for n in (1, 2, 3):
        rows.add_article(db, url=f"http://herald.example/{n}", title=f"Report {n}")
    db.close()
    return cli


def stories(desk: Cli) -> dict[int, list[int]]:
    return {line["id"]: sorted(line["articles"]) for line in desk("stories", "--json").lines}


def test_merge_and_split(desk: Cli) -> None:
    merged = desk("stories", "merge", 3, 1, "--json")
    assert (merged.code, merged.only) == (0, {"id": 1, "articles": [1, 3], "merged": 3})
    assert stories(desk) == {1: [1, 3], 2: [2]}
    # an emptied story's id stands for the one that took its articles
    assert desk("--json", "stories", "merge", 2, 3).only["articles"] == [1, 2, 3]
    split = desk("stories", "split", 3, "--json").only
    assert split == {"article": 3, "story": split["story"], "was": 1, "others": 1}
    assert split["story"] > 3
    assert stories(desk) == {1: [1, 2], split["story"]: [3]}


def test_what_people_read(desk: Cli) -> None:
    assert desk("stories", "merge", 1, 2).out == "story 2 is story 1 now, of 2 articles\n"
    assert "is one already" in desk("stories", "merge", 2, 1).out
    assert "article 2 was in story 1; story" in desk("stories", "split", 2).out
    assert desk("stories", "split", 3).out == "article 3 is alone in story 3, and stays alone\n"


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("merge", 1, 9), 1, "there is no story 9; see `wirewatch stories`"),
        (("split", 9), 1, "there is no article 9; see `wirewatch articles`"),
        (("merge", 1), 2, "ID"),
        (("split", "one"), 2, "one"),
        (("--source", "herald", "merge", 1, 2), 2, "--source filters the listing"),
    ],
)
def test_what_cannot_be_done(desk: Cli, argv: tuple[object, ...], code: int, said: str) -> None:
    ran = desk("stories", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert stories(desk) == {1: [1], 2: [2], 3: [3]}


def test_the_listing_takes_its_filters(desk: Cli) -> None:
    assert len(desk("stories", "--source", "herald", "--json").lines) == 3
    assert desk("stories", "--source", "none", "--json").lines == []
    assert "Report 2" in desk("stories", "--story", 2).out

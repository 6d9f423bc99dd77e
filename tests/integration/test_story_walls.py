"""One text under several headlines of a source: a wall, or a story that was filed again."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.integration.story_world import Outlets
from tests.prose import prose

TEXT = prose(3, 30)
FILED, FILED_AGAIN, OTHERS = (f"view/AEN20261123{n}320" for n in ("003800", "003851", "004700"))


@pytest.fixture
def outlets(database: Database) -> Outlets:
    return Outlets(database).open()


@pytest.mark.parametrize(
    ("old", "new", "wall"),
    [
        ("Ferry sails over the river", "Museum on the hill opens", True),
        ("Ferry sails over the river", "Ferry opens museum on hill", True),
        ("Ferry sails over the river", "Second ferry sails over the wide river", False),
        ("Ferry sails over the river", "(LEAD) Ferry sails over river at last", False),
        ("서울 한강에 새 여객선 취항", "부산 언덕 위 미술관 문 열어", True),
        ("서울 한강에 새 여객선 취항", "한강 새 여객선 내일 취항", False),
    ],
)
def test_a_headline_tells_a_wall_from_a_text_filed_again(
    outlets: Outlets, old: str, new: str, wall: bool
) -> None:
    first = outlets.page(outlets.listed("herald", "1", old), "Before you go on", TEXT)
    second = outlets.page(outlets.listed("herald", "2", new), "Before you go on", TEXT)
    assert outlets.article(first).state == "fetched"
    assert outlets.article(second).state == ("partial" if wall else "fetched")
    assert (outlets.story(first) != outlets.story(second)) is wall


@pytest.mark.parametrize(("path", "wall"), [(FILED_AGAIN, False), (OTHERS, True)])
def test_filings_of_one_family_are_no_wall(outlets: Outlets, path: str, wall: bool) -> None:
    """The agency files the text of a story again under whatever headline."""
    first = outlets.published("yonhap-en", FILED, "Ferry sails over the river", TEXT)
    second = outlets.published("yonhap-en", path, "(2nd LD) Town has what it waited for", TEXT)
    assert outlets.article(second).state == ("partial" if wall else "fetched")
    assert (outlets.story(first) != outlets.story(second)) is wall


def test_one_unlike_headline_among_like_ones_is_enough(outlets: Outlets) -> None:
    outlets.published("herald", "1", "Ferry sails over the river", TEXT)
    outlets.published("herald", "2", "Second ferry sails over the river", TEXT)
    third = outlets.published("herald", "3", "Museum on the hill opens", TEXT)
    assert outlets.article(third).state == "partial"
    outlets.pass_(hours=1)
    other = outlets.published("times", "3", "Museum on the hill opens", TEXT)
    assert outlets.article(other).state == "fetched"

"""Articles find their stories: by what a feed says, by their pages, and by no memory of a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from newsroom.stories_reading import story_text
from storage.database import Database
from storage.story_memory import memory_of
from storage.story_places import Placing
from storage.tables import articles, stories, story_aliases, story_keys, story_marks
from tests.integration.story_world import Outlets
from tests.prose import prose
from tests.rows import rows

WEEK = timedelta(days=7)
HEADLINE = "Council of the harbour town votes for a second ferry"
FERRY, MUSEUM = prose(1, 14), prose(2, 14)


class Abandoned(Exception):
    """A transaction that comes to nothing."""


@pytest.fixture
def outlets(database: Database) -> Outlets:
    return Outlets(database).open()


@pytest.fixture
def restarted(outlets: Outlets) -> Iterator[Outlets]:
    """The same outlets in another process; it knows nothing yet."""
    db = Database(outlets.db.engine.url.render_as_string(hide_password=False), check=False)
    yield outlets.again(db)
    db.close()


def cut(text: str, keep: float = 0.6) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[: max(2, int(len(paragraphs) * keep))])


class TestListing:
    def test_a_family_joins_as_it_is_listed(self, outlets: Outlets) -> None:
        first = outlets.listed("yonhap-en", "view/AEN20261123003800320", "Ferry to be built")
        second = outlets.listed("yonhap-en", "view/AEN20261123003851320", "(LEAD) Town votes")
        other = outlets.listed("yonhap-en", "view/AEN20261123003900320", "Museum opens")
        assert outlets.story(first) == outlets.story(second) != outlets.story(other)
        assert rows(outlets.db, story_aliases) == []

    def test_one_poll_may_bring_both(self, outlets: Outlets) -> None:
        outlets.lists("yonhap-en", "view/AEN20261123003800320", "Ferry to be built")
        outlets.lists("yonhap-en", "view/AEN20261123003851320", "(LEAD) Town votes")
        made = outlets.poll("yonhap-en")
        assert len({outlets.story(article) for article in made}) == 1

    def test_a_headline_joins_what_is_not_read_yet(self, outlets: Outlets) -> None:
        first = outlets.listed("herald", "1", HEADLINE, "It is to sail next year.")
        second = outlets.listed("times", "1", HEADLINE, "The town is glad.")
        assert outlets.story(first) == outlets.story(second)

    def test_a_story_is_as_old_as_its_first_sight(self, outlets: Outlets) -> None:
        first = outlets.listed("herald", "1", HEADLINE)
        outlets.pass_(hours=-1)  # the clock was set back
        outlets.listed("times", "1", HEADLINE)
        (story,) = [s for s in rows(outlets.db, stories) if s.id == outlets.story(first)]
        assert story.first_seen_at == outlets.now

    def test_what_was_worked_out_before_is_used(self, outlets: Outlets) -> None:
        outlets.listed("herald", "1", HEADLINE)
        keyed = outlets.lists("times", "1", "Quite another headline")
        given = story_text(HEADLINE, "", source="times", url=keyed.canonical_url, at=outlets.now)
        outlets.shown["times"] = [replace(keyed, story=given)]
        (second,) = outlets.poll("times")
        assert outlets.story(second) == outlets.story(1)

    def test_other_words_of_a_feed_move_what_has_no_page(self, outlets: Outlets) -> None:
        first = outlets.listed("herald", "1", HEADLINE)
        second = outlets.listed("times", "1", "Vote in the harbour town: live")
        assert outlets.story(first) != outlets.story(second)
        outlets.lists("times", "1", HEADLINE)
        assert outlets.poll("times") == []
        assert outlets.story(first) == outlets.story(second)

    def test_other_words_of_a_feed_take_nothing_out(self, outlets: Outlets) -> None:
        first = outlets.listed("herald", "1", HEADLINE)
        second = outlets.listed("times", "1", HEADLINE)
        outlets.lists("times", "1", "Museum of the hill village shows its new lanterns")
        outlets.poll("times")
        assert outlets.story(first) == outlets.story(second)


class TestPages:
    def test_a_cut_reprint_joins_by_its_page(self, outlets: Outlets) -> None:
        first = outlets.published("yonhap-en", "view/AEN20261123003800320", "Ferry", FERRY)
        second = outlets.listed("herald", "1", "A second boat for the town")
        assert outlets.story(first) != outlets.story(second)
        outlets.page(second, "A second boat for the town", cut(FERRY))
        assert outlets.story(second) == outlets.story(first) == 1
        (alias,) = rows(outlets.db, story_aliases)
        assert alias.story_id == 1

    def test_the_earlier_id_stays_whoever_was_read_first(self, outlets: Outlets) -> None:
        first = outlets.listed("yonhap-en", "view/AEN20261123003800320", "Ferry")
        second = outlets.published("herald", "1", "A second boat for the town", cut(FERRY))
        third = outlets.published("times", "1", "Town gets a boat", cut(FERRY, 0.7))
        assert outlets.story(second) == outlets.story(third) != outlets.story(first)
        outlets.page(first, "Ferry", FERRY)
        assert {outlets.story(n) for n in (first, second, third)} == {1}

    def test_two_stories_are_not_made_one_by_an_article(self, outlets: Outlets) -> None:
        ferry = [outlets.published(s, "1", f"Ferry {s}", FERRY) for s in ("herald", "times")]
        museum = [outlets.published(s, "2", f"Museum {s}", MUSEUM) for s in ("herald", "times")]
        outlets.page(ferry[1], "Museum times", cut(MUSEUM))  # a slip of the outlet
        assert outlets.story(ferry[1]) == outlets.story(museum[0]) == outlets.story(museum[1])
        assert outlets.story(ferry[0]) != outlets.story(museum[0])

    def test_a_page_takes_out_what_only_a_headline_put_in(self, outlets: Outlets) -> None:
        first = outlets.listed("herald", "1", HEADLINE)
        second = outlets.listed("times", "1", HEADLINE)
        outlets.page(first, HEADLINE, FERRY)
        outlets.page(second, HEADLINE, MUSEUM)
        assert outlets.story(first) != outlets.story(second)
        outlets.page(second, HEADLINE, FERRY)  # corrected
        assert outlets.story(first) == outlets.story(second)

    def test_a_rewritten_page_stays_in_its_story(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", "Ferry", FERRY)
        second = outlets.published("times", "1", "Boat", FERRY)
        outlets.page(second, "Boat", MUSEUM)
        assert outlets.story(first) == outlets.story(second)

    def test_a_flash_keeps_the_piece_that_went_on_from_it(self, outlets: Outlets) -> None:
        flash = outlets.listed("herald", "1", "(URGENT) Harbour council votes second ferry")
        outlets.pass_(minutes=20)
        text = f"The harbour council votes for a second ferry, it said.\n\n{FERRY}"
        piece = outlets.published("herald", "2", "Boat for the town", text)
        assert outlets.story(flash) == outlets.story(piece)
        outlets.page(flash, "(URGENT) Harbour council votes second ferry", "More to come.")
        assert outlets.story(flash) == outlets.story(piece)


class TestMemory:
    def test_a_restart_reads_no_bodies(self, outlets: Outlets, restarted: Outlets) -> None:
        first = outlets.published("yonhap-en", "view/AEN20261123003800320", "Ferry", FERRY)
        outlets.published("times", "7", "Museum", MUSEUM)
        said: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            said.append(statement)

        for engine in {restarted.db.engine, restarted.db._readers}:
            event.listen(engine, "before_cursor_execute", note)
        assert restarted.store.warm_stories(restarted.now, WEEK) == 2
        second = restarted.listed("herald", "1", "A second boat", cut(FERRY))
        assert restarted.story(second) == restarted.story(first)
        texts = [s for s in said if "articles.body" in s and "WHERE articles.id =" not in s]
        assert texts == []
        assert any("story_marks.marks" in s for s in said)

    def test_unwarmed_it_reads_at_the_first_look_up(
        self, outlets: Outlets, restarted: Outlets
    ) -> None:
        first = outlets.published("herald", "1", "Ferry", FERRY)
        second = restarted.published("times", "1", "Boat", cut(FERRY))
        assert restarted.story(second) == restarted.story(first)

    def test_what_another_process_stored_is_known(
        self, outlets: Outlets, restarted: Outlets
    ) -> None:
        restarted.store.warm_stories(restarted.now, WEEK)
        for n in range(3):
            one, other = (outlets, restarted) if n % 2 else (restarted, outlets)
            first = one.published("herald", f"h{n}", f"Ferry {n}", prose(n, 14))
            second = other.published("times", f"t{n}", f"Boat {n}", cut(prose(n, 14)))
            assert outlets.story(first) == outlets.story(second)

    def test_what_was_rolled_back_is_not_known(self, outlets: Outlets) -> None:
        db = outlets.db
        first = outlets.published("herald", "1", "Ferry", FERRY)
        text = story_text("Lost", MUSEUM, source="herald", url=None, at=outlets.now)
        with suppress(Abandoned), db.write() as conn:
            db.story_lock(conn)
            Placing(db, conn, outlets.now, WEEK).put(first, text, page=True)
            raise Abandoned
        museum = outlets.published("times", "1", "Museum", MUSEUM)
        assert outlets.story(museum) != outlets.story(first)
        # the number that was rolled back was given again, and read
        boat = outlets.published("herald", "2", "A museum", cut(MUSEUM))
        assert outlets.story(boat) == outlets.story(museum)
        assert outlets.published("times", "2", "Boat", cut(FERRY)) > 0
        assert outlets.story(first) == outlets.story(4)

    def test_an_entry_that_is_refused_leaves_nothing(self, outlets: Outlets) -> None:
        """It is the newest: the others find their places before it, and again without it."""
        outlets.lists("herald", "1", "Ferry", FERRY)
        outlets.lists("herald", "2", "Boat", cut(FERRY))
        naive = outlets.now.replace(tzinfo=None)
        keyed = outlets.lists("herald", "3", "Third", cut(FERRY))
        text = story_text("Third", cut(FERRY), source="herald", url=None, at=outlets.now)
        refused = replace(keyed, story=text, entry=replace(keyed.entry, updated_at=naive))
        outlets.shown["herald"][0] = refused
        made = outlets.poll("herald")
        assert len(made) == 2
        assert len({outlets.story(n) for n in made}) == 1
        assert {row.article_id for row in rows(outlets.db, story_marks)} == set(made)
        late = outlets.published("times", "1", "Late", FERRY)
        assert outlets.story(late) == outlets.story(made[0])

    def test_what_left_the_window_is_forgotten(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", HEADLINE, FERRY)
        outlets.pass_(days=6)
        second = outlets.published("times", "1", "Boat", FERRY)
        assert outlets.story(second) == outlets.story(first)
        outlets.pass_(days=7, hours=1)
        third = outlets.published("times", "2", HEADLINE, FERRY)
        assert outlets.story(third) not in (outlets.story(first), outlets.story(second))
        assert len(memory_of(outlets.db)) <= 1
        assert len(rows(outlets.db, story_marks)) == 3

    def test_numbers_are_given_once(self, outlets: Outlets) -> None:
        for n in range(4):
            outlets.published("herald", str(n), f"Report {n}", prose(n))
        (url,) = [a.canonical_url for a in rows(outlets.db, articles) if a.id == 1]
        last = max(row.seq for row in rows(outlets.db, story_marks))
        assert outlets.page(4, "Report 3", prose(9), aliases=[url]) == 1
        assert max(row.seq for row in rows(outlets.db, story_marks)) > last


def test_articles_of_an_earlier_program_are_found(outlets: Outlets, restarted: Outlets) -> None:
    """They stay where they are, nothing of them is news, and a reprint joins them."""
    first = outlets.published("herald", "1", "Ferry", FERRY)
    listed = outlets.listed("herald", "2", HEADLINE, "It costs 12 million won.")
    with outlets.db.write() as conn:
        conn.execute(story_marks.delete())
        conn.execute(story_keys.delete())
    while restarted.store.mark_stories(restarted.now, WEEK):
        pass
    assert restarted.notes(first).page
    assert not restarted.notes(listed).page
    assert restarted.news(listed) == []
    assert restarted.notes(first).relation == "first"
    second = restarted.published("times", "1", "Boat", cut(FERRY))
    third = restarted.listed("times", "2", HEADLINE)
    assert restarted.story(second) == restarted.story(first)
    assert restarted.story(third) == restarted.story(listed)

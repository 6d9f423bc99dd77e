"""When articles part, nobody is left untold of either; when they meet, nobody is told twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from newsroom.errors import UnknownName
from storage.database import Database
from storage.outbox_tables import matches
from storage.story_hand import merge_stories, split_article
from storage.tables import articles, story_aliases
from tests.integration.story_world import Outlets
from tests.prose import prose
from tests.rows import rows

HEADLINE = "Council of the harbour town votes for a second ferry"
FERRY, MUSEUM = prose(1, 14), prose(2, 14)
REFILED = FERRY.rsplit("\n\n", 2)[0]


@pytest.fixture
def outlets(database: Database) -> Outlets:
    return Outlets(database).open()


def two_by_headline(outlets: Outlets, *, sent: bool) -> tuple[int, int]:
    """Two articles under one headline; whoever reads it is told of the first."""
    first = outlets.listed("herald", "1", HEADLINE)
    outlets.match()
    if sent:
        assert outlets.send() == [first]
    second = outlets.listed("times", "1", HEADLINE)
    outlets.match()
    assert outlets.story(first) == outlets.story(second)
    assert [article for _, _, article in outlets.live() if article != second][-1] == first
    return first, second


class TestByTheirPages:
    @pytest.mark.parametrize("sent", [True, False], ids=["sent", "waiting"])
    def test_what_leaves_is_told(self, outlets: Outlets, sent: bool) -> None:
        first, second = two_by_headline(outlets, sent=sent)
        outlets.page(first, HEADLINE, FERRY)
        outlets.page(second, HEADLINE, MUSEUM)
        outlets.match()
        assert outlets.story(first) != outlets.story(second)
        assert sorted(article for _, _, article in outlets.live()) == [first, second]
        assert outlets.send() == ([second] if sent else [first, second])
        assert {m.alerting for m in rows(outlets.db, matches)} == {"told"}

    @pytest.mark.parametrize("sent", [True, False], ids=["sent", "waiting"])
    def test_what_stays_is_told(self, outlets: Outlets, sent: bool) -> None:
        """The mail was about the one that goes: it goes along."""
        first, second = two_by_headline(outlets, sent=sent)
        outlets.page(second, HEADLINE, MUSEUM)
        outlets.page(first, HEADLINE, FERRY)
        outlets.match()
        assert outlets.story(first) != outlets.story(second)
        assert sorted(outlets.send()) == sorted([second] if sent else [first, second])
        kinds = {(kind, state) for kind, state, _ in outlets.live()}
        assert kinds == {("immediate", "sent")}

    def test_a_copy_is_told_nobody(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", "Ferry", FERRY)
        outlets.match()
        assert outlets.send() == [first]
        copy = outlets.listed("times", "1", "Boat")
        outlets.page(copy, "Boat", REFILED)
        outlets.match()
        assert outlets.send() == []
        assert outlets.story(first) == outlets.story(copy)

    def test_it_goes_where_it_was_told_already(self, outlets: Outlets) -> None:
        """Out of one told story into another one: nobody hears of it again."""
        museum = outlets.published("yonhap-en", "view/AEN20261123003900320", "Museum", MUSEUM)
        first, second = two_by_headline(outlets, sent=False)
        assert sorted(outlets.send()) == [museum, first]
        outlets.page(first, HEADLINE, FERRY)
        outlets.page(second, HEADLINE, MUSEUM)
        outlets.match()
        assert outlets.story(second) == outlets.story(museum)
        assert outlets.send() == []

    def test_whom_nobody_is_told_of_stays_silent(self, outlets: Outlets) -> None:
        first, second = two_by_headline(outlets, sent=True)
        with outlets.db.write() as conn:
            conn.execute(articles.update().where(articles.c.id == second).values(alerting="silent"))
            conn.execute(
                matches.update().where(matches.c.article_id == second).values(alerting="silent")
            )
        outlets.page(first, HEADLINE, FERRY)
        outlets.page(second, HEADLINE, MUSEUM)
        outlets.match()
        assert outlets.story(first) != outlets.story(second)
        assert outlets.send() == []


class TestByHand:
    def test_a_merge_survives_what_comes(self, outlets: Outlets) -> None:
        ferry = outlets.published("herald", "1", "Ferry", FERRY)
        museum = outlets.published("times", "1", "Museum", MUSEUM)
        outlets.match()
        placed = merge_stories(outlets.db, 2, 1, outlets.now)
        assert (placed.story, placed.before, placed.articles) == (1, 2, (ferry, museum))
        assert outlets.send() == [ferry]
        outlets.page(museum, "Museum", prose(3, 14))
        outlets.page(ferry, "Ferry", prose(4, 14))
        assert outlets.story(ferry) == outlets.story(museum) == 1
        again = outlets.published("yonhap-en", "view/AEN20261123003900320", "M", prose(3, 14))
        assert outlets.story(again) == 1
        assert merge_stories(outlets.db, 2, 1, outlets.now).before == 1  # ids may be aliases
        assert {a.story_by_hand for a in rows(outlets.db, articles) if a.id != again} == {True}

    def test_a_split_survives_what_comes(self, outlets: Outlets) -> None:
        lead = "view/AEN20261123003851320"
        first = outlets.published("yonhap-en", "view/AEN20261123003800320", "Ferry", FERRY)
        copy = outlets.published("herald", "1", "Boat", REFILED)
        outlets.match()
        assert outlets.send() == [first]
        placed = split_article(outlets.db, copy, outlets.now)
        assert (placed.story, placed.before) == (outlets.story(copy), 1)
        outlets.match()
        assert outlets.send() == [copy]
        outlets.page(copy, "Boat", FERRY)
        outlets.page(first, "Ferry", REFILED)
        refiled = outlets.published("yonhap-en", lead, "(LEAD) Ferry", FERRY)
        assert outlets.story(first) == outlets.story(refiled) == 1
        assert outlets.story(copy) == placed.story
        outlets.match()
        assert outlets.send() == []

    def test_the_article_of_the_mail_is_split_off(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", "Ferry", FERRY)
        outlets.match()
        assert outlets.send() == [first]
        copy = outlets.published("times", "1", "Boat", REFILED)
        outlets.match()
        placed = split_article(outlets.db, first, outlets.now)
        assert placed.story == outlets.story(first) != outlets.story(copy)
        outlets.match()
        assert outlets.send() == [copy]

    def test_what_stands_alone_stays_alone(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", "Ferry", FERRY)
        assert split_article(outlets.db, first, outlets.now).story == outlets.story(first)
        assert outlets.article(first).story_by_hand

    def test_what_is_not_there(self, outlets: Outlets) -> None:
        outlets.listed("herald", "1", "Ferry")
        with pytest.raises(UnknownName, match="no story 7"):
            merge_stories(outlets.db, 1, 7, outlets.now)
        with pytest.raises(UnknownName, match="no article 7"):
            split_article(outlets.db, 7, outlets.now)
        assert rows(outlets.db, story_aliases) == []


class TestTwoArticlesBecomeOne:
    def test_it_remembers_what_both_said(self, outlets: Outlets) -> None:
        first = outlets.published("herald", "1", "Ferry", "It costs 12 million won.\n\n" + FERRY)
        second = outlets.listed("herald", "2", "Boat", "It costs 34 million won.")
        url = outlets.article(first).canonical_url
        kept = outlets.page(second, "Ferry", FERRY, aliases=[url])
        assert kept == first
        said = set(outlets.notes(first).facts.split())
        outlets.page(
            first, "Ferry", "Now 56 million, not 34 million or 12 million won.\n\n" + FERRY
        )
        assert said < set(outlets.notes(first).facts.split())
        assert not any("34" in span or "12" in span for span in outlets.news(first))

    def test_a_persons_word_stands(self, outlets: Outlets) -> None:
        outlets.published("herald", "1", "Ferry", FERRY)
        museum = outlets.published("times", "1", "Museum", MUSEUM)
        other = outlets.listed("times", "2", "Another house")
        merge_stories(outlets.db, 1, outlets.story(museum), outlets.now)
        url = outlets.article(museum).canonical_url
        assert outlets.page(other, "Another house", prose(5, 14), aliases=[url]) == museum
        assert outlets.article(museum).story_by_hand
        assert outlets.story(museum) == 1


@pytest.fixture
def two(database: Database) -> Iterator[list[Outlets]]:
    """Two processes on one database."""
    first = Outlets(database).open()
    url = database.engine.url.render_as_string(hide_password=False)
    dbs = [Database(url, check=False) for _ in range(2)]
    yield [first.again(db) for db in dbs]
    for db in dbs:
        db.close()


def test_two_that_add_copies_at_once_make_one_story(two: list[Outlets]) -> None:
    """Each publishes its copy of every text at the same instant as the other."""
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def publish(outlets: Outlets, source: str) -> Callable[[], None]:
        def run() -> None:
            try:
                for n in range(12):
                    start.wait(timeout=60)
                    outlets.published(source, str(n), f"{source} on {n}", prose(n, 14))
            except BaseException as error:  # noqa: BLE001 # raised again below, in the test's thread
                failed.append(error)
                start.abort()

        return run

    work = [publish(one, source) for one, source in zip(two, ("herald", "times"), strict=True)]
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if failed:
        raise failed[0]
    by_path: dict[str, set[int]] = {}
    for row in rows(two[0].db, articles):
        by_path.setdefault(row.url.rpartition("/")[2], set()).add(row.story_id)
    assert len(by_path) == 12
    assert {len(found) for found in by_path.values()} == {1}
    assert len({story for found in by_path.values() for story in found}) == 12

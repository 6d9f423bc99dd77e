"""When articles part, everybody is told of both sides (DESIGN §4).

A match counts as told because some alert told its story, be it for another article. Where the two
turn out to be different stories that is no longer so: what only the other side's mail stood for is
owed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from storage.digests import portions
from storage.outbox_tables import matches
from storage.tables import articles
from storage.told import everybody_told, named_to


def owe_again(conn: Connection, article_ids: Sequence[int], told: Mapping[str, set[int]]) -> None:
    """Have those matches judged and told again of which somebody heard by the other side alone.

    `told`: recipient → watchlists that told of the story before the articles parted.
    """
    owed = list(_owed(conn, article_ids, told))
    for few in portions(owed):
        ids = [match.id for match in few]
        conn.execute(update(matches).where(matches.c.id.in_(ids)).values(alerting="dropped"))
    again = {"text_mark": articles.c.text_mark + 1}
    for some in portions(sorted({match.article_id for match in owed})):
        conn.execute(update(articles).where(articles.c.id.in_(some)).values(again))


def _owed(
    conn: Connection, article_ids: Sequence[int], told: Mapping[str, set[int]]
) -> Iterator[Any]:
    now: dict[int, dict[str, set[int]]] = {}
    for few in portions(sorted(article_ids)):
        query = select(matches).where(matches.c.article_id.in_(few), matches.c.alerting == "told")
        found = conn.execute(query).all()
        named = named_to(conn, [match.id for match in found])
        for match in found:
            if match.story_id not in now:
                now[match.story_id] = everybody_told(conn, match.story_id)
            heard = {
                recipient
                for recipient, watchlists in told.items()
                if match.watchlist_id in watchlists
                and match.watchlist_id not in now[match.story_id].get(recipient, ())
            }
            if heard - named.get(match.id, set()):
                yield match

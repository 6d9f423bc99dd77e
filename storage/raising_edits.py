"""Edits that our own re-fetch found are told to those whose watchlists ask for them (DESIGN §7)."""

from __future__ import annotations

from sqlalchemy import select

from newsroom.edits import TOLD
from newsroom.stories_news import edit_news
from newsroom.updates import Named, carries
from storage.outbox_tables import matches
from storage.raising import Arrival, Telling, tell, waits_unsent


def raise_edits(telling: Telling, news: Arrival) -> list[int]:
    """Tell the edits of the text that is being matched, as an update of its story.

    Told is who was told of the story by a watchlist that asks for edits and met the article, now
    or before. Where the first mail has not gone there is nothing to tell: it shows the text as it
    is. Kinds that are worth no mail are left out.
    """
    raised: list[int] = []
    for edit in news.edits:
        kinds = set(edit.kinds) & {kind.value for kind in TOLD}
        for recipient, told in news.told.items():
            carriers = _carriers(telling, news, recipient, told, any_kind=bool(kinds))
            if carriers and not waits_unsent(telling, recipient):
                raised += tell(telling, recipient, carriers, [edit_news(edit.id)], edit.text_mark)
    return list(dict.fromkeys(raised))


def _carriers(
    telling: Telling, news: Arrival, recipient: str, told: set[int], *, any_kind: bool
) -> dict[int, int]:
    """Watchlist → match of those that tell this recipient of it."""
    query = select(matches.c.id, matches.c.watchlist_id).where(
        matches.c.article_id == telling.row.id, matches.c.watchlist_id.in_(told)
    )
    found = {}
    for row in telling.conn.execute(query.order_by(matches.c.watchlist_id)):
        rule = telling.rules.get(row.watchlist_id)
        if rule is None or rule.paused or not rule.edits or recipient not in rule.recipients:
            continue
        asked = any_kind or row.watchlist_id in news.changed_terms
        if asked and carries(Named(rule.update_interval, first=False)):
            found[int(row.watchlist_id)] = int(row.id)
    return found

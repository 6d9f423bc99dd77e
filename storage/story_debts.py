"""When articles part, everybody is told of both sides (DESIGN §4).

A match counts as told because some alert told its story, be it for another article. Where the two
turn out to be different stories that is no longer so: what only the other side's mail stood for is
owed again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, or_, update

from storage.outbox_tables import alert_watchlists, alerts, digest_matches, matches
from storage.tables import articles
from storage.told import OVER


def owe_again(conn: Connection, article_ids: Sequence[int]) -> None:
    """Have those matches judged and told again that no alert and no digest names."""
    unpaid = (
        update(matches)
        .where(
            matches.c.article_id.in_(article_ids),
            matches.c.alerting == "told",
            ~is_named(),
        )
        .values(alerting="dropped")
        .returning(matches.c.article_id)
    )
    owed = set(conn.execute(unpaid).scalars())
    if owed:
        again = {"text_mark": articles.c.text_mark + 1}
        conn.execute(update(articles).where(articles.c.id.in_(owed)).values(again))


def is_named(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """People are told by this row of `matches`: in an alert (that meets `more`), or by a digest."""
    by_alert = (
        exists()
        .where(alert_watchlists.c.match_id == matches.c.id)
        .where(alerts.c.id == alert_watchlists.c.alert_id)
        .where(alerts.c.state.not_in(OVER), *more)
    )
    return or_(by_alert, exists().where(digest_matches.c.match_id == matches.c.id))

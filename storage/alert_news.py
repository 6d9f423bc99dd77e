"""What alerts tell that is new: spans of an article's text, kept until the mail is made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from newsroom.stories_news import News, news_from_json, news_json
from newsroom.updates import joined
from storage.outbox_tables import alert_news, alerts, digest_items
from storage.told import OVER


def add_news(
    conn: Connection, alert_id: int, article_id: int, text_mark: int, news: Sequence[News]
) -> None:
    """The alert tells these spans of the article too, beside what it told of it."""
    this = (alert_news.c.alert_id == alert_id) & (alert_news.c.article_id == article_id)
    standing = conn.execute(select(alert_news).where(this)).one_or_none()
    if standing is None:
        conn.execute(
            insert(alert_news).values(
                alert_id=alert_id,
                article_id=article_id,
                text_mark=text_mark,
                news=news_json(news),
            )
        )
        return
    earlier = news_from_json(standing.news)
    both = joined(earlier, news) if text_mark >= standing.text_mark else joined(news, earlier)
    mark = max(text_mark, standing.text_mark)
    conn.execute(update(alert_news).where(this).values(text_mark=mark, news=news_json(both)))


def tells_news(conn: Connection, alert_id: int) -> bool:
    """Whether the alert tells anything that is new to its story."""
    query = select(alert_news.c.article_id).where(alert_news.c.alert_id == alert_id).limit(1)
    return conn.execute(query).first() is not None


def hand_news(
    conn: Connection, alert_id: int, to: int, article_ids: Sequence[int] | None = None
) -> None:
    """What one alert was to tell as new (of these articles) another tells."""
    those = alert_news.c.alert_id == alert_id
    if article_ids is not None:
        those &= alert_news.c.article_id.in_(article_ids)
    for row in conn.execute(select(alert_news).where(those)).all():
        add_news(conn, to, row.article_id, row.text_mark, news_from_json(row.news))
    conn.execute(delete(alert_news).where(those))


def copy_news(conn: Connection, alert_id: int, to: int) -> None:
    """A copy sent by hand tells what the alert told."""
    for row in conn.execute(select(alert_news).where(alert_news.c.alert_id == alert_id)).all():
        add_news(conn, to, row.article_id, row.text_mark, news_from_json(row.news))


def drop_news(conn: Connection, alert_id: int, article_ids: Sequence[int]) -> None:
    """What is new in these articles concerns nobody any more."""
    conn.execute(
        delete(alert_news).where(
            alert_news.c.alert_id == alert_id, alert_news.c.article_id.in_(article_ids)
        )
    )


def replace_news(conn: Connection, drop: int, keep: int) -> None:
    """Article `drop` turned out to be `keep`: what alerts tell of it, they tell of that one.

    To be called before the row of `drop` goes.
    """
    rows = conn.execute(select(alert_news).where(alert_news.c.article_id == drop)).all()
    for row in rows:
        add_news(conn, row.alert_id, keep, row.text_mark, news_from_json(row.news))
    conn.execute(delete(alert_news).where(alert_news.c.article_id == drop))


def is_told(conn: Connection, recipient: str, article_id: int, text_mark: int) -> bool:
    """Whether an alert, or the digest it was folded into, tells this recipient what is new in the
    article at this mark, or later."""
    in_digest = exists().where(digest_items.c.alert_id == alerts.c.id)
    query = (
        select(alert_news.c.alert_id)
        .join(alerts, alerts.c.id == alert_news.c.alert_id)
        .where(
            alert_news.c.article_id == article_id,
            alert_news.c.text_mark >= text_mark,
            alerts.c.recipient == recipient,
            or_(alerts.c.state.not_in(OVER), in_digest),
            alerts.c.copy_of.is_(None),
        )
        .limit(1)
    )
    return conn.execute(query).first() is not None

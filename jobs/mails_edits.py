"""What outlets changed in their pages, as mails tell it."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.model import EditContent
from newsroom.edits import Edit, EditKind
from newsroom.edits_diff import changed_lines, diff
from storage.alert_claims import AlertArticle, AlertNews


def edit_contents(
    news: Iterable[AlertNews], articles: Iterable[AlertArticle]
) -> tuple[EditContent, ...]:
    """Of each article that was changed: headline and sentences, word by word, and when."""
    by_id = {article.id: article for article in articles}
    return tuple(
        _content(by_id[item.article_id], item.edit)
        for item in news
        if item.edit is not None and item.article_id in by_id
    )


def _content(article: AlertArticle, edit: Edit) -> EditContent:
    before, after = edit.before, edit.after
    headline = diff(before.title, after.title) if EditKind.HEADLINE in edit.kinds else ()
    return EditContent(
        source_name=article.source_name,
        language=article.text.language or "und",
        kinds=tuple(kind.value for kind in edit.kinds),
        at=edit.at,
        seen_at=edit.seen_at,
        headline=headline,
        lines=changed_lines(diff(before.body, after.body)),
        withdrawn=edit.withdrawn,
    )

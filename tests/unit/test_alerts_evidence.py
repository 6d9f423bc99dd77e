"""What a mail shows of its evidence."""

from __future__ import annotations

from alerts.evidence import excerpts
from newsroom.model import ArticleText, Hit


def test_a_summary_that_is_the_lead_once_more_is_not_shown_twice() -> None:
    body = "Seoul will review the THAAD site next week, officials said. A THAAD radar stays."
    article = ArticleText(title="Review", summary=body[:40] + "...", body=body)
    hits = [
        Hit("THAAD", "summary", body.index("THAAD"), body.index("THAAD") + 5, "THAAD"),
        Hit("THAAD", "body", body.index("THAAD"), body.index("THAAD") + 5, "THAAD"),
    ]
    assert [e.field for e in excerpts(article, hits)] == ["body"]
    alone = ArticleText(title="Review", summary=body[:40] + "...", body="Other words.")
    assert [e.field for e in excerpts(alone, hits[:1])] == ["summary"]

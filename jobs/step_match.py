"""The match step: every article whose text is newer than its matches, until none lags."""

from __future__ import annotations

import logging

from jobs.desk import Desk
from jobs.rules import RuleSet, read_rules
from storage.claims import FoundMatch, LaggingArticle

log = logging.getLogger("wirewatch.jobs")

BATCH = 100


async def match_all(desk: Desk) -> int:
    """Match what lags; how many alerts were raised."""
    async with desk.matching:
        raised = 0
        while not desk.stopping:
            batch = await desk.call(desk.store.lagging, BATCH)
            if not batch:
                break
            raised += await desk.call(_match_batch, desk, batch)
        return raised


def _find(desk: Desk, rules: RuleSet, article: LaggingArticle) -> list[FoundMatch]:
    """What matches; an article the matcher cannot read is told to the operator, and only it."""
    try:
        return rules.find(article.text)
    except Exception as error:
        log.exception("matching failed", extra={"article": article.id})
        text = f"article {article.id} could not be matched: {type(error).__name__}: {error}"
        desk.store.notice(f"article:{article.id}:match", text, desk.clock.now())
        return []


def _match_batch(desk: Desk, batch: list[LaggingArticle]) -> int:
    """Match a batch in one thread; an article whose text or rules moved stays lagging."""
    raised = 0
    for article in batch:
        rules = desk.rules
        commit = desk.store.commit_match(
            article,
            _find(desk, rules, article),
            rules=rules.version,
            tell=rules.tell,
            now=desk.clock.now(),
            wait_for_page=desk.wait_for_page,
        )
        if commit.again:
            desk.rules = read_rules(desk.store.db)
            continue
        raised += len(commit.alerts)
        if commit.new_matches:
            log.info(
                "match committed",
                extra={
                    "article": article.id,
                    "matches": commit.new_matches,
                    "alerts": list(commit.alerts),
                },
            )
    return raised

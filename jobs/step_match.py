"""The match step: every article whose text is newer than its matches, until none lags."""

from __future__ import annotations

import logging

from jobs.desk import Desk
from jobs.rules import RuleSet, read_rules
from newsroom.errors import StorageError
from storage.claims import FoundMatch, LaggingArticle, MatchCommit

log = logging.getLogger("wirewatch.jobs")

BATCH = 100


async def match_all(desk: Desk) -> int:
    """Match what lags; how many alerts were raised."""
    async with desk.matching:
        raised = 0
        failed: list[int] = []  # they lag on, and cost the others nothing
        while not desk.stopping:
            batch = await desk.call(desk.store.lagging, BATCH, skip=failed)
            if not batch:
                break
            raised += await desk.call(_match_batch, desk, batch, failed)
        return raised


def _match_batch(desk: Desk, batch: list[LaggingArticle], failed: list[int]) -> int:
    """Match a batch in one thread; an article whose text or rules moved stays lagging."""
    raised = 0
    rules = desk.rules
    for article, found in zip(batch, _find(desk, rules, batch), strict=True):
        try:
            commit = _commit(desk, rules, article, found)
        except StorageError:
            raise
        except Exception as bug:
            log.exception("match failed", extra={"article": article.id})
            _tell(desk, article, bug)
            failed.append(article.id)
            continue
        if commit.again:
            desk.rules = read_rules(desk.store.db, desk.morphology)
            continue
        raised += len(commit.alerts)
    return raised


def _find(desk: Desk, rules: RuleSet, batch: list[LaggingArticle]) -> list[list[FoundMatch]]:
    """What matches each article: together, so that morphology is asked once, or else one by one."""
    try:
        return rules.find_many([article.text for article in batch])
    except Exception:
        log.exception("matching a batch failed, each is matched alone")
    return [_find_alone(desk, rules, article) for article in batch]


def _find_alone(desk: Desk, rules: RuleSet, article: LaggingArticle) -> list[FoundMatch]:
    try:
        return rules.find(article.text)
    except Exception as bug:  # it is stored without a match, and the operator is told
        log.exception("matching failed", extra={"article": article.id})
        _tell(desk, article, bug)
        return []


def _commit(
    desk: Desk, rules: RuleSet, article: LaggingArticle, found: list[FoundMatch]
) -> MatchCommit:
    commit = desk.store.commit_match(
        article,
        found,
        rules=rules.version,
        tell=rules.tell,
        now=desk.clock.now(),
        wait_for_page=desk.wait_for_page,
    )
    if commit.new_matches:
        extra = {
            "article": article.id,
            "matches": commit.new_matches,
            "alerts": list(commit.alerts),
        }
        log.info("match committed", extra=extra)
    return commit


def _tell(desk: Desk, article: LaggingArticle, bug: Exception) -> None:
    text = f"article {article.id} could not be matched: {type(bug).__name__}: {bug}"
    desk.store.notice(f"article:{article.id}:match", text, desk.clock.now())

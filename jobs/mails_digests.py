"""From a claimed digest to what rendering needs: stories by watchlist, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alerts.evidence import reason
from alerts.model import (
    AlertContent,
    DigestContent,
    DigestGroup,
    HealthContent,
    OtherCopy,
    StoryContent,
)
from jobs.desk import MailVoice
from jobs.mails import article_content, hits_of, key_of, zone_of
from jobs.rules import RuleSet
from newsroom.delivery import message_id, thread_id
from newsroom.model import Hit
from storage.claims import ClaimedAlert, DigestItem, ShownItem
from storage.digests import ARCHIVE

THREADS = 20


def digest_content(
    claim: ClaimedAlert,
    shown: Sequence[ShownItem],
    rules: RuleSet,
    voice: MailVoice,
    health: HealthContent | None,
) -> AlertContent:
    """Everything the mail of a digest says; `shown` are those of its stories that it may show."""
    if claim.digest is None or not claim.items:
        raise ValueError(f"alert {claim.id} is no digest, or an empty one")
    key = key_of(claim)
    names = _names(claim.items)
    first, last = claim.items[-1].at, claim.items[0].at
    threads = tuple(
        thread_id(f"{voice.installation}/{claim.recipient}", item.story_id, voice.domain)
        for item in claim.items[:THREADS]
    )
    return AlertContent(
        kind="digest",
        key=key,
        alert_id=claim.id,
        recipient=claim.recipient,
        sender=voice.sender,
        message_id=message_id(f"{voice.installation}/{key}", voice.domain),
        thread_id=None,
        created_at=claim.created_at,
        watchlists=tuple(names.values()),
        digest=DigestContent(
            groups=_groups(claim.items, shown, names, rules),
            story_ids=tuple(item.story_id for item in claim.items),
            thread_ids=threads,
            first=first,
            last=last,
            since=claim.digest.since or first,
            until=claim.digest.until or last,
            archive=claim.digest.schedule == ARCHIVE,
        ),
        timezone=zone_of(claim.recipient, names, rules) or voice.timezone,
        language=voice.language,
        base_url=voice.base_url,
        health=health,
    )


def _names(items: Sequence[DigestItem]) -> dict[int, str]:
    """The names of the watchlists, by id, the oldest first."""
    names = {m.watchlist_id: m.watchlist for item in items for m in item.matches}
    return dict(sorted(names.items()))


def _group_of(item: DigestItem) -> int:
    """The watchlist under which a story stands: the oldest of those that meet it."""
    return min(match.watchlist_id for match in item.matches)


def _groups(
    items: Sequence[DigestItem], shown: Sequence[ShownItem], names: dict[int, str], rules: RuleSet
) -> tuple[DigestGroup, ...]:
    counts = Counter(_group_of(item) for item in items)
    by_group: dict[int, list[StoryContent]] = {}
    for one in shown:
        by_group.setdefault(_group_of(one.item), []).append(_story(one, rules))
    return tuple(
        DigestGroup(
            names[watchlist_id],
            tuple(by_group.get(watchlist_id, ())),
            more=count - len(by_group.get(watchlist_id, ())),
        )
        for watchlist_id, count in sorted(counts.items())
    )


def _story(one: ShownItem, rules: RuleSet) -> StoryContent:
    lead = one.articles[0]
    by_id = {article.id: article for article in one.articles}
    evidence: list[Hit] = []
    reasons = []
    for match in one.matches:
        hits = hits_of(by_id[match.article_id], match, rules)
        reasons.append(reason(match.watchlist, hits))
        if match.article_id == lead.id:
            evidence += hits
    others: dict[str, OtherCopy] = {}
    for source, name, url in one.others:
        if source != lead.source_id:
            others.setdefault(source, OtherCopy(name, url))
    article = article_content(lead, evidence, reasons, others.values())
    return StoryContent(one.item.story_id, article.title, (article,))

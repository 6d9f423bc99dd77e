"""From a claimed alert to what rendering needs: whose words, which sentences, who else has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alerts.evidence import excerpts, reason
from alerts.model import AlertContent, ArticleContent, HealthContent, MatchReason, OtherCopy
from alerts.model import StoryContent as MailStory
from jobs.desk import MailVoice
from jobs.rules import RuleSet
from newsroom.delivery import alert_key, digest_key, message_id, thread_id
from newsroom.model import Hit
from storage.claims import AlertArticle, AlertMatch, ClaimedAlert


def content_of(
    claim: ClaimedAlert, rules: RuleSet, voice: MailVoice, health: HealthContent | None
) -> AlertContent:
    """Everything the mail of an alert says."""
    story_id = claim.story_id or 0
    key = key_of(claim)
    lead = claim.articles[0]
    story = MailStory(id=story_id, title=lead.text.title, articles=_articles(claim, rules))
    return AlertContent(
        kind="update" if claim.kind == "update" else "immediate",
        key=key,
        alert_id=claim.id,
        recipient=claim.recipient,
        sender=voice.sender,
        message_id=message_id(f"{voice.installation}/{key}", voice.domain),
        thread_id=thread_id(f"{voice.installation}/{claim.recipient}", story_id, voice.domain),
        created_at=claim.created_at,
        watchlists=tuple(dict.fromkeys(match.watchlist for match in claim.matches)),
        story=story,
        answers=claim.answers,
        timezone=zone_of(claim.recipient, (m.watchlist_id for m in claim.matches), rules)
        or voice.timezone,
        language=voice.language,
        base_url=voice.base_url,
        health=health,
    )


def zone_of(recipient: str, watchlist_ids: Iterable[int], rules: RuleSet) -> str | None:
    """The reader's zone: of the first rule that names the recipient."""
    for watchlist_id in watchlist_ids:
        stored = rules.watchlist(watchlist_id)
        for rule in stored.watchlist.notify if stored else ():
            if recipient in rule.to:
                return rule.timezone
    return None


def key_of(claim: ClaimedAlert) -> str:
    """The alert's natural key; a copy sent by hand has one of its own."""
    copy = claim.id if claim.copy_of is not None else 0
    if claim.digest is not None:
        return digest_key(claim.digest.schedule, claim.digest.slot, claim.recipient, copy=copy)
    return alert_key(claim.kind, claim.recipient, claim.story_id or 0, claim.n, copy=copy)


def _articles(claim: ClaimedAlert, rules: RuleSet) -> tuple[ArticleContent, ...]:
    """The matched articles; the rest of the story is named as other copies of the first."""
    by_article: dict[int, list[AlertMatch]] = {}
    for match in claim.matches:
        by_article.setdefault(match.article_id, []).append(match)
    shown = [a for a in claim.articles if a.id in by_article] or list(claim.articles[:1])
    others = [a for a in claim.articles if a.id not in {s.id for s in shown}]
    return tuple(
        _article(article, by_article.get(article.id, []), rules, others if index == 0 else [])
        for index, article in enumerate(shown)
    )


def _article(
    article: AlertArticle,
    found: Sequence[AlertMatch],
    rules: RuleSet,
    others: Sequence[AlertArticle],
) -> ArticleContent:
    evidence: list[Hit] = []
    reasons = []
    for match in found:
        hits = hits_of(article, match, rules)
        evidence += hits
        reasons.append(reason(match.watchlist, hits))
    also_in = [OtherCopy(o.source_name, o.url) for o in others if o.source_id != article.source_id]
    return article_content(article, evidence, reasons, also_in, late=article.late is not None)


def article_content(
    article: AlertArticle,
    evidence: Sequence[Hit],
    reasons: Sequence[MatchReason],
    also_in: Iterable[OtherCopy],
    *,
    late: bool = False,
) -> ArticleContent:
    """An article as a mail of any kind shows it."""
    return ArticleContent(
        title=article.text.title,
        url=article.url,
        source_name=article.source_name,
        language=article.text.language or "und",
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        credit=article.text.credit,
        state=article.state,
        excerpts=excerpts(article.text, evidence),
        reasons=tuple(reasons),
        also_in=tuple(also_in),
        late=late,
        page_pending=not article.page_settled,
    )


def hits_of(article: AlertArticle, match: AlertMatch, rules: RuleSet) -> tuple[Hit, ...]:
    """Evidence for the text as it is now; hits that do not fit it are left out further on."""
    if match.text_mark == article.text_mark:
        return match.hits
    return rules.rematch(match.watchlist_id, article.text) or match.hits

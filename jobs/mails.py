"""From a claimed alert to what rendering needs: whose words, which sentences, who else has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alerts.evidence import excerpts, news_excerpts, reason
from alerts.model import (
    AlertContent,
    ArticleContent,
    EarlierContent,
    HealthContent,
    MatchReason,
    NewContent,
    OtherCopy,
)
from alerts.model import StoryContent as MailStory
from jobs.desk import MailVoice
from jobs.mails_edits import edit_contents
from jobs.rules import RuleSet
from newsroom.delivery import alert_key, digest_key, message_id, notice_key, thread_id
from newsroom.model import Hit
from newsroom.stories_origin import Told, agency_of, origin_of
from newsroom.tokens import stop_token
from newsroom.updates import fitting
from storage.alert_claims import AlertArticle, AlertMatch, AlertNews, ClaimedAlert


def content_of(
    claim: ClaimedAlert, rules: RuleSet, voice: MailVoice, health: HealthContent | None
) -> AlertContent:
    """Everything the mail of an alert says."""
    story_id = claim.story_id or 0
    shown = _shown(claim)
    story = MailStory(
        id=story_id,
        title=shown[0].text.title,
        articles=_articles(claim, shown, rules),
        earlier=_earlier(claim, shown),
    )
    framed = framed_content(claim, voice, health)
    return replace(
        framed,
        kind="update" if claim.kind == "update" else "immediate",
        thread_id=thread_id(f"{voice.installation}/{claim.recipient}", story_id, voice.domain),
        watchlists=tuple(dict.fromkeys(match.watchlist for match in claim.matches)),
        story=story,
        answers=claim.answers,
        new=new_content(claim.news, claim.articles) if claim.kind == "update" else (),
        edits=edit_contents(claim.news, claim.articles) if claim.kind == "update" else (),
        timezone=zone_of(claim.recipient, (m.watchlist_id for m in claim.matches), rules)
        or framed.timezone,
        stop_token=stop_token_of(claim, voice),
    )


def framed_content(
    claim: ClaimedAlert, voice: MailVoice, health: HealthContent | None
) -> AlertContent:
    """What mails of every kind say alike, as a notice without words; the kind adds its own."""
    key = key_of(claim)
    return AlertContent(
        kind="notice",
        key=key,
        alert_id=claim.id,
        recipient=claim.recipient,
        sender=voice.sender,
        message_id=message_id(f"{voice.installation}/{key}", voice.domain),
        thread_id=None,
        created_at=claim.created_at,
        timezone=voice.timezone,
        language=voice.language,
        base_url=voice.base_url,
        health=health,
    )


def stop_token_of(claim: ClaimedAlert, voice: MailVoice) -> str:
    """What stops the watchlists that this mail names; empty where nothing can be signed."""
    return stop_token(voice.secret, claim.id, claim.recipient) if voice.secret else ""


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
    if claim.notice is not None:
        return notice_key(claim.notice.id, claim.n, claim.recipient, copy=copy)
    return alert_key(claim.kind, claim.recipient, claim.story_id or 0, claim.n, copy=copy)


def _shown(claim: ClaimedAlert) -> list[AlertArticle]:
    """The articles shown with their words: the newest that brings something new first, then those
    that are named."""
    by_id = {article.id: article for article in claim.articles}
    named = [a.id for a in claim.articles if a.id in {m.article_id for m in claim.matches}]
    wanted = dict.fromkeys([*(item.article_id for item in claim.news), *named])
    return [by_id[found] for found in wanted if found in by_id] or list(claim.articles[:1])


def _articles(
    claim: ClaimedAlert, shown: Sequence[AlertArticle], rules: RuleSet
) -> tuple[ArticleContent, ...]:
    """Of the outlets that are not shown each is named once, by its first article, as having it."""
    by_article: dict[int, dict[int, AlertMatch]] = {}
    for match in [*(m for item in claim.news for m in item.matches), *claim.matches]:
        by_article.setdefault(match.article_id, {})[match.watchlist_id] = match
    contents = [
        _article(article, list(by_article.get(article.id, {}).values()), rules) for article in shown
    ]
    sources = {article.source_id for article in shown}
    others: dict[str, OtherCopy] = {}
    for article in sorted(claim.articles, key=lambda a: (a.first_seen_at, a.id)):
        if article.source_id not in sources:
            others.setdefault(article.source_id, OtherCopy(article.source_name, article.url))
    contents[0] = replace(
        contents[0],
        also_in=tuple(others.values()),
        first_by=_first_by(claim.articles, contents[0]),
    )
    return tuple(contents)


def _first_by(articles: Sequence[AlertArticle], lead: ArticleContent) -> str | None:
    """Who wrote the story first, where the mail does not say it already."""
    origin = origin_of(
        [
            Told(
                article=article.id,
                source=article.source_id,
                outlet=article.source_name,
                first_seen_at=article.first_seen_at,
                published_at=article.published_at,
                credit=article.text.credit,
                agency=agency_of(article.source_id, article.source_name, article.text.url),
                url=article.url,
            )
            for article in articles
        ]
    )
    if origin is None or origin.name in (lead.credit, lead.source_name):
        return None
    return origin.name


def _earlier(claim: ClaimedAlert, shown: Sequence[AlertArticle]) -> EarlierContent | None:
    """What told the recipient of the story first; None where it is shown, or no update is told."""
    told = next((a for found in claim.told[:1] for a in claim.articles if a.id == found), None)
    if told is None or told in shown:
        return None
    return EarlierContent(
        title=told.text.title,
        url=told.url,
        source_name=told.source_name,
        language=told.text.language or "und",
        published_at=told.published_at,
        first_seen_at=told.first_seen_at,
    )


def new_content(
    news: Iterable[AlertNews], articles: Iterable[AlertArticle]
) -> tuple[NewContent, ...]:
    """What is new, sentence by sentence; of a text that moved on, as far as it still says it."""
    by_id = {article.id: article for article in articles}
    new = []
    for item in news:
        article = by_id.get(item.article_id)
        if article is None:
            continue
        same = article.text_mark == item.text_mark
        spans = item.spans if same else fitting(item.spans, article.text)
        if lines := news_excerpts(article.text, spans):
            language = article.text.language or "und"
            new.append(NewContent(article.source_name, language, lines))
    return tuple(new)


def _article(
    article: AlertArticle,
    found: Sequence[AlertMatch],
    rules: RuleSet,
) -> ArticleContent:
    evidence: list[Hit] = []
    reasons = []
    for match in found:
        hits = hits_of(article, match, rules)
        evidence += hits
        reasons.append(reason(match.watchlist, hits))
    return article_content(article, evidence, reasons, (), late=article.late)


def article_content(
    article: AlertArticle,
    evidence: Sequence[Hit],
    reasons: Sequence[MatchReason],
    also_in: Iterable[OtherCopy],
    *,
    late: str | None = None,
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
        updated_at=article.revised_at,
        late=late is not None,
        late_why=late or "",
        page_pending=not article.page_settled,
    )


def hits_of(article: AlertArticle, match: AlertMatch, rules: RuleSet) -> tuple[Hit, ...]:
    """Evidence for the text as it is now; hits that do not fit it are left out further on."""
    if match.text_mark == article.text_mark:
        return match.hits
    return rules.rematch(match.watchlist_id, article.text) or match.hits

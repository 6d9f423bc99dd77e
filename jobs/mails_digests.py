"""From a claimed digest to what rendering needs: its stories, each under one watchlist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.evidence import reason
from alerts.model import (
    AlertContent,
    DigestContent,
    DigestGroup,
    HealthContent,
    OtherCopy,
    StoryContent,
)
from alerts.view import MAX_STORIES
from alerts.when import zone
from jobs.desk import Desk, MailVoice
from jobs.health import digest_health
from jobs.mails import article_content, framed_content, hits_of, new_content, stop_token_of, zone_of
from jobs.mails_edits import edit_contents
from jobs.rules import RuleSet
from newsroom.delivery import thread_id
from newsroom.model import Hit
from newsroom.timetable import LONGEST, slots
from storage.alert_claims import ClaimedAlert, ClaimedDigest, DigestItem, ShownItem
from storage.database import Database
from storage.digests import ARCHIVE
from storage.digests_reading import read_shown
from storage.match_days import matches_per_day

THREADS = 20
CHARTS = 10
"""Watchlists whose days are counted for one mail, the first of those it names."""
_DAY = timedelta(days=1)


async def digest_mail(
    desk: Desk, claim: ClaimedAlert, health: HealthContent | None
) -> AlertContent:
    """Everything the mail of a claimed digest says; what it shows is read now."""
    if health is not None:
        health = await digest_health(desk, health, claim)
    return await desk.call(read_digest, desk.store.db, claim, desk.rules, desk.voice, health)


def read_digest(
    db: Database,
    claim: ClaimedAlert,
    rules: RuleSet,
    voice: MailVoice,
    health: HealthContent | None,
) -> AlertContent:
    """The same, from a database."""
    shown = read_shown(db, claim.items[:MAX_STORIES])
    charted = sorted({_group_of(item) for item in claim.items})[:CHARTS]
    where = zone(_zone(claim, _names(claim, rules), rules, voice))
    per_day = matches_per_day(db, charted, until=_until(claim), zone=where)
    return digest_content(claim, shown, rules, voice, health, per_day)


def digest_content(
    claim: ClaimedAlert,
    shown: Sequence[ShownItem],
    rules: RuleSet,
    voice: MailVoice,
    health: HealthContent | None,
    per_day: Mapping[int, tuple[int, ...]] | None = None,
) -> AlertContent:
    """Everything the mail of a digest says.

    `shown` are those of its stories that it may show, `per_day` what its charts show, by
    watchlist. Raises ValueError for an alert that is no digest, and for one without stories that
    was not made to say so.
    """
    digest = claim.digest
    if digest is None or not (claim.items or digest.empty):
        raise ValueError(f"alert {claim.id} is no digest, or has nothing to tell")
    names = _names(claim, rules)
    return replace(
        framed_content(claim, voice, health),
        kind="digest",
        watchlists=tuple(names.values()),
        digest=_digest(
            claim, digest, _groups(claim, shown, names, rules, per_day or {}), rules, voice
        ),
        timezone=_zone(claim, names, rules, voice),
        stop_token=stop_token_of(claim, voice),
    )


def _digest(
    claim: ClaimedAlert,
    digest: ClaimedDigest,
    groups: tuple[DigestGroup, ...],
    rules: RuleSet,
    voice: MailVoice,
) -> DigestContent:
    """What it tells, with what its schedule's name and slot say of it."""
    items = claim.items
    until = _until(claim)
    since = digest.since or (items[-1].at if items else _slot_before(claim, digest, rules, until))
    kind = digest.schedule.partition(" ")[0]
    _, _, part = digest.slot.partition(";")
    return DigestContent(
        groups=groups,
        story_ids=tuple(item.story_id for item in items),
        thread_ids=tuple(
            thread_id(f"{voice.installation}/{claim.recipient}", item.story_id, voice.domain)
            for item in items[:THREADS]
        ),
        first=items[-1].at if items else since,
        last=items[0].at if items else until,
        since=since,
        until=until,
        archive=digest.schedule == ARCHIVE,
        late=kind == "late",
        late_why=_late_why(groups) if kind == "late" else "",
        part=int(part) if part.isdecimal() else 1,
        quiet=kind == "quiet",
        over_cap=kind == "hour",
        many=kind == "many",
        released=kind == "released",
    )


def _until(claim: ClaimedAlert) -> datetime:
    """The end of the period looked back on; of a slot the instant it was reached."""
    return (claim.digest.until if claim.digest else None) or claim.created_at


def _slot_before(
    claim: ClaimedAlert, digest: ClaimedDigest, rules: RuleSet, until: datetime
) -> datetime:
    """When the schedule's slot before this one was reached; of one no rule asks for now, a day."""
    made = digest.slot.partition(";")[0]
    reached = [
        slot.at
        for slot in slots(rules.terms_of(claim.recipient), until - LONGEST, until)
        if slot.schedule == digest.schedule and slot.slot != made
    ]
    return max(reached, default=until - _DAY)


def _zone(claim: ClaimedAlert, names: Mapping[int, str], rules: RuleSet, voice: MailVoice) -> str:
    return zone_of(claim.recipient, names, rules) or voice.timezone


def _names(claim: ClaimedAlert, rules: RuleSet) -> dict[int, str]:
    """The names of the watchlists, by id, the oldest first."""
    names = {m.watchlist_id: m.watchlist for item in claim.items for m in item.matches}
    if not names and claim.digest is not None:
        stored = (rules.watchlist(watchlist_id) for watchlist_id in claim.digest.watchlists)
        names = {one.id: one.watchlist.name for one in stored if one is not None}
    return dict(sorted(names.items()))


def _group_of(item: DigestItem) -> int:
    """The watchlist under which a story stands: the oldest of those that meet it."""
    return min(match.watchlist_id for match in item.matches)


def _groups(
    claim: ClaimedAlert,
    shown: Sequence[ShownItem],
    names: Mapping[int, str],
    rules: RuleSet,
    per_day: Mapping[int, tuple[int, ...]],
) -> tuple[DigestGroup, ...]:
    counts = Counter(_group_of(item) for item in claim.items)
    by_group: dict[int, list[StoryContent]] = {}
    for one in shown:
        by_group.setdefault(_group_of(one.item), []).append(_story(one, rules))
    return tuple(
        DigestGroup(
            names[watchlist_id],
            tuple(by_group.get(watchlist_id, ())),
            more=count - len(by_group.get(watchlist_id, ())),
            per_day=per_day.get(watchlist_id, ()),
        )
        for watchlist_id, count in sorted(counts.items())
    )


def _late_why(groups: Sequence[DigestGroup]) -> str:
    """Why its stories are late, where that is the same for all: one look brought them."""
    told = {one.late_why for group in groups for story in group.stories for one in story.articles}
    return next(iter(told)) if len(told) == 1 else ""


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
    article = article_content(lead, evidence, reasons, others.values(), late=lead.late)
    new = new_content(one.item.news, one.articles) if one.item.n else ()
    edits = edit_contents(one.item.news, one.articles) if one.item.n else ()
    return StoryContent(one.item.story_id, article.title, (article,), new=new, edits=edits)

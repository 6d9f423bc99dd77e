"""What the mail of a stored alert says, for a look at it: nothing is claimed, kept or sent."""

from __future__ import annotations

from dataclasses import replace

from alerts.model import AlertContent, HealthContent
from jobs.desk import MailVoice
from jobs.health import period, read_coverage
from jobs.mails import content_of
from jobs.mails_digests import read_digest
from jobs.mails_notices import notice_content
from jobs.rules import RuleSet
from storage.alert_claims import ClaimedAlert
from storage.database import Database


def stored_content(
    db: Database,
    claim: ClaimedAlert,
    rules: RuleSet,
    voice: MailVoice,
    health: HealthContent | None,
) -> AlertContent:
    """Everything its mail would say now; raises ValueError where nothing is left to say.

    `claim` is as `storage.alert_look.look_at` gives it.
    """
    if claim.notice is not None:
        return notice_content(claim, voice, health)
    if claim.digest is not None:
        if health is not None:
            since, until = period(claim, claim.digest.until or claim.due_at)
            health = replace(health, coverage=read_coverage(db, since, until))
        return read_digest(db, claim, rules, voice, health)
    if not claim.articles:
        raise ValueError(f"alert {claim.id} has no article left")
    return content_of(claim, rules, voice, health)

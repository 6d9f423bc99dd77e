"""From a claimed notice to what rendering needs."""

from __future__ import annotations

from dataclasses import replace

from alerts.model import AlertContent, HealthContent, NoticeContent
from jobs.desk import MailVoice
from jobs.mails import framed_content
from storage.alert_claims import ClaimedAlert


def notice_content(
    claim: ClaimedAlert, voice: MailVoice, health: HealthContent | None
) -> AlertContent:
    """Everything the mail of a notice says; raises ValueError for an alert that is none."""
    notice = claim.notice
    if notice is None:
        raise ValueError(f"alert {claim.id} is no notice")
    title, *lines = notice.text.splitlines() or [notice.subject]
    return replace(
        framed_content(claim, voice, health),
        notice=NoticeContent(
            title=title,
            lines=tuple(lines),
            about=notice.subject,
            since=notice.since,
            over_at=notice.over_at,
        ),
    )

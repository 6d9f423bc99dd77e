"""From a claimed notice to what rendering needs."""

from __future__ import annotations

from alerts.model import AlertContent, HealthContent, NoticeContent
from jobs.desk import MailVoice
from jobs.mails import key_of
from newsroom.delivery import message_id
from storage.claims import ClaimedAlert


def notice_content(
    claim: ClaimedAlert, voice: MailVoice, health: HealthContent | None
) -> AlertContent:
    """Everything the mail of a notice says; raises ValueError for an alert that is none."""
    notice = claim.notice
    if notice is None:
        raise ValueError(f"alert {claim.id} is no notice")
    key = key_of(claim)
    title, *lines = notice.text.splitlines() or [notice.subject]
    return AlertContent(
        kind="notice",
        key=key,
        alert_id=claim.id,
        recipient=claim.recipient,
        sender=voice.sender,
        message_id=message_id(f"{voice.installation}/{key}", voice.domain),
        thread_id=None,
        created_at=claim.created_at,
        notice=NoticeContent(
            title=title,
            lines=tuple(lines),
            about=notice.subject,
            since=notice.since,
            over_at=notice.over_at,
        ),
        timezone=voice.timezone,
        language=voice.language,
        base_url=voice.base_url,
        health=health,
    )

"""A mail that shows whether mails arrive, by the configured channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from alerts.address import domain_of
from alerts.channels import open_channel
from alerts.model import AlertContent
from alerts.render import render
from config.settings import Settings
from newsroom.delivery import message_id, safe_filename


def send_test(settings: Settings, recipient: str, now: datetime) -> dict[str, Any]:
    """Hand a test mail over; what the server said. Raises DeliveryError."""
    mail = settings.mail
    key = f"test/{int(now.timestamp() * 1000)}/0/{recipient}"  # every test is a mail of its own
    content = AlertContent(
        kind="test",
        key=key,
        alert_id="test",
        recipient=recipient,
        sender=mail.sender,
        message_id=message_id(key, domain_of(mail.sender)),
        thread_id=None,
        created_at=now,
        timezone=settings.timezone,
        language=settings.language,
        base_url=settings.base_url or "",
    )
    bundle = str(settings.fetch.ca_bundle or "")
    outbox = settings.data_dir / "outbox"
    try:
        channel = open_channel(mail.url, mail.password, mail.sender, outbox, bundle)
    except ValueError as error:
        raise click.UsageError(f"mail.url cannot be used: {error}") from None
    try:
        reply = channel.send(recipient, render(content, now=now), filename=safe_filename(key))
    finally:
        channel.close()
    return {
        "recipient": recipient,
        "channel": channel.name,
        "message_id": content.message_id,
        "reply": reply,
    }

"""A message that shows whether messages arrive, by the channel of its recipient."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from alerts.address import domain_of
from alerts.forms import render_for
from alerts.model import AlertContent
from config.settings import Settings
from newsroom.delivery import message_id, safe_filename
from newsroom.recipients import MAIL_LANE, kind_of, shown
from wirewatch.app import channels_of


def send_test(settings: Settings, recipient: str, now: datetime) -> dict[str, Any]:
    """Hand a test message over; what the server said. Raises DeliveryError."""
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
    try:
        channels = channels_of(settings)
    except ValueError as error:
        raise click.UsageError(f"mail.url cannot be used: {error}") from None
    channel = channels.lane(MAIL_LANE if kind_of(recipient) == "mail" else recipient).channel
    message = render_for(content, now=now)
    try:
        reply = channel.send(recipient, message, filename=safe_filename(key))
    finally:
        channel.close()
    return {
        "recipient": shown(recipient),
        "channel": channel.name,
        "message_id": content.message_id,
        "reply": reply,
    }

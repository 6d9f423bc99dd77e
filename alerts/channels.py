"""Which channel carries a message: mail by one for all, every URL by one of its own."""

from __future__ import annotations

from pathlib import Path

from alerts.apprise_channel import AppriseChannel
from alerts.files import FileChannel
from alerts.smtp import SmtpChannel
from alerts.webhook import WebhookChannel
from newsroom.ports import Channel
from newsroom.recipients import kind_of


def open_channel(
    url: str | None, password: str | None, sender: str, outbox: Path, ca_bundle: str = ""
) -> Channel:
    """The SMTP server at `url`, or files in `outbox` where there is none; connects to nothing yet.

    Raises ValueError, without repeating the URL, for one that cannot be used.
    """
    if not url:
        return FileChannel(outbox)
    return SmtpChannel(url, password, sender, ca_bundle)


def open_url(recipient: str, *, secret: str | None = None, ca_bundle: str = "") -> Channel:
    """The channel to a recipient that is a URL; connects to nothing yet.

    `secret` signs webhooks; `ca_bundle` is trusted by them beside the system's authorities.
    """
    if kind_of(recipient) == "webhook":
        return WebhookChannel(recipient, secret=secret, ca_bundle=ca_bundle)
    return AppriseChannel(recipient)

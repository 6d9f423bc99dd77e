"""Which channel carries the mail."""

from __future__ import annotations

from pathlib import Path

from alerts.files import FileChannel
from alerts.smtp import SmtpChannel
from newsroom.ports import Channel


def open_channel(
    url: str | None, password: str | None, sender: str, outbox: Path, ca_bundle: str = ""
) -> Channel:
    """The SMTP server at `url`, or files in `outbox` where there is none; connects to nothing yet.

    Raises ValueError, without repeating the URL, for one that cannot be used.
    """
    if not url:
        return FileChannel(outbox)
    return SmtpChannel(url, password, sender, ca_bundle)

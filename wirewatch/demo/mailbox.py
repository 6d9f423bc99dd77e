"""The demo's mailbox: the mails kept as files, with their HTML beside them for a browser."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in the folder."""

    path: Path
    subject: str
    recipient: str
    message_id: str
    html: Path | None
    """Its HTML part, for a browser."""


def read_mails(folder: Path) -> list[Mail]:
    """The mails of the folder in the order they came; writes each one's HTML part beside it."""
    found = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [_read(path) for path in found]


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    html = None
    if isinstance(message, EmailMessage):
        part = message.get_body(("html",))
        if part is not None:
            html = path.with_suffix(".html")
            if not html.exists():
                html.write_text(part.get_content(), encoding="utf-8")
    return Mail(
        path=path,
        subject=str(message["Subject"] or ""),
        recipient=str(message["To"] or ""),
        message_id=str(message["Message-ID"] or ""),
        html=html,
    )

"""`try mail`: a mail as it would be rendered, from a sample or from a stored alert."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alerts.model import AlertContent, AlertKind
from alerts.render import render
from config.values import Bad
from config.values import zone as zone_named
from wirewatch.cli.call import Call, NotSo
from wirewatch.cli.mail_samples import sample

if TYPE_CHECKING:
    from config.settings import Settings
    from storage.alert_claims import ClaimedAlert
    from storage.database import Database


def sample_mail(
    kind: AlertKind, *, language: str | None, timezone: str | None, empty: bool, now: datetime
) -> bytes:
    """The sample of this kind; raises click.UsageError for a zone there is not."""
    if empty and kind != "digest":
        raise click.UsageError("only a digest can be empty: --kind digest --empty")
    where = _zone(timezone) or "Asia/Seoul"
    content = sample(kind, language=language or "en", timezone=where, now=now, empty=empty)
    return render(content, now=now)


def stored_mail(
    call: Call,
    alert_id: int,
    *,
    kind: str | None,
    language: str | None,
    timezone: str | None,
    now: datetime,
) -> bytes:
    """The mail of a stored alert: the bytes that were rendered once, or as it would go now.

    Raises NotSo where there is no such alert, or none of this kind; click.UsageError for a zone
    there is not.
    """
    from storage.alert_look import look_at

    where = _zone(timezone)
    settings = call.settings()
    if not _exists(settings.database_url):
        raise NotSo(f"no alert {alert_id}")
    with call.database(settings) as db:
        claim = look_at(db, alert_id)
        if claim is None:
            raise NotSo(f"no alert {alert_id}")
        if kind is not None and kind != claim.kind:
            raise NotSo(f"alert {alert_id} is no {kind} but of kind {claim.kind}")
        if claim.message is not None and language is None and where is None:
            return claim.message
        try:
            content = _content(settings, db, claim)
        except ValueError as error:
            raise NotSo(str(error)) from None
    changed = replace(
        content,
        language=language or content.language,
        timezone=where or content.timezone,
    )
    return render(changed, now=now)


def put(message: bytes, out: str | None) -> None:
    """Write the bytes to a file, or to standard output; raises click.UsageError."""
    if out is None or out == "-":
        sys.stdout.buffer.write(message)
        sys.stdout.buffer.flush()
        return
    try:
        Path(out).write_bytes(message)
    except OSError as error:
        raise click.UsageError(f"{out} cannot be written: {error.strerror}") from None


def _content(settings: Settings, db: Database, claim: ClaimedAlert) -> AlertContent:
    """What its mail says by the rules in force; raises ValueError."""
    from alerts.address import domain_of
    from jobs.desk import MailVoice
    from jobs.health import read_health
    from jobs.mails_stored import stored_content
    from jobs.rules import read_rules
    from storage.installation import known

    installation, secret = known(db)
    voice = MailVoice(
        sender=settings.mail.sender,
        domain=domain_of(settings.mail.sender),
        timezone=settings.timezone,
        language=settings.language,
        base_url=settings.base_url or "",
        installation=installation,
        secret=secret,
    )
    return stored_content(db, claim, read_rules(db), voice, read_health(db))


def _zone(name: str | None) -> str | None:
    try:
        return None if name is None else zone_named(name)
    except Bad as bad:
        raise click.UsageError(f"--timezone: {bad}") from None


def _exists(url: str) -> bool:
    """Whether there is a database to look into: a look makes none."""
    scheme, _, path = url.partition(":///")
    return scheme != "sqlite" or Path(path.partition("?")[0]).exists()

"""An alert in the form its recipient's channel carries."""

from __future__ import annotations

from datetime import datetime

from alerts.brief import render_brief
from alerts.model import AlertContent
from alerts.render import render
from alerts.webhook_body import render_body
from newsroom.recipients import kind_of

_RENDERERS = {"mail": render, "apprise": render_brief, "webhook": render_body}


def render_for(content: AlertContent, *, now: datetime) -> bytes:
    """A mail, a short text, or a webhook's JSON; the same content and `now`, the same bytes."""
    return _RENDERERS[kind_of(content.recipient)](content, now=now)

"""Who is told, as people write it: a mail address, an Apprise URL, or a webhook of ours.

Whether Apprise can use a URL is asked of Apprise itself; it connects to nothing for that, and it
is not loaded where everybody is told by mail. Messages never repeat a URL: all of it is a secret.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from config.addresses import parse_address
from config.apprise_loading import apprise_services, load_apprise
from config.hosts import host_name
from config.values import Bad, nearest, quote, string
from newsroom.recipients import WEBHOOK_SCHEMES, kind_of, shown

_EXAMPLE = "desk@example.org"
_WEBHOOK = "webhook+https://hooks.example.org/path"
_MAIL = frozenset({"mailto", "mailtos"})
_LOCAL = frozenset(
    {"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"}
)
"""Apprise's ways to the screen, the log or a program of this machine: a service has no reader
there, and nothing says whether anybody saw it."""
_LONGEST = 2000


def parse_recipient(raw: object) -> str:
    """Read one recipient; an address's domain comes back in lower case; raises Bad."""
    text = string(raw, _EXAMPLE)
    scheme, apart, _ = text.partition("://")
    if not apart:
        if scheme.lower().startswith(tuple(f"{mail}:" for mail in _MAIL)):
            raise Bad("a mail address is no URL", f"write the address alone, like {_EXAMPLE}")
        return parse_address(text)
    if len(text) > _LONGEST:
        raise Bad(f"{shown(text)} is {len(text)} characters long", f"write at most {_LONGEST}")
    if any(c.isspace() or not c.isprintable() for c in text):
        raise Bad(
            f"{quote(shown(text))} holds a blank or control character",
            "write them as %20 and the like",
        )
    if kind_of(text) == "webhook":
        _check_webhook(text)
    else:
        _check_apprise(text, scheme.lower())
    return text


def _check_webhook(text: str) -> None:
    hint = f'write it like "{_WEBHOOK}"'
    name = quote(shown(text))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Bad(f"{name} is no URL", hint) from None
    if not text.isascii():
        raise Bad(f"{name} has letters beyond ASCII", f"{hint}, other letters as %XX")
    if "@" in parts.netloc:
        raise Bad(f"{name} holds a user", f"{hint}: a receiver knows us by the signature")
    if not parts.hostname or port == 0:
        raise Bad(f"{name} names no server", hint)
    host_name(parts.hostname)
    if "#" in text:
        raise Bad(f"{name} has a fragment", "leave out the # and what follows it")


def _check_apprise(text: str, scheme: str) -> None:
    name = quote(shown(text))
    if scheme in _MAIL:
        raise Bad(f"{name} is a mail address as a URL", f"write the address alone, like {_EXAMPLE}")
    if scheme in _LOCAL:
        raise Bad(
            f"{name} shows messages on this machine alone",
            f"write a mail address, {_WEBHOOK}, or the URL of a service that people read",
        )
    known = apprise_services()
    if scheme in ("http", "https"):
        if not _usable(text):
            near = f'write "webhook+{scheme}://…" to have our JSON sent there'
            raise Bad(f"{name} is an address of the web", f"{near}, or the URL of a service")
        return
    if scheme not in known:
        near_one = nearest(scheme, known) or nearest(scheme, WEBHOOK_SCHEMES)
        near_one = "webhook+https" if scheme == "webhook" else near_one
        listed = f"a mail address, {_WEBHOOK}, or a URL that Apprise knows (slack://, tgram://, …)"
        hint = f'write "{near_one}://…"' if near_one else f"write {listed}"
        raise Bad(f"{name} is of no kind that is known", hint)
    if not known[scheme]:
        raise Bad(
            f"{name} needs a Python package that is not installed",
            f"install what Apprise asks for {scheme}://, or write another recipient",
        )
    if not _usable(text):
        raise Bad(
            f"{name} is not what Apprise expects of {scheme}://",
            f"write it as Apprise's page on {scheme}:// says, all tokens in it",
        )


def _usable(text: str) -> bool:
    apprise = load_apprise()
    with _silent():
        service = apprise.Apprise.instantiate(text)
        return service is not None and not _is_mail_or_local(service)


def _is_mail_or_local(service: object) -> bool:
    """A web address may stand for a service; none may stand for what is refused by name."""
    names = getattr(service, "schemas", None)
    found = set(names()) if callable(names) else set()
    return bool(found & (_MAIL | _LOCAL))


@contextmanager
def _silent() -> Iterator[None]:
    """Apprise logs what it refuses; what is wrong is said in our own words."""
    logger = logging.getLogger("apprise")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before

"""What the operator decided, typed, frozen and resolved: paths absolute, secrets inside.

The values are handed down one by one or by section; no lower floor knows `Settings`. Secrets are
left out of every `repr`; `config.show` masks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from newsroom.model import AliasSet, Source, Watchlist


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mails go and who sends them."""

    url: str | None = None
    """`smtp://`, `smtps://` or `smtp+starttls://[user@]host[:port]`, without a password; None:
    mails are kept as files under `data_dir/outbox`."""
    password: str | None = field(default=None, repr=False)
    """The password of `url`'s user, from the URL, the environment or `password_file`."""
    sender: str = "Wirewatch <wirewatch@localhost>"
    operator: tuple[str, ...] = field(default=(), repr=False)
    """Who gets notices of source health, addresses or URLs; empty: notices are shown, not sent."""
    wait_for_page: timedelta = timedelta(seconds=90)
    """How long an alert waits for its article's page before it goes with the feed text."""
    password_file: Path | None = None
    """The file `password` was read from, where it was."""
    mailbox: str | None = None
    """Where mails come back to: `imaps://`, `imap+starttls://` or `imap://user@host[:port]/FOLDER`
    without a password, or `maildir://` and an absolute, quoted path; None: none is read."""
    mailbox_password: str | None = field(default=None, repr=False)
    """Of `mailbox`'s user, from the URL, the environment or `mailbox_password_file`."""
    mailbox_password_file: Path | None = None
    """The file `mailbox_password` was read from, where it was."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How webhooks are sent."""

    secret: str | None = field(default=None, repr=False)
    """Their bodies are signed with it; None: they are not signed."""
    secret_file: Path | None = None
    """The file `secret` was read from, where it was."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How sites are asked."""

    user_agent: str = "Wirewatch/1.0"
    obey_robots: bool = True
    proxy: str | None = field(default=None, repr=False)
    """`http://[user:password@]host:port`; not shown, as it may hold a password."""
    ca_bundle: Path | None = None
    """PEM certificates trusted beside the system's."""
    allow_private_networks: tuple[str, ...] = ()
    """Networks (CIDR) that may be connected to though they are not public."""
    timeout: timedelta = timedelta(seconds=30)
    """For a whole request."""
    max_bytes: int = 10 * 1024 * 1024
    """Cap of one decoded body."""
    workers: int = 2
    """Processes that parse untrusted bytes."""


@dataclass(frozen=True, slots=True)
class StoriesSettings:
    """How far back an article may join a story."""

    window: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is logged, and as what."""

    level: str = "info"
    """`debug`, `info`, `warning` or `error`."""
    format: str = "text"
    """`text` or `json`."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The page, and where it listens."""

    enabled: bool = True
    host: str = "127.0.0.1"
    """Without the brackets of an IPv6 address."""
    port: int = 8787
    """0: any free one."""
    password_file: Path | None = None
    """Always set when `host` is not a loopback address."""
    metrics: bool = False

    @property
    def listen(self) -> str:
        """`host:port` as the file spells it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration in force."""

    data_dir: Path
    """Absolute; not created by reading the configuration."""
    database_url: str = field(repr=False)
    """For SQLAlchemy: `sqlite:///` with an absolute, quoted path, or `postgresql+psycopg://`."""
    base_url: str | None = None
    """Where people reach the page, without a trailing slash; None: mails carry no own links."""
    timezone: str = "UTC"
    """IANA zone in which times are shown."""
    language: str = "en"
    """Of mails and page: `en` or `ko`."""
    watchlist_files: tuple[Path, ...] = ()
    retention: timedelta | None = None
    """Articles older than this are pruned; None: never."""
    heartbeat_url: str | None = field(default=None, repr=False)
    """Pinged while work moves; its path is often a secret."""
    mail: MailSettings = field(default_factory=MailSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    stories: StoriesSettings = field(default_factory=StoriesSettings)
    log: LogSettings = field(default_factory=LogSettings)
    web: WebSettings = field(default_factory=WebSettings)
    sources: tuple[Source, ...] = ()
    """The catalogue with the file's `[[source]]` tables merged in, disabled ones too."""
    watchlists: tuple[Watchlist, ...] = ()
    """From the files, in order; with no configuration at all the built-in example."""
    builtin_example: bool = False
    """True where `watchlists` is the built-in example, which any other watchlist displaces."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Terms by the name of their set: those that ship, with the files' own laid over them."""
    own_aliases: tuple[AliasSet, ...] = ()
    """The `[alias]` tables of the files alone."""
    config_file: Path | None = None
    """The main file; None: built-in defaults run."""
    files: tuple[Path, ...] = ()
    """Everything that was read, absolute: what to look at for changes."""
    warnings: tuple[str, ...] = ()
    """One line each: accepted, but not what its author may expect."""

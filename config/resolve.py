"""Sections that need the file system: secrets are read, files are looked at, rules are checked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote as percent

from config import secret_files
from config.hosts import is_loopback
from config.mailbox_url import MAILDIR, MailboxUrl
from config.main_file import MainFile
from config.paths import expand
from config.server_urls import MailUrl
from config.settings import FetchSettings, MailSettings, WebhookSettings, WebSettings
from config.shapes import Fetch, Mail, Web, Webhook
from config.values import Bad, quote


@dataclass(slots=True)
class Resolver:
    """Turns shapes into settings; problems go where the key stands."""

    main: MainFile
    base: Path
    """What relative paths are relative to."""
    environ: Mapping[str, str] = field(repr=False)
    files: list[Path] = field(default_factory=list)
    """Everything read beside the main and the watchlist files."""
    warnings: list[str] = field(default_factory=list)

    def mail(self, mail: Mail) -> MailSettings:
        """`[mail]` with its password, wherever that was given."""
        self.files.extend(self.main.environment.files)
        path = self._file(mail.password_file)
        password = self._password(mail.url, path, "url", "password_file")
        if mail.url:
            self._check_login(mail.url, password)
        mailbox_path = self._file(mail.mailbox_password_file)
        mailbox_password = self._password(
            mail.mailbox, mailbox_path, "mailbox", "mailbox_password_file"
        )
        if mail.mailbox:
            self._check_mailbox(mail.mailbox, mailbox_password)
        return MailSettings(
            url=mail.url.url if mail.url else None,
            password=password,
            sender=mail.sender,
            operator=mail.operator,
            wait_for_page=mail.wait_for_page,
            password_file=path,
            mailbox=self._mailbox(mail.mailbox),
            mailbox_password=mailbox_password,
            mailbox_password_file=mailbox_path,
        )

    def webhook(self, webhook: Webhook) -> WebhookSettings:
        """`[webhook]` with its secret, wherever that was given."""
        path = self._file(webhook.secret_file)
        secret = self.main.environment.webhook_secret
        if secret is None and path is not None:
            secret = self._secret("webhook", path, "secret_file")
        return WebhookSettings(secret=secret, secret_file=path)

    def fetch(self, fetch: Fetch) -> FetchSettings:
        """`[fetch]`, its certificates looked at."""
        bundle = self._path(fetch.ca_bundle)
        if bundle:
            self.files.append(bundle)
            try:
                ssl.create_default_context(cafile=str(bundle))
            except (OSError, ssl.SSLError):
                wrong = f"{quote(str(bundle))} holds no certificates that can be read"
                hint = "name a PEM file with -----BEGIN CERTIFICATE----- in it"
                self.main.refuse("fetch", ("ca_bundle",), Bad(wrong, hint))
        return FetchSettings(
            user_agent=fetch.user_agent,
            obey_robots=fetch.obey_robots,
            proxy=fetch.proxy,
            ca_bundle=bundle,
            allow_private_networks=fetch.allow_private_networks,
            timeout=fetch.timeout,
            max_bytes=fetch.max_bytes,
            workers=fetch.workers,
        )

    def web(self, web: Web) -> WebSettings:
        """`[web]`; beyond loopback it must have a password."""
        host, port = web.listen
        path = self._file(web.password_file)
        if web.enabled and not is_loopback(host) and not web.password_file:
            wrong = f"{quote(host)} can be reached from other machines, and there is no password"
            hint = 'write password_file = "/path/of/a/file", or listen = "127.0.0.1:8787"'
            self.main.refuse("web", ("listen",), Bad(wrong, hint))
        if path:
            self._secret("web", path)
        return WebSettings(
            enabled=web.enabled, host=host, port=port, password_file=path, metrics=web.metrics
        )

    def _password(
        self, url: MailUrl | MailboxUrl | None, path: Path | None, key: str, file_key: str
    ) -> str | None:
        environment = self.main.environment
        given = environment.password if key == "url" else environment.mailbox_password
        if given is not None:
            return given
        inside = url.password if url else None
        if not path:
            return inside
        from_env = self.main.is_from_environment("mail", file_key)
        if inside and self.main.is_from_environment("mail", key) is from_env:
            twice = Bad(f"the password also stands in {key}", "leave it out of the URL")
            self.main.refuse("mail", (file_key,), twice)
        if inside and not from_env:
            return inside
        return self._secret("mail", path, file_key)

    def _mailbox(self, url: MailboxUrl | None) -> str | None:
        if url is None or url.path is None:
            return url.url if url else None
        return f"{MAILDIR}://{percent(str(self.base / expand(url.path, self.environ)))}"

    def _check_mailbox(self, url: MailboxUrl, password: str | None) -> None:
        if url.path is not None:
            if password:
                self.warnings.append("mail.mailbox is a folder: the mailbox's password is not used")
            return
        if not password:
            hint = (
                'write mailbox_password_file = "/path/of/a/file", '
                "or set WIREWATCH_MAIL__MAILBOX_PASSWORD"
            )
            wrong = Bad("names a user, but there is no password", hint)
            self.main.refuse("mail", ("mailbox",), wrong)
        if url.url.startswith("imap:") and not is_loopback(url.host):
            self.warnings.append(
                f"mail.mailbox would send the password to {url.host} unencrypted, which is not "
                "done: write imaps:// or imap+starttls://"
            )

    def _check_login(self, url: MailUrl, password: str | None) -> None:
        if url.user and not password:
            hint = 'write password_file = "/path/of/a/file", or set WIREWATCH_MAIL__PASSWORD'
            self.main.refuse("mail", ("url",), Bad("names a user, but there is no password", hint))
        if password and not url.user:
            self.warnings.append("mail.url names no user: the mail password is not used")
        if url.user and url.url.startswith("smtp:") and not is_loopback(url.host):
            self.warnings.append(
                f"mail.url sends the password to {url.host} unencrypted; "
                "smtp+starttls:// or smtps:// would not"
            )

    def _file(self, name: str) -> Path | None:
        path = self._path(name)
        if path:
            self.files.append(path)
        return path

    def _path(self, name: str) -> Path | None:
        return self.base / expand(name, self.environ) if name else None

    def _secret(self, section: str, path: Path, key: str = "password_file") -> str | None:
        try:
            return secret_files.read(path)
        except Bad as bad:
            self.main.refuse(section, (key,), bad)
            return None

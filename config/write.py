"""Writing configuration: the first files, and the configuration in force as people may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from config.durations import format_duration, format_size
from config.settings import Settings
from config.toml_text import table
from config.urls import mask
from newsroom.errors import ConfigError, Problem
from newsroom.model import Source
from newsroom.recipients import shown

_SAMPLES = Path(__file__).with_name("samples")
_NAMES = ("wirewatch.toml", "watchlists.toml")
_MASKED = "***"


def init(directory: Path) -> list[Path]:
    """Write both files, commented, into a directory that is made if need be.

    Raises ConfigError, and writes neither, where one of them is there already or the directory
    cannot be written.
    """
    targets = [directory / name for name in _NAMES]
    hint = "edit it, or name another directory"
    there = [Problem(str(p), None, "", "exists already", hint) for p in targets if _is_there(p)]
    if there:
        raise ConfigError(there)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for target in targets:
            with target.open("x", encoding="utf-8") as file:
                file.write((_SAMPLES / target.name).read_text(encoding="utf-8"))
    except OSError as error:
        wrong = f"cannot be written ({error.strerror})"
        hint = "name a directory you may write to"
        raise ConfigError([Problem(str(directory), None, "", wrong, hint)]) from error
    return targets


def show(settings: Settings) -> str:
    """The configuration in force as a main file, every key written out, passwords as `***`.

    Where no password is set, and no operator is told by URL, it reads back as the same settings.
    Watchlists are named by file.
    """
    blocks = [_origin(settings), _top(settings)]
    blocks += [
        _database(settings),
        _mail(settings),
        _webhook(settings),
        _fetch(settings),
        _rest(settings),
    ]
    blocks += [source_table(source_keys(source)) for source in settings.sources]
    return "\n".join(blocks)


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _origin(settings: Settings) -> str:
    lines = [f"# from {settings.config_file or 'built-in defaults: no file was found'}"]
    if settings.builtin_example:
        lines.append("# watchlist: the built-in example THAAD, told to you@localhost")
    lines += [f"# warning: {warning}" for warning in settings.warnings]
    return "\n".join(lines) + "\n"


def _top(settings: Settings) -> str:
    return table(
        "",
        {
            "data_dir": str(settings.data_dir),
            "base_url": settings.base_url or "",
            "timezone": settings.timezone,
            "language": settings.language,
            "watchlists": [str(path) for path in settings.watchlist_files],
            "retention": _duration_or(settings.retention, "never"),
            "heartbeat_url": settings.heartbeat_url or "",
        },
    )


def _database(settings: Settings) -> str:
    return table("[database]", {"url": mask(settings.database_url)})


def _mail(settings: Settings) -> str:
    mail = settings.mail
    keys = {
        "url": mail.url or "",
        "password_file": str(mail.password_file or ""),
        "sender": mail.sender,
        "operator": [shown(recipient) for recipient in mail.operator],
        "wait_for_page": format_duration(mail.wait_for_page),
        "mailbox": mail.mailbox or "",
        "mailbox_password_file": str(mail.mailbox_password_file or ""),
    }
    text = table("[mail]", keys)
    if mail.password and not mail.password_file:
        text += f"# password: {_MASKED} (from the URL or WIREWATCH_MAIL__PASSWORD)\n"
    if mail.mailbox_password and not mail.mailbox_password_file:
        source = "from the URL or WIREWATCH_MAIL__MAILBOX_PASSWORD"
        text += f"# mailbox password: {_MASKED} ({source})\n"
    return text


def _webhook(settings: Settings) -> str:
    webhook = settings.webhook
    text = table("[webhook]", {"secret_file": str(webhook.secret_file or "")})
    if webhook.secret and not webhook.secret_file:
        text += f"# secret: {_MASKED} (from WIREWATCH_WEBHOOK__SECRET)\n"
    return text


def _fetch(settings: Settings) -> str:
    fetch = settings.fetch
    keys = {
        "user_agent": fetch.user_agent,
        "obey_robots": fetch.obey_robots,
        "proxy": mask(fetch.proxy or ""),
        "ca_bundle": str(fetch.ca_bundle or ""),
        "allow_private_networks": fetch.allow_private_networks,
        "timeout": format_duration(fetch.timeout),
        "max_bytes": format_size(fetch.max_bytes),
        "workers": fetch.workers,
    }
    return table("[fetch]", keys)


def _rest(settings: Settings) -> str:
    log, web = settings.log, settings.web
    keys = {
        "enabled": web.enabled,
        "listen": web.listen,
        "password_file": str(web.password_file or ""),
        "metrics": web.metrics,
    }
    blocks = [
        table("[stories]", {"window": format_duration(settings.stories.window)}),
        table("[log]", {"level": log.level, "format": log.format}),
        table("[web]", keys),
    ]
    return "\n".join(blocks)


def source_keys(source: Source) -> dict[str, object]:
    """Every key of the `[[source]]` table that makes this source, in the order they are written.

    None for a key that stands for nothing.
    """
    interval = {
        "min": format_duration(source.interval_min),
        "max": format_duration(source.interval_max),
    }
    return {
        "id": source.id,
        "name": source.name,
        "hosts": source.hosts,
        "feeds": source.feeds,
        "listings": source.listings,
        "archives": source.archives,
        "page": source.page,
        "language": source.language,
        "timezone": source.timezone,
        "interval": interval,
        "delay": format_duration(source.delay),
        "backfill_alerts": _duration_or(source.backfill_alerts, "all"),
        "enabled": source.enabled,
        "css": _css(source),
    }


def source_table(keys: Mapping[str, object]) -> str:
    """A `[[source]]` table as a file has it."""
    return table("[[source]]", keys)


def _css(source: Source) -> dict[str, object] | None:
    if source.css is None:
        return None
    return {key: value for key, value in asdict(source.css).items() if value} or None


def _duration_or(value: timedelta | None, word: str) -> str:
    return word if value is None else format_duration(value)

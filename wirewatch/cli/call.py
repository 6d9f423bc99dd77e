"""What every command shares: `--config` and `--json` in any place, settings, the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from config.settings import Settings
    from storage.database import Database


class NotSo(Exception):
    """The thing asked about is not so: exit 1, with this text on stderr (if any)."""


@dataclass
class Call:
    """One run of the program; the options that may stand before or after a command."""

    config: Path | None = None
    json: bool = False

    def settings(self) -> Settings:
        """The configuration in force; raises ConfigError with everything that is wrong."""
        from config.load import load

        return load(self.config, environ=os.environ, cwd=Path.cwd())

    @contextmanager
    def database(self, settings: Settings, *, configured: bool = False) -> Iterator[Database]:
        """The database, its schema in place; an old one is refused, naming `db upgrade`.

        `configured`: sources and watchlists of the files are put into its tables first, unless a
        service works on it, which does that itself; a mere look at articles never changes them.
        """
        from storage.database import Database
        from storage.migrate import ensure

        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        db = Database(settings.database_url)
        try:
            ensure(db, upgrade=False)
            if configured:
                self.configure(db, settings)
            yield db
        finally:
            db.close()

    def configure(self, db: Database, settings: Settings) -> None:
        """What the files say into the tables, unless a service works on them: it sees to that."""
        from jobs.clock import SystemClock
        from wirewatch.app import put_configuration
        from wirewatch.cli.alive import service_lives

        clock = SystemClock()
        if not service_lives(db, clock.now()):
            put_configuration(db, settings, clock)


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def current() -> Call:
    """The call that is being carried out."""
    return click.get_current_context().ensure_object(Call)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a shared option's value; the innermost place where it stands decides."""
    call = context.ensure_object(Call)
    if value and parameter.name == "config":
        call.config = Path(value)
    elif value:
        call.json = True


def _shared() -> list[click.Parameter]:
    return [
        click.Option(
            ["--config"],
            metavar="FILE",
            expose_value=False,
            callback=_remember,
            help="The configuration file; also before the command.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="One JSON value per line; also before the command.",
        ),
    ]


class Command(click.Command):
    """A command that takes the shared options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared())


class Group(click.Group):
    """A group of such commands that takes the shared options too; commands stand as added."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared())

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which the commands are written down."""
        return list(self.commands)

"""`db`: the database's own affairs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wirewatch.cli.call import Group, NotSo, current
from wirewatch.cli.out import emit, pairs, say

if TYPE_CHECKING:
    from config.settings import Settings
    from storage.database import Database


@click.group("db", cls=Group)
def db() -> None:
    """Upgrade, check, measure or back up the database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the schema to this program's; an SQLite file is backed up beside itself first.

    Stop every Wirewatch that uses the database before.
    """
    from storage.migrate import ensure, revision

    call = current()
    opened = _open(call.settings())
    try:
        before = revision(opened)
        ensure(opened, upgrade=True)
        after = revision(opened)
    finally:
        opened.close()
    if call.json:
        emit({"before": before, "after": after})
    elif before == after:
        say(f"the schema is {after} already")
    else:
        say(f"the schema is {after} now" + (f", it was {before}" if before else ""))


@db.command("check")
def check() -> None:
    """Look whether the database is sound and its schema this program's; exit 1 where not.

    Reads the whole database; exit 3 where it cannot be reached.
    """
    from newsroom.errors import DatabaseUnavailable, StorageError
    from storage.upkeep import problems

    call = current()
    settings = call.settings()
    try:
        opened = _open(settings)
        try:
            found = problems(opened)
        finally:
            opened.close()
    except DatabaseUnavailable:
        raise
    except StorageError as damaged:
        found = [str(damaged)]
    if call.json:
        emit({"ok": not found, "problems": found})
        if found:
            raise NotSo
    if found:
        raise NotSo("\n".join(found))
    if not call.json:
        say("ok")


@db.command("stats")
def stats() -> None:
    """Print how much is stored."""
    from storage.upkeep import stats as read

    call = current()
    settings = call.settings()
    with call.database(settings) as opened:
        found = read(opened)
    if call.json:
        emit(found)
        return
    pairs([("database", found["database"]), ("schema", found["schema"])])
    pairs([("size", f"{found['bytes']:,} bytes")])
    pairs((name, f"{count:,}") for name, count in found["rows"].items())


@db.command("backup")
@click.argument("file", type=click.Path())
def backup(file: str) -> None:
    """Write a whole copy of the SQLite database to the new FILE, also while the service runs."""
    from storage.backup import backup as copy

    call = current()
    target = Path(file)
    if target.exists():
        raise click.UsageError(f"{target} exists; name a new file")
    opened = _open(call.settings())
    try:
        if opened.path is None:
            raise click.UsageError("a PostgreSQL database is backed up with pg_dump")
        if not opened.path.is_file():
            raise click.UsageError(f"{opened.path} does not exist: there is nothing to back up")
        copy(opened, target)
    finally:
        opened.close()
    if call.json:
        emit({"file": str(target), "bytes": target.stat().st_size})
    else:
        say(f"{target} is written")


def _open(settings: Settings) -> Database:
    """The database as it is, whatever its schema."""
    from storage.database import Database

    return Database(settings.database_url)

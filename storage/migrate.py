"""Brings a database's schema to this program's, or says why not (DESIGN §9).

All steps of one upgrade run in one transaction on both databases: killed anywhere, the database
is as it was before.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import storage.coverage_tables
import storage.outbox_tables  # noqa: F401 - its tables join the metadata
from newsroom.errors import SchemaMismatch
from storage.backup import backup
from storage.database import Database
from storage.search_tables import is_search_table
from storage.tables import metadata

VERSION_TABLE = "wirewatch_schema"

UPGRADE_LOCK = 0x57495246
"""Key of the advisory lock that lets one starting process at a time look and upgrade."""


def ensure(db: Database, *, upgrade: bool | None = None) -> None:
    """Make sure the schema is this program's.

    An empty database gets its tables. An older SQLite file is backed up beside itself and
    upgraded; an older PostgreSQL is upgraded only with `upgrade=True` (`wirewatch db upgrade`),
    because other programs of the fleet may be at work. `upgrade=False` upgrades nothing.

    Raises SchemaMismatch where the schema is older and may not be upgraded here, is newer than
    this program, or where tables of our names exist that Wirewatch did not make.
    """
    with db.read() as connection:
        found = _revision(connection)
        empty = found is None and not _our_tables(connection, db)
    if found == head():
        return
    if not empty:
        _refuse_or_allow(db, found, upgrade)
        if db.path is not None:
            backup(db, _free_name(db.path, str(found)))
    with db.maintenance() as connection:
        db.advisory_lock(connection, UPGRADE_LOCK)
        command.upgrade(_config(connection), "head")


@cache
def head() -> str:
    """The revision of the schema this program works with."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise SchemaMismatch("this installation has no migrations; install Wirewatch again")
    return revision


def revision(db: Database) -> str | None:
    """The revision of the database's schema; None where it has none of ours."""
    with db.read() as connection:
        return _revision(connection)


def context_options() -> dict[str, Any]:
    """How Alembic is set up, for running the steps and for comparing their result."""
    return {
        "target_metadata": metadata,
        "version_table": VERSION_TABLE,
        "transactional_ddl": True,  # true of SQLite too, once the driver leaves BEGIN to us
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": _is_compared,
    }


def _is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """The search index is another thing on each database: Alembic cannot describe it."""
    return kind != "table" or name is None or not is_search_table(name)


def _refuse_or_allow(db: Database, found: str | None, upgrade: bool | None) -> None:
    where = db.url_masked
    if found is None:
        raise SchemaMismatch(
            f"{where} holds tables that Wirewatch did not make; use an empty database"
        )
    if found not in {script.revision for script in _scripts().walk_revisions()}:
        raise SchemaMismatch(
            f"{where} has schema {found}, this program knows up to {head()}: "
            "an older program never opens a newer schema; install the newer Wirewatch again"
        )
    if upgrade is False or (upgrade is None and db.dialect == "postgresql"):
        raise SchemaMismatch(
            f"{where} has schema {found}, this program needs {head()}; "
            "stop all of Wirewatch, make a backup, and run `wirewatch db upgrade`"
        )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config()
    location = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", location)
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _our_tables(connection: Connection, db: Database) -> bool:
    names = set(inspect(connection).get_table_names())
    # a file is ours alone; a PostgreSQL database may hold another program's tables too
    return bool(names if db.path is not None else names & set(metadata.tables))


def _free_name(path: Path, found: str) -> Path:
    wanted = path.with_name(f"{path.name}.schema-{found}.backup")
    number = 1
    while wanted.exists():
        number += 1
        wanted = path.with_name(f"{path.name}.schema-{found}.{number}.backup")
    return wanted

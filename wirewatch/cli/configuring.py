"""`init` and `config`: the files, what is in force, what is wrong with it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from wirewatch.cli.call import Command, Group, current
from wirewatch.cli.out import complain, emit, say

if TYPE_CHECKING:
    from config.settings import Settings


@click.command("init", cls=Command)
@click.argument("directory", default=".", metavar="[DIR]", type=click.Path())
def init(directory: str) -> None:
    """Write wirewatch.toml and watchlists.toml, commented, into DIR (default: here).

    Files that are there already are left alone (exit 2).
    """
    from config.write import init as write

    written = write(Path(directory))
    if current().json:
        emit({"files": [str(path) for path in written]})
        return
    for path in written:
        say(f"{path} is written")
    where = "" if directory == "." else f" --config {written[0]}"
    say(f"Edit both, then: wirewatch{where} run")


@click.group("config", cls=Group)
def config() -> None:
    """Show the configuration in force, or say what is wrong with it."""


@config.command("show")
def show() -> None:
    """Print the configuration in force, every key written out, secrets masked.

    With --json: the same values as one JSON object.
    """
    from config.write import show as write

    call = current()
    text = write(call.settings())
    if call.json:
        emit(tomllib.loads(text))
    else:
        say(text.rstrip("\n"))


@config.command("check")
def check() -> None:
    """Read the configuration; print `ok` and any warnings, or all that is wrong (exit 2).

    Sources that the database keeps are looked at too, where there is one.
    """
    call = current()
    settings = _with_own_sources(call.settings())
    if call.json:
        emit(
            {
                "ok": True,
                "config_file": str(settings.config_file) if settings.config_file else None,
                "files": [str(path) for path in settings.files],
                "sources": sum(source.enabled for source in settings.sources),
                "watchlists": [watchlist.name for watchlist in settings.watchlists],
                "warnings": list(settings.warnings),
            }
        )
        return
    for warning in settings.warnings:
        complain(f"warning: {warning}")
    say(f"ok: {settings.config_file or 'built-in defaults (no file was found)'}")


def _with_own_sources(settings: Settings) -> Settings:
    """The settings with the sources added by hand; a database is neither made nor changed."""
    from config.added_sources import with_added
    from newsroom.errors import StorageError
    from storage.database import Database
    from storage.source_edits import peek_sources

    kind, _, path = settings.database_url.partition(":///")
    if kind == "sqlite" and not Path(unquote(path)).is_file():
        return settings
    try:
        db = Database(settings.database_url)
        try:
            return with_added(settings, peek_sources(db).definitions)
        finally:
            db.close()
    except StorageError as error:
        told = f"sources added by hand are not looked at: {error}"
        return replace(settings, warnings=(*settings.warnings, told))

"""`init` and `config`: the files, what is in force, what is wrong with it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from wirewatch.cli.call import Command, Group, current
from wirewatch.cli.out import complain, emit, say


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
    """Read the configuration; print `ok` and any warnings, or all that is wrong (exit 2)."""
    call = current()
    settings = call.settings()
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

"""`demo`: a small news day on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from wirewatch.cli.call import Command


@click.command("demo", cls=Command)
@click.argument("folder", required=False)
def command(folder: str | None) -> int:
    """Play a small news day on this machine: pages, feeds, matches, mails.

    Needs neither network nor configuration and ends in under a minute with a summary. Everything
    is kept in FOLDER, which must be new or empty.
    """
    return demo([] if folder is None else ["--", folder])


def demo(args: Sequence[str]) -> int:
    """Run the demo; its exit code."""
    # by name: the command line and the demo stand side by side and do not know each other
    code: int = import_module("wirewatch.demo.run").main(args)
    return code

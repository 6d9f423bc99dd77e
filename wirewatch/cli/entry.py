"""Runs one command line and turns what comes out of it into an exit code (DESIGN §8).

0 done, 1 the thing asked about is not so, 2 wrong usage or configuration, 3 a fault outside;
130 after an interrupt. Errors are plain text on stderr; a traceback is a bug of ours.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

import click

from newsroom.errors import (
    ConfigError,
    DeliveryError,
    QueryError,
    SchemaMismatch,
    UnknownName,
    WirewatchError,
)
from wirewatch.cli.call import NotSo
from wirewatch.cli.out import complain

DONE = 0
NOT_SO = 1
WRONG = 2
FAULT = 3
INTERRUPTED = 130


def run(argv: Sequence[str]) -> int:
    """Run a command line (without the program's name); never raises, never exits."""
    _speak_utf8()
    try:
        code = _invoke(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()  # the reader has what it wanted; the flush at exit must not complain
        return DONE
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    except click.UsageError as error:
        _explain_usage(error)
        return WRONG
    except click.ClickException as error:
        complain(f"error: {error.format_message()}")
        return WRONG
    except Exception as error:  # noqa: BLE001 - the last door: whatever it is ends as a code
        return _failed(error)
    return code


def _invoke(argv: Sequence[str]) -> int:
    from wirewatch.cli.root import root

    try:
        with root.make_context("wirewatch", list(argv)) as context:
            code = root.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return code if isinstance(code, int) else DONE


def _failed(error: Exception) -> int:
    """Say what went wrong; its exit code."""
    if isinstance(error, NotSo | UnknownName):
        if str(error):
            complain(str(error))
        return NOT_SO
    if isinstance(error, ConfigError | QueryError | SchemaMismatch):
        complain(str(error))
        return WRONG
    if isinstance(error, WirewatchError):
        said = f": {error.reply}" if isinstance(error, DeliveryError) and error.reply else ""
        complain(f"error: {error}{said}")
        return FAULT
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        complain(f"error: {where}{error.strerror or error}")
        return FAULT
    complain(f"this is a bug in Wirewatch:\n{''.join(traceback.format_exception(error))}")
    return FAULT


def _explain_usage(error: click.UsageError) -> None:
    if error.ctx is not None:
        complain(error.ctx.get_usage())
        if error.ctx.command.get_help_option(error.ctx) is not None:
            complain(f"Try '{error.ctx.command_path} --help' for help.\n")
    complain(f"error: {error.format_message()}")


def _speak_utf8() -> None:
    """UTF-8 whatever the locale; a lone surrogate is written as its escape, which JSON reads."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _forget_stdout() -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no real file behind it
        return

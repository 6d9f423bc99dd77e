"""Noticing that a file of the configuration was changed while the service runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from config.settings import Settings


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    mtime_ns: int
    size: int
    inode: int


Fingerprint = Mapping[Path, Stamp | None]
"""None for a file that is not there."""


def fingerprint(settings: Settings) -> Fingerprint:
    """The present state of every file the settings were read from."""
    return {path: _stamp(path) for path in settings.files}


def changed(before: Fingerprint) -> bool:
    """Whether any of the files is not as it was, gone ones included.

    Look again, and take a new fingerprint, after every attempt to load: a file that is wrong
    stays wrong until it is edited, and should be complained of once.
    """
    return any(_stamp(path) != stamp for path, stamp in before.items())


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)

"""Mail kept as files: what happens to alerts while no server is set."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
from pathlib import Path

from newsroom.errors import ChannelDown, PermanentFailure

log = logging.getLogger("wirewatch.mail")

_SAFE = re.compile(r"[a-z0-9][a-z0-9.-]{0,120}")


class FileChannel:
    """`newsroom.ports.Channel` into a directory, one `.eml` a mail.

    A file is whole or not there: written beside, synced, renamed. The name comes from the alert's
    key, so handing the same mail over again leaves one file. A full or read-only disk is
    ChannelDown: it is no mail's fault.
    """

    name = "files"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        """Write the mail and return where it is; the recipient stands in the mail itself."""
        if not _SAFE.fullmatch(filename):
            raise PermanentFailure(f"{filename[:80]!r} is no name for a mail file")
        path = self._directory / filename
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, message)
        except OSError as e:
            what = "is full" if e.errno in (errno.ENOSPC, errno.EDQUOT) else "cannot be written"
            raise ChannelDown(f"{self._directory} {what}: {e.strerror}") from e
        log.info("mail file written", extra={"mail": filename})
        return f"kept as {path}"

    def close(self) -> None:
        """Nothing is held open."""


def _write(path: Path, octets: bytes) -> None:
    """Put the file in place whole, and on the disk when this returns."""
    # The process id keeps two services that share the directory from writing one file.
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            beside.chmod(0o600)
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

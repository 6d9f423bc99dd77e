"""A Maildir of Wirewatch's own: what is read moves from `new` to `cur`, marked as seen."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path

from alerts.letters import MOST_LETTERS, MOST_OCTETS, Letter
from newsroom.errors import ChannelDown

log = logging.getLogger("wirewatch.mail")

_FLAGS = ":2,"
_MOST_NAMES = 100_000


class MaildirMailbox:
    """`alerts.mailbox.Mailbox` over a folder on this machine.

    Mails in `new`, and those in `cur` that bear no flag S (another program may have moved them),
    are read; then they lie in `cur` with that flag. Nothing is deleted.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def letters(self, position: str, since: date) -> Iterator[Letter]:
        """Mails that bear no mark, by name: that begins with the time they came."""
        try:
            for path in self._unread():
                octets = _read(path)
                if octets is not None:
                    yield Letter(octets, "")
                    self._mark(path)
        except OSError as e:
            raise ChannelDown(f"the Maildir {self._folder} cannot be read: {e.strerror}") from e

    def close(self) -> None:
        """Nothing is held open."""

    def _unread(self) -> list[Path]:
        found = list(_names(self._folder / "new"))
        found += [path for path in _names(self._folder / "cur") if "S" not in _flags(path.name)]
        return sorted(found, key=lambda path: path.name)[:MOST_LETTERS]

    def _mark(self, path: Path) -> None:
        base, flags = path.name.partition(_FLAGS)[0], _flags(path.name)
        name = f"{base}{_FLAGS}{''.join(sorted({*flags, 'S'}))}"
        with suppress(FileNotFoundError):  # another program was quicker
            path.rename(self._folder / "cur" / name)


def _names(folder: Path) -> Iterator[Path]:
    """Files of a folder; those of dots are no mails."""
    with os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_NAMES):
            if not entry.name.startswith("."):
                yield Path(entry.path)


def _flags(name: str) -> str:
    return name.partition(_FLAGS)[2]


def _read(path: Path) -> bytes | None:
    """The mail's beginning; None where it is gone, cannot be read, or is no file: a pipe would
    never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return file.read(MOST_OCTETS)
    except FileNotFoundError:
        return None
    except OSError as e:  # one mail stops no other
        log.warning("mail file cannot be read", extra={"mail": path.name, "why": e.strerror})
        return None
    log.warning("mail file is none", extra={"mail": path.name})
    return None

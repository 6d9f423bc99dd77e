"""Secrets kept in files of their own, as systemd and container managers hand them out."""

from __future__ import annotations

from pathlib import Path

from config.values import Bad, quote

_LONGEST = 4096


def read(path: Path) -> str:
    """The one line in the file, without its line end; raises Bad and never repeats the secret."""
    shown = quote(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST + 1)
    except OSError as error:
        raise Bad(
            f"{shown} cannot be read ({error.strerror})",
            "name a file that holds the secret alone and that the service's user may read",
        ) from None
    try:
        text = raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Bad(f"{shown} is not UTF-8 text", "save the secret as UTF-8") from None
    if not text.strip():
        raise Bad(f"{shown} is empty", "write the secret into it")
    if len(raw) > _LONGEST or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise Bad(f"{shown} holds more than one line", "write the secret alone into it")
    return text

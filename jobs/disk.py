"""How much room there is where files are kept."""

from __future__ import annotations

import shutil
from pathlib import Path


def disk_space(path: Path) -> tuple[int, int]:
    """(total, free for us) in bytes of the file system that holds `path`; raises OSError."""
    usage = shutil.disk_usage(path)
    return usage.total, usage.free

"""A retro-match that kills itself with SIGKILL at a named log line; run as a subprocess.

    python -m tests.retro_child CONFIG NAME LINE [NTH]

LINE `-` kills nowhere. As in `tests.kill_child` a logging handler does it.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.kill_child import Killer


def main(config: Path, name: str) -> None:
    from config.load import load
    from jobs.retro import Retro
    from storage.retro import Period
    from wirewatch.app import open_database

    settings = load(config, environ={}, cwd=Path.cwd())
    db = open_database(settings)
    now = datetime.now(UTC)
    try:
        Retro(db, [name], Period(now - timedelta(days=30), now)).run(now)
    finally:
        db.close()


if __name__ == "__main__":
    logging.getLogger("wirewatch").setLevel(logging.DEBUG)
    if sys.argv[3] != "-":
        nth = int(sys.argv[4]) if len(sys.argv) > 4 else 1
        logging.getLogger("wirewatch").addHandler(Killer(sys.argv[3], nth))
    main(Path(sys.argv[1]), sys.argv[2])

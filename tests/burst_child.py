"""Delivers what is due in a database, and may kill itself at a named log line; a subprocess.

python -m tests.burst_child DATABASE_URL MAIL_URL FOLDER [LINE NTH]
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import cast

from config.settings import MailSettings, Settings
from jobs.step_deliver import deliver
from newsroom.ports import Fetcher, Reader
from storage.database import Database
from tests.kill_child import Killer
from wirewatch.app import desk_of


class Idle:
    """Nothing is fetched and nothing is read here."""

    async def stop(self) -> None:
        """Nothing is open."""


async def main(database: str, mail: str, folder: Path) -> None:
    settings = Settings(data_dir=folder, database_url=database, mail=MailSettings(url=mail))
    db = Database(database, check=False)
    idle = Idle()
    async with desk_of(
        settings, db, fetcher=cast("Fetcher", idle), reader=cast("Reader", idle)
    ) as parts:
        await deliver(parts.desk)
    db.close()


if __name__ == "__main__":
    logging.getLogger("wirewatch").setLevel(logging.DEBUG)
    if len(sys.argv) > 4:
        logging.getLogger("wirewatch").addHandler(Killer(sys.argv[4], int(sys.argv[5])))
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))

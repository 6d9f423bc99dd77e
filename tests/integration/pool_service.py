"""A small service with a worker pool, started as a program and killed by the tests.

Usage: pool_service.py FILE [sleep|stuck]: reads once, prints the pids of its workers, and has one
worker busy for ever; FILE gets that worker's pid.
"""

import asyncio
import sys

import scrapy  # noqa: F401  # what a main program imports must not be imported by its workers

from jobs.pools import WorkerPool


async def main() -> None:
    pool = WorkerPool(
        workers=2, feed_limit=600, feed_reader="tests.integration.pool_readers:read_feed"
    )
    answer = await pool.read_feed(b"modules", url="")
    print(answer.entries[0].title, flush=True)
    print(*pool.pids(), flush=True)
    await pool.read_feed(f"{sys.argv[2]} {sys.argv[1]}".encode(), url="")


asyncio.run(main())

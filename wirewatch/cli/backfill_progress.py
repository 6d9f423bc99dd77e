"""How far a backfill is: a bar where somebody looks, and the account of it at its end."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from wirewatch.cli.out import complain, emit, say

if TYPE_CHECKING:
    from storage.backfills import Backfill, Pages


class Progress:
    """A bar on a terminal, with pages a second and the time left; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if not sys.stderr.isatty():
            return self
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            speed_estimate_period=60,
        )
        self._bar.start()
        self._task = self._bar.add_task("looking", total=None, rate="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, backfill: Backfill, waiting: int) -> None:
        """How many of the articles found so far have their page, or were tried."""
        if self._bar is None:
            return
        speed = self._bar.tasks[0].speed
        self._bar.update(
            self._task,
            description="pages, still looking" if backfill.state == "walking" else "pages",
            total=max(backfill.new, 1),
            completed=backfill.new - waiting,
            rate=f"{speed:.1f}/s" if speed else "",
        )


def report(backfill: Backfill, pages: Pages, seconds: float, json: bool) -> None:
    """What came of it, for people or as one line of JSON."""
    if json:
        emit(
            {
                "source": backfill.source_id,
                "since": backfill.since.isoformat(),
                "until": backfill.until.isoformat(),
                "listed": backfill.listed,
                "new": backfill.new,
                "fetched": pages.fetched,
                "failed": pages.failed,
                "seconds": round(seconds, 1),
                "state": backfill.state,
            }
        )
    else:
        known = f"{backfill.listed:,} articles listed, {backfill.new:,} of them new"
        had = f"{pages.fetched:,} pages fetched"
        failed = f", {pages.failed:,} failed" if pages.failed else ""
        left = f", {pages.waiting:,} wait" if pages.waiting else ""
        say(f"{known}; {had}{failed}{left}")
    for problem in backfill.walk.problems:
        complain(problem)
    if not backfill.walk.looked and not backfill.walk.failed and backfill.walk.over:
        complain("no archive page of this time was there")

"""`watch backtest`: what a rule would have cost, tried on the articles that are stored."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from wirewatch.cli.call import Command, NotSo, current, now
from wirewatch.cli.out import emit
from wirewatch.cli.queries import pointing
from wirewatch.cli.times import read_time

if TYPE_CHECKING:
    from newsroom.model import Watchlist
    from storage.backtest_reading import Period
    from storage.database import Database

DAYS = 30
_LONGEST = 36_500
_PROPOSED = "proposed"


def _terms(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", f"{name}_", multiple=True, metavar="TERM", help=what)


@click.command("backtest", cls=Command)
@click.argument("name", required=False)
@click.option("--query", metavar="Q", help="The query of a proposed rule.")
@_terms("any", "One of these, as in a watchlist file; repeatable.")
@_terms("all", "And each of these; repeatable.")
@_terms("none", "And none of these; repeatable.")
@click.option(
    "--in",
    "fields",
    multiple=True,
    type=click.Choice(("title", "body", "summary")),
    help="Looked for here alone; repeatable.",
)
@click.option("--source", "sources", multiple=True, metavar="ID", help="In this source alone.")
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="In this language alone.")
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST),
    metavar="N",
    help=f"Over the articles first seen in the last N days.  [default: {DAYS}]",
)
@click.option("--since", metavar="TIME", help='Instead: from here on, "24h", "7d" or an ISO date.')
@click.option("--until", metavar="TIME", help="Before; a date alone takes in its day.")
def backtest(name: str | None, **given: Any) -> None:
    """Tell what a rule would have cost: alerts, stories, samples, and what each term brings.

    The rule is that of the watchlist NAME, or a proposed one: --query, --any, --all and --none.
    With both the proposed rule is tried in place of the saved one, whose --in, --source and --lang
    it keeps unless they are given too, and the two are compared. The watchlist stays as it is, and
    nobody is told.
    """
    from jobs.backtest import Backtest
    from jobs.morphology import KiwiWorker
    from newsroom.matching import compile_watchlist
    from storage.aliases import load_aliases
    from storage.backtest_reading import Period
    from wirewatch.cli.backtest_report import report
    from wirewatch.cli.backtest_shown import report_json, say_report

    call = current()
    proposed = _proposed(given)
    if name is None and not proposed.keys() & {"any", "all", "none", "query"}:
        raise click.UsageError("say what to try: NAME, --query Q, or --any TERM")
    settings = call.settings()
    since, until = _times(given, settings.timezone)
    with call.database(settings, configured=name is not None) as db:
        aliases = {**load_aliases(db), **settings.aliases}
        watchlists = _watchlists(db, name, proposed)
        rules = [
            replace(compile_watchlist(watchlist, aliases), name=which)
            for which, watchlist in watchlists.items()
        ]
        with closing(KiwiWorker()) as morphology:
            trial = Backtest(db, rules, morphology)
            period = Period(since, until, trial.sources())
            with _progress(db, period) as advance:
                tried = trial.run(period, advance)
            found = report(trial, tried, db, period, watchlists, ZoneInfo(settings.timezone))
    if call.json:
        emit(report_json(found))
    else:
        say_report(found, settings.timezone)


def _proposed(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say of a rule, by the keys of a watchlist."""
    from newsroom.query import parse_term
    from newsroom.query_parse import parse_query

    terms = {key: given[f"{key}_"] for key in ("any", "all", "none") if given[f"{key}_"]}
    for entry in (entry for entries in terms.values() for entry in entries):
        with pointing(entry):
            parse_term(entry)
    found: dict[str, Any] = dict(terms)
    if given["query"] is not None:
        with pointing(given["query"]):
            parse_query(given["query"], alone=not terms.keys() & {"any", "all"})
        found["query"] = given["query"]
    filters = ("fields", "sources", "languages")
    return found | {key: given[key] for key in filters if given[key]}


def _times(given: dict[str, Any], timezone: str) -> tuple[datetime, datetime]:
    if given["days"] is not None and given["since"] is not None:
        raise click.UsageError("write either --days or --since")
    at = now()
    times = {}
    for name, end in (("since", False), ("until", True)):
        if given[name] is not None:
            try:
                times[name] = read_time(given[name], at, timezone, end=end)
            except ValueError as error:
                raise click.BadParameter(str(error), param_hint=f"--{name}") from None
    until = times.get("until", at)
    since = times.get("since")
    if since is None:
        since = until - timedelta(days=given["days"] or DAYS)
    if since >= until:
        raise click.UsageError("the time from --since to --until is empty")
    return since, until


def _watchlists(db: Database, name: str | None, proposed: dict[str, Any]) -> dict[str, Watchlist]:
    """`old` and `new`, one of them, or both."""
    from newsroom.model import Watchlist
    from storage.sync import load_watchlists

    if name is None:
        return {"new": Watchlist(_PROPOSED, **proposed)}
    stored = (item.watchlist for item in load_watchlists(db))
    old = next((watchlist for watchlist in stored if watchlist.name == name), None)
    if old is None:
        raise NotSo(f"there is no watchlist {name!r}; see `wirewatch watch list`")
    if not proposed:
        return {"old": old}
    if proposed.keys() & {"any", "all", "none", "query"}:
        proposed = {"any": (), "all": (), "none": (), "query": None} | proposed
    return {"old": old, "new": replace(old, **proposed)}


@contextmanager
def _progress(db: Database, period: Period) -> Iterator[Callable[[int], object]]:
    """A bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    from storage.backtest_reading import count

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("trying the rule on the archive", total=count(db, period))
        yield lambda size: progress.advance(task, size)

"""The program's commands, put together."""

from __future__ import annotations

import click

from wirewatch import __version__
from wirewatch.cli.alerting import alerts
from wirewatch.cli.backfilling import backfill
from wirewatch.cli.backtesting import backtest
from wirewatch.cli.call import Group
from wirewatch.cli.configuring import config, init
from wirewatch.cli.database import db
from wirewatch.cli.demonstrating import command as demo
from wirewatch.cli.explaining import explain
from wirewatch.cli.listings import articles, matches, show
from wirewatch.cli.retro import retro
from wirewatch.cli.running import run
from wirewatch.cli.searching import search
from wirewatch.cli.sources import sources
from wirewatch.cli.sources_check import check
from wirewatch.cli.sources_edit import add, export, import_, remove
from wirewatch.cli.standing import status
from wirewatch.cli.stories import stories
from wirewatch.cli.trying import trying
from wirewatch.cli.watching import watch


@click.group(
    "wirewatch",
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="wirewatch", message="%(prog)s %(version)s")
def root() -> None:
    """Watch news outlets for the things a desk must not miss, and mail one alert per story.

    Exit codes: 0 done; 1 the thing asked about is not so; 2 wrong usage or configuration; 3 a
    fault outside (network, database, mail).
    """


for _command in (
    init,
    run,
    status,
    demo,
    sources,
    watch,
    articles,
    stories,
    matches,
    alerts,
    show,
    search,
    backfill,
    db,
    config,
    trying,
):
    root.add_command(_command)
watch.add_command(explain)
watch.add_command(backtest)
watch.add_command(retro)
for _command in (check, add, remove, import_, export):
    sources.add_command(_command)

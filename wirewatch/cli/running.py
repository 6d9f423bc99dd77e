"""`run`: the service, or one pass over what is due."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import click

from wirewatch.cli.call import Call, Command, current
from wirewatch.cli.out import complain, emit

if TYPE_CHECKING:
    from config.settings import Settings
    from jobs.once import PassSummary
    from jobs.service import Service


@click.command("run", cls=Command)
@click.option("--once", is_flag=True, help="One pass over what is due, then end.")
@click.option("--all", "every", is_flag=True, help="With --once: poll every enabled feed.")
@click.option("--role", default="all", metavar="ROLE", help="Which part of the work: all.")
@click.option(
    "--no-web", is_flag=True, help="Do not listen for HTTP (health, unsubscribing, feeds)."
)
def run(once: bool, every: bool, role: str, no_web: bool) -> int:
    """Start the service: poll, fetch, match, mail, until SIGTERM or SIGINT.

    It stays in the foreground and logs to stderr; it ends within 10 seconds of the signal, a
    second SIGINT ends it at once; SIGHUP reads the configuration again, as any change of its
    files does.

    With --once: exit 0 when the pass completed, even if some feeds failed (the summary on stderr
    says so); 3 when no feed could be reached, no due mail could be handed over, or the database
    failed.
    """
    if role != "all":
        raise click.BadParameter(
            f"{role!r} is not served by this version; one process does it all: leave it out",
            param_hint="--role",
        )
    if every and not once:
        raise click.UsageError("--all goes with --once; the service polls every feed in its time")
    call = current()
    settings = call.settings()
    _prepare(settings)
    return _once(settings, every=every, json=call.json) if once else _serve(call, settings, no_web)


def _prepare(settings: Settings) -> None:
    """Logs, and the loop: its reactor has to stand before anything imports Scrapy."""
    from crawler.reactor import install
    from wirewatch.logs import setup

    setup(settings.log.level, settings.log.format)
    install()


def _once(settings: Settings, *, every: bool, json: bool) -> int:
    from crawler import reactor
    from wirewatch.app import single_pass

    async def one_pass() -> int:
        summary = await single_pass(
            settings, every=every, warn=lambda warning: complain(f"warning: {warning}")
        )
        for line in summary.lines():
            complain(line)
        if json:
            emit(_summary_line(summary))
        return summary.exit_code

    return reactor.run(one_pass)


def _summary_line(summary: PassSummary) -> dict[str, object]:
    mails = summary.mails
    return {
        "polls": Counter({reason.value: count for reason, count in summary.polls.items()}),
        "mails": {
            "due": mails.due,
            "sent": mails.sent,
            "held": mails.held,
            "deferred": mails.deferred,
            "channel_down": mails.channel_down,
        },
    }


def _serve(call: Call, settings: Settings, no_web: bool) -> int:
    import asyncio

    from crawler import reactor
    from wirewatch.app import serve
    from wirewatch.cli.reloading import Reading
    from wirewatch.cli.stopping import Stopping
    from wirewatch.web.serving import serving

    reading = Reading(call.settings, settings)
    web = partial(serving, settings.web) if settings.web.enabled and not no_web else None

    def started(service: Service) -> None:
        loop = asyncio.get_running_loop()
        Stopping(service.stop).listen(loop)
        reading.listen(loop)

    return reactor.run(lambda: serve(settings, reading, web=web, started=started))

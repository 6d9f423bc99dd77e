"""`wirewatch demo`: a small news day on this machine, from the feeds to the mails.

The outlets are played on loopback; everything that watches them is the service as it runs at a
desk. Nothing else is contacted, and no configuration of the user's is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from wirewatch.demo.day import LENGTH, load_day
from wirewatch.demo.setting import LOG_FILE, RECIPIENT, ZONE, configure, make_folder
from wirewatch.demo.stage import Stage
from wirewatch.demo.voice import Voice

NOT_SO = 1
INTERRUPTED = 130

HOUR_S = 1.75
"""Seconds an hour of the day takes, where nothing holds it up."""
LIMIT_S = 90.0
"""The day takes no longer, however slow the machine."""


@click.command("demo", add_help_option=False)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def _arguments(folder: Path | None) -> int:
    try:
        made = make_folder(folder, Path.cwd())
    except OSError as error:
        where = error.filename or folder
        raise click.UsageError(f"{where}: {error.strerror or error}") from error
    return play_in(made)


def main(args: Sequence[str] = ()) -> int:
    """Run the demo: 0 as expected, 1 something came out otherwise, 130 interrupted.

    `args` may name the folder to keep everything in, which must be new or empty; by default a new
    `wirewatch-demo` where we stand, or, where that may not be written, one for temporary files.
    """
    code = _arguments.main(list(args), prog_name="wirewatch demo", standalone_mode=False)
    return int(code)


def play_in(folder: Path, *, hour_s: float = HOUR_S, limit_s: float = LIMIT_S) -> int:
    """Play the day in an empty folder; the exit code."""
    # Scrapy may only be imported once the reactor stands, so all that leads to it comes late
    from crawler import reactor
    from wirewatch.logs import setup

    voice = Voice()
    with ExitStack() as stack:
        log = stack.enter_context((folder / LOG_FILE).open("w", encoding="utf-8"))
        setup("info", "text", log)
        reactor.install()
        return _play(folder, voice, hour_s, limit_s)


def _play(folder: Path, voice: Voice, hour_s: float, limit_s: float) -> int:
    from crawler import reactor
    from wirewatch.demo.clock import DayClock
    from wirewatch.demo.expect import expected_subjects, judge
    from wirewatch.demo.play import Played, play
    from wirewatch.demo.server import on_air
    from wirewatch.demo.summary import show_verdict, show_where, summarise

    day = load_day(day_start(datetime.now(UTC)))
    stage = Stage(day)
    ended: list[Played] = []
    _introduce(folder, voice)
    with on_air(stage):
        settings = configure(folder, day.topics, stage.bases)
        clock = DayClock(day.start, hour_s)

        async def played() -> int:
            ended.append(await play(day, stage, settings, clock, voice, limit_s=limit_s))
            return 0

        reactor.run(played)
    result = ended[0]
    if result.interrupted:
        voice.say()
        voice.say(f"Interrupted. What came so far is in {folder}", style="bold")
        return INTERRUPTED
    summarise(day, stage, result, folder, voice)
    show_where(result, folder, voice)
    wrong = [*judge(day, stage, result.seen, result.mails), *(f"still: {w}" for w in result.left)]
    show_verdict(wrong, len(expected_subjects(day)), folder, voice)
    return NOT_SO if wrong else 0


def day_start(now: datetime) -> datetime:
    """When a day begins that ends now, in the outlets' zone: a round time."""
    begin = now.astimezone(ZoneInfo(ZONE)) - LENGTH
    return begin.replace(minute=begin.minute // 10 * 10, second=0, microsecond=0)


def _introduce(folder: Path, voice: Voice) -> None:
    voice.say("A news day of eight hours in about twenty seconds, invented, on this machine only:")
    voice.say("The Korea Herald and Yonhap in English and Korean, watched by the real service.")
    voice.say(f"Mails go to {RECIPIENT}, that is, into {folder}/outbox")
    voice.say()

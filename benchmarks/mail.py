"""A burst of 5,000 alerts: rendered beside jinja2 alone, sent beside plain smtplib.

Rendering: `alerts.render.render` of 5,000 different immediate alerts, against jinja2 with the same
HTML template and the same view objects, and against jinja2 for both parts with the standard
library's EmailMessage around them, which is what it takes to have the same mail.

Sending: the delivery step as the service runs it (claims, judging, stored bytes, an attempt and its
end written for each mail, SQLite with synchronous=FULL) over mails that are rendered already,
against smtplib over one connection kept open with the same bytes. Both send to the same server in a
process of its own which only answers, and take turns every 500 mails; so does our channel by
itself, without the outbox. Then the whole: 5,000 due
alerts, nothing rendered.

    python -m benchmarks.mail [ALERTS] [--postgres URL]
"""

from __future__ import annotations

import argparse
import asyncio
import smtplib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from sqlalchemy import insert, update

from alerts.html import html_text
from alerts.model import AlertContent, HealthContent
from alerts.plain import plain_text
from alerts.render import render, subject
from alerts.smtp import SmtpChannel
from alerts.view import view
from benchmarks.mail_material import fill
from benchmarks.mail_sink import Sink
from config.settings import MailSettings, Settings
from jobs.clock import SystemClock
from jobs.desk import Desk, MailVoice
from jobs.mails import content_of
from jobs.rules import read_rules
from jobs.step_deliver import deliver
from newsroom.ports import Fetcher, Reader
from storage.alert_batches import read_claims
from storage.database import Database
from storage.migrate import ensure
from storage.outbox_tables import alerts, messages
from wirewatch.app import desk_of

SENDER = "Wirewatch <wirewatch@example.org>"
PORTION = 500
ROUNDS = 3


@contextmanager
def filled(count: int, url: str | None) -> Iterator[Database]:
    """A database with `count` alerts, due a day from now."""
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as folder:
        db = Database(url or f"sqlite:///{folder}/news.db")
        ensure(db)
        fill(db, count, SystemClock().now())
        with db.write() as conn:
            conn.execute(update(alerts).values(due_at=SystemClock().now() + timedelta(hours=4)))
        yield db
        db.close()


def contents(db: Database, count: int) -> list[AlertContent]:
    """What the mails of all alerts say."""
    rules = read_rules(db)
    voice = MailVoice(SENDER, "example.org", "Asia/Seoul", "en", "", "b" * 16, b"k" * 32)
    found: list[AlertContent] = []
    for begin in range(1, count + 1, PORTION):
        with db.read() as conn:
            claims = read_claims(conn, range(begin, min(begin + PORTION, count + 1)))
        found += [content_of(claim, rules, voice, HealthContent(2)) for claim in claims]
    return found


class Timer:
    """Wall and processor time of what is done under it, added up."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> Timer:
        self._begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._begun[0]
        self.cpu += time.process_time() - self._begun[1]


def rendering(shown: Sequence[AlertContent]) -> None:
    """Three rounds in turn; the best of each counts."""
    now = SystemClock().now()
    views = [view(content) for content in shown]
    lines = [subject(content) for content in shown]

    def alone() -> None:
        for one, line in zip(views, lines, strict=True):
            html_text(one, line)

    def assembled() -> None:
        for content, one, line in zip(shown, views, lines, strict=True):
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = line, SENDER, content.recipient
            mail["Message-ID"] = content.message_id
            mail.set_content(plain_text(one))
            mail.add_alternative(html_text(one, line), subtype="html")
            mail.as_bytes()

    def ours() -> None:
        for content in shown:
            render(content, now=now)

    took: dict[str, list[float]] = {"ours": [], "alone": [], "assembled": []}
    for _ in range(ROUNDS):
        for name, work in (("alone", alone), ("assembled", assembled), ("ours", ours)):
            timer = Timer()
            with timer:
                work()
            took[name].append(timer.cpu)
    best = {name: min(times) / len(shown) * 1e6 for name, times in took.items()}
    print(f"rendering {len(shown):,} alerts, processor's time")
    print(f"  ours: {best['ours']:.0f} µs a mail")
    for name, what in (("alone", "jinja2, HTML"), ("assembled", "both parts and EmailMessage")):
        print(f"  {what}: {best[name]:.0f} µs a mail, ratio {best[name] / best['ours']:.2f}")


class Idle:
    """Nothing is fetched and nothing is read here."""

    async def stop(self) -> None:
        """Nothing is open."""


@contextmanager
def runner(db: Database, port: int, folder: Path) -> Iterator[Callable[[], int]]:
    """A delivery pass over a desk as the service has it: how many mails went."""
    settings = Settings(
        data_dir=folder,
        database_url=str(db.engine.url.render_as_string(hide_password=False)),
        mail=MailSettings(url=f"smtp://127.0.0.1:{port}", sender=SENDER),
    )
    with asyncio.Runner() as loop:
        idle = Idle()
        context = desk_of(settings, db, fetcher=cast("Fetcher", idle), reader=cast("Reader", idle))
        desk: Desk = loop.run(context.__aenter__()).desk
        try:
            yield lambda: loop.run(deliver(desk)).sent
        finally:
            loop.run(context.__aexit__(None, None, None))


def due(db: Database, begin: int, end: int) -> None:
    """These alerts fall due now."""
    now = SystemClock().now()
    with db.write() as conn:
        which = alerts.c.id.between(begin, end - 1)
        conn.execute(update(alerts).where(which).values(due_at=now - timedelta(seconds=1)))


def sending(db: Database, mails: Sequence[tuple[str, bytes]], *, pipelining: bool) -> None:
    """Rendered mails: smtplib and the delivery step in turn."""
    with db.write() as conn:
        conn.execute(
            insert(messages),
            [
                {"alert_id": n, "data": data, "rendered_at": SystemClock().now()}
                for n, (_, data) in enumerate(mails, 1)
            ],
        )
    peer, channel, ours, ratios = Timer(), Timer(), Timer(), []
    with (
        Sink(*["PIPELINING"] * pipelining) as sink,
        tempfile.TemporaryDirectory() as folder,
        runner(db, sink.port, Path(folder)) as run,
    ):
        link = smtplib.SMTP("127.0.0.1", sink.port)
        link.ehlo()
        bare = SmtpChannel(f"smtp://127.0.0.1:{sink.port}", None, SENDER)
        for begin in range(0, len(mails), PORTION):
            portion = mails[begin : begin + PORTION]
            before = peer.wall, ours.wall
            with peer:
                for to, data in portion:
                    link.sendmail("wirewatch@example.org", [to], data)
            with channel:
                for to, data in portion:
                    bare.send(to, data, filename="bench.eml")
            due(db, begin + 1, begin + 1 + len(portion))
            sink.taken()
            with ours:
                sent = run()
            assert sent == len(portion) == sink.taken()[0]
            ratios.append((peer.wall - before[0]) / (ours.wall - before[1]))
        link.quit()
        bare.close()
    count = len(mails)
    what = "with" if pipelining else "without"
    print(f"sending {count:,} rendered mails to a server {what} PIPELINING, {db.dialect}")
    for name, timer in (("smtplib", peer), ("the channel alone", channel), ("ours", ours)):
        print(
            f"  {name}: {count / timer.wall:,.0f} mails/s, {timer.wall / count * 1e6:.0f} µs a mail"
            f" by the clock, {timer.cpu / count * 1e6:.0f} µs of the processor's"
        )
    print(
        f"  channel alone: ratio {peer.wall / channel.wall:.2f}, of processor's time"
        f" {peer.cpu / channel.cpu:.2f}"
    )
    print(
        f"  ratio {peer.wall / ours.wall:.2f}; of the portions: median"
        f" {statistics.median(ratios):.2f}, best {max(ratios):.2f}"
    )


def burst(db: Database, count: int) -> None:
    """Everything falls due at once, nothing is rendered."""
    due(db, 1, count + 1)
    timer = Timer()
    with (
        Sink("PIPELINING") as sink,
        tempfile.TemporaryDirectory() as folder,
        runner(db, sink.port, Path(folder)) as run,
    ):
        with timer:
            sent = run()
        taken, octets, _ = sink.taken()
    assert sent == taken == count
    print(
        f"{count:,} due alerts, from the database to the sink, {db.dialect}: {timer.wall:.1f} s,"
        f" {count / timer.wall:,.0f} mails/s, {timer.cpu / count * 1e6:.0f} µs of the processor's"
        f" a mail, {octets / count / 1000:.1f} kB each"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("alerts", type=int, nargs="?", default=5_000)
    arguments.add_argument("--postgres", help="URL of an empty database, instead of SQLite")
    arguments.add_argument("--only", choices=["render", "send", "burst"])
    options = arguments.parse_args()
    wanted = [options.only] if options.only else ["render", "send", "burst"]
    count: int = options.alerts
    with filled(count, None) as db:
        shown = contents(db, count)
    now = SystemClock().now()
    if "render" in wanted:
        rendering(shown)
    if "send" in wanted:
        mails = [(content.recipient, render(content, now=now)) for content in shown]
        for pipelining in (True, False):
            with filled(count, options.postgres) as db:
                sending(db, mails, pipelining=pipelining)
    if "burst" in wanted:
        with filled(count, options.postgres) as db:
            burst(db, count)


if __name__ == "__main__":
    main()

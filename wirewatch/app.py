"""The one place that puts the parts together: from settings to a desk, a pass or a service."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from alerts.address import domain_of
from alerts.channels import open_channel, open_url
from config.added_sources import with_added
from config.settings import Settings
from jobs.channels import Channels
from jobs.clock import SystemClock
from jobs.desk import Desk, MailVoice
from jobs.mailroom import Mailroom, renewed
from jobs.morphology import KiwiWorker
from jobs.once import PassSummary, run_once
from jobs.owner import is_alive, this_process
from jobs.rules import read_rules
from jobs.service import Service
from newsroom.errors import ConfigError, DatabaseUnavailable
from newsroom.model import Owner
from newsroom.ports import Clock, Fetcher, Reader
from storage.database import Database
from storage.installation import installation, secret
from storage.migrate import ensure
from storage.notices import end_notice, is_noticed
from storage.owners import register, release_dead, retire
from storage.source_edits import read_sources, sources_version
from storage.store import Store
from storage.sync import sync_sources, sync_watchlists

if TYPE_CHECKING:
    from jobs.pools import WorkerPool

log = logging.getLogger("wirewatch.app")

REFUSED = "configuration"
"""Subject of the notice that changed files were refused."""


def open_database(settings: Settings, clock: Clock | None = None) -> Database:
    """The database, its schema in place and the configuration in its tables."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = Database(settings.database_url)
    try:
        ensure(db)
        put_configuration(db, settings, clock or SystemClock())
    except BaseException:
        db.close()
        raise
    return db


def put_configuration(db: Database, settings: Settings, clock: Clock) -> None:
    """Sources and watchlists of the settings into the tables; an open refusal is over.

    Sources added by hand are among them. Where the tables say all that already nothing is written,
    and whoever writes at the time is not waited for.
    """
    now = clock.now()
    sync_sources(db, in_force(db, settings).settings.sources, now)
    sync_watchlists(db, settings.watchlists, now, settings.own_aliases)
    with db.read() as connection:
        refused = is_noticed(connection, REFUSED)
    if refused:
        with db.write() as connection:
            end_notice(connection, REFUSED, now)


class InForce(NamedTuple):
    """Settings with the sources that the database keeps, and the version of those."""

    settings: Settings
    version: int


def in_force(db: Database, settings: Settings) -> InForce:
    """What the files say, with the database's own sources laid over it."""
    kept = read_sources(db)
    return InForce(with_added(settings, kept.definitions), kept.version)


WebPart = Callable[
    [Database, Clock, Callable[[], datetime | None], Callable[[], MailVoice]],
    AbstractAsyncContextManager[None],
]
"""Listens while its context is open; given the database, the clock, the last tick, and how mails
speak at present."""


@dataclass
class Parts:
    """What was built for one process, for those who need more than the desk."""

    desk: Desk
    owner: Owner
    pool: WorkerPool | None
    files: Settings
    """What the files said at the start."""
    in_force: Settings
    """With the database's own sources among them."""
    sources_version: int = 0
    """Of those."""


@asynccontextmanager
async def desk_of(
    settings: Settings,
    db: Database,
    *,
    clock: Clock | None = None,
    fetcher: Fetcher | None = None,
    reader: Reader | None = None,
) -> AsyncIterator[Parts]:
    """Everything the steps work with, closed in order at the end.

    `clock`, `fetcher` and `reader` may be handed in, so that years can be played in seconds.
    """
    clock = clock or SystemClock()
    files = settings
    settings, version = in_force(db, files)
    owner = this_process()
    register(db, owner, clock.now())
    release_dead(db, owner, is_alive, clock.now())
    threads = ThreadPoolExecutor(4, thread_name_prefix="storage")
    channels = channels_of(settings)
    pool = None if reader is not None else worker_pool(settings)
    built = fetcher or await start_fetcher(settings)
    morphology = KiwiWorker()
    desk = Desk(
        clock=clock,
        store=Store(db, owner.id),
        threads=threads,
        fetcher=built,
        reader=reader or cast("Reader", pool),
        channels=channels,
        voice=voice_of(settings, db),
        sources={source.id: source for source in settings.sources},
        rules=read_rules(db, morphology),
        wait_for_page=settings.mail.wait_for_page,
        story_window=settings.stories.window,
        morphology=morphology,
        data_dir=settings.data_dir,
        mailroom=_mailroom(None, settings),
    )
    try:
        yield Parts(desk, owner, pool, files, settings, version)
    finally:
        desk.stopping = True
        if desk.mailroom is not None:
            desk.mailroom.close()
        if fetcher is None:
            await built.stop()
        if pool is not None:
            await pool.close()
        await channels.close()
        threads.shutdown(wait=True, cancel_futures=True)
        morphology.close()  # not while something is matched: undecided terms count as hits
        retire(db, owner, clock.now())


def channels_of(settings: Settings) -> Channels:
    """What carries messages; nothing is connected to yet."""
    bundle = str(settings.fetch.ca_bundle or "")
    mail = open_channel(
        settings.mail.url,
        settings.mail.password,
        settings.mail.sender,
        settings.data_dir / "outbox",
        bundle,
    )
    secret = settings.webhook.secret
    return Channels(mail, lambda url: open_url(url, secret=secret, ca_bundle=bundle))


def _mailroom(present: Mailroom | None, settings: Settings) -> Mailroom | None:
    """Where mails come back to, as the settings say now."""
    mail = settings.mail
    ca_bundle = str(settings.fetch.ca_bundle or "")
    return renewed(present, mail.mailbox, mail.mailbox_password, ca_bundle)


def worker_pool(settings: Settings) -> WorkerPool:
    """The processes that read untrusted bytes; none is started before the first work."""
    from jobs.pools import WorkerPool

    return WorkerPool(workers=settings.fetch.workers)


async def start_fetcher(settings: Settings) -> Fetcher:
    """The one engine that makes every request."""
    from crawler.fetcher import ScrapyFetcher  # Scrapy may only be imported once a reactor stands
    from crawler.policy import FetchPolicy

    fetch = settings.fetch
    return await ScrapyFetcher.start(
        FetchPolicy(
            user_agent=fetch.user_agent,
            obey_robots=fetch.obey_robots,
            proxy=fetch.proxy or "",
            ca_bundle=str(fetch.ca_bundle or ""),
            allow_private_networks=fetch.allow_private_networks,
            timeout=fetch.timeout,
            max_bytes=fetch.max_bytes,
            delays=_delays(settings),
        )
    )


def _delays(settings: Settings) -> dict[str, timedelta]:
    return {host: source.delay for source in settings.sources for host in source.hosts}


def voice_of(settings: Settings, db: Database) -> MailVoice:
    """How this installation's mails speak."""
    return MailVoice(
        sender=settings.mail.sender,
        domain=domain_of(settings.mail.sender),
        timezone=settings.timezone,
        language=settings.language,
        base_url=settings.base_url or "",
        installation=installation(db),
        secret=secret(db),
        operator=settings.mail.operator,
    )


async def single_pass(
    settings: Settings,
    *,
    every: bool,
    clock: Clock | None = None,
    warn: Callable[[str], None] = log.warning,
) -> PassSummary:
    """`run --once`: one pass over what is due; `warn` is told what the settings' author may not
    expect."""
    db = await asyncio.to_thread(open_database, settings, clock)
    try:
        async with desk_of(settings, db, clock=clock) as parts:
            for warning in parts.in_force.warnings:
                warn(warning)
            return await run_once(parts.desk, every=every)
    finally:
        db.close()


async def serve(
    settings: Settings,
    read_again: Callable[[], Settings | None],
    *,
    web: WebPart | None = None,
    started: Callable[[Service], None] | None = None,
) -> int:
    """`run`: work until SIGTERM or SIGINT; the exit code.

    `web` is what listens beside it, if anything. `read_again` gives new settings when the files
    changed, None when they did not, and raises ConfigError for files that are wrong: the old ones
    stay in force then, with a notice.
    """
    db = await asyncio.to_thread(open_database, settings)
    try:
        async with desk_of(settings, db) as parts:
            service = Service(parts.desk, parts.owner, is_alive, _reloading(parts, db, read_again))
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, service.stop)
            if started is not None:
                started(service)
            for warning in parts.in_force.warnings:
                log.warning(warning)
            watched = sum(source.enabled for source in parts.in_force.sources)
            log.info("started", extra={"sources": watched})
            page: AbstractAsyncContextManager[None] = nullcontext()
            if web is not None:
                page = web(
                    db, parts.desk.clock, lambda: service.last_tick, lambda: parts.desk.voice
                )
            async with page:
                await service.run()
            log.info("stopping")
    finally:
        db.close()
    return 0


def _reloading(
    parts: Parts, db: Database, read_again: Callable[[], Settings | None]
) -> Callable[[], Awaitable[None]]:
    """What takes over files that changed, and sources that were edited by hand."""
    desk = parts.desk
    files = parts.files
    known = parts.sources_version
    read: Settings | None = None  # and not yet in the tables

    async def reload() -> None:
        nonlocal read, files, known
        try:
            read = await desk.call(read_again) or read
            if read is None:
                if await desk.call(sources_version, db) != known:
                    known = await _take_over_sources(desk, db, files)
                return
            settings = read
            await desk.call(put_configuration, db, settings, desk.clock)
            now_in_force = await desk.call(in_force, db, settings)
            files, read = settings, None
        except DatabaseUnavailable as error:
            log.error("configuration waits", extra={"why": str(error)})
            return
        except ConfigError as error:
            read = None
            log.error("configuration refused", extra={"why": str(error)})
            await desk.call(
                desk.store.notice,
                REFUSED,
                f"watchlist or settings file refused, the old one stays in force\n{error}",
                desk.clock.now(),
            )
            return
        settings, known = now_in_force
        _use_sources(desk, settings)
        desk.voice = await desk.call(voice_of, settings, db)
        desk.mailroom = _mailroom(desk.mailroom, settings)
        desk.wait_for_page = settings.mail.wait_for_page
        desk.story_window = settings.stories.window
        await desk.reload_rules()
        log.info("configuration read again")

    return reload


async def _take_over_sources(desk: Desk, db: Database, files: Settings) -> int:
    """Sources were added or taken back by hand; the version that is known now."""
    settings, version = await desk.call(in_force, db, files)
    # first here, then in the tables: nothing is polled before its language and zone are known
    _use_sources(desk, settings)
    await desk.call(sync_sources, db, settings.sources, desk.clock.now())
    log.info("sources read again", extra={"sources": sum(s.enabled for s in settings.sources)})
    return version


def _use_sources(desk: Desk, settings: Settings) -> None:
    desk.sources = {source.id: source for source in settings.sources}
    desk.fetcher.update_delays(_delays(settings))

"""Reading the whole configuration: environment before file before default (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.aliases import aliases_in_force, shipped_aliases
from config.catalogue import load_catalogue
from config.document import Document, read_document
from config.environment import read_environment
from config.main_file import MainFile
from config.paths import default_data_dir, expand, find_config, resolve_database
from config.resolve import Resolver
from config.settings import (
    LogSettings,
    MailSettings,
    Settings,
    StoriesSettings,
    WebhookSettings,
    WebSettings,
)
from config.shapes import Database, Fetch, Log, Mail, Stories, Top, Web, Webhook
from config.sources import merge_sources
from config.values import Bad, nearest, quote
from config.watchlist_reader import WatchlistReader
from newsroom.errors import ConfigError, Problem
from newsroom.model import NotifyRule, Source, Watchlist
from newsroom.recipients import kind_of

WATCHLISTS = "watchlists.toml"
"""Read where it stands beside the main file and that names none."""

EXAMPLE = Watchlist(
    name="THAAD",
    any=("THAAD", "Terminal High Altitude Area Defense", "사드", "고고도미사일방어체계"),
    none=("사드 후작",),
    notify=(NotifyRule(to=("you@localhost",)),),
)
"""Stands while there is no configuration and no other watchlist."""


def load(path: Path | None = None, *, environ: Mapping[str, str], cwd: Path) -> Settings:
    """The configuration in force: the file named, or the first found, or built-in defaults.

    Raises ConfigError with everything that is wrong: the environment first, then file by file,
    line by line. Reads files only; creates nothing.
    """
    found = find_config(path, environ, cwd)
    document = read_document(found) if found else Document("built-in defaults", {}, {})
    environment = read_environment(environ, cwd)
    main = MainFile(document, environment, list(environment.problems))
    base = found.parent if found else cwd
    resolver = Resolver(main, base, environ)

    top = main.top() or Top()
    database = main.section(Database, "database") or Database()
    mail = resolver.mail(main.section(Mail, "mail") or Mail())
    webhook = resolver.webhook(main.section(Webhook, "webhook") or Webhook())
    fetch = resolver.fetch(main.section(Fetch, "fetch") or Fetch())
    stories = main.section(Stories, "stories") or Stories()
    log = main.section(Log, "log") or Log()
    web = resolver.web(main.section(Web, "web") or Web())
    sources = merge_sources(load_catalogue(), document, origin=document.name)

    named = top.watchlists
    if named is None:
        beside = found is not None and (base / WATCHLISTS).is_file()
        named = (WATCHLISTS,) if beside else ()
    files, documents = _watchlist_documents(named, main, base, environ)
    reader = WatchlistReader(top.timezone)
    for watchlist_document in documents:
        reader.read(watchlist_document)
    reader.resolve(shipped_aliases())
    _raise_all(main, [document, *documents])

    data_dir = base / expand(top.data_dir, environ) if top.data_dir else default_data_dir(environ)
    example = found is None and not files
    watchlists = (EXAMPLE,) if example else tuple(reader.watchlists.values())
    return Settings(
        data_dir=data_dir,
        database_url=resolve_database(database.url, data_dir),
        base_url=top.base_url,
        timezone=top.timezone,
        language=top.language,
        watchlist_files=files,
        retention=top.retention,
        heartbeat_url=top.heartbeat_url,
        mail=mail,
        webhook=webhook,
        fetch=fetch,
        stories=StoriesSettings(stories.window),
        log=LogSettings(log.level, log.format),
        web=web,
        sources=sources,
        watchlists=watchlists,
        builtin_example=example,
        aliases=aliases_in_force(reader.members()),
        own_aliases=tuple(reader.aliases.values()),
        config_file=found,
        files=tuple(dict.fromkeys([*([found] if found else []), *files, *resolver.files])),
        warnings=(
            *resolver.warnings,
            *_not_yet(top, web),
            *_unsigned(webhook, mail, watchlists),
            *unknown_sources(watchlists, sources),
        ),
    )


def _watchlist_documents(
    named: tuple[str, ...], main: MainFile, base: Path, environ: Mapping[str, str]
) -> tuple[tuple[Path, ...], list[Document]]:
    """The watchlist files that are named, read as far as they are TOML."""
    paths: list[Path] = []
    documents: list[Document] = []
    for index, name in enumerate(named):
        path = base / expand(name, environ)
        if path in paths:
            twice = Bad(f"{quote(name)} stands here twice", "write it once")
            main.refuse("", ("watchlists", index), twice)
            continue
        paths.append(path)
        if not path.is_file():
            wrong = f"{quote(str(path))} does not exist"
            hint = "write the name of a watchlist file, or make one with `wirewatch init`"
            main.refuse("", ("watchlists", index), Bad(wrong, hint))
            continue
        try:
            documents.append(read_document(path))
        except ConfigError as error:
            documents.append(Document(str(path), {}, {}, list(error.problems)))
    return tuple(paths), documents


def _raise_all(main: MainFile, documents: list[Document]) -> None:
    problems: list[Problem] = list(main.problems)
    for document in documents:
        problems += document.in_order()
    if problems:
        raise ConfigError(problems)


def _not_yet(top: Top, web: WebSettings) -> list[str]:
    """Settings that are read and checked, and that nothing acts upon in this version."""
    asked = [
        (top.retention, "retention: nothing is pruned by this version"),
        (top.heartbeat_url, "heartbeat_url: it is not pinged by this version"),
        (web.metrics, "web.metrics: this version serves none"),
    ]
    return [warning for value, warning in asked if value]


def _unsigned(
    webhook: WebhookSettings, mail: MailSettings, watchlists: tuple[Watchlist, ...]
) -> list[str]:
    """Whoever finds a webhook's address can send to it; only the signature tells us apart."""
    told = [*mail.operator, *(to for w in watchlists for rule in w.notify for to in rule.to)]
    if webhook.secret or not any(kind_of(to) == "webhook" for to in told):
        return []
    return [
        "webhooks are sent unsigned: write secret_file under [webhook], "
        "or set WIREWATCH_WEBHOOK__SECRET"
    ]


def unknown_sources(watchlists: tuple[Watchlist, ...], sources: tuple[Source, ...]) -> list[str]:
    """A watchlist may name a source that only the database knows, so this is no error."""
    known = [source.id for source in sources]
    warnings = []
    for watchlist in watchlists:
        for unknown in (s for s in watchlist.sources if s not in known):
            near = nearest(unknown, known)
            warnings.append(
                f"{watchlist.origin}: watchlist {quote(watchlist.name)}: no file and no catalogue "
                f"entry has source {quote(unknown)}" + (f'; did you mean "{near}"?' if near else "")
            )
    return warnings

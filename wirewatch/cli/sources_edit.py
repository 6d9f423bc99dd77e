"""`sources add`, `remove`, `import` and `export`: outlets that the database keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from wirewatch.cli.call import Command, current
from wirewatch.cli.out import complain, counted, emit, say

if TYPE_CHECKING:
    from config.settings import Settings
    from newsroom.errors import ConfigError
    from newsroom.model import Source
    from storage.database import Database

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
SHIPPED = "catalogue"
BY_HAND = "db"


class Known(NamedTuple):
    """The sources there are, and where each comes from."""

    db: Database
    settings: Settings
    """As the files have it."""
    files: Mapping[str, Source]
    """The catalogue with the file's tables, by id."""
    sources: Mapping[str, Source]
    """In force: the database's own among them."""
    by_hand: frozenset[str]
    """Ids of which the database keeps something."""
    warnings: tuple[str, ...]

    def refuse_file(self, source_id: str) -> None:
        """Raise ConfigError where the source belongs to a file."""
        source = self.files.get(source_id)
        if source is not None and source.origin not in (SHIPPED, BY_HAND):
            raise refusal(
                source.origin, f"the source {source_id!r} belongs to this file", "change it there"
            )

    def owners(self) -> dict[str, Source]:
        """Which source a feed belongs to, by `feed_key`; an enabled one before one that is off."""
        from newsroom.discovery import feed_key

        by_use = sorted(self.sources.values(), key=lambda source: source.enabled)
        return {feed_key(feed): source for source in by_use for feed in source.feeds}


@contextmanager
def known_sources() -> Iterator[Known]:
    """The database, open, and what it and the files have of sources; edits take effect after."""
    from config.added_sources import with_added
    from storage.source_edits import read_sources

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        kept = read_sources(db)
        laid = with_added(settings, kept.definitions)
        yield Known(
            db,
            settings,
            {source.id: source for source in settings.sources},
            {source.id: source for source in laid.sources},
            frozenset(str(one.get("id")) for one in kept.definitions),
            tuple(warning for warning in laid.warnings if warning not in settings.warnings),
        )
        if read_sources(db).version != kept.version:
            call.configure(db, settings)


def refusal(where: str, problem: str, hint: str) -> ConfigError:
    """What ends with exit code 2, naming the place."""
    from newsroom.errors import ConfigError, Problem

    return ConfigError([Problem(where, None, "id", problem, hint)])


def tell(value: dict[str, Any], text: str) -> None:
    """One line of what was done."""
    if current().json:
        emit(value)
    else:
        say(text)


@click.command("add", cls=Command)
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", metavar="ID", help="What it is called here; else made up.")
@click.option("--name", metavar="NAME", help="The outlet's name; else as the site says it.")
@click.option("--language", metavar="CODE", help="Its language: en, ko, ...; else as stated.")
@click.option("--timezone", metavar="ZONE", help="For dates without one; else guessed.")
@click.option("--yes", is_flag=True, help="Add it without asking.")
def add(url: str, *, yes: bool, **given: str | None) -> None:
    """Add an outlet by the address of its front page, or of a feed.

    Looks for feeds, listings and sitemaps, tries three articles, shows what would be stored and
    the [[source]] table it comes to, and asks. Without a terminal nothing is added unless --yes
    is given. What is added is kept in the database; a running service takes it up within seconds.

    The ID of an outlet of the catalogue that is off turns it on.

    Exit 1 where no feed or listing is found, 2 for an address that may not be used or is watched
    already, 3 where the site cannot be reached.
    """
    if _ID.fullmatch(url) and url != "localhost":
        _turn_on(url)
        return
    from wirewatch.cli.sources_found import add_found

    add_found(url, given, yes=yes)


@click.command("remove", cls=Command)
@click.argument("source", metavar="ID")
def remove(source: str) -> None:
    """Remove a source that was added by hand; all that was seen of it stays.

    One of the catalogue that was turned on by hand goes off again. One that stands in a file is
    removed there (exit 2); one that ships with Wirewatch is paused instead.
    """
    from newsroom.errors import UnknownName
    from storage.source_edits import forget_source

    with known_sources() as known:
        known.refuse_file(source)
        if source not in known.by_hand:
            if source in known.files:
                hint = f"say `wirewatch sources pause {source}`, or write enabled = false"
                raise refusal(SHIPPED, f"the source {source!r} ships with Wirewatch", hint)
            raise UnknownName(f"there is no source {source!r}; see `wirewatch sources list`")
        forget_source(known.db, source)
        stays = known.files.get(source)
    what = "is as the catalogue has it again" if stays else "is removed; its articles stay"
    tell({"id": source, "removed": True}, f"source {source} {what}")


def _turn_on(source_id: str) -> None:
    """Use a source of the catalogue that is off."""
    from newsroom.errors import UnknownName
    from storage.source_edits import keep_sources

    with known_sources() as known:
        source = known.sources.get(source_id)
        if source is None:
            raise UnknownName(
                f"the catalogue has no source {source_id!r}; give the address of its front page "
                "or feed, with http:// or https://"
            )
        if source.enabled:
            tell({"id": source_id, "added": False}, f"source {source_id} is on already")
            return
        known.refuse_file(source_id)
        keep_sources(known.db, [{"id": source_id, "enabled": True}])
    tell({"id": source_id, "added": True}, f"source {source_id} ({source.name}) is on")


@click.command("import", cls=Command)
@click.argument("file", metavar="OPML")
def import_(file: str) -> None:
    """Add the feeds of an OPML file (`-`: standard input), as other readers export them.

    Feeds of one host under one title become one source. A feed that is watched already, or stands
    there twice, is skipped; so is an outline whose address cannot be used, with its reason.
    Nothing is fetched: the feeds are polled like any other, and the private addresses among them
    are refused then. Exit 2 where the file is no OPML or holds too many feeds.
    """
    from config.opml import read_opml
    from storage.source_edits import keep_sources
    from wirewatch.cli.opml_in import definitions_of, read_bytes

    name = "standard input" if file == "-" else file
    outlines = read_opml(read_bytes(file), name)
    with known_sources() as known:
        taken = {source.id: source for source in known.sources.values()}
        found = definitions_of(outlines, known.owners(), taken)
        if found.definitions:
            keep_sources(known.db, found.definitions)
    if current().json:
        for definition in found.definitions:
            emit({"id": definition["id"], "added": True, "feeds": definition["feeds"]})
        for url, why in found.skipped:
            emit({"url": url, "added": False, "reason": why})
        return
    for url, why in found.skipped:
        complain(f"skipped: {url or 'an outline'}: {why}")
    for definition in found.definitions:
        feeds = counted(len(definition["feeds"]), "feed")
        say(f"{definition['id']}: {definition['name']}, {feeds}")
    all_feeds = sum(len(definition["feeds"]) for definition in found.definitions)
    complain(
        f"{counted(len(found.definitions), 'source')} added with {counted(all_feeds, 'feed')}, "
        f"{counted(len(found.skipped), 'outline')} skipped"
    )


@click.command("export", cls=Command)
@click.option("--all", "every", is_flag=True, help="Those that are off too.")
def export(*, every: bool) -> None:
    """Print the feeds of all sources that are on as OPML 2.0, sorted by name.

    `sources import` reads it, and so do other feed readers. With --json: a line per feed.
    """
    from config.opml import write_opml

    with known_sources() as known:
        chosen = [s for s in known.sources.values() if every or s.enabled]
    without = sum(not source.feeds for source in chosen)
    if current().json:
        for source in sorted(chosen, key=lambda s: (s.name.casefold(), s.id)):
            for feed in source.feeds:
                line = {"id": source.id, "name": source.name, "language": source.language}
                emit(line | {"url": feed})
    else:
        say(write_opml(chosen).rstrip("\n"))
    if without:
        complain(f"{without} of the sources have listings alone, which OPML cannot say")

"""`watch`: what is looked for, and who is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from wirewatch.cli.call import Group, current, now
from wirewatch.cli.out import Json, complain, emit, pairs, say, table
from wirewatch.cli.retro import days_option
from wirewatch.cli.times import local
from wirewatch.cli.watch_shown import (
    as_file,
    cells,
    feed_addresses,
    feed_hint,
    masked,
    named_recipient,
    origin,
    read_desk,
    read_one,
    watchlist_line,
)

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")


@click.group("watch", cls=Group, invoke_without_command=True)
@click.pass_context
def watch(context: click.Context) -> None:
    """List watchlists, or show, add, remove, pause, resume, apply or export them.

    One that stands in a file is changed there; pausing works on all.
    """
    if context.invoked_subcommand is None:
        context.invoke(listed)


@watch.command("list")
def listed() -> None:
    """List the watchlists in force, oldest first."""
    call = current()
    desk = read_desk()
    seen = [masked(item) for item in desk.stored]
    if call.json:
        for item in seen:
            emit(watchlist_line(item, desk.paused))
        return
    columns = ("name", "terms", "told", "from", "paused", "added")
    table(columns, [cells(item, desk.timezone) for item in seen], flexible="terms")


@watch.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print one watchlist as a watchlist file has it.

    Alias sets of your own that it uses stand below it. Exit 1 where there is no such watchlist.
    """
    item, line, desk = read_one(name)
    if current().json:
        emit(line)
        return
    say(as_file([item], desk.aliases))
    pairs([("# from", origin(item.watchlist))])
    for key in ("added_at", "paused_at"):
        pairs([(f"# {key.removesuffix('_at')}", local(line[key], desk.timezone))])
    for pause in line["pauses"]:
        since = local(pause["since"], desk.timezone)
        pairs([("# not told", f"{pause['recipient']}, {pause['why']} since {since}")])
    pairs([("# feed", address) for address in line["feeds"].values()])
    pairs([("#", feed_hint(desk.settings))])


@watch.command("feed")
@click.argument("name")
@click.option("--renew", is_flag=True, help="Give it new addresses; the old ones end.")
def feed(name: str, renew: bool) -> None:
    """Print where a feed of a watchlist's matches is read, as Atom and as JSON Feed.

    Whoever knows an address reads the feed, without a login: pass it on as you would a password.
    """
    from storage.installation import secret
    from storage.match_feed import feed_key_by_name, renew_feed_key

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        read = renew_feed_key if renew else feed_key_by_name
        addresses = feed_addresses(read(db, secret(db), name), settings)
    if call.json:
        emit({"watchlist": name, "feeds": addresses, "renewed": renew})
        return
    for address in addresses.values():
        say(address)
    if hint := feed_hint(settings):
        complain(hint)


@watch.command("add")
@click.argument("name")
@click.argument("terms", nargs=-1, metavar="TERM...")
@click.option("--query", metavar="Q", help="A query that has to hold.")
@click.option(
    "--to",
    "addresses",
    multiple=True,
    metavar="ADDR",
    help="Who is told, an address or a URL; repeatable.",
)
@days_option
def add(
    name: str,
    terms: tuple[str, ...],
    query: str | None,
    addresses: tuple[str, ...],
    retro_days: int | None,
) -> None:
    """Add a watchlist: an article that has one of the TERMs matches.

    With --query that has to hold too, or alone. A TERM may be an alias set, as in @thaad. Without
    --to matches are recorded and nobody is mailed. It alerts nobody for articles that were seen
    before it was added, except by --retro. For each Korean TERM of two syllables the longer words
    are told in which the newest articles have it.
    """
    from newsroom.model import NotifyRule, Watchlist
    from newsroom.recipients import shown
    from storage.edits import add_watchlist
    from wirewatch.cli.watch_words import say_words, words_of

    call = current()
    title, read, told = _checked(name, terms, query, addresses)
    settings = call.settings()
    rules = (NotifyRule(to=told, timezone=settings.timezone),) if told else ()
    watchlist = Watchlist(name=title, any=read, query=query, notify=rules, origin="db")
    with call.database(settings, configured=True) as db:
        add_watchlist(db, watchlist, now())
        words = words_of(db, [watchlist])
    if call.json:
        to = [shown(one) for one in told]
        line = {"watchlist": title, "any": list(read), "query": query, "to": to}
        emit(line | {"longer_words": words})
        _look_back([title], retro_days)
        return
    sought = [f"any of {', '.join(read)}"] if read else []
    sought += [query] if query else []
    say(f"watchlist {title} is added: {' and '.join(sought)}")
    say_words(words)
    if told:
        say(f"told: {', '.join(shown(one) for one in told)}")
    else:
        say("matches are recorded and nobody is mailed; --to ADDR names who is told")
    _look_back([title], retro_days)


@watch.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a watchlist; what it matched stays, its unsent alerts are cancelled."""
    from storage.edits import remove_watchlist

    _mending(lambda db: remove_watchlist(db, name, now()))
    _done({"watchlist": name, "removed": True}, f"watchlist {name} is removed")


@watch.command("pause")
@click.argument("name")
@click.option("--for", "recipient", metavar="ADDR", help="For this recipient alone.")
def pause(name: str, recipient: str | None) -> None:
    """Tell nobody of a watchlist's matches; they are recorded all the same.

    Nothing of the pause is sent on resume. With --for that one recipient is told nothing more of
    it, as if they had unsubscribed; `watch show` lists who is not told.
    """
    from newsroom.recipients import shown
    from storage.edits import pause_watchlist

    call = current()
    with call.database(call.settings(), configured=True) as db:
        meant = _meant(db, name, recipient)
        pause_watchlist(db, name, now(), meant)
    whom = shown(meant) if meant else None
    _done(
        {"watchlist": name, "paused": True, "for": whom},
        f"{name} is paused{f' for {whom}' if whom else ''}",
    )


@watch.command("resume")
@click.argument("name")
@click.option("--for", "recipient", metavar="ADDR", help="For this recipient alone.")
def resume(name: str, recipient: str | None) -> None:
    """Tell of a watchlist's matches again, from now on."""
    from newsroom.recipients import shown
    from storage.edits import resume_watchlist

    call = current()
    with call.database(call.settings(), configured=True) as db:
        meant = _meant(db, name, recipient)
        resume_watchlist(db, name, meant)
    whom = shown(meant) if meant else None
    _done(
        {"watchlist": name, "paused": False, "for": whom},
        f"{name} tells again{f' for {whom}' if whom else ''}",
    )


@watch.command("apply")
@click.argument("file", type=click.Path(allow_dash=False))
@click.option("--prune", is_flag=True, help="Remove those the file does not name.")
@days_option
def apply(file: str, prune: bool, retro_days: int | None) -> None:
    """Take over FILE's watchlists and alias sets into the database, each replaced whole.

    One that is in force just so is left as it is. Others that belong to another file are refused,
    and then nothing is changed.
    """
    from wirewatch.cli.watch_apply import UNCHANGED, Done, apply_file
    from wirewatch.cli.watch_words import Words, say_words, words_in, words_of

    settings = current().settings()

    def applied(db: Database) -> tuple[list[Done], Words]:
        done = apply_file(db, file, prune=prune, timezone=settings.timezone, now=now())
        return done, words_of(db, [one.watchlist for one in done if one.watchlist])

    done, words = _mending(applied)
    for one in done:
        line: Json = {one.kind: one.name, "done": one.what}
        if one.watchlist:
            line["longer_words"] = words_in(one.watchlist, words)
        _done(line, f"{'@' if one.kind == 'alias' else ''}{one.name}: {one.what}")
    if not current().json:
        say_words(words)
    if all(one.what == UNCHANGED for one in done):
        complain("there was nothing to do")
    # those left as they are too: an earlier run may have been broken off before it told them
    named = [one.name for one in done if one.kind == "watchlist" and one.what != "removed"]
    _look_back(named, retro_days)


@watch.command("export")
def export() -> None:
    """Print all watchlists in force as a watchlist file; `watch apply` reads it.

    Alias sets of your own that they use stand at its end; those that ship are left out.
    """
    desk = read_desk()
    if current().json:
        for item in desk.stored:
            emit(watchlist_line(item, desk.paused))
    else:
        say(as_file(desk.stored, desk.aliases).rstrip("\n"))


def _look_back(names: list[str], days: int | None) -> None:
    """Match the stored articles of `--retro DAYS` against watchlists that are in force now."""
    from wirewatch.cli.retro import run_days

    call = current()
    settings = call.settings()
    if names and days is not None:
        with call.database(settings) as db:
            run_days(db, names, days, settings.timezone)


def _mending(act: Callable[[Database], T]) -> T:
    """Act on the database, even where the files cannot be put into it.

    A file may use the name of what was made by hand: that is mended by this very command.
    """
    from newsroom.errors import ConfigError

    call = current()
    settings = call.settings()
    try:
        with call.database(settings, configured=True) as db:
            return act(db)
    except ConfigError:
        with call.database(settings) as db:
            return act(db)


def _checked(
    name: str, terms: tuple[str, ...], query: str | None, addresses: tuple[str, ...]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Name, terms and recipients as the files' own rules take them."""
    from config.recipients import parse_recipient
    from config.terms import standing_query, term
    from config.values import Bad, plain_text

    if not terms and query is None:
        raise click.UsageError("say what to look for: TERM..., or --query Q")
    where = "NAME"
    try:
        plain_text(name, "THAAD")
        where = "TERM"
        read = tuple(dict.fromkeys(term(one) for one in terms))
        if query is not None:
            where = "--query"
            standing_query(query, alone=not read)
        where = "--to"
        told = tuple(dict.fromkeys(parse_recipient(one) for one in addresses))
    except Bad as bad:
        raise click.BadParameter(str(bad), param_hint=where) from None
    return unicodedata.normalize("NFC", name), read, told


def _meant(db: Database, name: str, recipient: str | None) -> str | None:
    """Whom of a watchlist's recipients `--for` means."""
    from storage.sync import load_watchlists

    if recipient is None:
        return None
    item = next((one for one in load_watchlists(db) if one.watchlist.name == name), None)
    return recipient if item is None else named_recipient(item, recipient)


def _done(value: Json, text: str) -> None:
    if current().json:
        emit(value)
    else:
        say(text)

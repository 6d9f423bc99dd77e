"""`watch`: what is looked for, and who is told."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Group, NotSo, current, now
from wirewatch.cli.out import Json, complain, emit, pairs, say, table
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from newsroom.model import Watchlist
    from storage.sync import StoredWatchlist


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
    stored, paused, timezone = _read()
    if call.json:
        for item in stored:
            emit(watchlist_line(item, paused))
        return
    columns = ("name", "terms", "told", "from", "paused", "added")
    table(columns, [_cells(item, timezone) for item in stored], flexible="terms")


@watch.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print one watchlist as a watchlist file has it.

    Exit 1 where there is no such watchlist.
    """
    from config.watchlist_files import dump_watchlists

    call = current()
    stored, paused, timezone = _read()
    item = next((one for one in stored if one.watchlist.name == name), None)
    if item is None:
        raise NotSo(f"there is no watchlist {name!r}; see `wirewatch watch list`")
    line = watchlist_line(item, paused)
    if call.json:
        emit(line)
        return
    say(dump_watchlists([item.watchlist]))
    pairs([("# from", _origin(item.watchlist))])
    for key in ("added_at", "paused_at"):
        pairs([(f"# {key.removesuffix('_at')}", local(line[key], timezone))])
    pairs([("# not told", line["paused_recipients"])])


@watch.command("add")
@click.argument("name")
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@click.option("--to", "addresses", multiple=True, metavar="ADDR", help="Who is told; repeatable.")
def add(name: str, terms: tuple[str, ...], addresses: tuple[str, ...]) -> None:
    """Add a watchlist: an article that has one of the TERMs matches.

    Without --to matches are recorded and nobody is mailed. It alerts nobody for articles that
    were seen before it was added.
    """
    from newsroom.model import NotifyRule, Watchlist
    from storage.edits import add_watchlist

    call = current()
    checked = _checked(name, terms, addresses)
    settings = call.settings()
    rules = (NotifyRule(to=checked[2], timezone=settings.timezone),) if checked[2] else ()
    watchlist = Watchlist(name=checked[0], any=checked[1], notify=rules, origin="db")
    with call.database(settings, configured=True) as db:
        add_watchlist(db, watchlist, now())
    if call.json:
        emit({"watchlist": watchlist.name, "any": list(checked[1]), "to": list(checked[2])})
        return
    say(f"watchlist {watchlist.name} is added: any of {', '.join(checked[1])}")
    if checked[2]:
        say(f"told: {', '.join(checked[2])}")
    else:
        say("matches are recorded and nobody is mailed; --to ADDR names who is told")


@watch.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove a watchlist; what it matched stays, its unsent alerts are cancelled."""
    from storage.edits import remove_watchlist

    call = current()
    with call.database(call.settings(), configured=True) as db:
        remove_watchlist(db, name, now())
    _done({"watchlist": name, "removed": True}, f"watchlist {name} is removed")


@watch.command("pause")
@click.argument("name")
@click.option("--for", "recipient", metavar="ADDR", help="For this recipient alone.")
def pause(name: str, recipient: str | None) -> None:
    """Tell nobody of a watchlist's matches; they are recorded all the same.

    Nothing of the pause is sent on resume.
    """
    from storage.edits import pause_watchlist

    call = current()
    with call.database(call.settings(), configured=True) as db:
        pause_watchlist(db, name, now(), recipient)
    whom = f" for {recipient}" if recipient else ""
    _done({"watchlist": name, "paused": True, "for": recipient}, f"{name} is paused{whom}")


@watch.command("resume")
@click.argument("name")
@click.option("--for", "recipient", metavar="ADDR", help="For this recipient alone.")
def resume(name: str, recipient: str | None) -> None:
    """Tell of a watchlist's matches again, from now on."""
    from storage.edits import resume_watchlist

    call = current()
    with call.database(call.settings(), configured=True) as db:
        resume_watchlist(db, name, recipient)
    whom = f" for {recipient}" if recipient else ""
    _done({"watchlist": name, "paused": False, "for": recipient}, f"{name} tells again{whom}")


@watch.command("apply")
@click.argument("file", type=click.Path(allow_dash=False))
@click.option("--prune", is_flag=True, help="Remove those the file does not name.")
def apply(file: str, prune: bool) -> None:
    """Take over the watchlists of FILE into the database, each replaced whole.

    One that is in force just so is left as it is. Others that belong to another file are refused,
    and then nothing is changed.
    """
    from wirewatch.cli.watch_apply import UNCHANGED, apply_file

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        done = apply_file(db, file, prune=prune, timezone=settings.timezone, now=now())
    for name, what in done:
        _done({"watchlist": name, "done": what}, f"{name}: {what}")
    if all(what == UNCHANGED for _, what in done):
        complain("there was nothing to do")


@watch.command("export")
def export() -> None:
    """Print all watchlists in force as a watchlist file; `watch apply` reads it."""
    from config.watchlist_files import dump_watchlists

    stored, paused, _ = _read()
    if current().json:
        for item in stored:
            emit(watchlist_line(item, paused))
    else:
        say(dump_watchlists([item.watchlist for item in stored]).rstrip("\n"))


def watchlist_line(item: StoredWatchlist, paused: frozenset[tuple[str, str]]) -> Json:
    """A watchlist as its listing shows it: the keys of the file, and what the database knows."""
    from storage.codec import watchlist_json

    line = watchlist_json(item.watchlist)
    line["in"] = line.pop("fields")
    line["update_interval_s"] = line.pop("update_interval")
    return line | {
        "version": item.version,
        "added_at": item.added_at.isoformat(),
        "effective_at": item.effective_at.isoformat(),
        "paused_at": item.paused_at.isoformat() if item.paused_at else None,
        "paused_recipients": sorted(who for name, who in paused if name == line["name"]),
    }


def _read() -> tuple[tuple[StoredWatchlist, ...], frozenset[tuple[str, str]], str]:
    """Watchlists, pauses (name, recipient), and the zone in which people read times."""
    from storage.edits import paused_recipients
    from storage.sync import load_watchlists

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        return load_watchlists(db), paused_recipients(db), settings.timezone


def _checked(
    name: str, terms: tuple[str, ...], addresses: tuple[str, ...]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Name, terms and recipients as the files' own rules take them."""
    from config.addresses import parse_address
    from config.terms import term
    from config.values import Bad, plain_text

    where = "NAME"
    try:
        plain_text(name, "THAAD")
        where = "TERM"
        read = tuple(dict.fromkeys(term(one) for one in terms))
        where = "--to"
        told = tuple(dict.fromkeys(parse_address(one) for one in addresses))
    except Bad as bad:
        raise click.BadParameter(str(bad), param_hint=where) from None
    return unicodedata.normalize("NFC", name), read, told


def _done(value: Json, text: str) -> None:
    if current().json:
        emit(value)
    else:
        say(text)


def _origin(watchlist: Watchlist) -> str:
    return {"db": "by hand", "builtin": "built-in example"}.get(watchlist.origin, watchlist.origin)


def _cells(item: StoredWatchlist, timezone: str) -> tuple[Any, ...]:
    watchlist = item.watchlist
    parts = [", ".join(watchlist.any)] if watchlist.any else []
    parts += [f"+{term}" for term in watchlist.all] + [f"-{term}" for term in watchlist.none]
    told = dict.fromkeys(address for rule in watchlist.notify for address in rule.to)
    return (
        watchlist.name,
        " ".join(parts),
        ", ".join(told) or "nobody",
        Path(_origin(watchlist)).name,
        local(item.paused_at.isoformat() if item.paused_at else None, timezone),
        local(item.added_at.isoformat(), timezone),
    )

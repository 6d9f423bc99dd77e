"""Watchlists as `watch` shows them: as a line of JSON, as cells, as a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wirewatch.cli.call import current
from wirewatch.cli.out import Json
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from newsroom.model import AliasSet, Watchlist
    from storage.sync import StoredWatchlist


class Desk(NamedTuple):
    """What the database has of watchlists."""

    stored: tuple[StoredWatchlist, ...]
    paused: frozenset[tuple[str, str]]
    """(watchlist, recipient)."""
    aliases: dict[str, AliasSet]
    """The operator's own, by name."""
    timezone: str
    """In which people read times."""


def read_desk() -> Desk:
    """Look at the database, the configuration put into it first."""
    from storage.aliases import load_own_aliases
    from storage.edits import paused_recipients
    from storage.sync import load_watchlists

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        own = load_own_aliases(db)
        return Desk(load_watchlists(db), paused_recipients(db), own, settings.timezone)


def as_file(stored: Iterable[StoredWatchlist], own: dict[str, AliasSet]) -> str:
    """Watchlists as a file has them, with those of the own alias sets that they use."""
    from config.watchlist_files import dump_watchlists
    from storage.aliases import aliases_used

    watchlists = [item.watchlist for item in stored]
    used = dict.fromkeys(name for watchlist in watchlists for name in aliases_used(watchlist))
    return dump_watchlists(watchlists, {n: own[n].members for n in used if n in own})


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


def origin(watchlist: Watchlist) -> str:
    """Whose it is, in words, or the file it stands in."""
    return {"db": "by hand", "builtin": "built-in example"}.get(watchlist.origin, watchlist.origin)


def cells(item: StoredWatchlist, timezone: str) -> tuple[Any, ...]:
    """Name, terms, told, from, paused and added."""
    watchlist = item.watchlist
    parts = [", ".join(watchlist.any)] if watchlist.any else []
    parts += [f"+{term}" for term in watchlist.all] + [f"-{term}" for term in watchlist.none]
    parts += [f"+({' '.join(watchlist.query.split())})"] if watchlist.query else []
    told = dict.fromkeys(address for rule in watchlist.notify for address in rule.to)
    return (
        watchlist.name,
        " ".join(parts),
        ", ".join(told) or "nobody",
        Path(origin(watchlist)).name,
        local(item.paused_at.isoformat() if item.paused_at else None, timezone),
        local(item.added_at.isoformat(), timezone),
    )

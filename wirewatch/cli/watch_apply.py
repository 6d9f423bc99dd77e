"""`watch apply`: a file's watchlists and alias sets into the database.

It is refused whole where one of them may not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from config.watchlist_files import load_watchlists
from newsroom.errors import ConfigError, Problem
from newsroom.model import AliasSet, Watchlist
from storage import edits
from storage.alias_edits import prune_aliases, put_aliases
from storage.aliases import load_aliases, load_own_aliases
from storage.database import Database
from storage.sync import BUILTIN, BY_HAND, StoredWatchlist
from storage.sync import load_watchlists as stored_watchlists

UNCHANGED = "unchanged"
Aliases = Mapping[str, tuple[str, ...]]


class Done(NamedTuple):
    """What became of one watchlist or alias set."""

    kind: str
    """`watchlist` or `alias`."""
    name: str
    what: str
    """`added`, `replaced`, `unchanged` or `removed`."""
    watchlist: Watchlist | None = None
    """One that was added or replaced."""


def apply_file(db: Database, file: str, *, prune: bool, timezone: str, now: datetime) -> list[Done]:
    """Put the watchlists and alias sets of `file` in force; what was done with each.

    One that is the same already is left alone, whoever it belongs to; a replaced one stays paused
    if it was. Raises ConfigError, changing nothing, for a wrong file and for names that belong to
    another file and mean something else there.
    """
    in_force = load_aliases(db)
    wanted, aliases = load_watchlists(Path(file), timezone=timezone, known=in_force)
    standing = {item.watchlist.name: item for item in stored_watchlists(db)}
    edited = [w for w in wanted if not _is_same(w, standing.get(w.name))]
    _refuse_foreign(edited, standing)
    if edited:  # the first own one displaces the built-in example, which the file may name as well
        edited = [w for w in wanted if w in edited or standing[w.name].watchlist.origin == BUILTIN]
    done = _put_aliases(db, aliases, in_force, now)
    for watchlist in wanted:
        before = standing.get(watchlist.name)
        if watchlist not in edited:
            done.append(Done("watchlist", watchlist.name, UNCHANGED))
            continue
        edits.add_watchlist(db, watchlist, now, replacing=True)
        if before is not None and before.paused_at is not None:
            edits.pause_watchlist(db, watchlist.name, now)
        what = "added" if before is None else "replaced"
        done.append(Done("watchlist", watchlist.name, what, watchlist))
    if prune:
        done += _prune(db, {watchlist.name for watchlist in wanted}, aliases, now)
    return done


def _put_aliases(db: Database, aliases: Aliases, in_force: Aliases, now: datetime) -> list[Done]:
    own: Mapping[str, AliasSet] = load_own_aliases(db)
    put_aliases(db, aliases, now)
    done = []
    for name, terms in aliases.items():
        what = "replaced" if name in own else "added"
        done.append(Done("alias", name, UNCHANGED if in_force.get(name) == terms else what))
    return done


def _prune(db: Database, named: set[str], aliases: Aliases, now: datetime) -> list[Done]:
    done = []
    for item in stored_watchlists(db):
        name = item.watchlist.name
        if item.watchlist.origin == BY_HAND and name not in named:
            edits.remove_watchlist(db, name, now)
            done.append(Done("watchlist", name, "removed"))
    return done + [Done("alias", name, "removed") for name in prune_aliases(db, aliases, now)]


def _is_same(watchlist: Watchlist, standing: StoredWatchlist | None) -> bool:
    """Whether it says what is in force already, wherever that was written."""
    return standing is not None and standing.watchlist == replace(
        watchlist, origin=standing.watchlist.origin
    )


def _refuse_foreign(edited: list[Watchlist], standing: dict[str, StoredWatchlist]) -> None:
    problems = []
    for watchlist in edited:
        item = standing.get(watchlist.name)
        if item is not None and item.watchlist.origin not in (BUILTIN, BY_HAND):
            problem = f"the watchlist {watchlist.name!r} belongs to this file"
            problems.append(
                Problem(item.watchlist.origin, None, "name", problem, "change it there")
            )
    if problems:
        raise ConfigError(problems)

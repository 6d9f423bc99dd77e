"""`watch apply`: a file's watchlists into the database, refused whole where one may not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config.watchlist_files import load_watchlists
from newsroom.errors import ConfigError, Problem
from newsroom.model import Watchlist
from storage import edits
from storage.database import Database
from storage.sync import BUILTIN, BY_HAND, StoredWatchlist
from storage.sync import load_watchlists as stored_watchlists

UNCHANGED = "unchanged"


def apply_file(
    db: Database, file: str, *, prune: bool, timezone: str, now: datetime
) -> list[tuple[str, str]]:
    """Put the watchlists of `file` in force; (name, what was done) of each, and of those removed.

    One that is the same already is left alone, whoever it belongs to; a replaced one stays paused
    if it was. Raises ConfigError, changing nothing, for a wrong file and for names that belong to
    another file and mean something else there.
    """
    wanted, _ = load_watchlists(Path(file), timezone=timezone)
    standing = {item.watchlist.name: item for item in stored_watchlists(db)}
    edited = [w for w in wanted if not _is_same(w, standing.get(w.name))]
    _refuse_foreign(edited, standing)
    if edited:  # the first own one displaces the built-in example, which the file may name as well
        edited = [w for w in wanted if w in edited or standing[w.name].watchlist.origin == BUILTIN]
    done = []
    for watchlist in wanted:
        before = standing.get(watchlist.name)
        if watchlist not in edited:
            done.append((watchlist.name, UNCHANGED))
            continue
        edits.add_watchlist(db, watchlist, now, replacing=True)
        if before is not None and before.paused_at is not None:
            edits.pause_watchlist(db, watchlist.name, now)
        done.append((watchlist.name, "added" if before is None else "replaced"))
    if prune:
        named = {watchlist.name for watchlist in wanted}
        for item in stored_watchlists(db):
            if item.watchlist.origin == BY_HAND and item.watchlist.name not in named:
                edits.remove_watchlist(db, item.watchlist.name, now)
                done.append((item.watchlist.name, "removed"))
    return done


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

"""Watchlist files as a whole: what `try match --watchlists`, `watch apply` and `export` use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from config.aliases import shipped_aliases
from config.document import read_document
from config.durations import format_duration
from config.toml_text import table
from config.watchlist_reader import WatchlistReader
from newsroom.errors import ConfigError
from newsroom.model import NotifyRule, Watchlist

_DEFAULT = Watchlist(name="")
_DEFAULT_RULE = NotifyRule(to=())


def load_watchlists(
    path: Path, *, timezone: str = "UTC", known: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[tuple[Watchlist, ...], dict[str, tuple[str, ...]]]:
    """The watchlists and own alias sets of one file; raises ConfigError with all that is wrong.

    `timezone` holds for `notify` tables that name none. `known` are the alias sets that its
    watchlists may use beside its own; without it, those that ship. What its watchlists mean is
    therefore decided by `{**known, **own}`.
    """
    reader = WatchlistReader(timezone)
    document = read_document(path)
    reader.read(document)
    reader.resolve(shipped_aliases() if known is None else known)
    if document.problems:
        raise ConfigError(document.in_order())
    return tuple(reader.watchlists.values()), reader.members()


def dump_watchlists(
    watchlists: Iterable[Watchlist], aliases: Mapping[str, tuple[str, ...]] | None = None
) -> str:
    """The text of a file that `load_watchlists` reads as exactly these; defaults are left out."""
    blocks = [text for watchlist in watchlists for text in _tables(watchlist)]
    if aliases:
        blocks.append(table("[alias]", dict(aliases)))
    return "\n".join(blocks)


def _tables(watchlist: Watchlist) -> list[str]:
    keys: dict[str, object] = {"name": watchlist.name}
    for key in ("any", "all", "none", "query"):
        keys[key] = getattr(watchlist, key) or None
    for key in ("fields", "sources", "languages", "priority", "edits"):
        value = getattr(watchlist, key)
        if value != getattr(_DEFAULT, key):
            keys["in" if key == "fields" else key] = value
    if watchlist.update_interval != _DEFAULT.update_interval:
        interval = watchlist.update_interval
        keys["update_interval"] = "never" if interval is None else format_duration(interval)
    return [table("[[watchlist]]", keys), *(_notify(rule) for rule in watchlist.notify)]


def _notify(rule: NotifyRule) -> str:
    keys: dict[str, object] = {"to": rule.to, "timezone": rule.timezone}
    for key in ("when", "quiet", "send_empty", "max_per_hour"):
        value = getattr(rule, key)
        if value != getattr(_DEFAULT_RULE, key):
            keys[key] = value
    return table("[[watchlist.notify]]", keys)

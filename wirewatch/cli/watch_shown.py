"""Watchlists as `watch` shows them: as a line of JSON, as cells, as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wirewatch.cli.call import NotSo, current
from wirewatch.cli.out import Json
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from config.settings import Settings
    from newsroom.model import AliasSet, Watchlist
    from storage.database import Database
    from storage.match_feed import FeedKey
    from storage.sync import StoredWatchlist


class Desk(NamedTuple):
    """What the database has of watchlists."""

    stored: tuple[StoredWatchlist, ...]
    paused: frozenset[tuple[str, str]]
    """(watchlist, recipient)."""
    aliases: dict[str, AliasSet]
    """The operator's own, by name."""
    settings: Settings

    @property
    def timezone(self) -> str:
        """In which people read times."""
        return self.settings.timezone


class Shown(NamedTuple):
    """One watchlist with all that is known of it."""

    item: StoredWatchlist
    line: Json
    desk: Desk


def read_desk() -> Desk:
    """Look at the database, the configuration put into it first."""
    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        return _desk(db, settings)


def read_one(name: str) -> Shown:
    """Look at one watchlist in force, its URLs masked; raises NotSo."""
    from newsroom.recipients import shown
    from storage.installation import secret
    from storage.match_feed import feed_key_by_name
    from storage.stopping import pauses_of

    call = current()
    settings = call.settings()
    with call.database(settings, configured=True) as db:
        desk = _desk(db, settings)
        item = next((one for one in desk.stored if one.watchlist.name == name), None)
        if item is None:
            raise NotSo(f"there is no watchlist {name!r}; see `wirewatch watch list`")
        item = masked(item)
        line = watchlist_line(item, desk.paused)
        line["pauses"] = [
            {"recipient": shown(one.recipient), "since": one.since.isoformat(), "why": one.why}
            for one in pauses_of(db, name)
        ]
        line["feeds"] = feed_addresses(feed_key_by_name(db, secret(db), name), settings)
        return Shown(item, line, desk)


def feed_addresses(key: FeedKey, settings: Settings) -> dict[str, str]:
    """Where the feed of a watchlist's matches is found; without base_url the paths alone."""
    return {form: f"{settings.base_url or ''}{key.path(form)}" for form in ("atom", "json")}


def feed_hint(settings: Settings) -> str:
    """What is to be done before a feed can be read; empty where nothing is."""
    if not settings.web.enabled:
        return "the web part is switched off: set web.enabled, or nobody can read it"
    if not settings.base_url:
        return f"served at http://{settings.web.listen}; set base_url to where people reach it"
    return ""


def _desk(db: Database, settings: Settings) -> Desk:
    from storage.aliases import load_own_aliases
    from storage.edits import paused_recipients
    from storage.sync import load_watchlists

    own = load_own_aliases(db)
    return Desk(load_watchlists(db), paused_recipients(db), own, settings)


def as_file(stored: Iterable[StoredWatchlist], own: dict[str, AliasSet]) -> str:
    """Watchlists as a file has them, with those of the own alias sets that they use."""
    from config.watchlist_files import dump_watchlists
    from storage.aliases import aliases_used

    watchlists = [item.watchlist for item in stored]
    used = dict.fromkeys(name for watchlist in watchlists for name in aliases_used(watchlist))
    return dump_watchlists(watchlists, {n: own[n].members for n in used if n in own})


def masked(item: StoredWatchlist) -> StoredWatchlist:
    """The watchlist as people may see it: of a URL it tells no more than tells it apart."""
    from newsroom.recipients import shown

    rules = (
        replace(rule, to=tuple(shown(one) for one in rule.to)) for rule in item.watchlist.notify
    )
    return replace(item, watchlist=replace(item.watchlist, notify=tuple(rules)))


def named_recipient(item: StoredWatchlist, given: str) -> str:
    """Whom of a watchlist's recipients somebody means, by what they are or how they are shown."""
    from config.recipients import parse_recipient
    from config.values import Bad
    from newsroom.recipients import shown

    told = [one for rule in item.watchlist.notify for one in rule.to]
    found = next((one for one in told if given in (one, shown(one))), None)
    try:
        return found or parse_recipient(given)
    except Bad:  # nobody we know
        return given


def watchlist_line(item: StoredWatchlist, paused: frozenset[tuple[str, str]]) -> Json:
    """A watchlist as its listing shows it: the keys of the file, and what the database knows."""
    from newsroom.recipients import shown
    from storage.codec import watchlist_json

    line = watchlist_json(item.watchlist)
    line["in"] = line.pop("fields")
    line["update_interval_s"] = line.pop("update_interval")
    return line | {
        "version": item.version,
        "added_at": item.added_at.isoformat(),
        "effective_at": item.effective_at.isoformat(),
        "paused_at": item.paused_at.isoformat() if item.paused_at else None,
        "paused_recipients": sorted(shown(who) for name, who in paused if name == line["name"]),
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

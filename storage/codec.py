"""Values ↔ JSON as the database keeps them.

What is written stays readable: a key that is missing gets the type's default, so that a newer
field needs no migration; a key nobody knows is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from newsroom.model import NotifyRule, Watchlist
from newsroom.query_uses import aliases_of

Json = dict[str, Any]


def watchlist_json(watchlist: Watchlist) -> Json:
    """The whole definition; durations in seconds, None for `never`."""
    interval = watchlist.update_interval
    return {
        "name": watchlist.name,
        "any": list(watchlist.any),
        "all": list(watchlist.all),
        "none": list(watchlist.none),
        "query": watchlist.query,
        "fields": list(watchlist.fields),
        "sources": list(watchlist.sources),
        "languages": list(watchlist.languages),
        "priority": watchlist.priority,
        "update_interval": None if interval is None else interval.total_seconds(),
        "edits": watchlist.edits,
        "notify": [_notify_json(rule) for rule in watchlist.notify],
        "origin": watchlist.origin,
    }


def watchlist_from_json(data: Mapping[str, Any]) -> Watchlist:
    """The watchlist that `watchlist_json` wrote."""
    lists = ("any", "all", "none", "fields", "sources", "languages")
    plain = ("query", "priority", "edits", "origin")
    given: dict[str, Any] = {key: tuple(data[key]) for key in lists if key in data}
    given |= {key: data[key] for key in plain if key in data}
    if "update_interval" in data:
        seconds = data["update_interval"]
        given["update_interval"] = None if seconds is None else timedelta(seconds=seconds)
    notify = tuple(_notify_from_json(rule) for rule in data.get("notify", ()))
    return Watchlist(name=data["name"], notify=notify, **given)


_HIT = ("term", "field", "start", "end", "text", "undecided")


def hits_json(kept: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Evidence with its keys in the contract's order, which PostgreSQL's JSONB does not keep.

    `undecided` stands only where it is true.
    """
    return [{key: hit[key] for key in _HIT if key in hit} for hit in kept]


def rule_hash(watchlist: Watchlist, aliases: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """A digest of all that decides matching, and of nothing else.

    The order of terms decides nothing; who is told, and when, decides no match. Of the `aliases` in
    force those decide that the watchlist uses. Raises QueryError where it cannot be read.
    """
    deciding: Json = {
        "any": _set(watchlist.any),
        "all": _set(watchlist.all),
        "none": _set(watchlist.none),
        "query": watchlist.query or None,
        "fields": _set(watchlist.fields),
        "sources": _set(watchlist.sources),
        "languages": _set(watchlist.languages),
    }
    if aliases is not None and (used := aliases_of(watchlist)):
        deciding["aliases"] = {name: _set(aliases.get(name, ())) for name in used}
    text = json.dumps(deciding, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def recipients(watchlist: Watchlist) -> frozenset[str]:
    """Everybody any rule of the watchlist tells."""
    return frozenset(address for rule in watchlist.notify for address in rule.to)


def _set(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _notify_json(rule: NotifyRule) -> Json:
    return {
        "to": list(rule.to),
        "when": rule.when,
        "timezone": rule.timezone,
        "quiet": rule.quiet,
        "send_empty": rule.send_empty,
        "max_per_hour": rule.max_per_hour,
    }


def _notify_from_json(data: Mapping[str, Any]) -> NotifyRule:
    keys = ("when", "timezone", "quiet", "send_empty", "max_per_hour")
    return NotifyRule(to=tuple(data["to"]), **{key: data[key] for key in keys if key in data})

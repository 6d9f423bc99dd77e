"""Reading the tables of watchlist files into `Watchlist` values and alias sets."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from config.document import Document, spell
from config.reading import Refuse, read_table
from config.terms import alias_name, member
from config.toml_lines import Path as Way
from config.uses import Use, check_query, uses_of
from config.values import Bad, kind_of, nearest, quote
from config.watchlist_shapes import Notify, WatchlistTable
from newsroom.model import AliasSet, NotifyRule, Watchlist

_TABLES = ("watchlist", "alias")
_MAIN_FILE = "it belongs into wirewatch.toml; here stand [[watchlist]] and [alias] only"


@dataclass(slots=True)
class WatchlistReader:
    """Reads one file after the other, then `resolve`; names may stand in one place only."""

    timezone: str = "UTC"
    """For `notify` tables that name none."""
    watchlists: dict[str, Watchlist] = field(default_factory=dict)
    aliases: dict[str, AliasSet] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    _uses: list[tuple[Refuse, Use]] = field(default_factory=list)

    def members(self) -> dict[str, tuple[str, ...]]:
        """The files' own alias sets, by name."""
        return {name: alias.members for name, alias in self.aliases.items()}

    def resolve(self, others: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse each `@name` that no file read so far has, nor the `others` that are in force."""
        known = {**others, **self.aliases}
        for refuse, use in self._uses:
            if use.name not in known:
                refuse(use.way, use.unknown(known))
        self._uses.clear()

    def read(self, document: Document) -> None:
        """Add what a file gives; what is wrong in it goes to the document's problems."""
        for key in document.data:
            if key not in _TABLES:
                near = nearest(key, _TABLES)
                hint = f"write [[{near}]]" if near == "watchlist" else f"write [{near}]"
                document.refuse((key,), Bad("is an unknown key", hint if near else _MAIN_FILE))
        raw = document.data.get("watchlist", [])
        if isinstance(raw, list):
            for index, table in enumerate(raw):
                self._watchlist(document, index, table)
        else:
            wrong = Bad(f"is {kind_of(raw)}, not a list", "write [[watchlist]]")
            document.refuse(("watchlist",), wrong)
        self._aliases(document)

    def _watchlist(self, document: Document, index: int, raw: object) -> None:
        way: Way = ("watchlist", index)
        label = _label(raw, index)

        def refuse(below: Way, bad: Bad) -> None:
            rest = spell(below)
            dot = "" if not rest or rest.startswith("[") else "."
            document.refuse(way + below, bad, key=f"{label}{dot}{rest}")

        table = read_table(WatchlistTable, raw, refuse)
        if table is None:
            return
        if not (table.any or table.all or table.query):
            hint = (
                'write any = ["THAAD", "사드"] (one of these), all = [...] (each of these), '
                "or a query"
            )
            refuse((), Bad("has no terms to look for", hint))
        for number, rule in enumerate(table.notify):
            if not rule.to:
                hint = 'write to = ["desk@example.org"], or leave the whole notify table out'
                refuse(("notify", number, "to"), Bad("is empty", hint))
        if not table.fields:
            refuse(("in",), Bad("is empty", 'write in = ["title", "body", "summary"]'))
        check_query(table, refuse)
        self._uses.extend((refuse, use) for use in uses_of(table))
        name = unicodedata.normalize("NFC", table.name)
        if self._is_new(("watchlist", name), document, (*way, "name"), refuse):
            self.watchlists[table.name] = self._value(table, document.name)

    def _is_new(self, key: tuple[str, str], document: Document, way: Way, refuse: Refuse) -> bool:
        """Whether the name is free; a second place is refused, naming the first."""
        if key not in self.places:
            self.places[key] = f"{document.name}:{document.line(way)}"
            return True
        wrong = f"{quote(key[1])} is also the name of the one at {self.places[key]}"
        refuse(way[2:] if key[0] == "watchlist" else way, Bad(wrong, "rename one of the two"))
        return False

    def _value(self, table: WatchlistTable, origin: str) -> Watchlist:
        return Watchlist(
            name=table.name,
            any=table.any,
            all=table.all,
            none=table.none,
            query=table.query,
            fields=table.fields,
            sources=table.sources,
            languages=table.languages,
            priority=table.priority,
            update_interval=table.update_interval,
            edits=table.edits,
            notify=tuple(self._rule(rule) for rule in table.notify),
            origin=origin,
        )

    def _rule(self, rule: Notify) -> NotifyRule:
        return NotifyRule(
            to=tuple(dict.fromkeys(rule.to)),
            when=str(rule.when),
            timezone=rule.timezone or self.timezone,
            quiet=str(rule.quiet) if rule.quiet else None,
            send_empty=rule.send_empty,
            max_per_hour=rule.max_per_hour,
        )

    def _aliases(self, document: Document) -> None:
        raw = document.data.get("alias", {})
        if not isinstance(raw, dict):
            wrong = Bad(f"is {kind_of(raw)}, not a table", "write [alias]")
            document.refuse(("alias",), wrong)
            return
        for name, words in raw.items():
            way: Way = ("alias", name)
            members = _members(document, way, name, words)
            if members and self._is_new(("alias", name), document, way, document.refuse):
                self.aliases[name] = AliasSet(name, members, document.name)


def _members(document: Document, way: Way, name: str, words: object) -> tuple[str, ...]:
    """An alias set's terms; empty where anything in it was refused."""
    before = len(document.problems)
    try:
        alias_name(name)
    except Bad as bad:
        document.refuse(way, bad)
    if not isinstance(words, list) or not words:
        wrong = "is empty" if words == [] else f"is {kind_of(words)}, not a list"
        document.refuse(way, Bad(wrong, f'write {spell(way[1:])} = ["THAAD", "사드"]'))
        return ()
    members = []
    for index, word in enumerate(words):
        try:
            members.append(member(word))
        except Bad as bad:
            document.refuse((*way, index), bad)
    return tuple(members) if len(document.problems) == before else ()


def _label(raw: object, index: int) -> str:
    """A watchlist as messages call it: by its name where it has a usable one."""
    name = raw.get("name") if isinstance(raw, dict) else None
    if isinstance(name, str) and name and name.isprintable():
        return f'watchlist["{name}"]'
    return f"watchlist[{index}]"

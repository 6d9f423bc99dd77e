"""The alias sets that ship: every state and every capital, in English, Korean, Hanja and Chinese.

They stand in TOML files beside this one; a set of the operator's own by the same name replaces the
whole shipped one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).with_name("names")
_FILES = ("states.toml", "capitals.toml")
_KINDS = ("en", "ko", "hanja", "zh")


@cache
def shipped_aliases() -> Mapping[str, tuple[str, ...]]:
    """Terms by the name of their set; several names may stand for one set (`usa`, `us`)."""
    sets: dict[str, tuple[str, ...]] = {}
    for file in _FILES:
        tables = tomllib.loads((_FOLDER / file).read_text(encoding="utf-8"))
        for name, table in tables.items():
            terms = (term for kind in _KINDS for term in table.get(kind, ()))
            members = tuple(dict.fromkeys(terms))
            sets |= dict.fromkeys((name, *table.get("also", ())), members)
    return MappingProxyType(sets)


def aliases_in_force(own: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The shipped sets, with the operator's own laid over them name by name."""
    return {**shipped_aliases(), **own}

"""The built-in catalogue of outlets; a TOML file beside this one, read like the operator's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from config.document import read_document
from config.sources import merge_sources
from newsroom.errors import ConfigError
from newsroom.model import Source

_FILE = Path(__file__).with_name("catalogue.toml")


@cache
def load_catalogue() -> tuple[Source, ...]:
    """Every outlet that ships with Wirewatch, in the catalogue's order."""
    document = read_document(_FILE)
    sources = merge_sources((), document, origin="catalogue")
    if document.problems:
        raise ConfigError(document.problems)
    return sources

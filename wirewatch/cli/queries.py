"""Queries and terms on the command line: what is wrong with one is pointed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from wirewatch.cli.out import complain, visible


@contextmanager
def pointing(text: str) -> Iterator[None]:
    """Print `text` with a caret below the column a QueryError names, and let the error go on."""
    from newsroom.errors import QueryError

    try:
        yield
    except QueryError as error:
        from rich.cells import cell_len

        line = re.sub(r"\s", " ", text)
        complain(line)
        complain(" " * cell_len(visible(line[: error.column - 1])) + "^")
        raise

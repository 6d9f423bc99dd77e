"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The console script: run one command (of `sys.argv` by default) and exit with its code."""
    # worker processes import the script they were started from: nothing is loaded before this
    from wirewatch.cli.entry import run

    sys.exit(run(sys.argv[1:] if argv is None else argv))

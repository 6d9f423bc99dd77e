"""Whether a `/regex/` of a query is one by the engine that will run it, and what is wrong."""

from __future__ import annotations

import re2

from newsroom.errors import QueryError

MAX_PATTERN = 500
"""Characters of one pattern."""
MAX_MEMORY = 8 << 20
"""Bytes RE2 may spend on one pattern."""

MAX_PROGRAM = 50_000
"""Instructions RE2 may make of one pattern; beyond it a pattern takes 20 ms and more to compile."""

# every zero-width assertion of RE2 holds somewhere in one of these
_PROBES = ("", "a", "aa", " ", " a b ", "\n", "a\nb", "가")
_MESSAGES = {
    "missing )": ("a bracket is opened and not closed", "write \\( to look for the sign itself"),
    "unexpected )": ("a bracket is closed that was not opened", "write \\) to look for the sign"),
    "missing ]": ("[ is opened and not closed", "write \\[ to look for the sign itself"),
    "trailing \\": ("nothing follows the \\", "write \\\\ to look for the sign itself"),
    "invalid escape sequence": ("RE2 does not know this escape", "write the character without \\"),
    "invalid perl operator": (
        "RE2 does not know this group",
        "look-around and back references do not exist in it; use (...), (?:...) or (?i)",
    ),
    "bad repetition operator": (
        "one repetition follows another",
        "put a group around the first, as in (?:a*)+",
    ),
    "no argument for repetition operator": (
        "nothing stands before a repetition",
        "write \\ before the sign to look for the sign itself",
    ),
    "invalid repetition size": ("a repetition is too large", "repeat 1000 times at most in all"),
    "invalid character class range": (
        "RE2 does not know this range of characters",
        "write the lower end first, and \\- for the sign itself",
    ),
    "invalid named capture group": ("a group's name is no name", "use (...) without a name"),
    "pattern too large - compile failed": ("the pattern is too large", "use smaller repetitions"),
}


def options() -> re2.Options:
    """Return how every pattern of a query is compiled: quiet, and bounded in memory."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = MAX_MEMORY
    return chosen


def check_regex(pattern: str, column: int) -> None:
    """Raise QueryError unless RE2 can run the pattern and it finds at least one character.

    `column` is where its opening slash stands.
    """
    if not pattern:
        raise QueryError(
            "the regex is empty", 'write a pattern, or "/" in quotes for the sign', column
        )
    if len(pattern) > MAX_PATTERN:
        raise QueryError(
            f"the regex is longer than {MAX_PATTERN} characters", "split it with OR", column
        )
    try:
        compiled = re2.compile(pattern, options())
    except UnicodeEncodeError:
        raise QueryError(
            "the regex holds half a character", "write the whole character", column
        ) from None
    except re2.error as error:
        raise _readable(error, pattern, column) from None
    if compiled.programsize > MAX_PROGRAM:
        raise QueryError("the regex is too large", "use smaller repetitions", column)
    if any(not found.group() for probe in _PROBES for found in compiled.finditer(probe)):
        raise QueryError(
            "the regex matches where nothing stands",
            "make it ask for one character at least: + instead of *, no ? around all of it",
            column,
        )


def _readable(error: re2.error, pattern: str, column: int) -> QueryError:
    said = error.args[0] if error.args else b""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    kind, _, where = text.partition(": ")
    problem, hint = _MESSAGES.get(kind, (kind, "see RE2's syntax"))
    # of a bracket without its other RE2 says only that the whole pattern lacks it
    at = -1 if kind in ("missing )", "unexpected )") or not where else pattern.find(where)
    shown = f" ({where})" if at >= 0 else ""
    # a slash inside is written with a backslash before it
    offset = 1 + at + pattern.count("/", 0, at) if at >= 0 else 0
    return QueryError(f"the regex cannot be read: {problem}{shown}", hint, column + offset)

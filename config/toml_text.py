"""Writing TOML: values, keys and tables as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def literal(value: object) -> str:
    """A text, number, truth value, list or table as TOML; raises TypeError for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # JSON's text is TOML's basic string but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple | list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name(k)} = {literal(v)}" for k, v in value.items()) + " }"
    raise TypeError(f"TOML has no {type(value).__name__}")


def name(key: str) -> str:
    """A key, quoted where TOML needs it."""
    return key if _BARE.fullmatch(key) else literal(key)


def table(header: str, keys: Mapping[str, object]) -> str:
    """A table as lines, each ended; None values are left out."""
    lines = [f"{name(key)} = {literal(value)}" for key, value in keys.items() if value is not None]
    return "\n".join([header, *lines] if header else lines) + "\n"

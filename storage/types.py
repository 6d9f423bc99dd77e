"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; naive values are refused on the way in.

    SQLite has no zones: there the UTC wall time is kept, in a form whose text order is time order.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bind an aware datetime as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} bound to a UTC column")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Text that both databases take: no NUL (PostgreSQL has none), no half of a surrogate pair."""
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


class PlainText(TypeDecorator[str]):
    """Text of any length and from anywhere; what no database can keep becomes U+FFFD.

    One code point for one code point: spans of evidence stay where they are.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Bind storable text."""
        return None if value is None else storable(value)


def json_text(value: Any) -> str:
    """JSON as it is stored: readable Korean, and only storable text."""
    written = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in written or _UNSTORABLE.search(written):
        written = json.dumps(_storable_json(value), ensure_ascii=False)
    return written


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_json(item) for item in value]
    return value


def json_type() -> JSON:
    """JSON on SQLite, JSONB on PostgreSQL; None is SQL NULL, never the JSON word null."""
    kind: Any = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    result: JSON = kind
    return result

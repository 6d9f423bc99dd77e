"""From a raw table to its shape; what pydantic finds wrong becomes problems with hints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.toml_lines import Path as Way
from config.values import Bad, kind_of, nearest, quote

S = TypeVar("S", bound=BaseModel)
Refuse = Callable[[Way, Bad], None]
"""Notes a problem at a place below the table that is read."""


def read_table(
    shape: type[S],
    raw: object,
    refuse: Refuse,
    elsewhere: Mapping[str, str] | None = None,
    tables: Sequence[str] = (),
) -> S | None:
    """The table as its shape; None when anything in it was refused.

    `elsewhere` says where keys belong that are known, but not in this table; `tables` are what may
    stand beside its keys and is read apart.
    """
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            way = tuple(detail["loc"])
            refuse(way, _bad(shape, way, detail, elsewhere or {}, tables))
        return None


def keys_of(shape: type[BaseModel]) -> list[str]:
    """The keys of a table as files spell them."""
    return [info.alias or name for name, info in shape.model_fields.items()]


def _bad(
    shape: type[BaseModel],
    way: Way,
    detail: ErrorDetails,
    elsewhere: Mapping[str, str],
    tables: Sequence[str],
) -> Bad:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Bad):
        return cause
    table, field = _field(shape, way)
    key = str(way[-1]) if way else ""
    if detail["type"] == "extra_forbidden":
        if len(way) > 1:
            return _unknown(key, keys_of(table), {}, ())
        return _unknown(key, keys_of(table), elsewhere, tables)
    example = _example(field)
    if detail["type"] == "missing":
        return Bad("is missing", f"write {key} = {example}")
    got = detail["input"]
    wrong = f"{quote(got)} is {kind_of(got)}" if isinstance(got, str) else f"is {kind_of(got)}"
    if detail["type"] in {"tuple_type", "too_long"}:
        listed = f'["{got}"]' if isinstance(got, str) and got.isprintable() else example
        return Bad(f"{wrong}, not a list", f"write {key} = {listed}")
    return Bad(f"{wrong}, not a table", f"write {key} = {example}" if field else "write a [table]")


def _unknown(
    key: str, known: list[str], elsewhere: Mapping[str, str], tables: Sequence[str]
) -> Bad:
    if key in elsewhere:
        return Bad("does not stand here", elsewhere[key])
    near = nearest(key, known)
    hint = f"write {near}" if near else f"known here: {', '.join([*known, *tables])}"
    return Bad("is an unknown key", hint)


def _field(shape: type[BaseModel], way: Way) -> tuple[type[BaseModel], FieldInfo | None]:
    """The innermost table on the way, and its field the way passes last."""
    table, field = shape, None
    for part in way:
        if not isinstance(part, str):
            continue
        inner = _table_in(field) if field else None
        table = inner or table
        field = next(
            (i for n, i in table.model_fields.items() if (i.alias or n) == part),
            None,
        )
    return table, field


def _table_in(field: FieldInfo) -> type[BaseModel] | None:
    """The shape a field holds, itself or as elements of a list."""
    open_types: list[Any] = [field.annotation]
    while open_types:
        kind = open_types.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        open_types.extend(getattr(kind, "__args__", ()))
    return None


def _example(field: FieldInfo | None) -> str:
    example = field.examples[0] if field and field.examples else "..."
    if isinstance(example, list):
        return "[" + ", ".join(f'"{e}"' for e in example) + "]"
    return str(example)

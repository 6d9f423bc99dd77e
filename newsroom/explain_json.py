"""An explanation as the JSON object of `watch explain --json`."""

from __future__ import annotations

from typing import Any

from newsroom.explain_model import Clause, Explanation, Nearest
from newsroom.matching_json import hit_json


def explanation_json(explanation: Explanation, article: int | str) -> dict[str, Any]:
    """Build the object; offsets are code points of the text as stored."""
    return {
        "watchlist": explanation.watchlist,
        "article": article,
        "matched": explanation.matched,
        "hits": [hit_json(hit) for hit in explanation.hits],
        "filters": [
            {"filter": one.name, "wanted": list(one.wanted), "article": one.says}
            for one in explanation.filters
        ],
        "clauses": _clause_json(explanation.clause),
        "nearest": [_nearest_json(one) for one in explanation.nearest],
    }


def _clause_json(clause: Clause) -> dict[str, Any]:
    """`holds` is null where the article does not say what is asked."""
    return {
        "key": clause.key or None,
        "kind": clause.kind,
        "written": clause.written,
        "holds": clause.holds,
        "hits": [hit_json(hit) for hit in clause.hits],
        "more": clause.more,
        "parts": [_clause_json(part) for part in clause.parts],
    }


def _nearest_json(one: Nearest) -> dict[str, Any]:
    return {
        "term": one.term,
        "reason": one.reason,
        "field": one.field,
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "sentence": one.sentence,
        "detail": one.detail,
    }

"""Asking for facts the way the cases of stories_facts* do."""

from __future__ import annotations

from datetime import UTC, datetime

from newsroom.stories_facts import Fact, FactKind, facts_of, keys_of, new_facts

AT = datetime(2023, 4, 19, 3, 0, tzinfo=UTC)
"""A Wednesday at noon in Seoul."""
OTHERS_EN = "Nothing else is known of it."
OTHERS_KO = "그 밖에 알려진 것은 없다."


def found(kind: FactKind, text: str, *, title: str = "", at: datetime | None = AT) -> list[str]:
    """List the facts of a kind in a text."""
    return [fact.text for fact in facts_of(title, text, at) if fact.kind == kind]


def known(*texts: str, title: str = "", at: datetime | None = AT) -> frozenset[str]:
    """Say what a story knows after these texts."""
    keys: frozenset[str] = frozenset()
    for text in texts:
        keys |= keys_of(title, text, facts_of(title, text, at))
    return keys


def news(
    before: str,
    after: str,
    *,
    titles: tuple[str, str] = ("", ""),
    at: tuple[datetime | None, datetime | None] = (AT, AT),
) -> tuple[Fact, ...]:
    """Say what the second text brings to a story that has the first."""
    facts = facts_of(titles[1], after, at[1])
    return new_facts(facts, known(before, title=titles[0], at=at[0]))


def news_texts(before: str, after: str, kind: FactKind | None = None) -> list[str]:
    """Say the same in words."""
    return [fact.text for fact in news(before, after) if kind in (None, fact.kind)]

"""Watchlists as the database keeps them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.model import NotifyRule, Watchlist
from storage.codec import hits_json, recipients, rule_hash, watchlist_from_json, watchlist_json

texts = st.text(max_size=20)
lists = st.lists(texts, max_size=3).map(tuple)
rules = st.builds(
    NotifyRule,
    to=lists,
    when=texts,
    timezone=texts,
    quiet=st.none() | texts,
    send_empty=st.booleans(),
    max_per_hour=st.integers(0, 99),
)
watchlists = st.builds(
    Watchlist,
    name=texts,
    any=lists,
    all=lists,
    none=lists,
    query=st.none() | texts,
    fields=lists,
    sources=lists,
    languages=lists,
    priority=texts,
    update_interval=st.none() | st.integers(0, 10**7).map(lambda s: timedelta(seconds=s)),
    edits=st.booleans(),
    notify=st.lists(rules, max_size=2).map(tuple),
    origin=texts,
)


@given(watchlists)
def test_what_is_written_is_read_again(watchlist: Watchlist) -> None:
    through = json.loads(json.dumps(watchlist_json(watchlist)))
    assert watchlist_from_json(through) == watchlist


def test_every_field_is_written() -> None:
    names = set(Watchlist.__slots__)
    assert set(watchlist_json(Watchlist("x"))) == names
    written = watchlist_json(Watchlist("x", notify=(NotifyRule(("a@example.org",)),)))
    assert set(written["notify"][0]) == set(NotifyRule.__slots__)


def test_an_older_definition_gets_defaults_and_a_newer_one_is_read() -> None:
    assert watchlist_from_json({"name": "x", "any": ["사드"]}) == Watchlist("x", any=("사드",))
    assert watchlist_from_json({"name": "x", "colour": "red"}) == Watchlist("x")
    never = watchlist_from_json({"name": "x", "update_interval": None})
    assert never.update_interval is None


BASE = Watchlist("THAAD", any=("THAAD", "사드"), none=("사드 후작",), query="title:THAAD")


@pytest.mark.parametrize(
    "change",
    [
        {"any": ("THAAD",)},
        {"any": ("THAAD", "사드*")},
        {"all": ("Seongju",)},
        {"none": ()},
        {"query": None},
        {"fields": ("title",)},
        {"sources": ("yonhap-en",)},
        {"languages": ("ko",)},
    ],
)
def test_what_decides_matching_changes_the_hash(change: dict[str, tuple[str, ...]]) -> None:
    assert rule_hash(replace(BASE, **change)) != rule_hash(BASE)


@pytest.mark.parametrize(
    "change",
    [
        {"any": ("사드", "THAAD")},
        {"any": ("THAAD", "사드", "THAAD")},
        {"name": "Another"},
        {"origin": "other.toml"},
        {"priority": "high"},
        {"notify": (NotifyRule(("a@example.org",)),)},
        {"update_interval": None},
        {"edits": True},
    ],
)
def test_what_does_not_decide_it_leaves_it(change: dict[str, object]) -> None:
    assert rule_hash(replace(BASE, **change)) == rule_hash(BASE)  # type: ignore[arg-type]


@given(watchlists, watchlists)
def test_terms_never_run_together(one: Watchlist, two: Watchlist) -> None:
    def deciding(w: Watchlist) -> tuple[object, ...]:
        sets = (w.any, w.all, w.none, w.fields, w.sources, w.languages)
        return (*(frozenset(s) for s in sets), w.query or None)

    assert (rule_hash(one) == rule_hash(two)) == (deciding(one) == deciding(two))


def test_recipients_of_all_rules() -> None:
    watchlist = replace(BASE, notify=(NotifyRule(("a", "b")), NotifyRule(("b", "c"))))
    assert recipients(watchlist) == {"a", "b", "c"}
    assert recipients(BASE) == frozenset()


USING = Watchlist("x", any=("@thaad", "missile"), none=("@usa",), query="title:@korea OR x")
SETS = {"thaad": ("THAAD", "사드"), "usa": ("US",), "korea": ("한국",), "other": ("y",)}


@pytest.mark.parametrize("name", ["thaad", "usa", "korea"])
def test_an_alias_that_is_used_decides(name: str) -> None:
    assert rule_hash(USING, SETS | {name: ("else",)}) != rule_hash(USING, SETS)


@pytest.mark.parametrize(
    "change", [{"other": ("else",)}, {"thaad": ("사드", "THAAD", "사드")}, {"more": ("x",)}]
)
def test_other_aliases_and_their_order_do_not(change: dict[str, tuple[str, ...]]) -> None:
    assert rule_hash(USING, SETS | change) == rule_hash(USING, SETS)


def test_without_an_alias_the_sets_are_nothing_to_it() -> None:
    assert rule_hash(BASE, SETS) == rule_hash(BASE)


def test_evidence_keeps_what_could_not_be_decided() -> None:
    hit = {
        "undecided": True,
        "text": "사드",
        "end": 2,
        "start": 0,
        "field": "title",
        "term": "사드",
    }
    certain = {key: value for key, value in hit.items() if key != "undecided"}
    kept = hits_json([hit, certain])
    assert kept == [hit, certain]
    assert list(kept[0]) == ["term", "field", "start", "end", "text", "undecided"]

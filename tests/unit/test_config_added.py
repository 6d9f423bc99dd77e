"""Sources of the database laid over the files, and CSS in a source's table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.added_sources import lay_over, read_definition, with_added
from config.load import load
from config.selectors import selector
from config.values import Bad
from config.write import source_keys
from newsroom.errors import ConfigError
from newsroom.model import PageRules, Source

SHIPPED = Source("port", "Port Post", ("port.example",), ("https://port.example/rss",))
FILED = replace(SHIPPED, id="filed", feeds=("https://filed.example/rss",), origin="/etc/w.toml")
OFF = replace(SHIPPED, id="off", feeds=("https://off.example/rss",), enabled=False)


def table(**keys: Any) -> dict[str, Any]:
    return {"id": "new", "feeds": ["https://new.example/rss"], **keys}


def test_a_definition_is_a_source_table() -> None:
    source = read_definition(
        table(name="신문", language="ko", interval={"min": "1m"}, delay="2s", css={"body": "div.c"})
    )
    assert source.origin == "db"
    assert source.hosts == ("new.example",)
    assert (source.interval_min, source.delay) == (timedelta(minutes=1), timedelta(seconds=2))
    assert source.css == PageRules(body="div.c")


def test_what_is_written_out_reads_back_the_same() -> None:
    css = PageRules(title="h1", remove=("aside", ".ad"), item="li")
    source = replace(read_definition(table(timezone="Asia/Seoul", css={"title": "h2"})), css=css)
    keys = {key: value for key, value in source_keys(source).items() if value is not None}
    assert read_definition(keys) == source


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"id": "new"}, "neither feeds nor listings"),
        (table(feeds=["javascript:1"]), "no http or https URL"),
        (table(unknown=1), "unknown key"),
        (table(css={"body": "div["}), "no CSS selector"),
        (table(css={"boddy": "div"}), "write body"),
    ],
)
def test_a_definition_that_is_refused(definition: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        read_definition(definition)
    assert "the database" in str(refused.value)


def test_new_ones_come_last_and_the_catalogue_may_be_changed() -> None:
    laid = lay_over([SHIPPED, OFF], [table(), {"id": "off", "enabled": True}])
    assert [(s.id, s.enabled, s.origin) for s in laid.sources] == [
        ("port", True, "catalogue"),
        ("off", True, "db"),
        ("new", True, "db"),
    ]
    assert laid.warnings == ()
    assert lay_over(laid.sources, [table(), {"id": "off", "enabled": True}]) == laid


def test_a_file_decides_and_that_is_said() -> None:
    laid = lay_over([FILED], [{"id": "filed", "enabled": False}])
    assert laid.sources == (FILED,)
    assert laid.warnings[0].endswith("/etc/w.toml, which decides")


def test_a_feed_belongs_to_one_source() -> None:
    shared = table(feeds=["https://new.example/rss", "https://filed.example/rss"])
    all_shared = table(id="other", feeds=["https://port.example/rss"])
    laid = lay_over([SHIPPED, FILED], [shared, all_shared])
    new, other = laid.sources[2:]
    assert (new.feeds, new.enabled) == (("https://new.example/rss",), True)
    assert (other.feeds, other.enabled) == ((), False)
    assert len(laid.warnings) == 2
    # one that is off takes nothing from anybody
    assert lay_over([OFF], [table(feeds=["https://off.example/rss"])]).warnings == ()


def test_a_broken_definition_costs_only_itself() -> None:
    laid = lay_over([SHIPPED], [{"id": "x", "feeds": "no"}, {}, table()])
    assert [source.id for source in laid.sources] == ["port", "new"]
    assert len(laid.warnings) == 2


def test_a_watchlist_may_name_what_only_the_database_knows(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text('watchlists = ["w.toml"]\n')
    (tmp_path / "w.toml").write_text(
        '[[watchlist]]\nname = "A"\nany = ["a"]\nsources = ["new", "nobody"]\n'
    )
    settings = load(tmp_path / "wirewatch.toml", environ={}, cwd=tmp_path)
    assert len([w for w in settings.warnings if "has source" in w]) == 2
    (warning,) = with_added(settings, [table()]).warnings
    assert '"nobody"' in warning


def test_css_of_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(
        '[[source]]\nid = "a"\nfeeds = ["https://a.example/rss"]\n'
        'css = { title = "h1", body = "div::text" }\n'
    )
    with pytest.raises(ConfigError) as refused:
        load(tmp_path / "wirewatch.toml", environ={}, cwd=tmp_path)
    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (4, "source[0].css.body")
    assert "write a CSS selector" in problem.hint


@pytest.mark.parametrize("text", ["h1.t", "#a > p:not(.x)", "meta[name='d']", "a, b", " time "])
def test_selectors(text: str) -> None:
    assert selector(text) == text.strip()


@pytest.mark.parametrize("raw", ["div[", "a::text", "p:nonsense", "x" * 600, "a\nb", 5, " "])
def test_what_is_no_selector(raw: object) -> None:
    with pytest.raises(Bad):
        selector(raw)

"""The demo's folder, configuration and clock: nothing of the user's, nothing outside loopback."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from config.catalogue import load_catalogue
from newsroom.model import Source
from tests.unit.demo_case import START, day, stage
from wirewatch.demo.clock import DayClock
from wirewatch.demo.run import day_start, main
from wirewatch.demo.setting import configure, make_folder


def test_folders_are_new_each_time(tmp_path: Path) -> None:
    names = [make_folder(None, tmp_path).name for _ in range(3)]
    assert names == ["wirewatch-demo", "wirewatch-demo-2", "wirewatch-demo-3"]


def test_where_nothing_can_be_written_a_temporary_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = make_folder(None, tmp_path / "nowhere")
    assert made.parent == tmp_path
    assert made.is_dir()


def test_a_wanted_folder_must_be_empty(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b", tmp_path) == tmp_path / "a" / "b"
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        make_folder(tmp_path, tmp_path)
    with pytest.raises(click.UsageError, match="not empty"):
        main([str(tmp_path)])
    with pytest.raises(click.UsageError):
        main(["--faster"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "note.txt"]


def test_only_loopback_is_configured_whatever_the_environment_and_the_catalogue_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATA_DIR", "/elsewhere")
    monkeypatch.setenv("WIREWATCH_MAIL__URL", "smtp://mail.example.org")
    more = Source("more", "More", ("more.example",), ("https://more.example/rss",))
    catalogue = (*load_catalogue(), more)
    for module in ("wirewatch.demo.setting", "config.load"):
        monkeypatch.setattr(f"{module}.load_catalogue", lambda: catalogue)
    played = day()
    settings = configure(tmp_path, played.topics, stage(played).bases)
    enabled = [source for source in settings.sources if source.enabled]
    assert [source.id for source in enabled] == ["koreaherald", "yonhap-en", "yonhap-ko"]
    for source in enabled:
        urls = [*source.feeds, *source.listings, *(f"http://{host}" for host in source.hosts)]
        assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}
        assert source.listings == ()
        assert source.delay == timedelta(0)
    assert settings.data_dir == tmp_path
    assert settings.mail.url is None
    assert not settings.web.enabled
    assert settings.warnings == ()
    assert [(w.name, w.notify[0].to) for w in settings.watchlists] == [
        ("THAAD", ("desk@example.org",)),
        ("US forces", ("desk@example.org",)),
        ("Chip exports", ("desk@example.org",)),
    ]


def test_the_day_ends_now_and_begins_at_a_round_time() -> None:
    now = START.replace(hour=18, minute=27, second=9)
    assert day_start(now) == START.replace(hour=10, minute=20)


def test_the_clock_runs_from_step_to_step_and_stands_where_the_day_waits() -> None:
    seconds = [100.0]
    clock = DayClock(START, 2.0, lambda: seconds[0])
    assert (clock.now(), clock.arrived) == (START, True)
    clock.aim(timedelta(hours=1))
    seconds[0] += 1
    assert (clock.now() - START, clock.arrived) == (timedelta(minutes=30), False)
    seconds[0] += 9
    assert (clock.now() - START, clock.arrived) == (timedelta(hours=1), True)
    clock.aim(timedelta(hours=3))
    assert (clock.now() - START, clock.arrived) == (timedelta(hours=1), False)
    seconds[0] += 2
    assert clock.now() - START == timedelta(hours=2)

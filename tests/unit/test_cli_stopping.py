import signal
import threading
from pathlib import Path

import pytest

from config.settings import Settings
from newsroom.errors import ConfigError, Problem
from wirewatch.cli.reloading import Reading
from wirewatch.cli.stopping import Stopping


class Exits:
    """Stands for the end of the process."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.left = threading.Event()

    def __call__(self, code: int) -> None:
        self.codes.append(code)
        self.left.set()


def test_the_first_signal_asks_once() -> None:
    asked: list[None] = []
    exits = Exits()
    stopping = Stopping(lambda: asked.append(None), deadline=3600, leave=exits)
    stopping.signalled(signal.SIGTERM)
    stopping.signalled(signal.SIGTERM)
    stopping.signalled(signal.SIGINT)
    assert len(asked) == 1
    assert exits.codes == []


def test_a_second_interrupt_leaves_at_once() -> None:
    exits = Exits()
    stopping = Stopping(lambda: None, deadline=3600, leave=exits)
    stopping.signalled(signal.SIGINT)
    stopping.signalled(signal.SIGINT)
    assert exits.codes == [130]


def test_a_service_that_does_not_end_is_ended() -> None:
    exits = Exits()
    Stopping(lambda: None, deadline=0.01, leave=exits).signalled(signal.SIGTERM)
    assert exits.left.wait(20)
    assert exits.codes == [0]


class Files:
    """A configuration of one file, loaded anew each time."""

    def __init__(self, folder: Path) -> None:
        self.main = folder / "wirewatch.toml"
        self.main.write_text("")
        self.wrong = False
        self.loads = 0

    def load(self) -> Settings:
        self.loads += 1
        if self.wrong:
            raise ConfigError([Problem("wirewatch.toml", 1, "x", "is wrong", "mend it")])
        return Settings(data_dir=Path("/x"), database_url="sqlite:////x/y", files=(self.main,))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_nothing_is_read_without_a_reason(files: Files) -> None:
    reading = Reading(files.load, files.load())
    assert [reading(), reading()] == [None, None]
    assert files.loads == 1


def test_a_changed_file_is_read_once(files: Files) -> None:
    reading = Reading(files.load, files.load())
    files.main.write_text("# longer")
    assert reading() is not None
    assert reading() is None


def test_a_wrong_file_is_complained_of_once_and_read_when_mended(files: Files) -> None:
    reading = Reading(files.load, files.load())
    files.wrong = True
    files.main.write_text("wrong")
    with pytest.raises(ConfigError):
        reading()
    assert reading() is None
    files.wrong = False
    files.main.write_text("# mended")
    assert reading() is not None


def test_asked_for_it_is_read_unchanged(files: Files) -> None:
    reading = Reading(files.load, files.load())
    reading.ask()
    assert reading() is not None
    assert reading() is None


def test_a_file_that_joins_is_looked_at(files: Files, tmp_path: Path) -> None:
    reading = Reading(files.load, files.load())
    second = tmp_path / "watchlists.toml"
    second.write_text("")

    def with_second() -> Settings:
        return Settings(
            data_dir=Path("/x"), database_url="sqlite:////x/y", files=(files.main, second)
        )

    reading = Reading(with_second, files.load())
    files.main.write_text("names a second")
    assert reading() is not None
    second.write_text("changed")
    assert reading() is not None

"""What every test gets: a clean environment, and databases on request."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from jobs.morphology import KiwiWorker

pytest_plugins = ["tests.databases", "tests.cli_case"]

# tests never measure time, so neither does hypothesis
settings.register_profile(
    "wirewatch", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("wirewatch")

LIVES = int(os.environ.get("WIREWATCH_LIVES", "0"))
"""How many random lives of a desk are played; 0: the fixed few of every run."""

for name in list(os.environ):
    if name.startswith("WIREWATCH_") and name != "WIREWATCH_TEST_POSTGRES":
        del os.environ[name]

_homes = itertools.count()


@pytest.fixture(scope="session")
def _homes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, _homes_folder: Path) -> None:
    """An empty home of the test's own; nothing of the person who runs the tests."""
    home = _homes_folder / str(next(_homes))
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


@pytest.fixture(scope="session")
def morphology() -> Iterator[KiwiWorker]:
    """Real Korean morphology, its process started by the first test that needs it."""
    worker = KiwiWorker()
    yield worker
    worker.close()

"""The built wheel stands alone: seven import names, all data in it, and the demo runs from it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
IMPORT_NAMES = {"wirewatch", "jobs", "crawler", "storage", "alerts", "config", "newsroom"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_seven_names_and_every_data_file(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == IMPORT_NAMES
    tracked = subprocess.run(
        ["git", "ls-files", *sorted(IMPORT_NAMES)], cwd=ROOT, capture_output=True, text=True
    )
    if tracked.returncode == 0:  # outside a checkout there is nothing to compare with
        assert set(tracked.stdout.split()) - set(names) == set()


def test_the_demo_runs_from_the_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ROOT / "requirements" / "run.lock"
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, timeout=600)
    subprocess.run([*pip, "--no-deps", wheel], check=True, timeout=120)
    empty = tmp_path / "empty"
    empty.mkdir()
    clean = {"PATH": os.environ["PATH"], "HOME": str(empty), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [environment / "bin" / "wirewatch", "demo"],
        cwd=empty,
        env=clean,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(empty.rglob("*.eml"))

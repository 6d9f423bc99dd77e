"""Running the command line for tests: in this process, or as a program of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wirewatch.cli.entry import run

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> Any:
        (line,) = self.lines
        return line


Cli = Callable[..., Ran]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs commands in this process, in `tmp_path`, with `stdin` as standard input."""
    monkeypatch.chdir(tmp_path)

    def call(*argv: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = run([str(arg) for arg in argv])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


def environment(**extra: str) -> dict[str, str]:
    """For programs of their own: this checkout, and a locale that is not UTF-8."""
    return os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONUTF8": "0"} | extra


def program(*argv: object, cwd: Path, stdin: bytes = b"", **extra: str) -> Ran:
    """Run `python -m wirewatch` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "wirewatch", *map(str, argv)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environment(**extra),
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@contextmanager
def running(*argv: object, cwd: Path, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is left running meanwhile, its log in `cwd/log`; killed at the end."""
    with (cwd / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "wirewatch", *map(str, argv)],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(**extra),
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

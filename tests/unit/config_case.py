"""A configuration directory for one test: files in, settings or problems out."""

from __future__ import annotations

from pathlib import Path

from config.load import load
from config.settings import Settings
from newsroom.errors import ConfigError, Problem


class ConfigDir:
    """Files under a temporary directory, loaded with an environment of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {"HOME": str(path / "home")}

    def write(self, text: str, name: str = "wirewatch.toml") -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def load(self, **environ: str) -> Settings:
        return load(environ=self.environ | environ, cwd=self.path)

    def problems(self, **environ: str) -> list[Problem]:
        """What is wrong; fails where the configuration loads."""
        try:
            settings = self.load(**environ)
        except ConfigError as error:
            return error.problems
        raise AssertionError(f"it was accepted: {settings}")

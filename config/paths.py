"""Where files are looked for, and what relative paths are relative to (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote as percent
from urllib.parse import unquote

from config.environment import CONFIG
from newsroom.errors import ConfigError, Problem

NAME = "wirewatch.toml"
_SYSTEM = Path("/etc/wirewatch") / NAME
_SQLITE = "sqlite:///"


def find_config(path: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The file that is in force; None: built-in defaults. A named one must exist."""
    if path is not None:
        return _must_exist(cwd / expand(str(path), environ), "--config")
    if environ.get(CONFIG):
        return _must_exist(cwd / expand(environ[CONFIG], environ), CONFIG)
    places = [cwd / NAME, _xdg(environ, "XDG_CONFIG_HOME", ".config") / NAME, _SYSTEM]
    return next((p for p in places if p.is_file()), None)


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """`$XDG_DATA_HOME/wirewatch`, or `~/.local/share/wirewatch`."""
    return _xdg(environ, "XDG_DATA_HOME", ".local/share")


def expand(text: str, environ: Mapping[str, str]) -> Path:
    """A path as written, a leading `~/` standing for the home directory."""
    return _home(environ) / text[2:] if text.startswith("~/") else Path(text)


def resolve_database(url: str, data_dir: Path) -> str:
    """The URL with an SQLite file made absolute, relative ones in `data_dir`."""
    if not url.startswith(_SQLITE):
        return url
    file = data_dir / unquote(url.removeprefix(_SQLITE))
    return _SQLITE + percent(str(file), safe="/")


def _xdg(environ: Mapping[str, str], variable: str, default: str) -> Path:
    # The XDG base directory specification: a relative path is to be ignored.
    set_to = environ.get(variable, "")
    base = Path(set_to) if set_to.startswith("/") else _home(environ) / default
    return base / "wirewatch"


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ["HOME"]) if environ.get("HOME") else Path.home()


def _must_exist(path: Path, key: str) -> Path:
    if path.is_file():
        return path
    wrong = "is a directory" if path.is_dir() else "does not exist"
    hint = f"name an existing {NAME}, or make one with `wirewatch init`"
    raise ConfigError([Problem(str(path), None, key, wrong, hint)])

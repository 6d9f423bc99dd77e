import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsroom.errors import (
    ChannelDown,
    ConfigError,
    DatabaseUnavailable,
    Problem,
    QueryError,
    SchemaMismatch,
    StorageError,
    UnknownName,
)
from tests.cli_case import ROOT, Cli, environment
from wirewatch.cli import entry, manual
from wirewatch.cli.call import NotSo
from wirewatch.cli.root import root

HEAVY = (
    "alerts",
    "asyncio",
    "config",
    "feedparser",
    "jobs",
    "lxml",
    "pydantic",
    "rich",
    "scrapy",
    "sqlalchemy",
    "storage",
    "structlog",
    "twisted",
)


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, wirewatch.cli.root; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert not set(HEAVY) & set(done.stdout.split())


def test_a_service_without_charts_and_urls_loads_nothing_that_makes_them() -> None:
    code = "import sys, wirewatch.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert not {"apprise", "PIL.Image", "kiwipiepy"} & set(done.stdout.split())


def test_the_script_itself_loads_not_even_the_commands() -> None:
    code = "import sys, wirewatch.cli; print(*sorted(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert not {"click", "wirewatch.cli.entry"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (NotSo("there is none"), 1, "there is none"),
        (NotSo(), 1, ""),
        (UnknownName("there is no x"), 1, "there is no x"),
        (ConfigError([Problem("a.toml", 3, "k", "is odd", "write 1")]), 2, "a.toml:3: k: is odd"),
        (SchemaMismatch("too old"), 2, "too old"),
        (click.UsageError("not so used"), 2, "not so used"),
        (click.FileError("x", "no such file"), 2, "no such file"),
        (DatabaseUnavailable("locked"), 3, "locked"),
        (StorageError("damaged"), 3, "damaged"),
        (ChannelDown("refused"), 3, "refused"),
        (QueryError("odd", "write it so"), 2, "odd"),
        (PermissionError(13, "Permission denied", "/data"), 3, "/data: Permission denied"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (click.Abort(), 130, "interrupted"),
        (BrokenPipeError(), 0, ""),
        (ZeroDivisionError("0/0"), 3, "this is a bug in Wirewatch"),
    ],
)
def test_errors_end_as_codes(
    raised: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_argv: object) -> int:
        raise raised

    monkeypatch.setattr(entry, "_invoke", fail)
    monkeypatch.setattr(entry, "_forget_stdout", lambda: None)
    assert entry.run([]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert bool(err) == bool(said)
    assert ("Traceback" in err) == isinstance(raised, ZeroDivisionError)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["bogus"],
        ["articles", "--bogus"],
        ["articles", "--state", "odd"],
        ["articles", "--limit", "0"],
        ["articles", "--story", "x"],
        ["articles", "--since", "yesterday"],
        ["articles", "more"],
        ["show"],
        ["show", "x"],
        ["alerts", "show"],
        ["alerts", "--state", "fetched"],
        ["alerts", "--state", "sent", "show", "1"],
        ["alerts", "test"],
        ["alerts", "test", "nobody"],
        ["run", "--all"],
        ["run", "--role", "web"],
        ["sources", "check", "--source", "x"],
        ["watch", "add"],
        ["watch", "add", "N"],
        ["watch", "add", "N", "@alias"],
        ["watch", "add", "N", "!?"],
        ["watch", "add", "N\nM", "THAAD"],
        ["watch", "add", "N", "THAAD", "--to", "https://example.org/hook"],
        ["watch", "apply", "absent.toml"],
        ["watch", "backtest"],
        ["db"],
        ["db", "prune"],
        ["try", "page", "x.html"],
        ["try", "match"],
        ["try", "mail"],
        ["search"],
        ["--config", "absent.toml", "config", "check"],
        ["config", "check", "--config", "absent.toml"],
        ["--config"],
    ],
)
def test_wrong_usage_is_2_and_said_on_stderr(argv: list[str], cli: Cli) -> None:
    ran = cli(*argv)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_what_was_typed_cannot_act_on_the_terminal(cli: Cli) -> None:
    ran = cli("bogus\x1b[2J\x9b")
    assert ran.code == 2
    assert not set(ran.err) & set("\x1b\x9b")


def test_every_command_takes_help(cli: Cli) -> None:
    for path in _paths(root, ()):
        ran = cli(*path, "--help")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(f"Usage: {' '.join(('wirewatch', *path))}")


def test_the_commands_are_those_of_this_stage() -> None:
    assert {" ".join(path) for path in _paths(root, ())} == {
        "", "init", "run", "status", "demo", "articles", "stories", "stories merge",
        "stories split", "matches", "show",
        "sources", "sources list", "sources show", "sources pause", "sources resume",
        "sources check", "sources add", "sources remove", "sources import", "sources export",
        "watch", "watch list", "watch show", "watch add", "watch remove", "watch pause",
        "watch resume", "watch apply", "watch export", "watch explain", "watch backtest",
        "watch retro", "watch feed", "search",
        "alerts", "alerts show", "alerts resend", "alerts hold", "alerts test",
        "alerts addresses", "alerts release",
        "db", "db upgrade", "db check", "db stats", "db backup", "config", "config show",
        "config check", "try", "try feed", "try page", "try match", "try stories",
        "try mail", "backfill",
    }  # fmt: skip


def test_version(cli: Cli) -> None:
    ran = cli("--version")
    assert (ran.code, ran.out.split()[0]) == (0, "wirewatch")


def test_the_manual_is_what_the_help_says() -> None:
    made = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert made == manual.manual(), "run: python -m wirewatch.cli.manual > docs/cli.md"


def test_the_configuration_may_be_named_in_any_place(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('language = "ko"\n')
    (tmp_path / "b.toml").write_text('language = "en"\n')
    for argv in (
        ["--config", "a.toml", "config", "show", "--json"],
        ["config", "--config", "a.toml", "--json", "show"],
        ["--json", "config", "show", "--config", "a.toml"],
        ["--json", "--config", "b.toml", "config", "show", "--config=a.toml"],
    ):
        ran = cli(*argv)
        assert (ran.code, ran.err) == (0, "")
        assert ran.only["language"] == "ko"


def _paths(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _paths(inner, (*path, name))


@pytest.mark.parametrize("code", [0, 1])
def test_the_demo_is_given_its_arguments_and_decides_the_code(
    code: int, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[str]] = []

    def main(args: list[str]) -> int:
        given.append(list(args))
        return code

    # the demo itself has tests of its own; it takes a minute
    stand_in = types.ModuleType("wirewatch.demo.run")
    monkeypatch.setattr(stand_in, "main", main, raising=False)
    monkeypatch.setitem(sys.modules, "wirewatch.demo.run", stand_in)
    assert cli("demo", "--json", "folder").code == code
    assert cli("demo").code == code
    assert given == [["--", "folder"], []]


@pytest.mark.parametrize("argv", [["--help"], ["folder", "--help"]])
def test_the_demos_help_names_its_folder(argv: list[str], cli: Cli) -> None:
    ran = cli("demo", *argv)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: wirewatch demo [OPTIONS] [FOLDER]\n")

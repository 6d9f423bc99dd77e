"""`[webhook]`, recipients that are URLs in the files, and what `config show` tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.write import show
from tests.unit.config_case import ConfigDir

HOOK = "webhook+https://hooks.example.org/5ecret"
NOTIFY = f'[[watchlist]]\nname = "x"\nany = ["y"]\nnotify = [{{ to = ["{HOOK}"] }}]\n'


@pytest.fixture
def directory(tmp_path: Path) -> ConfigDir:
    return ConfigDir(tmp_path)


def test_the_secret_from_its_file(directory: ConfigDir) -> None:
    file = directory.write("s3cret\n", "hook")
    directory.write('[webhook]\nsecret_file = "hook"')
    directory.write(NOTIFY, "watchlists.toml")
    settings = directory.load()
    assert settings.webhook.secret == "s3cret"
    assert settings.webhook.secret_file == file
    assert file in settings.files
    assert settings.warnings == ()
    assert settings.watchlists[0].notify[0].to == (HOOK,)
    assert "s3cret" not in repr(settings)
    assert "5ecret" not in repr(settings)
    assert "s3cret" not in show(settings)


def test_the_secret_from_the_environment(directory: ConfigDir) -> None:
    file = directory.write("of the file", "hook")
    settings = directory.load(WIREWATCH_WEBHOOK__SECRET="s3cret")
    assert settings.webhook.secret == "s3cret"
    assert "# secret: *** (from WIREWATCH_WEBHOOK__SECRET)" in show(settings)
    assert "s3cret" not in show(settings)
    named = directory.load(WIREWATCH_WEBHOOK__SECRET_FILE=str(file))
    assert named.webhook.secret == "of the file"


def test_both_are_too_many(directory: ConfigDir) -> None:
    file = directory.write("x", "hook")
    (problem,) = directory.problems(
        WIREWATCH_WEBHOOK__SECRET="y", WIREWATCH_WEBHOOK__SECRET_FILE=str(file)
    )
    assert problem.key == "WIREWATCH_WEBHOOK__SECRET"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('[webhook]\nsecret_file = "nowhere"', "webhook.secret_file", "cannot be read"),
        ('[webhook]\nsecret = "x"', "webhook.secret", "write secret_file ="),
        ('[webhook]\nsecretfile = "x"', "webhook.secretfile", "secret_file"),
    ],
)
def test_a_wrong_section_is_refused(directory: ConfigDir, text: str, key: str, said: str) -> None:
    directory.write(text)
    (problem,) = directory.problems()
    assert problem.key == key
    assert said in str(problem)


def test_a_webhook_without_a_secret_is_warned_of(directory: ConfigDir) -> None:
    directory.write("")
    directory.write(NOTIFY, "watchlists.toml")
    (warning,) = directory.load().warnings
    assert "unsigned" in warning
    directory.write(f'[mail]\noperator = ["{HOOK}"]')
    directory.write("", "watchlists.toml")
    (warning,) = directory.load().warnings
    assert "unsigned" in warning


def test_the_operator_may_be_told_by_url(directory: ConfigDir) -> None:
    directory.write(f'[mail]\noperator = ["ops@example.org", "{HOOK}"]')
    settings = directory.load()
    assert settings.mail.operator == ("ops@example.org", HOOK)
    text = show(settings)
    assert "ops@example.org" in text
    assert "webhook+https://hooks.example.org/***" in text
    assert "5ecret" not in text


def test_a_wrong_recipient_is_refused_in_its_place_without_its_secret(
    directory: ConfigDir,
) -> None:
    directory.write("")
    directory.write(NOTIFY.replace(HOOK, "slack://5ecret"), "watchlists.toml")
    (problem,) = directory.problems()
    assert problem.key == 'watchlist["x"].notify[0].to[0]'
    assert problem.line == 4
    assert "5ecret" not in str(problem)

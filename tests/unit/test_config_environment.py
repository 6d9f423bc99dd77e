"""Environment variables: their kinds, their precedence, and the names that are not ours."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.environment import read_environment
from tests.unit.config_case import ConfigDir


@pytest.fixture
def directory(tmp_path: Path) -> ConfigDir:
    return ConfigDir(tmp_path)


def test_the_environment_comes_before_the_file(directory: ConfigDir) -> None:
    directory.write(
        'data_dir = "file"\nlanguage = "en"\n[fetch]\nobey_robots = true\nworkers = 3\n'
        'allow_private_networks = ["10.0.0.0/8"]\n[mail]\nurl = "smtp://h"\noperator = ["a@b.org"]'
    )
    settings = directory.load(
        WIREWATCH_DATA_DIR="env",
        WIREWATCH_LANGUAGE="ko",
        WIREWATCH_FETCH__OBEY_ROBOTS="False",
        WIREWATCH_FETCH__ALLOW_PRIVATE_NETWORKS="127.0.0.0/8, ::1/128",
        WIREWATCH_FETCH__MAX_BYTES="1048576",
        WIREWATCH_MAIL__URL="",
        WIREWATCH_MAIL__OPERATOR='["x@y.org"]',
        WIREWATCH_MAIL__WAIT_FOR_PAGE="5s",
        WIREWATCH_WEB__LISTEN="127.0.0.1:1",
    )
    assert settings.data_dir == directory.path / "env"
    assert settings.language == "ko"
    assert settings.fetch.obey_robots is False
    assert settings.fetch.workers == 3
    assert settings.fetch.max_bytes == 1_048_576
    assert settings.fetch.allow_private_networks == ("127.0.0.0/8", "::1/128")
    assert settings.mail.url is None
    assert settings.mail.operator == ("x@y.org",)
    assert settings.mail.wait_for_page == timedelta(seconds=5)
    assert settings.web.port == 1


WRONG = [
    ({"WIREWATCH_FETCH__WORKER": "2"}, "WIREWATCH_FETCH__WORKER", "set WIREWATCH_FETCH__WORKERS"),
    ({"WIREWATCH_FETCH_WORKERS": "2"}, "WIREWATCH_FETCH_WORKERS", "set WIREWATCH_FETCH__WORKERS"),
    ({"WIREWATCH_DATADIR": "x"}, "WIREWATCH_DATADIR", "set WIREWATCH_DATA_DIR"),
    ({"WIREWATCH_QQQQQQQQQQQ": "x"}, "WIREWATCH_QQQQQQQQQQQ", "<SECTION>__<KEY>"),
    ({"WIREWATCH_NOPE__X": "x"}, "WIREWATCH_NOPE__X",
     "<SECTION>__<KEY>; sections: DATABASE, MAIL, WEBHOOK, FETCH, STORIES, LOG, WEB"),
    ({"WIREWATCH_SOURCE__FEEDS": "x"}, "WIREWATCH_SOURCE__FEEDS", "sections: DATABASE"),
    ({"WIREWATCH_FETCH__X": "x"}, "WIREWATCH_FETCH__X", "known there: USER_AGENT, OBEY_ROBOTS"),
    ({"WIREWATCH_MAIL__PASWORD": "x"}, "WIREWATCH_MAIL__PASWORD", "set WIREWATCH_MAIL__PASSWORD"),
    ({"WIREWATCH_MAL__URL": "x"}, "WIREWATCH_MAL__URL", "set WIREWATCH_MAIL__URL"),
    ({"WIREWATCH_DATA__DIR": "x"}, "WIREWATCH_DATA__DIR", "set WIREWATCH_DATA_DIR"),
    ({"WIREWATCH_CONFG": "x"}, "WIREWATCH_CONFG", "set WIREWATCH_CONFIG"),
    ({"WIREWATCH_": "x"}, "WIREWATCH_", "<SECTION>__<KEY>"),
    ({"WIREWATCH_FETCH__WORKERS": "two"}, "WIREWATCH_FETCH__WORKERS", "not a whole number"),
    ({"WIREWATCH_FETCH__WORKERS": "99"}, "WIREWATCH_FETCH__WORKERS", "from 1 to 64"),
    ({"WIREWATCH_WEB__METRICS": "maybe"}, "WIREWATCH_WEB__METRICS", "true or false"),
    ({"WIREWATCH_TIMEZONE": ""}, "WIREWATCH_TIMEZONE", "no time zone"),
    ({"WIREWATCH_RETENTION": "30"}, "WIREWATCH_RETENTION", 'or "never"'),
    ({"WIREWATCH_MAIL__OPERATOR": "a@b.org,@"}, "WIREWATCH_MAIL__OPERATOR", "plain address"),
    ({"WIREWATCH_MAIL__OPERATOR": "[x"}, "WIREWATCH_MAIL__OPERATOR", "is no list"),
    ({"WIREWATCH_WATCHLISTS": "gone.toml"}, "WIREWATCH_WATCHLISTS", "does not exist"),
    ({"WIREWATCH_DATABASE__URL": "geheim"}, "WIREWATCH_DATABASE__URL", "SQLite or PostgreSQL"),
    ({"WIREWATCH_MAIL__URL": "smtp://u@h"}, "WIREWATCH_MAIL__URL", "there is no password"),
    ({"WIREWATCH_MAIL__PASSWORD_FILE": "gone"}, "WIREWATCH_MAIL__PASSWORD_FILE", "cannot be read"),
    ({"WIREWATCH_MAIL__URL_FILE": "gone"}, "WIREWATCH_MAIL__URL_FILE", "cannot be read"),
    ({"WIREWATCH_MAIL__URL_FILE": "url", "WIREWATCH_MAIL__URL": ""}, "WIREWATCH_MAIL__URL_FILE",
     "set only one of the two"),
    ({"WIREWATCH_MAIL__PASSWORD": "a", "WIREWATCH_MAIL__PASSWORD_FILE": "url"},
     "WIREWATCH_MAIL__PASSWORD", "set only one of the two"),
    ({"WIREWATCH_MAIL__PASSWORD_FILE": "url", "WIREWATCH_MAIL__URL": "smtp://u:p@h"},
     "WIREWATCH_MAIL__PASSWORD_FILE", "leave it out of the URL"),
    ({"WIREWATCH_MAIL__PASSWORD_FILE": "empty"}, "WIREWATCH_MAIL__PASSWORD_FILE", "is empty"),
    ({"WIREWATCH_MAIL__PASSWORD_FILE": "lines"}, "WIREWATCH_MAIL__PASSWORD_FILE", "one line"),
    ({"WIREWATCH_WEB__PASSWORD_FILE": "."}, "WIREWATCH_WEB__PASSWORD_FILE", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "key", "says"), WRONG)
def test_a_wrong_variable_is_refused(
    directory: ConfigDir, environ: dict[str, str], key: str, says: str
) -> None:
    directory.write("smtp://h", "url")
    directory.write("\n", "empty")
    directory.write("a\nb\n", "lines")
    (problem,) = directory.problems(**environ)
    assert (problem.file, problem.line, problem.key) == ("environment", None, key)
    assert says in f"{problem.problem}; {problem.hint}"


def test_secrets_from_files(directory: ConfigDir) -> None:
    directory.write("smtp+starttls://desk:p%40ss@h:587\n", "mail-url")
    directory.write("postgresql://u:geheim@h/d\r\n", "db-url")
    settings = directory.load(
        WIREWATCH_MAIL__URL_FILE="mail-url", WIREWATCH_DATABASE__URL_FILE="db-url"
    )
    assert settings.mail.url == "smtp+starttls://desk@h:587"
    assert settings.mail.password == "p@ss"
    assert settings.database_url == "postgresql+psycopg://u:geheim@h/d"
    assert set(settings.files) == {directory.path / "mail-url", directory.path / "db-url"}
    assert "geheim" not in repr(settings)
    assert "p@ss" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "password"),
    [({}, "file"), ({"WIREWATCH_MAIL__PASSWORD": "env"}, "env"),
     ({"WIREWATCH_MAIL__PASSWORD_FILE": "other"}, "other"),
     ({"WIREWATCH_MAIL__URL": "smtp://u:inurl@h"}, "inurl"),
     ({"WIREWATCH_MAIL__URL": "smtp://u:inurl@h", "WIREWATCH_MAIL__PASSWORD": "env"}, "env")],
)  # fmt: skip
def test_the_nearest_password_wins(
    directory: ConfigDir, environ: dict[str, str], password: str
) -> None:
    directory.write("file", "pw")
    directory.write("other", "other")
    directory.write('[mail]\nurl = "smtps://u@h"\npassword_file = "pw"')
    assert directory.load(**environ).mail.password == password


def test_a_password_in_clear_and_one_for_nobody_are_warned_of(directory: ConfigDir) -> None:
    clear = directory.load(WIREWATCH_MAIL__URL="smtp://u:p@mail.example.org")
    assert "unencrypted" in clear.warnings[0]
    assert directory.load(WIREWATCH_MAIL__URL="smtp://u:p@127.0.0.1").warnings == ()
    unused = directory.load(WIREWATCH_MAIL__URL="smtp://h", WIREWATCH_MAIL__PASSWORD="p")
    assert "not used" in unused.warnings[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [("WIREWATCH_TEST_POSTGRES", "x"), ("WIREWATCH_SERVICE_HOST", "10.0.0.1"),
     ("WIREWATCH_PORT", "tcp://10.0.0.1:8787"), ("WIREWATCH_PORT_8787_TCP_ADDR", "10.0.0.1"),
     ("WIREWATCH_SERVICE_PORT_HTTP", "8787"), ("wirewatch_log__level", "loud"), ("HOME", "/")],
)  # fmt: skip
def test_variables_of_others_are_left_alone(name: str, text: str, tmp_path: Path) -> None:
    environment = read_environment({name: text}, tmp_path)
    assert environment.problems == ()
    assert not environment.values


def test_a_port_of_the_operator_is_a_mistake(tmp_path: Path) -> None:
    (problem,) = read_environment({"WIREWATCH_PORT": "8787"}, tmp_path).problems
    assert "unknown variable" in problem.problem

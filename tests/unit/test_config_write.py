"""`init` writes files that load; `show` writes what is in force, without a secret."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from config.load import load
from config.write import init, show
from newsroom.errors import ConfigError
from tests.unit.config_case import ConfigDir


def test_the_files_written_first_load(tmp_path: Path) -> None:
    written = init(tmp_path / "new")
    assert [p.name for p in written] == ["wirewatch.toml", "watchlists.toml"]
    settings = load(written[0], environ={"HOME": "/nowhere"}, cwd=tmp_path)
    assert settings.data_dir == tmp_path / "new/data"
    assert [w.name for w in settings.watchlists] == ["THAAD"]
    assert settings.watchlists[0].notify[0].to == ("you@localhost",)
    assert settings.warnings == ()
    assert len([source for source in settings.sources if source.enabled]) == 3


def _uncommented(text: str) -> str:
    """The sample with its commented settings switched on."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_setting = line.startswith("# ") and (bare.startswith("[[") or " = " in bare)
        lines.append(bare if is_setting else line)
    return "\n".join(lines)


def test_every_commented_key_is_one_that_loads(tmp_path: Path) -> None:
    main, _ = init(tmp_path)
    text = _uncommented(main.read_text(encoding="utf-8"))
    for name in (
        "/run/secrets/smtp",
        "/run/secrets/imap",
        "/run/secrets/webhook",
        "/run/secrets/web",
    ):
        text = text.replace(name, "secret")
    text = text.replace("/etc/ssl/own-ca.pem", "")
    (tmp_path / "secret").write_text("s")
    main.write_text(text, encoding="utf-8")
    settings = load(main, environ={}, cwd=tmp_path)
    assert settings.base_url == "https://watch.example.org"
    assert settings.fetch.proxy == "http://proxy.example.org:3128"
    assert settings.mail.password == "s"
    assert settings.mail.mailbox == "imaps://bounces@mail.example.org/INBOX"
    assert settings.mail.mailbox_password == "s"
    assert settings.webhook.secret == "s"
    assert [s.id for s in settings.sources if s.enabled] == [
        "koreaherald",
        "yonhap-en",
        "koreatimes",
    ]


@pytest.mark.parametrize("name", ["wirewatch.toml", "watchlists.toml"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=f"{name}: exists already"):
        init(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        init(tmp_path / "file" / "below")


FULL = """\
data_dir = "d"
base_url = "https://w.example.org/x/"
timezone = "Asia/Seoul"
language = "ko"
watchlists = ["w.toml"]
retention = "400d"
heartbeat_url = "https://hc.example.org/ping/1"
[database]
url = "sqlite:///사드 1.db"
[mail]
url = "smtps://h:465"
sender = "감시 <w@example.org>"
operator = ["o@example.org"]
wait_for_page = "3m"
mailbox = "maildir:mail/되돌아옴 1"
[fetch]
user_agent = "X/1"
obey_robots = false
proxy = "http://p:1"
allow_private_networks = ["127.0.0.0/8"]
timeout = "1m"
max_bytes = "500kB"
workers = 4
[stories]
window = "3d"
[log]
level = "debug"
format = "json"
[web]
enabled = false
listen = "[::1]:1"
password_file = "pw"
metrics = true
[[source]]
id = "yonhap-ko"
delay = "0s"
backfill_alerts = "all"
[[source]]
id = "x"
name = "X"
feeds = ["http://127.0.0.1:8/rss"]
enabled = false
"""


def test_what_is_shown_reads_back(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    directory.write("pw", "pw")
    directory.write('[[watchlist]]\nname = "x"\nany = ["y"]', "w.toml")
    directory.write(FULL)
    settings = directory.load()
    shown = tmp_path / "shown/wirewatch.toml"
    directory.write(show(settings), "shown/wirewatch.toml")
    again = load(shown, environ={}, cwd=tmp_path)
    own = ("config_file", "files", "sources")
    same = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    for name in same.keys() - set(own):
        assert getattr(again, name) == same[name], name
    unnamed = [dataclasses.replace(s, origin="") for s in settings.sources]
    assert [dataclasses.replace(s, origin="") for s in again.sources] == unnamed


def test_defaults_are_shown_and_read_back(tmp_path: Path) -> None:
    text = show(ConfigDir(tmp_path).load())
    assert "built-in example THAAD" in text
    assert tomllib.loads(text)["mail"]["url"] == ""


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = ConfigDir(tmp_path).load(
        WIREWATCH_MAIL__URL="smtps://u:geheim@h",
        WIREWATCH_DATABASE__URL="postgresql://u:geheim@h/d?sslpassword=geheim",
        WIREWATCH_FETCH__PROXY="http://u:geheim@p:1",
    )
    text = show(settings)
    assert "geheim" not in text
    assert "geheim" not in repr(settings)
    shown = tomllib.loads(text)
    assert shown["database"]["url"] == "postgresql+psycopg://u:***@h/d?sslpassword=***"
    assert shown["fetch"]["proxy"] == "http://u:***@p:1"
    assert "# password: ***" in text

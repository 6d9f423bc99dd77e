"""The main file, the environment and the defaults, in their order."""

import dataclasses
import os
from datetime import timedelta
from pathlib import Path

import pytest

from config.aliases import shipped_aliases
from config.catalogue import load_catalogue
from config.load import EXAMPLE, load
from config.reload import changed, fingerprint
from newsroom.errors import ConfigError
from newsroom.model import AliasSet
from tests.unit.config_case import ConfigDir

# DESIGN §7, as printed there; the three places are the test's own.
DESIGN_MAIN = """\
# wirewatch.toml
data_dir = "{data_dir}"
base_url = ""                               # for links and unsubscribe in mails; never required
timezone = "Asia/Seoul"                     # how times are shown
language = "en"                             # of mails and page: en, ko
watchlists = ["watchlists.toml"]
retention = "never"                         # articles older than this are pruned
heartbeat_url = ""                          # pinged while work moves

[database]
url = "sqlite:///wirewatch.db"              # or postgresql+psycopg://...

[mail]
url = "smtp+starttls://user@mail.example.org:587"   # smtp:// smtps:// smtp+starttls://
password_file = "{password_file}"
sender = "Wirewatch <wirewatch@example.org>"
operator = ["ops@example.org"]              # source-health notices
wait_for_page = "90s"

[fetch]
user_agent = "Wirewatch/1.0 (+https://watch.example.org/about)"
obey_robots = true
proxy = ""                                  # http://...
ca_bundle = ""                              # added to the system's
allow_private_networks = []                 # e.g. ["127.0.0.0/8"]
timeout = "30s"
max_bytes = "10MiB"
workers = 2                                 # parsing processes

[stories]
window = "7d"

[log]
level = "info"
format = "text"                             # or json

[web]
enabled = true
listen = "127.0.0.1:8787"
password_file = ""                          # required when listening beyond loopback
metrics = false

[[source]]
id = "koreatimes"
name = "The Korea Times"
hosts = ["www.koreatimes.co.kr", "koreatimes.co.kr", "m.koreatimes.co.kr"]
feeds = ["https://www.koreatimes.co.kr/www/rss/rss.xml"]
listings = []
page = "generic"
language = "en"
timezone = "Asia/Seoul"
interval = {{ min = "2m", max = "60m" }}
delay = "1s"
backfill_alerts = "24h"
enabled = true
"""

DESIGN_WATCHLISTS = """\
# watchlists.toml
[[watchlist]]
name = "THAAD"                              # identity
any  = ["THAAD", "Terminal High Altitude Area Defense", "사드", "고고도미사일방어체계"]
all  = []                                   # and each of these
none = ["사드 후작"]                          # and none of these
# query = 'title:THAAD OR ("missile defense" NEAR/8 (Seongju OR 성주))'
in = ["title", "body", "summary"]           # default
sources = []                                # default: all
languages = []
priority = "normal"                         # high breaks through quiet hours
update_interval = "2h"
edits = false
[[watchlist.notify]]
to = ["desk@example.org"]                   # addresses, or Apprise URLs
when = "immediately"                        # or "hourly", "daily 08:00"
timezone = "Asia/Seoul"
quiet = "22:00-06:30"                       # held, then sent as one digest
send_empty = false
max_per_hour = 0

[alias]
thaad = ["THAAD", "사드", "萨德"]              # used as @thaad in any, all, none and query
"""


@pytest.fixture
def directory(tmp_path: Path) -> ConfigDir:
    return ConfigDir(tmp_path)


def test_the_files_of_the_design_load(directory: ConfigDir) -> None:
    secret = directory.write("s3cret\n", "smtp")
    directory.write(DESIGN_MAIN.format(data_dir="/var/lib/wirewatch", password_file=secret))
    file = directory.write(DESIGN_WATCHLISTS, "watchlists.toml")
    settings = directory.load()

    assert settings.data_dir == Path("/var/lib/wirewatch")
    assert settings.database_url == "sqlite:////var/lib/wirewatch/wirewatch.db"
    assert settings.base_url is None
    assert settings.heartbeat_url is None
    assert settings.retention is None
    assert settings.mail.url == "smtp+starttls://user@mail.example.org:587"
    assert settings.mail.password == "s3cret"
    assert settings.fetch.max_bytes == 10_485_760
    assert settings.fetch.proxy is None
    assert settings.fetch.ca_bundle is None
    assert settings.web.listen == "127.0.0.1:8787"
    assert settings.stories.window == timedelta(days=7)
    assert [s.id for s in settings.sources if s.enabled] == [
        "koreaherald",
        "yonhap-en",
        "yonhap-ko",
        "koreatimes",
    ]
    source = next(s for s in settings.sources if s.id == "koreatimes")
    assert source.origin == str(directory.path / "wirewatch.toml")
    assert (source.interval_min, source.interval_max) == (timedelta(minutes=2), timedelta(hours=1))
    (watchlist,) = settings.watchlists
    assert watchlist.name == "THAAD"
    assert watchlist.origin == str(file)
    assert watchlist.any[2] == "사드"
    (rule,) = watchlist.notify
    assert (rule.to, rule.when, rule.quiet) == (("desk@example.org",), "immediately", "22:00-06:30")
    assert settings.aliases == {**shipped_aliases(), "thaad": ("THAAD", "사드", "萨德")}
    assert settings.own_aliases == (AliasSet("thaad", ("THAAD", "사드", "萨德"), str(file)),)
    assert settings.files == (directory.path / "wirewatch.toml", file, secret)
    assert settings.warnings == ()
    assert not settings.builtin_example
    assert "s3cret" not in repr(settings)


def test_without_any_file_defaults_run(directory: ConfigDir) -> None:
    settings = directory.load()
    assert settings.data_dir == directory.path / "home/.local/share/wirewatch"
    assert settings.database_url == f"sqlite:///{settings.data_dir}/wirewatch.db"
    assert settings.sources == load_catalogue()
    assert settings.builtin_example
    assert settings.watchlists == (EXAMPLE,)
    assert settings.mail.url is None
    assert settings.files == ()
    assert settings.warnings == ()
    assert list(directory.path.iterdir()) == []


def test_the_example_stands_only_without_files(directory: ConfigDir) -> None:
    directory.write("")
    assert directory.load().watchlists == ()
    assert not directory.load().builtin_example


def test_the_search_order(directory: ConfigDir) -> None:
    home = directory.write('timezone = "Asia/Tokyo"', "home/.config/wirewatch/wirewatch.toml")
    assert directory.load().config_file == home
    xdg = directory.write("", "xdg/wirewatch/wirewatch.toml")
    over = {"XDG_CONFIG_HOME": str(directory.path / "xdg")}
    assert directory.load(**over).config_file == xdg
    here = directory.write("")
    assert directory.load(**over).config_file == here
    named = directory.write("", "named.toml")
    assert directory.load(**over, WIREWATCH_CONFIG="named.toml").config_file == named
    first = directory.write("", "first.toml")
    environ = {**directory.environ, "WIREWATCH_CONFIG": "named.toml"}
    assert load(Path("first.toml"), environ=environ, cwd=directory.path).config_file == first


@pytest.mark.parametrize("relative", ["", "data"])
def test_a_relative_xdg_path_is_ignored(directory: ConfigDir, relative: str) -> None:
    settings = directory.load(XDG_DATA_HOME=relative, XDG_CONFIG_HOME=relative)
    assert settings.data_dir == directory.path / "home/.local/share/wirewatch"


def test_a_named_file_must_exist(directory: ConfigDir) -> None:
    problem = directory.problems(WIREWATCH_CONFIG="gone.toml")[0]
    assert problem.file == str(directory.path / "gone.toml")
    assert "wirewatch init" in problem.hint
    with pytest.raises(ConfigError, match="is a directory"):
        load(directory.path, environ={}, cwd=directory.path)


def test_relative_paths_are_relative_to_the_file(directory: ConfigDir) -> None:
    directory.write("pw", "etc/secret")
    directory.write(DESIGN_WATCHLISTS, "etc/lists/a.toml")
    directory.write(
        'data_dir = "../data"\nwatchlists = ["lists/a.toml", "~/b.toml"]\n'
        '[database]\nurl = "sqlite:///my%20db/100% 사드.db"\n[web]\npassword_file = "secret"',
        "etc/wirewatch.toml",
    )
    directory.write("", "home/b.toml")
    settings = directory.load(WIREWATCH_CONFIG="etc/wirewatch.toml")
    assert settings.data_dir.resolve() == directory.path / "data"
    assert settings.watchlist_files[1] == directory.path / "home/b.toml"
    assert settings.web.password_file == directory.path / "etc/secret"
    assert settings.database_url.endswith("/my%20db/100%25%20%EC%82%AC%EB%93%9C.db")


@pytest.mark.parametrize(
    ("url", "resolved"),
    [("sqlite:////abs/w.db", "sqlite:////abs/w.db"),
     ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
     ("postgresql+psycopg:///d?host=/run/pg", "postgresql+psycopg:///d?host=/run/pg")],
)  # fmt: skip
def test_database_urls(directory: ConfigDir, url: str, resolved: str) -> None:
    assert directory.load(WIREWATCH_DATABASE__URL=url).database_url == resolved


def test_watchlists_beside_the_file_are_found(directory: ConfigDir) -> None:
    directory.write(DESIGN_WATCHLISTS, "watchlists.toml")
    assert directory.load().builtin_example
    directory.write('[log]\nlevel = "debug"')
    assert [w.name for w in directory.load().watchlists] == ["THAAD"]
    directory.write("watchlists = []")
    assert directory.load().watchlists == ()


def test_a_source_table_changes_only_what_it_names(directory: ConfigDir) -> None:
    directory.write(
        '[[source]]\nid = "yonhap-en"\nhosts = ["127.0.0.1:8123"]\nbackfill_alerts = "all"\n'
        'interval = { max = "30m" }\ndelay = "0s"\n[[source]]\nid = "yonhap-ko"\nenabled = false\n'
    )
    before = {s.id: s for s in load_catalogue()}
    after = {s.id: s for s in directory.load().sources}
    origin = str(directory.path / "wirewatch.toml")
    assert after == {
        **before,
        "yonhap-en": dataclasses.replace(
            before["yonhap-en"],
            hosts=("127.0.0.1:8123",),
            backfill_alerts=None,
            interval_max=timedelta(minutes=30),
            delay=timedelta(0),
            origin=origin,
        ),
        "yonhap-ko": dataclasses.replace(before["yonhap-ko"], enabled=False, origin=origin),
    }


@pytest.mark.parametrize(
    ("keys", "enabled"),
    [
        ('delay = "5s"', False),
        ("enabled = true", True),
        ('feeds = ["https://127.0.0.1:9/rss"]', True),
        ('listings = ["https://127.0.0.1:9/news"]', True),
        ('feeds = ["https://127.0.0.1:9/rss"]\nenabled = false', False),
    ],
)
def test_an_outlet_that_ships_switched_off(directory: ConfigDir, keys: str, enabled: bool) -> None:
    off = next(source for source in load_catalogue() if not source.enabled)
    directory.write(f'[[source]]\nid = "{off.id}"\n{keys}\n')
    found = {source.id: source for source in directory.load().sources}
    assert found[off.id].enabled is enabled
    assert found[off.id].name == off.name


def test_a_source_has_the_hosts_of_its_feeds(directory: ConfigDir) -> None:
    directory.write(
        '[[source]]\nid = "x"\nfeeds = ["https://A.example/1", "http://a.example:80/2"]\n'
        'listings = ["http://127.0.0.1:9/x", "https://예시.한국/"]'
    )
    source = directory.load().sources[-1]
    idn = "예시.한국".encode("idna").decode()
    assert source.hosts == ("a.example", "127.0.0.1:9", idn)
    assert source.name == "x"
    assert source.page is None


def test_a_feed_may_move_from_a_disabled_source(directory: ConfigDir) -> None:
    feed = load_catalogue()[0].feeds[0]
    directory.write(
        f'[[source]]\nid = "x"\nfeeds = ["{feed}"]\n[[source]]\nid="koreaherald"\nenabled = false'
    )
    assert directory.load().sources[-1].feeds == (feed,)


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [("[::1]:0", "::1", 0), ("localhost:80", "localhost", 80), ("127.9.9.9:1", "127.9.9.9", 1)],
)
def test_listening_on_loopback_needs_no_password(
    directory: ConfigDir, listen: str, host: str, port: int
) -> None:
    web = directory.load(WIREWATCH_WEB__LISTEN=listen).web
    assert (web.host, web.port, web.listen) == (host, port, listen)


def test_listening_elsewhere_needs_one(directory: ConfigDir) -> None:
    directory.write("pw", "secret")
    directory.write('[web]\nlisten = "0.0.0.0:80"\npassword_file = "secret"')
    assert directory.load().web.password_file == directory.path / "secret"
    directory.write('[web]\nlisten = "0.0.0.0:80"\nenabled = false')
    assert not directory.load().web.enabled


def test_an_unknown_source_of_a_watchlist_is_warned_of(directory: ConfigDir) -> None:
    directory.write("")
    directory.write('[[watchlist]]\nname = "x"\nany = ["y"]\nsources = ["yonhap-en", "yonhap-kr"]',
                    "watchlists.toml")  # fmt: skip
    (warning,) = directory.load().warnings
    assert '"yonhap-kr"; did you mean "yonhap-ko"?' in warning


def test_a_certificate_bundle_is_looked_at(directory: ConfigDir) -> None:
    directory.write("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----", "ca.pem")
    directory.write('[fetch]\nca_bundle = "ca.pem"')
    assert directory.problems()[0].key == "fetch.ca_bundle"


def test_a_changed_file_is_noticed(directory: ConfigDir) -> None:
    main = directory.write('watchlists = ["w.toml"]')
    lists = directory.write(DESIGN_WATCHLISTS, "w.toml")
    before = fingerprint(directory.load())
    assert set(before) == {main, lists}
    assert not changed(before)
    os.utime(lists, ns=(1, 1))
    assert changed(before)
    before = fingerprint(directory.load())
    assert not changed(before)
    lists.unlink()
    assert changed(before)


def test_a_file_with_a_byte_order_mark_and_crlf(directory: ConfigDir) -> None:
    (directory.path / "wirewatch.toml").write_bytes(b'\xef\xbb\xbf# x\r\n[log]\r\nlevel = "x"\r\n')
    assert directory.problems()[0].line == 3


def test_an_own_alias_set_replaces_the_whole_shipped_one(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    directory.write('watchlists = ["w.toml"]')
    directory.write('[[watchlist]]\nname = "x"\nany = ["@usa"]\n[alias]\nusa = ["USA"]', "w.toml")
    settings = directory.load()
    assert settings.aliases["usa"] == ("USA",)
    assert settings.aliases["us"] == shipped_aliases()["us"]

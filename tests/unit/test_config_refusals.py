"""Every wrong input is refused with file, line, key, and what to write instead."""

import json
from pathlib import Path

import pytest

from config.addresses import parse_address
from config.values import Bad
from tests.unit.config_case import ConfigDir

BAD_ADDRESSES = Path(__file__).parents[3] / "shared/corpus/hostile/mail/bad_addresses.json"

# (main file, line, key, part of "problem; hint")
MAIN = [
    # top
    ('timezon = "UTC"', 1, "timezon", "unknown key; write timezone"),
    ('\n\nTimezone = "UTC"', 3, "Timezone", "write timezone"),
    ('zzz = 1', 1, "zzz", "known here: data_dir"),
    ('[nosection]\nx = 1', 1, "nosection",
     "heartbeat_url, [database], [mail], [webhook], [fetch], [stories]"),
    ('[[nosection]]\nx = 1', 1, "nosection", "[log], [web], [[source]]"),
    ('[mail]\nzzz = 1', 2, "mail.zzz", "known here: url, password_file, sender"),
    ('timezone = "Asia/Soul"', 1, "timezone", 'write "Asia/Seoul"'),
    ('timezone = "KST"', 1, "timezone", 'write "Asia/Seoul"'),
    ('timezone = "../../etc/passwd"', 1, "timezone", "no time zone"),
    ('timezone = ""', 1, "timezone", "no time zone"),
    ("timezone = 9", 1, "timezone", '9 is a number, not a text; write "Asia/Seoul"'),
    ('language = "kr"', 1, "language", 'write one of "en", "ko"'),
    ('data_dir = ""', 1, "data_dir", "is empty"),
    ('data_dir = "a\\u0000b"', 1, "data_dir", "control character"),
    ('base_url = "watch.example.org"', 1, "base_url", 'write "https://watch.example.org"'),
    ('base_url = "ftp://watch.example.org"', 1, "base_url", "no http or https URL"),
    ('base_url = "https://watch.example.org/?a=1"', 1, "base_url", "has a query; write"),
    ('heartbeat_url = "https://u:geheim@hc.example.org/x"', 1, "heartbeat_url", "u:***@"),
    ('retention = "30"', 1, "retention", '"7d", or "never"'),
    ('retention = "1y"', 1, "retention", "no duration"),
    ("retention = 30", 1, "retention", 'like "365d", or "never"'),
    ('retention = "0d"', 1, "retention", 'write at least "1d"'),
    ('retention = "999999999w"', 1, "retention", "too long"),
    ('watchlists = "w.toml"', 1, "watchlists", 'write watchlists = ["w.toml"]'),
    ('watchlists = [\n  "gone.toml",\n]', 2, "watchlists[0]", "does not exist"),
    ("watchlists = [5]", 1, "watchlists[0]", "a number, not a text"),
    ('[[watchlist]]\nname = "x"', 1, "watchlist", "belongs into a watchlist file"),
    ('[alias]\nx = ["y"]', 1, "alias", "belongs into a watchlist file"),
    ('[fetsch]\nworkers = 2', 1, "fetsch", "write [fetch]"),
    ('[[sources]]\nid = "x"', 1, "sources", "write [[source]]"),
    ("mail = 3", 1, "mail", "is a number, not a table; write [mail]"),
    ('[[mail]]\nurl = ""', 1, "mail", "is a list, not a table; write [mail]"),
    ('user_agent = "x"', 1, "user_agent", "it belongs into [fetch]"),
    ('[mail]\nretention = "7d"', 2, "mail.retention", "top of the file, before the first"),
    # syntax
    ('a = 1\nb = "open', 2, "", "no valid TOML"),
    ("[mail]\nsender = desk", 2, "", "text in quotes"),
    ('language = "en"\nlanguage = "ko"', 2, "", "each key and each [table] once"),
    ("[log]\n[log]", 2, "", "each key and each [table] once"),
    # database
    ('[database]\nurl = "mysql://x/y"', 2, "database.url", "no SQLite or PostgreSQL URL; write"),
    ('[database]\nurl = "sqlite://"', 2, "database.url", "a file name alone"),
    ('[database]\nurl = "sqlite:///:memory:"', 2, "database.url", "names no file"),
    ('[database]\nurl = "sqlite:///w.db?mode=ro"', 2, "database.url", "a file name alone"),
    ('[database]\nurl = "postgresql://u:geheim@h"', 2, "database.url", "u:***@h"),
    ('[database]\nurll = ""', 2, "database.urll", "write url"),
    # mail
    ('[mail]\nurl = "mail.example.org"', 2, "mail.url", "no known mail scheme"),
    ('[mail]\nurl = "stmp://mail.example.org"', 2, "mail.url", "write smtp://"),
    ('[mail]\nurl = "smtp://u:ge@heim/x@h:x5"', 2, "mail.url", "as %40 and %2F"),
    ('[mail]\nurl = "smtp://"', 2, "mail.url", "names no server"),
    ('[mail]\nurl = "smtp://h:99999"', 2, "mail.url", "is no URL"),
    ('[mail]\nurl = "smtp://h/path"', 2, "mail.url", "has a path"),
    ('[mail]\nurl = "smtp://a b"', 2, "mail.url", "blank or control character"),
    ('[mail]\nurl = "smtp://user@mail.example.org"', 2, "mail.url", "write password_file"),
    ('[mail]\n\npassword = "x"', 3, "mail.password", "WIREWATCH_MAIL__PASSWORD"),
    ('[mail]\npassword_file = "gone"', 2, "mail.password_file", "cannot be read"),
    ('[mail]\nsender = "Wire <watch"', 2, "mail.sender", 'write "Wirewatch <'),
    ('[mail]\nsender = "A\\nBcc: x@y.org"', 2, "mail.sender", "line break (U+000A)"),
    ('[mail]\noperator = [\n "a@b.org",\n "@b.org",\n]', 4, "mail.operator[1]", "plain address"),
    ('[mail]\noperator = "a@b.org"', 2, "mail.operator", 'write operator = ["a@b.org"]'),
    ('[mail]\nwait_for_page = "90"', 2, "mail.wait_for_page", '"90s"'),
    ('[mail]\nwait_for_page = "1m30s"', 2, "mail.wait_for_page", "one of s, m, h, d, w"),
    ('[mail]\nwait_for_page = "-5s"', 2, "mail.wait_for_page", "no duration"),
    ('[mail]\nwait_for_page = "never"', 2, "mail.wait_for_page", "no duration"),
    ('mail = { wait_for_page = "x" }', 1, "mail.wait_for_page", "no duration"),
    ('mail.wait_for_page = "x"', 1, "mail.wait_for_page", "no duration"),
    # fetch
    ('[fetch]\nuser_agent = "감시"', 2, "fetch.user_agent", "plain ASCII"),
    ('[fetch]\nuser_agent = "a\\r\\nX: y"', 2, "fetch.user_agent", "control character"),
    ('[fetch]\nobey_robots = "yes"', 2, "fetch.obey_robots", "write true or false"),
    ('[fetch]\nproxy = "socks5://h:1"', 2, "fetch.proxy", "no http proxy"),
    ('[fetch]\nproxy = "proxy:3128"', 2, "fetch.proxy", "http://proxy.example.org:3128"),
    ('[fetch]\nca_bundle = "gone.pem"', 2, "fetch.ca_bundle", "BEGIN CERTIFICATE"),
    ('[fetch]\nallow_private_networks = ["10.0.0.1/8"]', 2, "fetch.allow_private_networks[0]",
     'write "10.0.0.0/8"'),
    ('[fetch]\nallow_private_networks = ["lan"]', 2, "fetch.allow_private_networks[0]",
     '"127.0.0.0/8"'),
    ('[fetch]\ntimeout = "0s"', 2, "fetch.timeout", 'write at least "1s"'),
    ('[fetch]\ntimeout = "1d"', 2, "fetch.timeout", 'write at most "10m"'),
    ('[fetch]\nmax_bytes = "10 mb"', 2, "fetch.max_bytes", '"10MiB"'),
    ('[fetch]\nmax_bytes = "9999GiB"', 2, "fetch.max_bytes", 'to "1GiB"'),
    ("[fetch]\nmax_bytes = 1.5", 2, "fetch.max_bytes", "is no size"),
    ("[fetch]\nworkers = 0", 2, "fetch.workers", "from 1 to 64"),
    ('[fetch]\nworkers = "2"', 2, "fetch.workers", "not a whole number"),
    ("[fetch]\nworkers = true", 2, "fetch.workers", "not a whole number"),
    # stories, log, web
    ('[stories]\nwindow = "1s"', 2, "stories.window", 'at least "1h"'),
    ('[log]\nlevel = "warn"', 2, "log.level", 'write "warning"'),
    ('[log]\nformat = "xml"', 2, "log.format", 'one of "text", "json"'),
    ('[web]\nlisten = "8787"', 2, "web.listen", '"127.0.0.1:8787"'),
    ('[web]\nlisten = "127.0.0.1:99999"', 2, "web.listen", "from 0 to 65535"),
    ('[web]\nlisten = "::1:8787"', 2, "web.listen", '"[::1]:8787"'),
    ('[web]\nlisten = "999.1.1.1:80"', 2, "web.listen", "no IP address"),
    ('[web]\nlisten = "0.0.0.0:8787"', 2, "web.listen", "there is no password; write"),
    ('[web]\nenabled = 1', 2, "web.enabled", "not true or false"),
    # sources
    ('[[source]]\nname = "X"', 1, "source[0].id", "is missing"),
    ('[[source]]\nid = "Korea Times"', 2, "source[0].id", '"korea-times"'),
    ('[source]\nid = "x"', 1, "source", "write [[source]]"),
    ('source = [1]', 1, "source[0]", "not a table"),
    ('[[source]]\nid = "x"', 1, "source[0].feeds", "neither feeds nor listings"),
    ('[[source]]\nid = "koreaherald"\nfeed = []', 3, "source[0].feed", "write feeds"),
    ('[[source]]\nid = "koreaherald"\n[[source]]\nid = "yonhap-en"\n[[source]]\nid="x"\n'
     'feeds = [\n  "rss.xml"]', 8, "source[2].feeds[0]", 'write "https://rss.xml"'),
    ('[[source]]\nid = "x"\nfeeds = ["file:///etc/passwd"]', 3, "source[0].feeds[0]", "no http"),
    ('[[source]]\nid = "x"\nfeeds = ["http://"]', 3, "source[0].feeds[0]", "no host name"),
    ('[[source]]\nid = "x"\nfeeds = ["http://u:geheim@h.org/"]', 3, "source[0].feeds[0]",
     "without user and password"),
    ('[[source]]\nid = "x"\nfeeds = ["http://h.org/#a"]', 3, "source[0].feeds[0]",
     'write "http://h.org/"'),
    ('[[source]]\nid = "x"\nfeeds = ["http://h.org/a b"]', 3, "source[0].feeds[0]", "blank"),
    ('[[source]]\nid = "x"\nfeeds = ["http://h.org:0x1/"]', 3, "source[0].feeds[0]", "no URL"),
    ('[[source]]\nid = "x"\nfeeds = ["http://h.org/", "http://h.org/"]', 3, "source[0].feeds[1]",
     "stands here twice"),
    ('[[source]]\nid = "x"\nfeeds = ["https://en.yna.co.kr/RSS/news.xml"]', 3,
     "source[0].feeds[0]", 'a feed of source "yonhap-en" already'),
    ('[[source]]\nid = "x"\nhosts = ["https://h.org/"]', 3, "source[0].hosts[0]", 'write "h.org"'),
    ('[[source]]\nid = "x"\nhosts = ["h_!.org"]', 3, "source[0].hosts[0]", "no host name"),
    ('[[source]]\nid = "yonhap-ko"\nhosts = []', 3, "source[0].hosts", "is empty"),
    ('[[source]]\nid = "x"\npage = "yonhapp"', 3, "source[0].page", 'write "yonhap" (known: '),
    ('[[source]]\nid = "x"\nlanguage = "English"', 3, "source[0].language", '"en"'),
    ('[[source]]\nid = "yonhap-ko"\ninterval = { min = "2h" }', 3, "source[0].interval",
     "min is longer than max"),
    ('[[source]]\nid = "yonhap-ko"\ninterval = { min = "2" }', 3, "source[0].interval.min",
     "no duration"),
    ('[[source]]\nid = "yonhap-ko"\ninterval = { least = "2m" }', 3, "source[0].interval.least",
     "known here: min, max"),
    ('[[source]]\nid = "yonhap-ko"\ninterval = "2m"', 3, "source[0].interval", '{ min = "2m"'),
    ('[[source]]\nid = "yonhap-ko"\n[source.interval]\nmin = "0s"', 4, "source[0].interval.min",
     'at least "1s"'),
    ('[[source]]\nid = "yonhap-ko"\ndelay = 1', 3, "source[0].delay", 'like "1s"'),
    ('[[source]]\nid = "yonhap-ko"\nbackfill_alerts = "never"', 3, "source[0].backfill_alerts",
     'or "all"'),
    ('[[source]]\nid = "yonhap-ko"\nenabled = "no"', 3, "source[0].enabled", "true or false"),
    ('[[source]]\nid = "yonhap-ko"\n\n[[source]]\nid = "yonhap-ko"', 5, "source[1].id",
     "the source at line 2"),
    ('[[source]]\nid = "yonhap-ko"\nname = "연합\\u2028뉴스"', 3, "source[0].name", "U+2028"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "says"), MAIN)
def test_a_wrong_main_file_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, key: str, says: str
) -> None:
    directory = ConfigDir(tmp_path)
    file = directory.write(text)
    problems = directory.problems()
    places = [(p.file, p.line, p.key) for p in problems]
    assert (str(file), line, key) in places
    problem = problems[places.index((str(file), line, key))]
    assert says in f"{problem.problem}; {problem.hint}"
    assert problem.hint
    assert "geheim" not in str(problem)


HEAD = '[[watchlist]]\nname = "THAAD"\nany = ["THAAD"]\n'
NOTIFY = HEAD + '[[watchlist.notify]]\nto = ["a@b.org"]\n'
W = 'watchlist["THAAD"]'

# (watchlist file, line, key, part of "problem; hint")
WATCHLISTS = [
    ('[[watchlist]]\nany = ["x"]', 1, "watchlist[0].name", "is missing"),
    ('[[watchlist]]\nname = ""\nany = ["x"]', 2, "watchlist[0].name", "is empty"),
    ('[[watchlist]]\nname = "a\\nb"\nany = ["x"]', 2, "watchlist[0].name", "line break"),
    ('[[watchlist]]\nname = "THAAD"', 1, W, "has no terms to look for; write any"),
    ('[[watchlist]]\nname = "THAAD"\nnone = ["x"]', 1, W, "has no terms to look for"),
    ('[watchlist]\nname = "x"', 1, "watchlist", "write [[watchlist]]"),
    ('[[watchlists]]\nname = "x"', 1, "watchlists", "write [[watchlist]]"),
    ('[[source]]\nid = "x"', 1, "source", "belongs into wirewatch.toml"),
    (HEAD + "\n" + HEAD, 6, f"{W}.name", "is also the name of the one at "),
    (HEAD.replace('["THAAD"]', '"THAAD"'), 3, f"{W}.any", 'write any = ["THAAD"]'),
    (HEAD.replace('["THAAD"]', '[\n"x",\n# c\n""]'), 6, f"{W}.any[1]", "is empty"),
    (HEAD + "all = [5]", 4, f"{W}.all[0]", "a number, not a text"),
    (HEAD + 'none = ["x", "@"]', 4, f"{W}.none[1]", "@ without a name"),
    (HEAD + 'none = ["@a b"]', 4, f"{W}.none[0]", "(at character 3); write letters, digits"),
    (HEAD + 'all = ["x",\n"@north-kora"]', 5, f"{W}.all[1]",
     '"@north-kora": there is no alias @north-kora; write @north-korea, or add north-kora = ['),
    (HEAD.replace('"THAAD"]', '"@THAAD"]') + '[alias]\nthaad = ["THAAD"]', 3, f"{W}.any[0]",
     "there is no alias @THAAD; write @thaad, or add"),
    (HEAD + 'none = ["@qqqq"]', 4, f"{W}.none[0]", 'add qqqq = ["THAAD", "사드"] to [alias]'),
    (HEAD + 'all = ["*"]', 4, f"{W}.all[0]", "no letters or digits"),
    (HEAD + 'all = ["="]', 4, f"{W}.all[0]", "no letters or digits"),
    (HEAD + "query = 5", 4, f"{W}.query", "5 is a number, not a text"),
    (HEAD + 'query = ""', 4, f"{W}.query", "the query is empty"),
    (HEAD + 'query = """\nTHAAD and missile"""', 4, f"{W}.query",
     "and is not in capitals (at character 7); write AND"),
    (HEAD + 'query = "titel:THAAD"', 4, f"{W}.query", "(at character 1); write title:"),
    (HEAD + 'query = "THAAD OR @usaa"', 4, f"{W}.query",
     '"THAAD OR @usaa": there is no alias @usaa (at character 10); write @usa, or add usaa'),
    (HEAD + 'query = "/(/"', 4, f"{W}.query", "at character"),
    (HEAD + 'query = "x"\nin = ["headline"]', 5, f"{W}.in[0]", '"title", "body", "summary"'),
    (HEAD + 'in = ["body"]\nquery = "a OR NOT (title:b c)"', 5, f"{W}.query",
     'asks for title:, which in leaves out; write in = ["title", "body"], or leave title: out'),
    (HEAD + f'query = "{"x " * 51000}"', 4, f"{W}.query", "100,000"),
    ('[[watchlist]]\nname = "THAAD"\nnone = ["y"]\nquery = "NOT x"', 4, f"{W}.query",
     "the query would match every article"),
    (HEAD + 'in = ["headline"]', 4, f"{W}.in[0]", '"title", "body", "summary"'),
    (HEAD + "in = []", 4, f"{W}.in", 'write in = ["title"'),
    (HEAD + 'fields = ["title"]', 4, f"{W}.fields", "unknown key"),
    (HEAD + 'sources = ["The Korea Herald"]', 4, f"{W}.sources[0]", '"the-korea-herald"'),
    (HEAD + 'languages = ["EN"]', 4, f"{W}.languages[0]", '"en"'),
    (HEAD + 'priority = "hihg"', 4, f"{W}.priority", 'write "high"'),
    (HEAD + 'update_interval = "2 hours"', 4, f"{W}.update_interval", 'or "never"'),
    (HEAD + 'edits = "true"', 4, f"{W}.edits", "true or false"),
    (HEAD + 'notify = "a@b.org"', 4, f"{W}.notify", "not a list"),
    (HEAD + "[watchlist.notify]\nto = []", 4, f"{W}.notify", "not a list"),
    (HEAD + '[[watchlist.notify]]\nwhen = "hourly"', 4, f"{W}.notify[0].to", "write to ="),
    (HEAD + "[[watchlist.notify]]\nto = []", 5, f"{W}.notify[0].to", "is empty"),
    (HEAD + '[[watchlist.notify]]\nto = [\n"a@b.org",\n"b@",\n]', 7, f"{W}.notify[0].to[1]",
     "write one plain address"),
    (HEAD + 'notify = [{ to = ["slack://token"] }]', 4, f"{W}.notify[0].to[0]",
     "not what Apprise expects of slack://"),
    (HEAD + 'notify = [{ to = ["mailto:a@b.org"] }]', 4, f"{W}.notify[0].to[0]",
     "write the address alone"),
    (NOTIFY + 'when = "immediatly"', 6, f"{W}.notify[0].when", 'near: "immediately"'),
    (NOTIFY + 'when = "daily"', 6, f"{W}.notify[0].when", 'write "daily 08:00"'),
    (NOTIFY + 'when = "daily 8:00"', 6, f"{W}.notify[0].when", "write it as HH:MM"),
    (NOTIFY + 'when = "daily 24:00"', 6, f"{W}.notify[0].when", "no time of day"),
    (NOTIFY + 'when = "weekdays 07:30,07:30"', 6, f"{W}.notify[0].when", "twice"),
    (NOTIFY + 'when = "weekly 08:00"', 6, f"{W}.notify[0].when", '"weekly mon 08:00"'),
    (NOTIFY + 'when = "weekly friday 08:00"', 6, f"{W}.notify[0].when", '"weekly fri 08:00"'),
    (NOTIFY + 'when = "hourly 08:00"', 6, f"{W}.notify[0].when", "takes no times"),
    (NOTIFY + 'when = ""', 6, f"{W}.notify[0].when", "is no schedule"),
    (NOTIFY + "when = 08:00:00", 6, f"{W}.notify[0].when", "a date or time, not a text"),
    (NOTIFY + 'timezone = "Asia/Seoull"', 6, f"{W}.notify[0].timezone", 'write "Asia/Seoul"'),
    (NOTIFY + 'quiet = "22:00"', 6, f"{W}.notify[0].quiet", '"22:00-06:30"'),
    (NOTIFY + 'quiet = "22:00-6:30"', 6, f"{W}.notify[0].quiet", "no time of day"),
    (NOTIFY + 'quiet = "22:00-22:00"', 6, f"{W}.notify[0].quiet", "starts where it ends"),
    (NOTIFY + "max_per_hour = -1", 6, f"{W}.notify[0].max_per_hour", "from 0"),
    (NOTIFY + "send_emty = true", 6, f"{W}.notify[0].send_emty", "write send_empty"),
    ('[alias]\nthaad = "THAAD"', 2, "alias.thaad", 'write thaad = ["THAAD"'),
    ("[alias]\nthaad = []", 2, "alias.thaad", "is empty"),
    ('[alias]\n"a b" = ["x"]', 2, 'alias."a b"', "letters, digits, - and _"),
    ('[alias]\nus = [\n"US",\n"@eu"]', 4, "alias.us[1]", '"@eu" names another alias set; write'),
    ('[alias]\nus = ["US", "*"]', 2, "alias.us[1]", "no letters or digits"),
    ('alias = ["x"]', 1, "alias", "write [alias]"),
    ("[[watchlist]\n", 1, "", "no valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "says"), WATCHLISTS)
def test_a_wrong_watchlist_file_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, key: str, says: str
) -> None:
    directory = ConfigDir(tmp_path)
    directory.write('watchlists = ["w.toml"]')
    file = directory.write(text, "w.toml")
    problems = directory.problems()
    places = [(p.file, p.line, p.key) for p in problems]
    assert (str(file), line, key) in places
    problem = problems[places.index((str(file), line, key))]
    assert says in f"{problem.problem}; {problem.hint}"


def test_all_problems_come_at_once_in_file_order(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    main = directory.write(
        'watchlists = ["w.toml", "v.toml"]\n[web]\nlisten = "x"\n[mail]\nsender = "x"\nurl = "x"\n'
        '[[source]]\nid = "A"\n'
    )
    first = directory.write(HEAD + "edits = 1\n", "w.toml")
    second = directory.write("oops", "v.toml")
    problems = directory.problems(WIREWATCH_LOG__LEVEL="loud")
    assert [(p.file, p.line) for p in problems] == [
        ("environment", None),
        (str(main), 3),
        (str(main), 5),
        (str(main), 6),
        (str(main), 8),
        (str(first), 4),
        (str(second), 1),
    ]


def test_the_same_name_in_two_files_names_both(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    directory.write('watchlists = ["w.toml", "v.toml"]')
    first = directory.write("\n" + HEAD + '[alias]\nus = ["US"]', "w.toml")
    second = directory.write(HEAD + '[alias]\nus = ["US"]', "v.toml")
    name, alias = directory.problems()
    assert (name.file, name.line) == (str(second), 2)
    assert f"{first}:3" in name.problem
    assert (alias.file, alias.line, alias.key) == (str(second), 5, "alias.us")
    assert f"{first}:6" in alias.problem


def test_a_name_is_the_same_in_composed_and_decomposed_letters(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    directory.write('watchlists = ["w.toml"]')
    names = ["사드", "\u1109\u1161\u1103\u1173"]
    directory.write("".join(HEAD.replace("THAAD", n, 1) for n in names), "w.toml")
    assert "is also the name" in directory.problems()[0].problem


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [(b"a = 1\nb = '\xbb\xe7'", 2, "UTF-8"), (b"a = \x00", 1, "TOML"), (b"[" * 9000, None, "")],
)
def test_bytes_that_are_no_toml(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    directory = ConfigDir(tmp_path)
    (tmp_path / "wirewatch.toml").write_bytes(content)
    problem = directory.problems()[0]
    assert says in problem.problem
    assert line is None or problem.line == line


def test_a_message_shows_no_character_that_acts(tmp_path: Path) -> None:
    directory = ConfigDir(tmp_path)
    directory.write('language = "\\u001b[2J\\u202e\\u007fx"\n"k\\u001b\\"" = 1')
    for problem in directory.problems():
        assert str(problem).isprintable()


ADDRESSES = [
    "a@b\r\nRCPT TO:<v@x>", '"a\r\nb"@c.d', "a b@c", "@x.y", "a@", "a@[127.0.0.1]", "a@b..c",
    "a" * 65 + "@x.y", "한글@예시.한국", "desk@예시.한국", "<a@b>", "a@b (x)", "-oQ/tmp@x",
    "`id`@x.y",
    "a@b,c@d", "a@b;c@d", "a@b@c", ".a@b", "a.@b", "a..b@c", "a@-b", "a@b-", "a@1.2.3.4", "a|b@c",
    "a@b\n", "a\x00@b", "a@b\u2028", "", "desk", "a%00@b", "a@" + "b" * 64,
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_could_act_is_refused(address: str) -> None:
    with pytest.raises(Bad):
        parse_address(address)


@pytest.mark.corpus
@pytest.mark.skipif(not BAD_ADDRESSES.exists(), reason=f"no captures at {BAD_ADDRESSES}")
def test_every_captured_bad_address_is_refused() -> None:
    for address in json.loads(BAD_ADDRESSES.read_text(encoding="utf-8")):
        with pytest.raises(Bad):
            parse_address(address)

"""Watchlist files as a whole: reading, writing, and that one undoes the other."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.document import parse_document
from config.watchlist_files import dump_watchlists, load_watchlists
from config.watchlist_reader import WatchlistReader
from newsroom.errors import ConfigError
from newsroom.model import NotifyRule, Watchlist
from newsroom.query import aliases_in, expand, watchlist_node
from newsroom.query_parse import parse_query

FILE = Path("w.toml")
KNOWN = {"usa": ("US", "미국")}
names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
terms = st.sampled_from(
    [
        "THAAD",
        "사드",
        "=Word",
        "deploy*",
        "missile defense",
        "US",
        "萨德",
        'say "hi"',
        "a\\b",
        "U.S.",
    ]
)
used = terms | st.just("@usa")
queries = st.none() | st.sampled_from(
    [
        "title:THAAD OR (missile NEAR/8 (Seongju OR 성주))",
        '"a \\"b\\" c"~3',
        r"/a\/[b-d]\d+/",
        "@usa x",
    ]
)
rules = st.builds(
    NotifyRule,
    to=st.sampled_from([("desk@example.org",), ("a@b.org", "you@localhost")]),
    when=st.sampled_from(["immediately", "hourly", "daily 08:00", "weekly mon 07:30,17:00"]),
    timezone=st.sampled_from(["UTC", "Asia/Seoul"]),
    quiet=st.none() | st.just("22:00-06:30"),
    send_empty=st.booleans(),
    max_per_hour=st.integers(0, 100),
)
watchlists = st.builds(
    Watchlist,
    name=names.filter(str.strip),
    any=st.lists(used, min_size=1, max_size=4).map(tuple),
    all=st.lists(used, max_size=3).map(tuple),
    none=st.lists(used, max_size=3).map(tuple),
    query=queries,
    fields=st.sampled_from([("title", "body", "summary"), ("title",)]),
    sources=st.sampled_from([(), ("koreaherald", "yonhap-ko")]),
    languages=st.sampled_from([(), ("en", "zh-Hant")]),
    priority=st.sampled_from(["normal", "high"]),
    update_interval=st.none() | st.integers(0, 10**6).map(lambda s: timedelta(seconds=s)),
    edits=st.booleans(),
    notify=st.lists(rules, max_size=2).map(tuple),
    origin=st.just(str(FILE)),
)
sets = st.dictionaries(
    st.from_regex(r"[a-z가-힣][a-z_-]{0,5}", fullmatch=True),
    st.lists(terms, min_size=1, max_size=3).map(tuple),
    max_size=2,
)


def compiled(watchlist: Watchlist, aliases: dict[str, tuple[str, ...]]) -> None:
    """What compiling a watchlist does; raises QueryError."""
    query = watchlist.query and parse_query(
        watchlist.query, alone=not (watchlist.any or watchlist.all)
    )
    node = watchlist_node(watchlist.any, watchlist.all, watchlist.none, query or None)
    assert not aliases_in(expand(node, aliases))


@given(st.lists(watchlists, max_size=4, unique_by=lambda w: w.name), sets)
def test_what_is_written_reads_back(
    given_lists: list[Watchlist], given_sets: dict[str, tuple[str, ...]]
) -> None:
    reader = WatchlistReader()
    document = parse_document(dump_watchlists(given_lists, given_sets), FILE)
    reader.read(document)
    reader.resolve(KNOWN)
    clash = any("is also the name" in p.problem for p in document.problems)
    assert document.problems == [] or clash
    if not clash:
        assert list(reader.watchlists.values()) == given_lists
        assert reader.members() == given_sets
        for watchlist in given_lists:  # what is accepted compiles
            compiled(watchlist, KNOWN | given_sets)


def test_a_file_is_read_with_the_zone_given(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text(
        '[[watchlist]]\nname = "x"\nall = ["y"]\n[[watchlist.notify]]\n'
        'to = ["a@B.org", "a@b.org"]\nwhen = "Daily 08:00"\n'
    )
    (watchlist,), aliases = load_watchlists(file, timezone="Asia/Seoul")
    (rule,) = watchlist.notify
    assert rule == NotifyRule(to=("a@b.org",), when="daily 08:00", timezone="Asia/Seoul")
    assert watchlist.origin == str(file)
    assert aliases == {}


def test_a_wrong_file_raises_with_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text('x = 1\n[[watchlist]]\nname = "a"\npriority = "low"\nany = "y"\n')
    with pytest.raises(ConfigError) as caught:
        load_watchlists(file)
    assert [p.line for p in caught.value.problems] == [1, 4, 5]


def test_when_and_how_much_is_told_is_read() -> None:
    reader = WatchlistReader("Asia/Seoul")
    rule = (
        '{ to = ["a@b.org"], when = "daily 07:30", quiet = "22:00-06:30", max_per_hour = 3, '
        "send_empty = true }"
    )
    reader.read(parse_document(f'[[watchlist]]\nname = "x"\nany = ["y"]\nnotify = [{rule}]', FILE))
    (told,) = reader.watchlists["x"].notify
    assert told.when == "daily 07:30"
    assert told.quiet == "22:00-06:30"
    assert told.max_per_hour == 3
    assert told.send_empty
    assert told.timezone == "Asia/Seoul"


def test_a_query_alone_is_a_watchlist(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text('[[watchlist]]\nname = "x"\nquery = """\nTHAAD\nOR @usa"""\n')
    (watchlist,), own = load_watchlists(file)
    assert (watchlist.query, own) == ("THAAD\nOR @usa", {})


def test_an_entry_with_slashes_is_a_phrase(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text('[[watchlist]]\nname = "x"\nany = ["/km/"]\n')
    (watchlist,), _ = load_watchlists(file)
    assert watchlist.any == ("/km/",)


def test_aliases_of_the_file_of_those_known_and_of_those_that_ship(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    text = '[[watchlist]]\nname = "x"\nany = ["@mine"]\nnone = ["@{}"]\n[alias]\nmine = ["z"]\n'
    file.write_text(text.format("usa"))
    (watchlist,), own = load_watchlists(file)
    assert (watchlist.none, own) == (("@usa",), {"mine": ("z",)})
    with pytest.raises(ConfigError, match="no alias @usa"):
        load_watchlists(file, known={})
    file.write_text(text.format("theirs"))
    with pytest.raises(ConfigError, match="no alias @theirs"):
        load_watchlists(file)
    assert load_watchlists(file, known={"theirs": ("y",)})[1] == {"mine": ("z",)}


def test_an_alias_may_stand_in_another_file_than_its_use() -> None:
    reader = WatchlistReader()
    first = parse_document('[[watchlist]]\nname = "x"\nquery = "a OR @b"\n', FILE)
    reader.read(first)
    reader.read(parse_document('[alias]\nb = ["c"]\n', Path("v.toml")))
    reader.resolve({})
    assert first.problems == []
    assert reader.members() == {"b": ("c",)}
    assert reader.aliases["b"].origin == "v.toml"

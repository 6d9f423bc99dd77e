"""Two days of news at twelve outlets, played to the service as it runs: one story, one alert.

How the replay is read: `tests/replay/english.toml` and `korean.toml` hold thirty invented stories,
each with a plan; `plans.py` says which of a language's six outlets prints which of a story's words
when; `reckoning.py` works out from that alone which mails are due to whom and at which minute. The
service polls the outlets on loopback, hands its mails to a real SMTP server, and is held against
that list: a mail more, a mail less, one at another minute or in another thread is an error. Time is
a clock that stands until nothing is due and then goes on to the next event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.database import Database
from storage.listing import alerts, articles, stories
from storage.listing_base import Filters
from tests.replay.material import BEGIN, Story, load
from tests.replay.outlets import BY_SLOT, path_of
from tests.replay.plans import PLANS, filings
from tests.replay.reckoning import DESK, LISTS, NEVER, SOON, Due, due_mails
from tests.replay.world import World, on_air, play, settings
from tests.site.loop import run_async
from tests.site.mailserver import MailServer, Received

STORIES = load()
WATCHED = [story for story in STORIES if story.lists]
LANGUAGE = {story.key: story.language for story in STORIES}
FILINGS = [filing for story in STORIES for filing in filings(story)]
_URL = re.compile(r"https?://(127\.0\.0\.1:\d+)(/\S*)")
_NEW = re.compile(r"New:\n\n(.*?)^\* \* \*$", re.M | re.S)
_ALSO_IN = re.compile(r"^Also in(?: \(.*\))?:\n((?:- .*\n(?:  .*\n)*)+)", re.M)
_TOLD = re.compile(r"^You were told before of:\n(?:[- ] .*\n)+", re.M)


@dataclass(frozen=True)
class Mail:
    """A mail as the server took it, told in the script's words."""

    recipient: str
    story: str
    kind: str
    at: timedelta
    subject: str
    new: str
    """What it puts first, as new."""
    lists: frozenset[str]
    """Watchlists it says it is sent for."""
    thread: str
    story_id: str
    shown: frozenset[str]
    also_in: tuple[str, ...]

    @property
    def key(self) -> tuple[timedelta, str, str, str]:
        return self.at, self.recipient, self.story, self.kind


def read(received: Received, world: World) -> Mail:
    mail = received.parsed
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    because = re.search(r"is named in: ([^.]*)\.", " ".join(text.split()))
    first, lists = _NEW.match(text), _ALSO_IN.findall(text)
    shown = _TOLD.sub("", _ALSO_IN.sub("", text))
    pages = [(host, urlsplit(path).path) for host, path in _URL.findall(text)]
    told = {world.story_at(host, path) for host, path in pages}
    assert len(told) == 1, f"{mail['Subject']}: a mail of several stories: {sorted(told)}"
    return Mail(
        recipient=received.recipient,
        story=told.pop(),
        kind="update" if mail["Subject"].startswith("Re: ") else "immediate",
        at=parsedate_to_datetime(mail["Date"]) - BEGIN,
        subject=mail["Subject"],
        new=" ".join(first[1].replace("*", "").split()) if first else "",
        lists=frozenset(because[1].split(", ")) if because else frozenset(),
        thread=mail["References"],
        story_id=mail["X-Wirewatch-Story"],
        shown=frozenset(world.outlets[host].name for host, _ in _URL.findall(shown)),
        also_in=tuple(name for block in lists for name in re.findall(r"^- (.*)$", block, re.M)),
    )


def names(story: str, slots: frozenset[str]) -> frozenset[str]:
    return frozenset(BY_SLOT[LANGUAGE[story], slot].name for slot in slots)


def test_the_script_is_what_it_says() -> None:
    assert Counter(story.language for story in WATCHED) == {"en": 16, "ko": 14}
    assert {story.plan for story in STORIES} == set(PLANS)
    for story in STORIES:
        printed = filings(story)
        assert {filing.step.outlet for filing in printed} == set("WHABCD"), story.key
        assert max(Counter(f.step.outlet for f in printed).values()) <= 4, story.key
        held = {entry.name for entry in LISTS if any(t in story.words for t in entry.terms)}
        assert held == printed[0].lists.union(*(f.lists for f in printed)), story.key
        assert all(news.shows in news.text for news in story.news), story.key
        assert not any(news.shows in "\n".join(story.paragraphs) for news in story.news)


def test_the_reckoning_leaves_no_choice() -> None:
    """No news comes at the very minute at which older news goes."""
    due = due_mails(STORIES)
    for mail in due:
        late = [f for f in FILINGS if f.story.key == mail.story and f.at == mail.at and f.brings]
        waited = [f for f in FILINGS if f.story.key == mail.story and f.at < mail.at and f.brings]
        shown = {news.shows for f in waited for news in f.brings} & set(mail.shows)
        assert not (late and shown), mail
    first = Counter(mail.recipient for mail in due if mail.kind == "immediate")
    assert first["desk@example.org"] == 30
    assert Counter(mail.kind for mail in due)["update"] > 20


def test_no_story_is_another_in_other_words() -> None:
    """Three words in a row are shared by chance, or by two days' market reports."""
    said = {story.key: _threes(story) for story in STORIES}
    for one, other in combinations(said, 2):
        shared = len(said[one] & said[other]) / min(len(said[one]), len(said[other]))
        alike = {one, other} == {"market-tuesday", "market-wednesday"}
        assert 0.2 < shared < 0.6 if alike else shared < 0.03, (one, other)


def _threes(story: Story) -> set[tuple[str, ...]]:
    words = " ".join(story.paragraphs).split()
    return set(zip(words, words[1:], words[2:], strict=False))


@pytest.mark.parametrize(
    ("story", "recipient", "minutes"),
    [
        ("shipyard-suppliers", DESK, [0]),
        ("ferry-route", DESK, [0, 120]),
        ("ferry-route", SOON, [0, 40]),
        ("shipyard-vote", DESK, [0, 120]),
        ("shipyard-vote", SOON, [0, 30, 80]),
        ("rate-decision", DESK, [0, 60, 120]),
        ("blackout", DESK, [0, 120]),
        ("reactor-restart", NEVER, [0]),
        ("webtoon-exports", DESK, [0, 180]),
        ("webtoon-exports", NEVER, [180]),
        ("전력망-섬", SOON, [180]),
        ("터미널-이전", DESK, [0, 1400]),
        ("chestnuts", DESK, []),
    ],
)
def test_the_reckoning_by_hand(story: str, recipient: str, minutes: list[int]) -> None:
    start = next(one.start for one in STORIES if one.key == story)
    due = [m.at for m in due_mails(STORIES) if (m.story, m.recipient) == (story, recipient)]
    assert due == [start + timedelta(minutes=m) for m in minutes]


@pytest.mark.slow
def test_thirty_stories_thirty_alerts(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("jobs.service.TICK_S", 0.05)  # a tick costs nothing, waiting for one does
    caplog.set_level("ERROR", "apscheduler")  # a tick that is left out is no news at this pace
    due = due_mails(STORIES)
    with on_air() as world, MailServer() as server:
        chosen = settings(tmp_path / "data", database_url, world, server)
        stops = sorted({mail.at for mail in due})
        run_async(lambda: play(world, chosen, FILINGS, stops), timeout=240)
        got = [read(received, world) for received in server.messages]
        stored = _stories(database_url, world)
    assert _but(got, due) == "", "mails nobody was to get"
    assert _but(due, got) == "", "mails that never came"
    assert len(got) == len(due)
    _threads_hold(got)
    expected = {one.key: one for one in due}
    assert "\n".join(text for mail in got for text in _wrong(mail, expected[mail.key])) == ""
    assert stored == {story.key: [_printed(story)] for story in STORIES}


def _but(mails: Sequence[Mail | Due], others: Sequence[Mail | Due]) -> str:
    """Mails that are not among others, a line each."""
    left = Counter(mail.key for mail in mails) - Counter(mail.key for mail in others)
    return "\n".join(" ".join(map(str, key)) for key in sorted(left.elements()))


def _threads_hold(mails: Sequence[Mail]) -> None:
    """One thread for each recipient and story, one story for all its mails."""
    assert {mail.story: mail.story_id for mail in mails} == {
        mail.story: mail.story_id for mail in reversed(mails)
    }
    assert len({mail.story_id for mail in mails}) == len(WATCHED)
    threads = {(mail.recipient, mail.story, mail.thread) for mail in mails}
    assert len(threads) == len({(recipient, story) for recipient, story, _ in threads})
    assert len({thread for _, _, thread in threads}) == len(threads)
    begun = {(m.recipient, m.story): m.subject for m in mails if m.kind == "immediate"}
    for mail in mails:
        if mail.kind == "update":
            assert mail.subject == f"Re: {begun[mail.recipient, mail.story]}"


def _wrong(mail: Mail, due: Due) -> Iterator[str]:
    """What of the mail is not as it should be: watchlists, what is new, who else has the story."""
    here = f"{mail.kind} {mail.story} to {mail.recipient} at {mail.at}"
    if mail.lists != due.lists or (due.kind == "immediate" and _tags(mail) != due.lists):
        yield f"{here}: names {sorted(mail.lists)}, not {sorted(due.lists)}"
    yield from (f"{here}: {new!r} is not shown" for new in due.shows if new not in mail.new)
    if due.kind == "immediate" and mail.new:
        yield f"{here}: nothing is new to who knows nothing: {mail.new}"
    told, perhaps = names(mail.story, due.told_of), names(mail.story, due.perhaps)
    carried = mail.shown | set(mail.also_in)
    if not told - perhaps <= carried <= told | perhaps:
        yield f"{here}: carried by {sorted(told)}, told {sorted(carried)}"
    if len(set(mail.also_in)) != len(mail.also_in) or mail.shown & set(mail.also_in):
        yield f"{here}: {sorted(mail.shown)}, also in {mail.also_in}"


def _tags(mail: Mail) -> set[str]:
    found = re.match(r"\[(.*?)\] ", mail.subject)
    return set(found[1].split(", ")) if found else set()


def _stories(database_url: str, world: World) -> dict[str, list[tuple[int, str]]]:
    """Of each story of the script the stories its articles are in: how many, and who wrote it."""
    db = Database(database_url, check=False)
    try:
        where: dict[str, set[object]] = {}
        for article in articles(db, Filters()):
            host, path = _URL.match(article["url"]).groups()  # type: ignore[union-attr] # ours all
            key = world.story_at(host, urlsplit(path).path)
            where.setdefault(key, set()).add(article["story"])
        kept = {
            row["id"]: (len(row["articles"]), row["origin"]["source"])
            for row in stories(db, Filters())
        }
        assert {alert["state"] for alert in alerts(db, Filters())} <= {"sent", "folded"}
    finally:
        db.close()
    return {key: [kept[story] for story in found] for key, found in where.items()}


def _printed(story: Story) -> tuple[int, str]:
    """How many pages a story has, and whose words they are."""
    pages = {(filing.step.outlet, path_of(filing)) for filing in filings(story)}
    return len(pages), BY_SLOT[story.language, "W"].id

"""What the demo says at its end: what was seen, matched and mailed, and where to look."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from wirewatch.demo.day import Day
from wirewatch.demo.expect import expected_subject
from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.play import Played
from wirewatch.demo.setting import LOG_FILE, MAIN_FILE
from wirewatch.demo.stage import Stage
from wirewatch.demo.voice import Voice


def summarise(day: Day, stage: Stage, played: Played, folder: Path, voice: Voice) -> None:
    """Print the tables."""
    voice.table(
        "Seen",
        ("source", "articles", "polls", "of them 304", "feeds"),
        [_source(outlet, stage, played) for outlet in OUTLETS],
    )
    voice.table(
        "Matched",
        ("watchlist", "articles", "words found"),
        [_watchlist(topic.name, played) for topic in day.topics],
    )
    _mailed(day, played, folder, voice)
    _not_mailed(day, voice)


def _mailed(day: Day, played: Played, folder: Path, voice: Voice) -> None:
    remarks = {expected_subject(day, story): story.remark for story in day.stories.values()}
    voice.title("Mailed")
    for mail in played.mails:
        voice.say(mail.subject)
        voice.say(f"    {mail.path.relative_to(folder)}", style="dim")
        if remark := remarks.get(mail.subject):
            voice.say(f"    {remark}")


def _not_mailed(day: Day, voice: Voice) -> None:
    voice.title("Not mailed")
    for story in day.stories.values():
        if story.why:
            voice.say(story.title)
            voice.say(f"    {story.why}")
        if story.edited_title:
            voice.say(story.edited_title)
            voice.say("    a headline edited later: kept as a revision of what was told already")


def show_where(played: Played, folder: Path, voice: Voice) -> None:
    """Where the results are, and the commands to look at them."""
    config = folder / MAIN_FILE
    voice.title("Where to look")
    voice.say(f"{folder}: the mails (outbox/), the database, the configuration, the log")
    pages = [mail.html for mail in played.mails if mail.html is not None]
    if pages:
        voice.say(f"a mail in a browser: {pages[0].as_uri()}")
    for command in ("articles", "matches", "alerts", "sources list", "status"):
        voice.say(f"{_program()} --config {shlex.quote(str(config))} {command}")


def show_verdict(wrong: Sequence[str], expected: int, folder: Path, voice: Voice) -> None:
    """Whether everything came as it had to."""
    voice.say()
    if wrong:
        voice.say("This did not come out as it had to:", style="bold red")
        for line in wrong:
            voice.say(f"- {line}")
        voice.say(f"What the service itself says of it: {folder / LOG_FILE}")
    else:
        voice.say(
            f"All as it had to be: {expected} mails, each once, and no other.", style="bold green"
        )


def _source(outlet_id: str, stage: Stage, played: Played) -> tuple[object, ...]:
    outlet = OUTLETS[outlet_id]
    stored = sum(article["source"] == outlet_id for article in played.seen.articles)
    feeds = []
    for path in outlet.feeds:
        feed = played.seen.feed(stage.bases[outlet_id] + path)
        feeds.append(f"{path} {feed['reason'] if feed else 'not polled'}")
    polls = sum(stage.polls(outlet_id).values())
    return outlet.name, stored, polls, stage.unchanged(outlet_id), ", ".join(feeds)


def _watchlist(name: str, played: Played) -> tuple[object, ...]:
    mine = [match for match in played.seen.matches if match["watchlist"] == name]
    words = Counter(hit["text"] for match in mine for hit in match["hits"])
    found = ", ".join(f"{word} {count}" for word, count in words.most_common())
    return name, len({match["article"] for match in mine}), found


def _program() -> str:
    """How this program is called here: it need not be on the path."""
    called = Path(sys.argv[0])
    if called.name != "wirewatch":
        return f"{shlex.quote(sys.executable)} -m wirewatch"
    return "wirewatch" if shutil.which("wirewatch") else shlex.quote(str(called))

"""Whether the day came out as it had to: the demo judges itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from wirewatch.demo.day import Day, Story
from wirewatch.demo.look import Look
from wirewatch.demo.mailbox import Mail
from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.stage import Stage


def expected_subject(day: Day, story: Story) -> str:
    """The subject its mail has, by the headline under which its story was first shown."""
    if story.updates:
        return f"Re: {expected_subject(day, day.stories[story.updates])}"
    return f"[{', '.join(story.mails)}] {story.title} — {OUTLETS[story.outlet].name}"


def expected_subjects(day: Day) -> list[str]:
    """The subjects of all mails of the day, in its order."""
    told = [story for story in day.stories.values() if story.mails]
    return [expected_subject(day, story) for story in sorted(told, key=lambda story: story.at)]


def judge(day: Day, stage: Stage, seen: Look, mails: Sequence[Mail]) -> list[str]:
    """What is not as it had to be; empty: all is."""
    return [
        *_differences("mail", expected_subjects(day), [mail.subject for mail in mails]),
        *_differences(
            "article",
            [story.edited_title or story.title for story in day.stories.values()],
            [article["title"] for article in seen.articles],
        ),
        *_differences("match", _expected_matches(day), _matches(seen)),
        *_stories(day, seen),
        *_feeds(day, stage, seen),
    ]


def _differences(what: str, expected: Iterable[str], found: Iterable[str]) -> list[str]:
    wanted, had = Counter(expected), Counter(found)
    return [
        *(f"missing {what}: {name}" for name in (wanted - had).elements()),
        *(f"unexpected {what}: {name}" for name in (had - wanted).elements()),
    ]


def _expected_matches(day: Day) -> list[str]:
    return [f"{name}: {story.key}" for story in day.stories.values() for name in story.matches]


def _matches(seen: Look) -> list[str]:
    return [f"{m['watchlist']}: {seen.keys.get(m['article'], m['article'])}" for m in seen.matches]


def _stories(day: Day, seen: Look) -> list[str]:
    """Reprints and rewrites are in their original's story, the rest in stories of their own."""
    wrong: list[str] = []
    by_story: dict[int, list[str]] = {}
    for article in seen.articles:
        by_story.setdefault(article["story"], []).append(seen.keys.get(article["id"], "?"))
    for keys in by_story.values():
        originals = {day.stories[key].begun_by for key in keys if key in day.stories}
        if len(originals) > 1:
            wrong.append(f"one story and should be several: {', '.join(keys)}")
    for story in day.stories.values():
        mine = next((keys for keys in by_story.values() if story.key in keys), [])
        if story.begun_by not in mine:
            wrong.append(f"not known as one story: {story.begun_by}, {story.key}")
    return wrong


def _feeds(day: Day, stage: Stage, seen: Look) -> list[str]:
    wrong: list[str] = []
    locked = {(login.outlet, login.feed) for login in day.logins}
    for outlet in OUTLETS.values():
        for path in outlet.feeds:
            feed = seen.feed(stage.bases[outlet.id] + path) or {"reason": "never polled"}
            due = "not_a_feed" if (outlet.id, path) in locked else "ok"
            if feed["reason"] != due:
                wrong.append(f"{outlet.name} {path} is {feed['reason']}, not {due}")
        if not stage.unchanged(outlet.id):
            wrong.append(f"{outlet.name}: no poll was answered 304")
    return wrong

"""What becomes of a story: who prints which of its words when, and what of it is news.

A step is one filing: at an outlet (W the agency, H the paper that works with it, A to D others),
so many minutes after the story's start. It prints the first `news` of the story's news beside the
body, or only the first part of all (`keeps`), under one of its headlines. What a step brings that
no step before it printed is its news; everything else about it is furniture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.replay.material import News, Story


@dataclass(frozen=True)
class Step:
    """One filing of a plan."""

    at: int
    """Minutes after the story's start."""
    outlet: str
    news: int = 0
    """How many of the story's news it holds."""
    keeps: float = 1.0
    """The part of the paragraphs it prints, from the top."""
    headline: int | None = None
    """Which of the headlines; None: the outlet's usual one."""
    revision: str = "00"
    """Of the agency's id; what another outlet files again stands under its old address."""
    typo: bool = False
    """A word of it is misspelt."""
    flash: bool = False
    """Headline and one sentence alone, under a number of its own."""


PLANS: dict[str, tuple[Step, ...]] = {
    # a typo mended, headlines reworded, cut reprints: nothing new ever
    "plain": (
        Step(0, "W", typo=True),
        Step(20, "H", typo=True),
        Step(40, "A", typo=True),
        Step(60, "W", revision="51"),
        Step(100, "B", keeps=0.6),
        Step(160, "A", headline=1),
        Step(200, "C"),
        Step(300, "D", keeps=0.45),
    ),
    # the agency adds a paragraph; others print it with and without
    "lead": (
        Step(0, "W"),
        Step(20, "H"),
        Step(40, "W", news=1, revision="51"),
        Step(80, "A", news=1),
        Step(100, "B", keeps=0.6),
        Step(200, "H", headline=2),
        Step(220, "C", news=1),
        Step(260, "W", news=1, revision="52", headline=1),
        Step(420, "D", keeps=0.45),
    ),
    # two additions, within one interval or not
    "double": (
        Step(0, "W"),
        Step(20, "W", news=1, revision="51"),
        Step(40, "H"),
        Step(80, "W", news=2, revision="52"),
        Step(140, "A", news=2),
        Step(160, "B", keeps=0.6),
        Step(200, "C", news=1),
        Step(240, "W", news=2, revision="53", headline=1),
        Step(360, "D", news=2),
    ),
    # the paper asks somebody itself, and others print that
    "elsewhere": (
        Step(0, "W"),
        Step(20, "H"),
        Step(60, "A"),
        Step(180, "H", news=1, headline=2),
        Step(200, "B", keeps=0.6),
        Step(260, "C", news=1),
        Step(320, "D", keeps=0.45),
        Step(380, "W", revision="51", headline=1),
    ),
    # a reprint is seen before what it reprints
    "reprint_first": (
        Step(0, "A"),
        Step(20, "W"),
        Step(40, "H"),
        Step(60, "B", keeps=0.6),
        Step(80, "C"),
        Step(180, "W", news=1, revision="51"),
        Step(240, "D", keeps=0.45),
        Step(300, "C", headline=3),
    ),
    # a flash, the story under another number, an addition
    "flash": (
        Step(0, "W", flash=True),
        Step(20, "W"),
        Step(40, "H"),
        Step(60, "A"),
        Step(100, "W", news=1, revision="51"),
        Step(140, "B", keeps=0.6),
        Step(200, "C"),
        Step(300, "D", news=1),
    ),
    # three outlets within one poll
    "same_time": (
        Step(0, "W"),
        Step(0, "H"),
        Step(0, "A"),
        Step(40, "B", keeps=0.6),
        Step(60, "C"),
        Step(100, "W", revision="51", headline=1),
        Step(240, "D", keeps=0.45),
    ),
    # the addition comes the day after, at a reprinting outlet
    "overnight": (
        Step(0, "W"),
        Step(20, "H"),
        Step(60, "A"),
        Step(100, "B", keeps=0.6),
        Step(200, "C"),
        Step(220, "W", revision="51", headline=2),
        Step(1400, "H", news=1, headline=3),
        Step(1460, "D", news=1),
    ),
    # the addition is what other watchlists look for
    "new_list": (
        Step(0, "W"),
        Step(20, "H"),
        Step(40, "A"),
        Step(180, "W", news=1, revision="51"),
        Step(220, "B", keeps=0.6),
        Step(240, "C", news=1),
        Step(340, "D", keeps=0.45),
    ),
    # a daily table in words: copies within minutes, and a headline reworded
    "market": (
        Step(0, "W"),
        Step(20, "H"),
        Step(40, "A"),
        Step(40, "B", keeps=0.6),
        Step(60, "C"),
        Step(100, "D", keeps=0.6),
        Step(160, "A", headline=1),
    ),
    # what feeds show at the first look; no watchlist looks for it
    "unwatched": (
        *(Step(0, outlet) for outlet in "WHABCD"),
        Step(60, "W", news=1, revision="51"),
    ),
}
USUAL_HEADLINE = {"W": 0, "H": 1, "A": 2, "B": 3, "C": 0, "D": 1}


@dataclass(frozen=True)
class Filing:
    """A step of a story, and what it brings."""

    story: Story
    step: Step
    at: timedelta
    """After the replay's begin."""
    brings: tuple[News, ...]
    """What of it nobody printed before; the first filing brings nothing, it is the story."""

    @property
    def headline(self) -> str:
        """As its outlet writes it, without the agency's marks."""
        if self.step.flash:
            return self.story.flash
        usual = USUAL_HEADLINE[self.step.outlet]
        wanted = usual if self.step.headline is None else self.step.headline
        return self.story.headlines[wanted]

    @property
    def lists(self) -> frozenset[str]:
        """Watchlists whose terms the story holds up to its news."""
        added = (name for news in self.story.news[: self.step.news] for name in news.adds)
        return frozenset(self.story.lists) | frozenset(added)


def filings(story: Story) -> list[Filing]:
    """The steps of a story in order."""
    made: list[Filing] = []
    known = 0
    for number, step in enumerate(PLANS[story.plan]):
        brings = story.news[known : step.news]
        if number and PLANS[story.plan][number - 1].flash:
            brings = (News("", story.flash_shows), *brings)
        known = max(known, step.news)
        made.append(Filing(story, step, story.start + timedelta(minutes=step.at), brings))
    return made

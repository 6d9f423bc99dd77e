"""A random life of a desk: whatever comes, nobody owed anything is left out, nobody told twice.

A fixed few lives are played in a run of the tests; `WIREWATCH_LIVES=1000 pytest FILE --timeout=0`
plays so many at random.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from newsroom.reasons import Reason
from tests.conftest import LIVES
from tests.integration.desk_model import DeskModel
from tests.integration.desk_world import CLOCKS, RECIPIENTS, SOURCES, WORDS, WORK, Item

words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple)
pick = st.integers(0, 9)
source_names = st.sampled_from(SOURCES)


class DeskMachine(RuleBasedStateMachine):
    """Each rule is something that happens to an outlet, a desk, a mail server or a person."""

    template: Path

    @initialize(
        first=st.lists(some_words, min_size=2, max_size=4),
        clocks=st.tuples(*[st.sampled_from(sorted(CLOCKS)) for _ in RECIPIENTS]),
    )
    def open(self, first: list[tuple[str, ...]], clocks: tuple[str, ...]) -> None:
        self.model = DeskModel(self.template)
        for recipient, clock in zip(RECIPIENTS, clocks, strict=True):
            self.model.tell_by(recipient, clock)
        for n, said in enumerate(first):
            self.publish(SOURCES[n % 2], said, (), "now")

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        try:
            self.model.step += 1
            self.model.settle()
            self.model.check()
        finally:
            self.model.close()

    def _item(self, number: int) -> Item:
        return self.model.items[number % len(self.model.items)]

    def _list(self, number: int) -> str:
        return sorted(self.model.lists)[number % len(self.model.lists)]

    # outlets

    @rule(
        source=source_names,
        words=words,
        body=words,
        dated=st.sampled_from(["now", "now", "now", "old", "never"]),
    )
    def publish(
        self, source: str, words: tuple[str, ...], body: tuple[str, ...], dated: str
    ) -> None:
        n = len(self.model.items) + 1
        now = self.model.clock.now()
        published = {"now": now, "old": now - timedelta(hours=40), "never": None}[dated]
        link = f"https://{source}.example/{n}"
        made = Item(n, source, link, f"g{n}", words, published, body=n, body_words=body)
        self.model.items.append(made)

    @rule(number=pick, words=words, cut=st.booleans())
    def copy(self, number: int, words: tuple[str, ...], cut: bool) -> None:
        """The other outlet prints the same words, or some, under a headline of its own."""
        original = self._item(number)
        source = SOURCES[1 - SOURCES.index(original.source)]
        self.publish(source, words, original.body_words, "now")
        self.model.items[-1].body = original.body
        self.model.items[-1].cut = cut

    @rule(number=pick, words=words, what=st.sampled_from(["title", "title", "body", "both"]))
    def edit(self, number: int, words: tuple[str, ...], what: str) -> None:
        found = self._item(number)
        if what != "body":
            found.words, found.edition = words, (found.edition + 1) % 3
        if what != "title":
            found.body_words = words

    @rule(number=pick, other=pick)
    def take_over_words(self, number: int, other: int) -> None:
        """A page turns out to carry another article's words: a correction, or a reprint."""
        found, original = self._item(number), self._item(other)
        found.body, found.body_words = original.body, original.body_words
        found.edition = (found.edition + 1) % 3

    @rule(number=pick, what=st.sampled_from(["guid", "link", "mobile", "drop", "drop", "reorder"]))
    def show_otherwise(self, number: int, what: str) -> None:
        """A new guid under the old link, or a new link under the old guid; gone, or elsewhere."""
        found, items = self._item(number), self.model.items
        if what == "drop":
            found.shown = not found.shown
        elif what == "reorder":
            items.append(items.pop(number % len(items)))
        elif what == "mobile":
            if not found.link.startswith("https://m."):
                found.link = found.link.replace("https://", "https://m.")
        elif not found.moved:
            found.moved = True
            setattr(found, what, getattr(found, what) + "x")

    @rule(
        number=pick,
        state=st.sampled_from([Reason.HTTP_5XX, Reason.HTTP_5XX, Reason.GONE, "there", "there"]),
    )
    def page_is(self, number: int, state: Reason | str) -> None:
        self.model.pages[self._item(number).n] = state

    @rule(number=pick, other=pick, how=st.sampled_from(["redirect", "canonical"]))
    def page_is_another(self, number: int, other: int, how: str) -> None:
        """Both are one article from then on."""
        found, target = self._item(number), self._item(other)
        if found.source == target.source and found is not target:
            self.model.pages[found.n] = f"{how} {target.link}"
            self.model.related |= {found.n, target.n}
            target.body, target.body_words = found.body, found.body_words

    @rule(source=source_names, reason=st.sampled_from([Reason.HTTP_5XX, Reason.NOT_A_FEED, None]))
    def feed_is(self, source: str, reason: Reason | None) -> None:
        self.model.failing.pop(source, None)
        if reason is not None:
            self.model.failing[source] = reason

    # people

    @rule(
        name=st.sampled_from(["THAAD", "Food", "Navy"]),
        words=some_words,
        to=st.sampled_from([RECIPIENTS, RECIPIENTS, RECIPIENTS[:1], RECIPIENTS[1:]]),
    )
    def write_watchlist(self, name: str, words: tuple[str, ...], to: tuple[str, ...]) -> None:
        self.model.step += 1
        self.model.touch(name)
        self.model.lists[name] = (words, to)
        self.model.configure()

    @rule(
        number=pick,
        recipient=st.none() | st.sampled_from(RECIPIENTS),
        what=st.sampled_from(["pause", "resume", "resume", "remove"]),
    )
    def change_watchlist(self, number: int, recipient: str | None, what: str) -> None:
        self.model.step += 1
        name = self._list(number)
        if what == "remove":
            if len(self.model.lists) > 1:
                self.model.touch(name)
                del self.model.lists[name]
                self.model.configure()
        elif recipient is None or recipient in self.model.lists[name][1]:
            (self.model.pause if what == "pause" else self.model.resume)(name, recipient)

    @rule(recipient=st.sampled_from(RECIPIENTS), clock=st.sampled_from(sorted(CLOCKS)))
    def tell_by(self, recipient: str, clock: str) -> None:
        self.model.step += 1
        self.model.tell_by(recipient, clock)

    @rule(number=pick, other=pick)
    def merge_by_hand(self, number: int, other: int) -> None:
        self.model.merge_by_hand(number, other)

    @rule(number=pick)
    def split_by_hand(self, number: int) -> None:
        self.model.split_by_hand(number)

    # the clock and the mail server

    @rule(minutes=st.sampled_from([1, 2, 10, 60, 400, 3000, -5, -120, 90_000]))
    def time_passes(self, minutes: int) -> None:
        self.model.clock.pass_(minutes=minutes)

    @rule(
        verb=st.sampled_from(["take_all", "take_all", "go_down", "refuse_login", "for_now", "no"]),
        recipient=st.sampled_from(RECIPIENTS),
    )
    def mail_server(self, verb: str, recipient: str) -> None:
        channel = self.model.channel
        if verb == "for_now":
            channel.refuse_for_now(recipient)
        elif verb == "no":
            channel.refuse(recipient)
        else:
            getattr(channel, verb)()

    @rule(took=st.booleans())
    def mail_server_loses_an_answer(self, took: bool) -> None:
        self.model.channel.lose_answer(took=took)

    # the desk

    @rule()
    def whole_pass(self) -> None:
        self.model.step += 1
        self.model.clock.pass_(minutes=1)
        self.model.whole_pass()

    @rule()
    def another_pass(self) -> None:
        self.whole_pass()

    @rule(kind=st.sampled_from(["crawl", "crawl", "deliver", "match"]))
    def some_work(self, kind: str) -> None:
        self.model.step += 1
        self.model.clock.pass_(minutes=2)  # past the wait for a page
        self.model.some_work(kind)

    @rule(
        verb=st.integers(1, 40),
        after=st.booleans(),
        kind=st.sampled_from(["pass", "pass", *sorted(WORK)]),
    )
    def work_and_die(self, verb: int, after: bool, kind: str) -> None:
        self.model.step += 1
        self.model.clock.pass_(minutes=1)
        self.model.die_at(verb, after=after)
        if kind == "pass":
            self.model.whole_pass()
        else:
            self.model.some_work(kind)

    @rule()
    def die_sending(self) -> None:
        self.model.step += 1
        self.model.die_sending()
        self.model.some_work("deliver")


def test_any_life_of_a_desk(sqlite_template: Path) -> None:
    DeskMachine.template = sqlite_template
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=LIVES or 25,
            stateful_step_count=40,
            derandomize=not LIVES,
            deadline=None,
            database=None,
            phases=[Phase.generate] if LIVES else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

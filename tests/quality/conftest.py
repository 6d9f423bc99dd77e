"""One Kiwi worker for all that is measured, and everything judged once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from jobs.morphology import KiwiWorker
from newsroom.ports import Token
from tests.corpus.paths import CORPUS
from tests.quality.labels import Case, captured_cases, written_cases
from tests.quality.measure import by_matcher


class Judged(NamedTuple):
    """Cases with what the matcher said of each."""

    cases: list[Case]
    verdicts: list[bool]


class Answering:
    """A morphology that must answer: an undecided place would count as found."""

    def __init__(self, worker: KiwiWorker) -> None:
        self._worker = worker
        self.unanswered: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        answers = self._worker(texts)
        self.unanswered += [t for t, a in zip(texts, answers, strict=True) if a is None]
        return answers


@pytest.fixture(scope="session")
def kiwi() -> Iterator[Answering]:
    worker = KiwiWorker(load_limit=120.0, limit=120.0)
    yield Answering(worker)
    worker.close()


@pytest.fixture(scope="session")
def written(kiwi: Answering) -> Judged:
    cases = written_cases()
    return Judged(cases, by_matcher(cases, kiwi))


@pytest.fixture(scope="session")
def captured(kiwi: Answering) -> Judged:
    cases = captured_cases(CORPUS)
    return Judged(cases, by_matcher(cases, kiwi))

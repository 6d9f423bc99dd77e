"""Invented news articles for the benchmark of stories: any number of them, none kept.

An article is made from its number alone, so that an edit of an earlier one is made by writing that
one again. Words and set phrases are drawn by Zipf's law from a language's common stock and from
that of one topic; a topic also has background sentences that its stories repeat. Sixty of a hundred
are in words of the English kind, forty in words of Hangul syllables. Three in ten are a newsroom's
edits of an earlier article: another outlet's headline, dateline, credit, byline and caption, the
tail cut by 10 to 60 %, the lead trimmed, words exchanged. What should fool a grouping stands among
them: forms filled in anew (2 %) and briefs (5 %). How often shingles recur was set by captured
articles:

    python benchmarks/stories_material.py        # tells the document frequencies of shingles
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(days=7)
KOREAN, EDITED, FORMS, BRIEFS = 0.4, 0.3, 0.02, 0.05
A_TOPIC, A_FORM = 250, 7
"""Articles of one topic and fillings of one form in the week."""
TOPICAL, REPEATED, FIGURES = 0.3, 0.35, 0.03

_FUNCTION = """the of to in and a for that on said is with was by as at from it has he have be its
are an will not would been were this who which more their had after they but also over his about
than two up one other new year we can when first some last could into or there out no""".split()
_PARTICLES = "은 는 이 가 을 를 의 에 에서 와 과 도 로 으로 까지 만 보다 에게 하고 했고".split()
_PARTICLES += [""] * 8
_ENDS = "밝혔다 말했다 전했다 강조했다 발표했다 설명했다 지적했다 덧붙였다 나타났다 보인다".split()
_SAID = ("he said", "she said", "officials said", "the ministry said", "according to the report")
_SURNAMES = "김이박최정강조윤장임한오서신권황안송"
_OUTLETS = 40
_SENTENCE = re.compile(r"[^.]+\.\s*")

Units = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Article:
    """One invented article and what is true of it."""

    number: int
    original: int
    """The article that it is an edit of; itself: it is none."""
    korean: bool
    title: str
    body: str
    source: str
    url: str
    at: datetime


@dataclass(frozen=True)
class Stock:
    """Words and phrases and how often each is drawn."""

    units: Units
    sums: NDArray[np.float64]

    def draw(self, rng: Generator, count: int) -> Units:
        drawn: Units = self.units[self.sums.searchsorted(rng.random(count) * self.sums[-1])]
        return drawn


def _stock(
    words: list[str], rng: Generator, phrases: int, share: float, bend: float, flat: float = 12.0
) -> Stock:
    """Words by Zipf's law, and phrases put together from them by the same."""
    weights = 1 / (np.arange(len(words)) + bend)
    stock = Stock(np.array(words, object), np.cumsum(weights))
    lengths = rng.integers(2, 6, phrases).tolist()
    made = [" ".join(stock.draw(rng, n)) for n in lengths]
    theirs = 1 / (np.arange(phrases) + flat)
    theirs *= share / (1 - share) * weights.sum() / theirs.sum()
    units = np.array([*words, *made], object)
    return Stock(units, np.cumsum(np.concatenate([weights, theirs])))


def _english_words(rng: Generator, count: int) -> list[str]:
    begins = np.array("b br c ch cl d dr f g gr h j k l m n p pl pr qu r s sh st t tr v w".split())
    middles = np.array("a e i o u ai ea ee io ou".split())
    closes = np.array(["", "", "", "n", "r", "l", "s", "t", "nd", "st", "ck", "m"])
    found: dict[str, None] = {}
    while len(found) < count:
        parts = [
            str(rng.choice(begins)) + str(rng.choice(middles)) + str(rng.choice(closes))
            for _ in range(int(rng.choice([1, 2, 3], p=[0.4, 0.5, 0.1])))
        ]
        found["".join(parts)] = None
    return list(found)


def _korean_words(rng: Generator, count: int) -> list[str]:
    syllables = [chr(0xAC00 + 588 * a + 28 * b + c) for a in range(19) for b in (0, 4, 8, 13, 20)
                 for c in (0, 4, 8, 16, 21)]  # fmt: skip
    weights = 1 / (np.arange(len(syllables)) + 20.0)
    order = rng.permutation(len(syllables))
    stock = Stock(np.array(syllables, object)[order], np.cumsum(weights))
    lengths = rng.choice([2, 3, 4], count, p=[0.65, 0.25, 0.1]).tolist()
    return list(dict.fromkeys("".join(stock.draw(rng, n)) for n in lengths))


class Language:
    """The common stock of a language and its topics'."""

    def __init__(self, korean: bool) -> None:
        rng = np.random.default_rng([5, korean])
        self.korean = korean
        self.vocabulary = self._inflected(rng, _korean_words(rng, 40_000)) if korean else (
            _english_words(rng, 40_000)
        )  # fmt: skip
        words = self.vocabulary if korean else _FUNCTION + self.vocabulary
        shape = (0.27, 40.0, 60.0) if korean else (0.16, 4.0, 200.0)
        self.common = _stock(words, rng, 60_000, *shape)
        self.topic = lru_cache(4096)(self._topic)

    def _inflected(self, rng: Generator, stems: list[str]) -> list[str]:
        ends = rng.integers(0, len(_PARTICLES), len(stems)).tolist()
        return [stem + _PARTICLES[end] for stem, end in zip(stems, ends, strict=True)]

    def _topic(self, number: int) -> tuple[Stock, list[str]]:
        """What is drawn for a topic's stories, and the background sentences they repeat."""
        rng = np.random.default_rng([6, self.korean, number])
        places = (len(self.vocabulary) * rng.random(250) ** 2).astype(int).tolist()
        stock = _stock([self.vocabulary[place] for place in places], rng, 150, 0.3, 6.0)
        return stock, self.sentences(rng, stock, 24)

    def sentences(self, rng: Generator, topic: Stock, count: int) -> list[str]:
        """Sentences of a story on that topic."""
        lengths = rng.integers(*((6, 15) if self.korean else (11, 27)), count).tolist()
        total = sum(lengths)
        drawn = self.common.draw(rng, total)
        topical = np.flatnonzero(rng.random(total) < TOPICAL)
        drawn[topical] = topic.draw(rng, len(topical))
        figures = np.flatnonzero(rng.random(total) < FIGURES)
        values = rng.integers(0, 1 << 40, len(figures)).tolist()
        drawn[figures] = [_figure(value, self.korean) for value in values]
        words, at, made = drawn.tolist(), 0, []
        closes = rng.integers(0, 40, count).tolist()
        for length, close in zip(lengths, closes, strict=True):
            made.append(self._sentence(words[at : at + length], close))
            at += length
        return made

    def _sentence(self, words: list[str], close: int) -> str:
        if self.korean:
            text, end = " ".join(words), _ENDS[close % len(_ENDS)]
            return f'"{text}"라고 {end}.' if close > 33 else f"{text} {end}."
        text = " ".join(words)
        text = text[0].upper() + text[1:]
        return f'"{text}," {_SAID[close % len(_SAID)]}.' if close > 33 else f"{text}."


def _figure(number: int, korean: bool) -> str:
    kind, value = number % 5, number // 5 % 10 ** (1 + number // 7 % 4)
    units = "%|명|억원|일|년" if korean else " percent| people| million|| years"
    return f"{value:,}{units.split('|')[kind]}"


class Writer:
    """Writes the articles of one week; the same ones for the same count."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._topics = min(2_000, max(20, count // A_TOPIC))
        self._forms = max(4, int(count * FORMS) // A_FORM)
        self._languages = (Language(korean=False), Language(korean=True))
        rng = np.random.default_rng(7)
        self._edited = rng.random(count) < EDITED
        self._edited[:20] = False
        lags = np.exp(rng.random(count) * np.log(np.maximum(np.arange(count), 2))).astype(int)
        self._original = np.arange(count)
        for number in np.flatnonzero(self._edited).tolist():
            self._original[number] = self._story(number - int(lags[number]))

    def _story(self, number: int) -> int:
        while number > 0 and self._edited[number]:
            number -= 1
        return max(number, 0)

    def original(self, number: int) -> int:
        """The article that this one is an edit of, or itself."""
        return int(self._original[number])

    def articles(self, begin: int = 0, end: int | None = None) -> Iterator[Article]:
        """Write the articles of these numbers, one after the other."""
        return (self.article(number) for number in range(begin, end or self.count))

    def article(self, number: int) -> Article:
        """Write one article."""
        rng = np.random.default_rng([8, number])
        original = self.original(number)
        if original == number:
            korean, title, body = self._written(number)
        else:
            korean, title, body = _edit(rng, self._languages, *self._written(original))
        outlet = int(rng.integers(_OUTLETS))
        return Article(
            number,
            original,
            korean,
            title,
            body,
            f"outlet-{outlet}",
            f"https://www.outlet-{outlet}.example/news/{number:08d}",
            SINCE + WEEK * (number / self.count),
        )

    def _written(self, number: int) -> tuple[bool, str, str]:
        rng = np.random.default_rng([9, number])
        korean = bool(rng.random() < KOREAN)
        language = self._languages[korean]
        topic = int(rng.integers(self._topics))
        stock, background = language.topic(topic)
        title = " ".join(stock.draw(rng, 6 if korean else 7))
        kind = rng.random()
        if kind < FORMS:
            return korean, title, self._form(rng, language)
        size = 0.16 if kind < FORMS + BRIEFS else min(3.0, float(rng.lognormal(-0.1, 0.42)))
        told = language.sentences(rng, stock, max(2, int((16 if korean else 17) * size)))
        if len(told) > 8 and rng.random() < REPEATED:
            at = int(rng.integers(len(background) - 3))
            told[-4:-4] = background[at : at + int(rng.integers(1, 4))]
        return korean, title, _paragraphs(rng, told)

    def _form(self, rng: Generator, language: Language) -> str:
        """The same sentences as the last time with other figures."""
        number = int(rng.integers(self._forms))
        form = np.random.default_rng([10, language.korean, number])
        sentences = language.sentences(form, language.topic(number % self._topics)[0], 10)
        text = _paragraphs(form, sentences)
        drawn = iter(rng.integers(1, 5_000, 400).tolist())
        words = [f"{next(drawn)}" if n % 11 == 5 and n < 4_000 else word for n, word in
                 enumerate(text.split(" "))]  # fmt: skip
        return " ".join(words)


def _paragraphs(rng: Generator, sentences: list[str]) -> str:
    breaks = (rng.random(len(sentences)) < 0.5).tolist()
    ends = ("\n\n" if b else " " for b in breaks)
    return "".join(s + end for s, end in zip(sentences, ends, strict=True)).strip()


def _edit(
    rng: Generator, languages: tuple[Language, Language], korean: bool, title: str, body: str
) -> tuple[bool, str, str]:
    """What another outlet makes of an article."""
    language = languages[korean]
    chance = rng.random(8).tolist()
    sentences = _SENTENCE.findall(body)
    if chance[0] < 0.7:
        kept = 1 - float(rng.uniform(0.1, 0.6))
        sentences = sentences[: max(2, round(len(sentences) * kept))]
    if chance[1] < 0.25 and len(sentences) > 3:
        sentences = sentences[1:]
    if chance[2] < 0.6:
        sentences = _reworded(rng, language, sentences, float(rng.uniform(0.005, 0.05)))
    text = "".join(sentences).strip()
    if chance[3] < 0.7:
        words = title.split(" ")
        order = rng.permutation(len(words)).tolist()
        fresh = language.common.draw(rng, 3).tolist()
        title = " ".join([words[n] for n in order[: len(words) // 2]] + fresh)
    return korean, title, _dressed(rng, language, text, chance[4:])


def _reworded(rng: Generator, language: Language, sentences: list[str], share: float) -> list[str]:
    """Exchange so many of the words."""
    words = "".join(sentences).split(" ")
    places = np.flatnonzero(rng.random(len(words)) < share).tolist()
    for place, word in zip(places, language.common.draw(rng, len(places)), strict=True):
        if "\n" not in words[place] and "." not in words[place]:
            words[place] = word
    return [" ".join(words)]


def _dressed(rng: Generator, language: Language, text: str, chance: list[float]) -> str:
    """Put on an outlet's furniture: dateline, byline, caption, credit."""
    day = int(rng.integers(16, 23))
    names = rng.integers(len(language.vocabulary), size=2).tolist()
    person = " ".join(language.vocabulary[place].capitalize() for place in names)
    if chance[0] < 0.5:
        head = "(서울=연합뉴스) " if language.korean else f"SEOUL, Nov. {day} (Yonhap) -- "
        text = head + text
    if chance[1] < 0.4:
        name = _SURNAMES[int(rng.integers(len(_SURNAMES)))] + "지훈 기자"
        text = f"{name if language.korean else 'By ' + person}\n\n{text}"
    if chance[2] < 0.4:
        agency = "[연합뉴스]" if language.korean else "(Yonhap)"
        text = f"{' '.join(language.common.draw(rng, 9))} {agency}\n\n{text}"
    if chance[3] < 0.5:
        address = f"{person.split()[0].lower()}@outlet.example"
        text += "\n\n(끝)" if language.korean else f"\n\n{address}\n\n(END)"
    return text


def words_of(body: str) -> set[str]:
    """Runs of three words."""
    words = re.findall(r"\w+", body.lower())
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}


def signs_of(body: str) -> set[str]:
    """Runs of six syllables."""
    signs = re.sub(r"[\W_]+", "", body)
    return {signs[n : n + 6] for n in range(len(signs) - 5)}


def frequencies(bodies: list[str], runs: Callable[[str], set[str]]) -> dict[str, Any]:
    """In how many of these texts a text's shingles stand."""
    sets = [runs(body) for body in bodies]
    counts = Counter(shingle for found in sets for shingle in found)
    seen = np.array([counts[shingle] for found in sets for shingle in found])
    bounds = ((1, 1), (2, 4), (5, 19), (20, len(sets)))
    return {
        "texts": len(sets),
        "characters": int(np.mean([len(body) for body in bodies])),
        "shingles a text": len(seen) // len(sets),
        "share of a text's shingles in so many texts": {
            f"{low}-{high}": round(float(np.mean((seen >= low) & (seen <= high))), 3)
            for low, high in bounds
        },
        "median, 75, 90, 95, 99 %": np.percentile(seen, [50, 75, 90, 95, 99]).tolist(),
    }


def main() -> None:
    writer = Writer(100_000)
    drawn = np.random.default_rng(1).permutation(writer.count).tolist()
    texts = [a for number in drawn[:4_000] if (a := writer.article(number)).number == a.original]
    for korean, runs in ((False, words_of), (True, signs_of), (True, words_of)):
        bodies = [a.body for a in texts if a.korean == korean][:1_000]
        print("Korean" if korean else "English", runs.__doc__, frequencies(bodies, runs))


if __name__ == "__main__":
    main()

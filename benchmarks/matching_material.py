"""Articles and watch terms for the matching benchmark: from the captures, else made up.

English articles are whole bodies (hand-made truth of an extraction benchmark, Korea Herald
stories); their terms are names out of other texts, the titles and summaries of feed items of
eleven outlets: one to four capitalised words in a row, of which one at least is never written in
small letters anywhere, and that stand in no more than one of a hundred items with names (nobody
watches for `Monday`, and a list of 100,000 names is a list of rare ones). Where there are too few,
two words of such names are put together. Korean articles are page bodies and Korean feed items put
together to the length of one; their terms are a desk's, those of the labelled sets (most of them
short and chosen for being hard), and people's names put together from syllables.
Everything is drawn by generators of fixed seed: two runs have the same articles and terms.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
QUALITY = Path(__file__).resolve().parents[1] / "tests" / "quality"
DESK = ("사드", "북한", "미사일", "금리", "유가", "의대", "공정위", "국정원", "원전", "관세")
_NAME = re.compile(r"(?<![.!?] )\b[A-Z][a-z]+(?: (?:of |the )?[A-Z][a-z]+){0,3}\b")
_SMALL = re.compile(r"\b[a-z]+\b")
_HANGUL_WORD = re.compile(r"(?<!\S)[가-힣]{2,6}(?!\S)")
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하"
_SYLLABLES = (
    "가고구국군기김나남대도동라리마무미민박방부사산서성수시신안양영오원유이장전정제조주지진최하한호"
)
_PARTICLES = ("이", "가", "은", "는", "을", "를", "의", "에", "도", "로", "")
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvz", "aeiou"


class Material:
    """Where the articles and terms come from."""

    def __init__(self, corpus: Path = CORPUS) -> None:
        self._corpus = corpus
        self.captured = corpus.is_dir()
        """False: everything is made up."""

    @property
    def told(self) -> str:
        """One line that says what was measured on."""
        if self.captured:
            return "captured articles and names"
        return "made-up text: the captures are not beside the checkout"

    def english(self) -> list[str]:
        """English articles, whole."""
        if not self.captured:
            return _made_up_english(300)
        texts = [text for text in self._english() if len(text) >= 500]
        return [text for text in texts if sum(map(str.isascii, text)) > 0.9 * len(text)]

    def korean(self) -> list[str]:
        """Korean articles of about 2,000 code points."""
        if not self.captured:
            return _made_up_korean(300)
        articles = []
        for path in sorted((self._corpus / "korean_other").rglob("*.expected.json")):
            body = json.loads(path.read_bytes()).get("parsed_data", {}).get("articleBody", "")
            text = "\n\n".join([body] if isinstance(body, str) else body)
            if len(text) >= 500:
                articles.append(text)
        joined = ""
        for title, summary in self._items():
            if re.search("[가-힣]", title + summary):
                joined += f"{title}\n{summary}\n\n"
            if len(joined) >= 2_000:
                articles.append(joined)
                joined = ""
        return articles[:400]

    def names(self, size: int) -> list[str]:
        """Names to watch for, that many."""
        rnd = random.Random(1)
        names = list(self._names())
        rnd.shuffle(names)
        parts = sorted({word for name in names for word in name.split() if len(word) > 3})
        wanted = dict.fromkeys(names[:size])
        while len(wanted) < size:
            wanted[f"{rnd.choice(parts)} {rnd.choice(parts)}"] = None
        return list(wanted)

    def register(self, size: int) -> list[str]:
        """Names as a register of firms or people has them: a thousand are in the news at most."""
        rnd = random.Random(2)
        names = self.names(min(size, 1_000))
        parts = sorted({word for name in self._names() for word in name.split() if len(word) > 3})
        wanted = dict.fromkeys(names)
        while len(wanted) < size:
            wanted[f"{rnd.choice(parts)} {rnd.choice(parts)}"] = None
        return list(wanted)

    def everyday(self, size: int) -> list[str]:
        """The commonest words of four small letters and more: articles are full of them."""
        small: Counter[str] = Counter()
        for text in self.english():
            small.update(word for word in _SMALL.findall(text) if len(word) > 3)
        return [word for word, _ in small.most_common(size)]

    def korean_terms(self, size: int) -> list[str]:
        """Korean terms to watch for: what desks ask, the labelled terms, then people's names."""
        rnd = random.Random(2)
        labelled: set[str] = set()
        for path in sorted(QUALITY.glob("cases_ko_*.tsv")):
            rows = path.read_text(encoding="utf-8").split("\n")[1:]
            labelled.update(row.split("\t", 1)[0] for row in rows)
        terms = sorted(term for term in labelled - set(DESK) if _HANGUL_WORD.fullmatch(term))
        rnd.shuffle(terms)
        wanted = dict.fromkeys([*DESK, *terms][:size])
        while len(wanted) < size:
            wanted[rnd.choice(_SURNAMES) + "".join(rnd.choices(_SYLLABLES, k=2))] = None
        return list(wanted)

    def korean_words(self, size: int) -> list[str]:
        """Words that stand alone in headlines, nouns or not: articles are full of them."""
        rnd = random.Random(3)
        if not self.captured:
            return list(dict.fromkeys(_made_up_words(rnd, size)))
        counts: Counter[str] = Counter()
        tweets = list(_csv(self._corpus / "text" / "kr_newspaper_tweets_2017.csv.gz"))
        for tweet in tweets:
            counts.update(set(_HANGUL_WORD.findall(tweet["text"])))
        words = [word for word, n in sorted(counts.items()) if 2 <= n <= len(tweets) / 100]
        rnd.shuffle(words)
        return words[:size]

    def _english(self) -> Iterator[str]:
        truth = self._corpus / "articles" / "article_extraction_benchmark" / "ground-truth.json.gz"
        for page in json.loads(gzip.decompress(truth.read_bytes())).values():
            yield page["articleBody"]
        herald = self._corpus / "koreaherald"
        seen: set[str] = set()
        for path in sorted(herald.glob("covid_2020_sample*.csv.gz")):
            for row in _csv(path):
                body = max(row.values(), key=len)
                if body not in seen:  # the same story recurs over the files
                    seen.add(body)
                    yield body
        for line in _lines(herald / "national_2017-12.jsonl.gz"):
            yield max((str(value) for value in json.loads(line).values()), key=len)

    @cache  # noqa: B019 - lives as long as the program
    def _names(self) -> tuple[str, ...]:
        if not self.captured:
            made_up = _made_up_names(random.Random(3), 20_000)
            return tuple(dict.fromkeys(name for name in made_up if len(name) > 8))
        items = [f"{title}\n{summary}" for title, summary in self._items()]
        counts: Counter[str] = Counter()
        small: set[str] = set()
        with_names = 0  # more than half of the items are Korean
        for text in items:
            names = set(_NAME.findall(text))
            with_names += bool(names)
            counts.update(names)
            small.update(_SMALL.findall(text))
        for text in self.english():
            small.update(_SMALL.findall(text))
        return tuple(
            name
            for name, items_with in sorted(counts.items())
            if items_with <= with_names / 100
            and len(name) > 4
            and any(word.lower() not in small for word in name.split())
        )

    def _items(self) -> Iterator[tuple[str, str]]:
        for line in _lines(self._corpus / "text" / "rss_items_11_outlets.jsonl.gz"):
            item = json.loads(line)
            yield str(item.get("title") or ""), str(item.get("summary") or "")


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _csv(path: Path) -> Iterator[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()).decode()
    for row in csv.DictReader(io.StringIO(content, newline="")):
        yield {key: value or "" for key, value in row.items() if isinstance(value, str | None)}


def _word(rnd: random.Random) -> str:
    parts = (rnd.choice(_CONSONANTS) + rnd.choice(_VOWELS) for _ in range(rnd.randint(1, 4)))
    return "".join(parts) + rnd.choice(["", "n", "r", "s", "t"])


def _made_up_names(rnd: random.Random, size: int) -> Iterator[str]:
    for _ in range(size):
        yield " ".join(_word(rnd).capitalize() for _ in range(rnd.choice([1, 2, 2, 3])))


def _made_up_english(size: int) -> list[str]:
    rnd = random.Random(4)
    vocabulary = [_word(rnd) for _ in range(8_000)]
    names = list(_made_up_names(rnd, 2_000))
    texts = []
    for _ in range(size):
        sentences = []
        for _ in range(30):
            words = [*rnd.choices(vocabulary, k=rnd.randint(8, 24)), rnd.choice(names)]
            sentences.append(" ".join(words).capitalize() + ".")
        texts.append("\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, 30, 3)))
    return texts


def _made_up_words(rnd: random.Random, size: int) -> Iterator[str]:
    for _ in range(size):
        yield "".join(rnd.choices(_SYLLABLES, k=rnd.choice([2, 2, 3, 4])))


def _made_up_korean(size: int) -> list[str]:
    rnd = random.Random(5)
    vocabulary = list(_made_up_words(rnd, 4_000))
    return [
        " ".join(rnd.choice(vocabulary) + rnd.choice(_PARTICLES) for _ in range(450)) + "."
        for _ in range(size)
    ]

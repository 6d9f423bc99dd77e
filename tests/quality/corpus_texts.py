"""The captured texts that the labelled sets point into, in one fixed order.

A labelled occurrence is kept as file, record, field, start and end, without the text: the text
belongs to its publishers and stays in the corpus folder. The texts are given as they lie in the
captures (entities, link tails and all), so that code points count the same for everyone.

How `corpus_ko.tsv` was judged, by reading and before any matcher saw the texts: `yes` where the
span is the term or a part of a compound or name made of it; also where it is another noun spelled
alike, standing free, inflected or heading or ending a word of its own (why `homograph`: a known
limit, told by the sentence and not by the word). `no` where the span runs over a border
(`crossing`), is an ending or a bound noun (`ending`, `bound-noun`), letters of another dictionary
word (`other-word`), of a person's or place's name (`person`, `place`). `skip` where two careful
readers could differ. Up to 40 occurrences of a term, evenly spaced, half of them from those that
do not begin a word or go on with more than a particle, and some rare longer words picked by eye.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

TWEETS = "kr_newspaper_tweets_2017.csv.gz"
FEED_ITEMS = "rss_items_11_outlets.jsonl.gz"
ECONOMY = ("yonhap_ko_economy_naver_2015.csv.gz", "yonhap_ko_economy_naver_2016.csv.gz")
REVISIONS = "yonhap_ko_revision_families.jsonl.gz"
FILES = (TWEETS, FEED_ITEMS, *ECONOMY, REVISIONS)
_FIELDS = {TWEETS: ("text",)} | dict.fromkeys(ECONOMY, ("title",))  # their bodies lost all blanks


class CorpusText(NamedTuple):
    """One text of the captures and where it lies."""

    file: str
    """Name of the file in the corpus's `text` folder."""
    record: int
    """Data row (csv, header not counted), line (feed items) or running item (revisions), from 0."""
    field: str
    """`text` (tweets), `title` or `summary`."""
    text: str


def texts(corpus: Path) -> Iterator[CorpusText]:
    """Every text in the files, in their order; `corpus` is the folder that holds `text`."""
    for file in FILES:
        for (record, field), text in _by_place(corpus, file).items():
            yield CorpusText(file, record, field, text)


def text_at(corpus: Path, file: str, record: int, field: str) -> str:
    """The text a labelled line points into; KeyError if the captures have none there."""
    return _by_place(corpus, file)[record, field]


@cache
def _by_place(corpus: Path, file: str) -> dict[tuple[int, str], str]:
    content = gzip.decompress((corpus / "text" / file).read_bytes()).decode()
    fields = _FIELDS.get(file, ("title", "summary"))
    rows = _json_rows(content) if file in (FEED_ITEMS, REVISIONS) else _csv_rows(content)
    return {
        (record, field): text
        for record, row in enumerate(rows)
        for field in fields
        if isinstance(text := row.get(field), str) and text
    }


def _csv_rows(content: str) -> Iterator[dict[str, object]]:
    for row in csv.DictReader(io.StringIO(content, newline="")):
        yield dict(row)


def _json_rows(content: str) -> Iterator[dict[str, object]]:
    """A row a line; a family of revisions is as many rows as it has items."""
    for line in content.split("\n"):
        row = json.loads(line) if line else {}
        yield from row.get("items", [row])

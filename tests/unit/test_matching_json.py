"""Article lines in, match lines out."""

import json

import pytest

from newsroom.matching_json import article_from_json, hits_json
from newsroom.model import ArticleText, Hit


def test_a_full_line() -> None:
    line = {
        "id": "a1",
        "title": "T",
        "subtitle": "S",
        "summary": "M",
        "body": "B",
        "source": "koreaherald",
        "language": "en",
        "section": "National",
        "authors": ["Kim", "Lee"],
        "credit": "Yonhap",
        "url": "https://x.example/1",
        "published_at": "whatever",
    }
    assert article_from_json(line) == (
        "a1",
        ArticleText(
            "T",
            "S",
            "M",
            "B",
            "koreaherald",
            "en",
            "National",
            ("Kim", "Lee"),
            "Yonhap",
            "https://x.example/1",
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        {"id": "a", "title": "T"},
        {"id": "a", "title": "T", "body": None, "source": None, "authors": None},
        {"id": "a", "title": "T", "source": "", "language": ""},
    ],
)
def test_what_a_line_lacks_is_empty(line: dict[str, object]) -> None:
    assert article_from_json(line) == ("a", ArticleText(title="T"))


def test_a_number_is_an_id_and_one_author_a_list() -> None:
    assert article_from_json({"id": 7, "authors": "Kim"}) == (
        "7",
        ArticleText(title="", authors=("Kim",)),
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ([], "a JSON object, not a list"),
        ("x", "a JSON object, not text"),
        (None, "a JSON object, not nothing"),
        ({}, "id: expected text or a number, got nothing"),
        ({"id": ""}, "id: expected text or a number, got empty text"),
        ({"id": True}, "id: expected text or a number, got true or false"),
        ({"id": "a", "title": 3}, "title: expected text, got a number"),
        ({"id": "a", "body": ["x"]}, "body: expected text, got a list"),
        ({"id": "a", "source": {}}, "source: expected text, got an object"),
        ({"id": "a", "authors": [1]}, "authors: expected a list of texts"),
        ({"id": "a", "authors": 1}, "authors: expected a list of texts"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(line: object, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        article_from_json(line)


def test_a_match_line() -> None:
    line = hits_json("a1", "사드", [Hit("THAAD", "title", 2, 7, "Thaad")])
    assert json.loads(json.dumps(line)) == {
        "article": "a1",
        "watchlist": "사드",
        "hits": [{"term": "THAAD", "field": "title", "start": 2, "end": 7, "text": "Thaad"}],
    }

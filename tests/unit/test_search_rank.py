"""Which found article is better, and which sentence shows why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.matching import Matcher, Rule
from newsroom.model import ArticleText, Hit
from newsroom.query_parse import parse_query
from newsroom.search_rank import Excerpt, excerpt, score
from newsroom.text import sentence_around


def hits(query: str, article: ArticleText) -> tuple[Hit, ...]:
    ((_, found),) = Matcher([Rule("q", parse_query(query))]).match(article)
    return found


def rated(query: str, **texts: str) -> float:
    article = ArticleText(**{"title": "x", **texts})
    return score(article, hits(query, article))


LONG = "Nothing else is said in this sentence. " * 100


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("thaad", {"title": "Thaad"}, {"body": "thaad"}),
        ("thaad", {"title": "Thaad"}, {"subtitle": "thaad"}),
        ("thaad", {"subtitle": "Thaad"}, {"body": "thaad thaad thaad"}),
        ("thaad", {"body": "thaad thaad"}, {"body": "thaad"}),
        ("thaad", {"body": "thaad"}, {"body": f"thaad {LONG}"}),
        ("thaad OR 사드", {"body": "thaad 사드"}, {"body": "thaad thaad thaad thaad"}),
        ("thaad OR 사드", {"title": "thaad 사드"}, {"title": "thaad", "body": "사드"}),
    ],
)
def test_the_better_article(query: str, better: dict[str, str], worse: dict[str, str]) -> None:
    assert rated(query, **better) > rated(query, **worse)


def test_the_score_as_documented() -> None:
    assert rated("thaad", title="thaad", body="thaad" + "." * 1_995) == 4 + round(
        2 / (2 + 1 + 1), 4
    )
    assert score(ArticleText(title="x"), ()) == 0


@pytest.mark.parametrize(
    ("query", "texts", "shown"),
    [
        ("thaad", {"body": "One. A THAAD site. Two."}, "A [THAAD] site."),
        ("thaad", {"title": "THAAD", "body": "It stays. THAAD, it says."}, "[THAAD], it says."),
        ("thaad", {"title": "A THAAD site"}, "A [THAAD] site"),
        ("thaad", {"summary": "THAAD here.", "body": "No."}, "[THAAD] here."),
        ("thaad seongju", {"body": "THAAD. Seongju has THAAD."}, "[Seongju] has [THAAD]."),
        ('thaad OR "thaad site"', {"body": "A THAAD site."}, "A [THAAD site]."),
        ("사드", {"body": "그는 말했다. 사드가 왔다. 끝."}, "[사드]가 왔다."),
        ("thaad", {"body": "Head\n\nA THAAD\n\nEnd"}, "A [THAAD]"),
    ],
)
def test_the_sentence(query: str, texts: dict[str, str], shown: str) -> None:
    article = ArticleText(**{"title": "x", **texts})
    found = excerpt(article, hits(query, article))
    marked = found.text
    for start, end in reversed(found.marks):
        marked = f"{marked[:start]}[{marked[start:end]}]{marked[end:]}"
    assert marked == shown


@given(
    st.lists(st.sampled_from([". ", " word", "\n\n", " " * 90, "x" * 300, " Mr. X"]), max_size=40)
)
def test_the_sentence_in_a_long_text_is_that_of_the_whole_text(pieces: list[str]) -> None:
    half = len(pieces) // 2
    text = "".join([*pieces[:half], " THAAD ", *pieces[half:]])
    (hit,) = hits("thaad", ArticleText(title="x", body=text))
    start, end = sentence_around(text, hit.start, hit.end)
    assert excerpt(ArticleText(title="x", body=text), (hit,)).text == text[start:end]


def test_without_hits_the_text_begins() -> None:
    assert excerpt(ArticleText(title="Head", body="One. Two."), ()) == Excerpt("One.", ())
    assert excerpt(ArticleText(title="Head"), ()) == Excerpt("Head", ())
    assert excerpt(ArticleText(title=""), ()) == Excerpt("", ())


@given(st.lists(st.sampled_from(["thaad", "사드", ". ", " ", "\n\n", "x", "thaad site"])))
def test_marks_lie_in_the_sentence_and_apart(pieces: list[str]) -> None:
    article = ArticleText(title="x", body="".join(pieces))
    rule = Rule("q", parse_query('thaad OR 사드 OR "thaad site" OR thaad*'))
    for _, found in Matcher([rule]).match(article):
        shown = excerpt(article, found)
        assert shown.text in article.body
        assert shown.marks
        at = 0
        for start, end in shown.marks:
            assert at <= start < end <= len(shown.text)
            at = end

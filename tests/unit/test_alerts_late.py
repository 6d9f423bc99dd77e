"""Mails say why something came late, in both languages."""

from __future__ import annotations

import pytest

from alerts.strings import strings
from alerts.view_article import late_words


@pytest.mark.parametrize(
    ("language", "why", "word"),
    [
        ("en", "gap", "after a gap between polls"),
        ("en", "witness", "never showed"),
        ("en", "after_silence", "gap in polling"),
        ("en", "", "gap in polling"),
        ("ko", "gap", "피드 수집 사이의 공백"),
        ("ko", "witness", "피드에 나오지 않아"),
        ("ko", "after_silence", "수집 공백 이후"),
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_why_it_is_late(language: str, why: str, word: str, *, many: bool) -> None:
    assert word in late_words(why, strings(language), many=many)

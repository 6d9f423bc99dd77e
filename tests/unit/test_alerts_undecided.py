"""Terms whose Korean word borders could not be checked are told as such, beside the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.evidence import reason
from alerts.model import MatchReason
from alerts.render import render
from newsroom.model import Hit
from tests.unit.alert_contents import KOREAN, NOW, alert, text_of

SURE = Hit("사드", "body", 0, 2, "사드")
UNSURE = SURE._replace(undecided=True)
OTHER = Hit("THAAD", "body", 5, 10, "THAAD")


@pytest.mark.parametrize(
    ("hits", "terms", "undecided"),
    [
        ([SURE, OTHER], ("사드", "THAAD"), ()),
        ([UNSURE], ("사드",), ("사드",)),
        ([UNSURE, OTHER], ("사드", "THAAD"), ("사드",)),
        ([UNSURE, SURE], ("사드",), ()),
        ([SURE, UNSURE], ("사드",), ()),
        ([], (), ()),
    ],
)
def test_a_term_is_undecided_where_no_hit_of_it_is_certain(
    hits: list[Hit], terms: tuple[str, ...], undecided: tuple[str, ...]
) -> None:
    assert reason("W", hits) == MatchReason("W", terms, undecided)


@pytest.mark.parametrize(
    ("language", "hits", "plain", "html"),
    [
        ("en", [SURE], "Why: W (사드)\n", "W (사드)</p>"),
        (
            "en",
            [UNSURE],
            "Why: W (사드) [word borders could not be checked]",
            "[word borders could not be checked]</span></p>",
        ),
        (
            "en",
            [UNSURE, OTHER],
            "Why: W (사드, THAAD) [word borders could not be checked: 사드]",
            "[word borders could not be checked: 사드]</span></p>",
        ),
        (
            "ko",
            [UNSURE],
            "선정 이유: W (사드) [단어 경계를 확인하지 못함]",
            "[단어 경계를 확인하지 못함]</span></p>",
        ),
    ],
)
def test_the_mail_says_so_beside_the_reason(
    language: str, hits: list[Hit], plain: str, html: str
) -> None:
    content = alert(replace(KOREAN, reasons=(reason("W", hits),)), language=language)
    message = render(content, now=NOW)
    assert plain in text_of(message)
    assert html in text_of(message, "html")


def test_several_reasons_stay_apart() -> None:
    reasons = (reason("A", [UNSURE]), reason("B", [OTHER]))
    message = render(alert(replace(KOREAN, reasons=reasons)), now=NOW)
    joined = " ".join(text_of(message).split())
    assert "Why: A (사드) [word borders could not be checked]; B (THAAD)" in joined
    assert "</span>; B (THAAD)</p>" in text_of(message, "html")


def test_a_term_adds_no_markup() -> None:
    odd = UNSURE._replace(term="<b>사드")
    message = render(alert(replace(KOREAN, reasons=(reason("W", [odd, OTHER]),))), now=NOW)
    assert "<b>" not in text_of(message, "html")

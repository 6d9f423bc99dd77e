"""How a filing's words are printed: what outlets do to a text that changes nothing in it."""

from __future__ import annotations

import re
from math import ceil

from tests.replay.plans import Filing

_WORDS = {"en": re.compile(r"\b[a-z]{7,}\b"), "ko": re.compile(r"(?<!\S)[가-힣]{4,}(?=\s)")}
_QUOTED = re.compile('"([^"]*)"')
_MARKS = {"en": {"51": "(LEAD)", "52": "(2nd LD)", "53": "(3rd LD)"}}
_MARKS["ko"] = {"51": "(종합)", "52": "(종합2보)", "53": "(종합3보)"}


def title(filing: Filing) -> str:
    """The headline, with the agency's mark of a rewrite."""
    mark = _MARKS[filing.story.language].get(filing.step.revision)
    if mark is None:
        return filing.headline
    before = filing.story.language == "en"
    return f"{mark} {filing.headline}" if before else f"{filing.headline}{mark}"


def paragraphs(filing: Filing) -> list[str]:
    """The body without dateline and credit, as its outlet prints it."""
    story, step = filing.story, filing.step
    if step.flash:
        return [_first_sentence(story.paragraphs[0])]
    body = list(story.paragraphs)
    if step.typo:
        body = _misspelt(body, story.language)
    body[2:2] = [news.text for news in story.news[: step.news]]
    body = body[: ceil(len(body) * step.keeps)]
    if step.outlet in "BC":
        body = [_QUOTED.sub(r"“\1”", text).replace("'", "’") for text in body]
    return body


def datelined(filing: Filing, body: list[str], published: str) -> list[str]:
    """The same with the place the outlet puts first."""
    story, outlet = filing.story, filing.step.outlet
    if story.language == "ko":
        lead = {
            "W": f"({story.place}=연합뉴스) {story.byline} 기자 = ",
            "A": f"({story.place}=연합뉴스) {story.byline} 기자 = ",
            "H": f"[{story.place}=연합뉴스] ",
        }
    else:
        lead = {
            "W": f"{story.place}, {published} (Yonhap) -- ",
            "A": f"{story.place}, {published} (Yonhap) -- ",
            "C": f"{story.place} -- ",
        }
    return [lead.get(outlet, "") + body[0], *body[1:]]


def summary(filing: Filing) -> str:
    """A feed's description: the beginning, cut wherever that is."""
    first = paragraphs(filing)[0]
    if filing.step.outlet == "D":
        return ""
    return first[:110] + "..." if len(first) > 110 else first


def _first_sentence(text: str) -> str:
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _misspelt(body: list[str], language: str) -> list[str]:
    """The same with two letters of a plain word changed about, nowhere near a quotation."""
    for number, text in enumerate(body):
        found = None if number < 2 or '"' in text else _WORDS[language].search(text)
        if found is not None:
            at = found.start() + 1
            swapped = text[at + 1] + text[at]
            return [*body[:number], text[:at] + swapped + text[at + 2 :], *body[number + 1 :]]
    raise ValueError("no word to misspell")

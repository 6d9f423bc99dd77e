"""What the manual for adding an outlet promises: its example works, the lists agree."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.shapes import SourceTable
from crawler.pages import base, text
from crawler.pages.base import Outlet, build
from crawler.pages.document import Page, parse
from crawler.pages.registry import names

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "adding-an-outlet.md"
PAGE = """<html lang="en"><head><title>Bridge holds | The Hanbit Post</title></head><body>
<h1 class="headline">Bridge holds</h1><p class="stamp">2026-03-02 18:30</p>
<i class="writer">Ada Berg</i>
<div class="story"><div class="photo"><p>The bridge at night</p></div>
<p>The new bridge held through the storm of Sunday night, the city said on Monday morning.</p>
<p>It will be open to buses from Thursday on.</p>
<div class="related">Other bridges</div></div></body>"""


def test_the_example_of_a_page_class_reads_a_page() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    space = {**vars(base), **vars(text), "Page": Page, "__name__": "hanbit"}
    exec(code, space)  # the manual's own example
    outlet = space["OUTLET"]
    assert isinstance(outlet, Outlet)
    page = parse(
        PAGE.encode(), url="https://m.hanbit.example/7", content_type="", timezone="Asia/Seoul"
    )
    (layout,) = outlet.layouts
    assert layout.matches(page)
    content = build(page, outlet, layout.name, layout.read(page))
    assert (content.title, content.authors) == ("Bridge holds", ("Ada Berg",))
    assert content.published_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert content.body.split("\n\n")[1] == "It will be open to buses from Thursday on."
    assert content.captions == ("The bridge at night",)
    assert content.warnings == ()


@pytest.mark.parametrize("name", names())
def test_the_configuration_knows_every_page_class(name: str) -> None:
    assert SourceTable.model_validate({"id": "x", "page": name}).page == name


@pytest.mark.parametrize("link", re.findall(r"\]\(([a-z-]+\.md)\)", MANUAL.read_text("utf-8")))
def test_links_lead_somewhere(link: str) -> None:
    assert (MANUAL.parent / link).is_file()

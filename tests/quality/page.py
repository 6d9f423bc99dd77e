"""The page of figures: what is measured stands between its marks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"


def write(sections: Mapping[str, str], where: Path = PAGE) -> None:
    """Put each section between its marks; raises SystemExit where the page has none for it."""
    page = where.read_text(encoding="utf-8")
    for name, text in sections.items():
        before, mark, rest = page.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not (mark and end):
            raise SystemExit(f"{where.name} has no marks for {name}")
        page = f"{before}{mark}{text}\n{end}{after}"
    where.write_text(page, encoding="utf-8")

"""Make a test case from a saved page: `python -m tests.make_page_case SAVED.html --url URL`.

Writes NAME.html, the page's skeleton with invented text (tests/page_disguise.py), and NAME.json,
what is read from it now, into tests/unit/fixtures/page_cases. Correct the JSON to what should be
read: tests/unit/test_page_cases.py holds every case against it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.pages.as_json import as_json
from crawler.pages.document import parse
from crawler.pages.read import read_page
from crawler.pages.registry import names, outlet_for
from newsroom.errors import PageError
from tests.page_disguise import Disguise

CASES = Path(__file__).parent / "unit" / "fixtures" / "page_cases"
_SAME = ("canonical_url", "published_at", "modified_at", "language", "page", "warnings", "credit")
_COUNTED = ("authors", "captions", "images", "tags")


def make(body: bytes, *, url: str, page: str | None, timezone: str) -> tuple[bytes, dict[str, Any]]:
    """The disguised page and its case: how to read it, and what is read."""
    parsed = parse(body, url=url, content_type="", timezone=timezone)
    made = Disguise(parsed, outlet_for(url, page)).html()
    read = as_json(read_page(made, url=url, page=page, timezone=timezone))
    return made, {"url": url, "page": page, "timezone": timezone, "expected": read}


def differences(body: bytes, case: dict[str, Any]) -> list[str]:
    """In what the case reads otherwise than the saved page, whose words aside."""
    saved = as_json(read_page(body, url=case["url"], page=case["page"], timezone=case["timezone"]))
    made = case["expected"]
    found = [name for name in _SAME if saved[name] != made[name]]
    found += [name for name in _COUNTED if len(saved[name]) != len(made[name])]
    found += [
        name for name in ("title", "subtitle", "section") if bool(saved[name]) != bool(made[name])
    ]
    if saved["body"].count("\n\n") != made["body"].count("\n\n"):
        found.append("body")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one case; 2 where the page cannot be read or the case is there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("saved", type=Path)
    parser.add_argument("--url", required=True, help="where the page was found")
    parser.add_argument("--page", choices=names(), help="page class; by default by host")
    parser.add_argument("--timezone", default="Asia/Seoul", help="of dates without a zone")
    parser.add_argument("--name", help="of the case; by default host and number")
    parser.add_argument("--into", type=Path, default=CASES)
    args = parser.parse_args(arguments)
    body = args.saved.read_bytes()
    name = args.name or _name(args.url, args.into)
    page, told = args.into / f"{name}.html", args.into / f"{name}.json"
    if page.exists() or told.exists():
        print(f"{page} is there already; give another --name", file=sys.stderr)
        return 2
    try:
        made, case = make(body, url=args.url, page=args.page, timezone=args.timezone)
        apart = differences(body, case)
    except PageError as error:
        print(f"{args.saved}: {error}", file=sys.stderr)
        return 2
    args.into.mkdir(parents=True, exist_ok=True)
    page.write_bytes(made)
    told.write_text(json.dumps(case, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{page}\n{told}\nCorrect the second to what should be read.")
    if apart:
        print(f"The disguised page reads otherwise than the saved one: {', '.join(apart)}.")
    return 0


def _name(url: str, into: Path) -> str:
    host = re.sub(r"[^a-z0-9]+", "_", (urlsplit(url).hostname or "page").lower())
    number = 1
    while (into / f"{host}_{number}.html").exists():
        number += 1
    return f"{host}_{number}"


if __name__ == "__main__":
    sys.exit(main())

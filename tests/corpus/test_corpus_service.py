"""The main job on real input: captured Yonhap pages and Herald pages of each layout, as a service.

`wirewatch run --once --all` runs as a process against a loopback site, and its mails reach a real
SMTP server. What must match is computed here by a plain search over the pages' own markup.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from tests.corpus.paths import CORPUS, corpus
from tests.site.behaviour import status
from tests.site.feeds import rss
from tests.site.mailserver import MailServer
from tests.site.server import Site
from tests.unit.koreaherald_pages import layout_c

pytestmark = [*corpus, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
YONHAP = CORPUS / "yonhap" / "en_article_2023"
HERALD = ROOT / "tests" / "unit" / "fixtures" / "pages"
TERMS = ["North Korea", "missile", "semiconductor"]
HERALD_PAGES = {
    "/view.php?ud=20140714000931": "koreaherald_a.html",
    "/view.php?ud=20220418000777": "koreaherald_b.html",
    "/article/10503706": "koreaherald_d.html",
    "/article/10618541": "koreaherald_d_wire.html",
}

LAYOUT_C = layout_c(
    title="Harbor towns agree to share a ferry",
    byline="Jung Ha-neul",
    published="June 20, 2017 - 14:09",
    paragraphs=[
        "BUSAN -- Two harbor towns agreed on Tuesday to share a ferry neither could pay alone.",
        "The ferry is to cross six times a day, and a missile cruiser long out of service is to be "
        "its landing stage, the mayors of both towns said after a meeting that lasted for hours.",
    ],
    caption="The old landing stage, seen from the hill (Herald)",
)


def plain_text(page: bytes) -> str:
    """Headline and story of a page by its markup alone: what a reader sees."""
    tree = lxml_html.fromstring(page)
    head = tree.xpath("string(//meta[@property='og:title']/@content)")
    for junk in tree.xpath(
        "//article[contains(@class,'story-news')]//*[contains(@class,'comp-box') or "
        "contains(@class,'related-group') or contains(@class,'writer-zone')]"
    ):
        junk.drop_tree()
    story = tree.xpath("//article[contains(@class,'story-news')]//p|//*[@id='articleText']")
    return f"{head}\n" + "\n".join(node.text_content() for node in story)


def matches(text: str) -> bool:
    return any(re.search(rf"\b{term}(s|'s)?\b", text, re.I) for term in TERMS)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def run(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wirewatch", "--config", str(config), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def listed(config: Path, what: str) -> list[dict[str, Any]]:
    done = run(config, what, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_captures_and_herald_pages_end_to_end(tmp_path: Path, mail: MailServer) -> None:
    captures = {path.name.split(".")[0]: path for path in sorted(YONHAP.glob("*.html.gz"))}
    assert captures, "no captures found"
    pages = {f"/view/{name}": gzip.decompress(p.read_bytes()) for name, p in captures.items()}
    pages |= {url: (HERALD / name).read_bytes() for url, name in HERALD_PAGES.items()}
    pages["/view.php?ud=20170620000777"] = LAYOUT_C
    expected = {path for path, page in pages.items() if matches(plain_text(page))}
    assert 0 < len(expected) < len(pages)
    with Site() as yonhap, Site() as herald:
        config = _configure(tmp_path, mail, yonhap, herald)
        _publish(yonhap, herald, pages)
        first = run(config, "run", "--once", "--all")
        assert first.returncode == 0, first.stderr
        stored = listed(config, "articles")
        assert len(stored) == len(pages)
        assert {a["state"] for a in stored} == {"fetched"}
        for name, path in captures.items():
            _check(path, next(a for a in stored if a["canonical_url"].endswith(name)))
        assert _alerted(config) == {_canonical(path) for path in expected}
        assert len(mail.messages) == len({m.parsed["Subject"] for m in mail.messages})
        sent = len(mail.messages)
        assert sent == len(expected)
        assert run(config, "run", "--once", "--all").returncode == 0
        assert len(mail.messages) == sent

        _publish(yonhap, herald, pages, extra=("New missile test", "/view/AEN20230420000100325"))
        yonhap.route("/view/AEN20230420000100325", status(500))
        assert run(config, "run", "--once", "--all").returncode == 0
        assert len(mail.messages) == sent + 1
        assert "New missile test" in mail.messages[-1].parsed["Subject"]
        assert {a["state"] for a in listed(config, "articles")} == {"fetched", "failed"}


def _configure(folder: Path, mail: MailServer, yonhap: Site, herald: Site) -> Path:
    config = folder / "wirewatch.toml"
    sources = "".join(
        f"""
[[source]]
id = "{name}"
hosts = ["{site.host}"]
feeds = ["{site.url("/rss")}"]
listings = []
delay = "0s"
backfill_alerts = "all"
"""
        for name, site in (("yonhap-en", yonhap), ("koreaherald", herald))
    )
    config.write_text(
        f"""
data_dir = "data"
watchlists = ["watchlists.toml"]
[mail]
url = "{mail.url()}"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
[[source]]
id = "yonhap-ko"
enabled = false
{sources}"""
    )
    (folder / "watchlists.toml").write_text(
        f'[[watchlist]]\nname = "Watch"\nany = {json.dumps(TERMS)}\n'
        '[[watchlist.notify]]\nto = ["desk@example.org"]\n'
    )
    return config


def _publish(
    yonhap: Site, herald: Site, pages: dict[str, bytes], extra: tuple[str, str] | None = None
) -> None:
    for site, ours in ((yonhap, "/view/"), (herald, "")):
        items = [
            {"title": path, "link": site.url(path), "guid": path, "description": "."}
            for path in pages
            if path.startswith("/view/") == bool(ours)
        ]
        if extra and ours:
            items.insert(0, {"title": extra[0], "link": site.url(extra[1]), "guid": extra[1]})
        site.page("/rss", rss(items), content_type="application/rss+xml")
        for path, page in pages.items():
            if path.startswith("/view/") == bool(ours):
                site.page(path, page, content_type="text/html;charset=UTF-8")


def _canonical(path: str) -> str:
    host = "https://en.yna.co.kr" if path.startswith("/view/") else "https://www.koreaherald.com"
    return host + path


def _alerted(config: Path) -> set[str]:
    urls = {a["id"]: a["canonical_url"] for a in listed(config, "articles")}
    by_story = {m["story"]: urls[m["article"]] for m in listed(config, "matches")}
    alerts = listed(config, "alerts")
    assert {a["state"] for a in alerts} == {"sent"}
    return {by_story[a["story"]] for a in alerts}


def _check(path: Path, article: dict[str, Any]) -> None:
    """Title and instants against the expected fields that lie beside the capture."""
    truth = json.loads(path.with_name(path.name.split(".")[0] + ".expected.json").read_text())
    told = truth["parsed_data"]
    assert article["title"] == told["title"][0]
    for ours, theirs in (("published_at", "published_at"), ("modified_at", "modified_at")):
        assert datetime.fromisoformat(article[ours]) == datetime.fromisoformat(told[theirs][0])

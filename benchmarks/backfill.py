"""A backfill of many pages, killed with SIGKILL again and again, against a site on loopback.

    python -m benchmarks.backfill [--pages 10000] [--kills 5] [--keep FOLDER]

The site is `tests.site`: a sitemap index, sitemaps of 1,000 URLs, and as many small invented
articles. `wirewatch backfill` runs as a process of its own, is killed after so many pages (spread
over the run), and started again with the same words until it ends by itself. Told at the end: wall
time, pages a second, and how many pages the site was asked for twice; only those that were in
flight at a kill may be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.prose import prose
from tests.site.feeds import article
from tests.site.server import Exchange, Site

ROOT = Path(__file__).parents[1]
NEWEST = datetime(2026, 10, 31, 12, tzinfo=UTC)
SOURCE = "local"


def story_path(n: int, each: timedelta) -> str:
    """The path of the nth newest article: its day and number."""
    return f"/{NEWEST - n * each:%Y/%m/%d}/story-{n}"


class Archive:
    """A site whose archive is a sitemap index, newest sitemap first or last."""

    def __init__(self, site: Site, pages: int, *, per_map: int, each: timedelta) -> None:
        self.site, self.pages, self.each = site, pages, each
        maps = range(-(-pages // per_map))
        for number in maps:
            numbers = range(number * per_map, min(pages, (number + 1) * per_map))
            urls = "".join(
                f"<url><loc>{site.url(story_path(n, each))}</loc>"
                f"<lastmod>{(NEWEST - n * each).isoformat()}</lastmod></url>"
                for n in numbers
            )
            site.page(f"/map-{number}.xml", f"<urlset>{urls}</urlset>", content_type="text/xml")
        index = "".join(
            f"<sitemap><loc>{site.url(f'/map-{number}.xml')}</loc><lastmod>"
            f"{(NEWEST - number * per_map * each).isoformat()}</lastmod></sitemap>"
            for number in maps
        )
        site.page("/index.xml", f"<sitemapindex>{index}</sitemapindex>", content_type="text/xml")
        site.otherwise(self._answer)

    def _answer(self, exchange: Exchange) -> None:
        head, _, number = exchange.seen.path.rpartition("story-")
        if not head or not number.isdecimal() or int(number) >= self.pages:
            exchange.answer(404, b"<html>not here</html>")
            return
        n = int(number)
        at = (NEWEST - n * self.each).isoformat()
        title = f"Story {n}: {prose(n, 1)[:60]}"
        html = article(title, prose(n, 4).split("\n\n")).replace(
            "</head>", f'<meta property="article:published_time" content="{at}"></head>'
        )
        exchange.answer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def asked(self) -> Counter[str]:
        """How often each article was asked for."""
        return Counter(seen.path for seen in self.site.seen if "/story-" in seen.path)

    @property
    def last(self) -> datetime:
        """When the oldest was published."""
        return NEWEST - (self.pages - 1) * self.each


@dataclass
class Outcome:
    """What a killed and resumed backfill came to."""

    summary: dict[str, object]
    seconds: float
    killed: int
    asked: Counter[str]
    errors: list[str] = field(default_factory=list)

    @property
    def twice(self) -> list[str]:
        """Articles asked for more than once."""
        return [path for path, count in self.asked.items() if count > 1]


def configure(folder: Path, site: Site, database: str = "") -> Path:
    """A configuration whose one source has the site's index as its archive."""
    off = "".join(
        f'[[source]]\nid = "{name}"\nenabled = false\n'
        for name in ("koreaherald", "yonhap-en", "yonhap-ko")
    )
    url = database or f"sqlite:///{folder}/news.db"
    config = folder / "wirewatch.toml"
    config.write_text(
        f"""
data_dir = "data"
watchlists = ["watchlists.toml"]
[database]
url = "{url}"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
workers = 1
{off}
[[source]]
id = "{SOURCE}"
name = "Local News"
feeds = ["{site.url("/rss")}"]
archives = ["{site.url("/index.xml")}"]
page = "generic"
delay = "0s"
"""
    )
    (folder / "watchlists.toml").write_text(
        '[[watchlist]]\nname = "Story"\nany = ["Story 7"]\n'
        '[[watchlist.notify]]\nto = ["desk@example.org"]\n'
    )
    return config


def run(config: Path, archive: Archive, since: datetime, kills: list[int], *more: str) -> Outcome:
    """Backfill, killed when the site was asked for so many articles, each time started again."""
    command = [sys.executable, "-m", "wirewatch", "--config", str(config), "backfill", SOURCE]
    command += ["--since", since.isoformat(), "--json", *more]
    began = time.monotonic()
    killed = 0
    errors = []
    for after in kills:
        child = _start(command)
        while child.poll() is None and sum(archive.asked().values()) < after:
            time.sleep(0.02)
        child.kill()
        _, said = child.communicate(timeout=60)
        killed += child.returncode < 0
        errors.append(said)
    child = _start(command)
    out, said = child.communicate(timeout=3_600)
    errors.append(said)
    if child.returncode != 0:
        raise RuntimeError(f"exit {child.returncode}: {said}")
    summary = json.loads(out.splitlines()[-1])
    return Outcome(summary, time.monotonic() - began, killed, archive.asked(), errors)


def _start(command: list[str]) -> subprocess.Popen[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("WIREWATCH")}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, Site() as site:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        each = timedelta(minutes=30)
        archive = Archive(site, given.pages, per_map=1_000, each=each)
        share = given.pages // (given.kills + 1)
        kills = [share * (n + 1) for n in range(given.kills)]
        done = run(configure(folder, site), archive, archive.last - timedelta(days=1), kills)
    print(json.dumps(done.summary))
    missing = given.pages - len(done.asked)
    print(
        f"{given.pages} pages, {done.killed} kills: {done.seconds:.0f} s with the starts, "
        f"{given.pages / done.seconds:.0f} pages/s; {len(done.twice)} asked for twice "
        f"(at most {max(done.asked.values(), default=0)} times), {missing} never"
    )


if __name__ == "__main__":
    main()

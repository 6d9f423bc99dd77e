"""Every page case reads as its author says, and the script that makes cases copies no text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.pages.as_json import as_json
from crawler.pages.document import parse
from crawler.pages.read import read_page
from tests.make_page_case import CASES, differences, main, make
from tests.page_disguise import Disguise

TOLD = sorted(CASES.glob("*.json"))
URL = "https://news.hanbit.example/bridge/77"
SAVED = """<!DOCTYPE html><html lang="ko"><head>
<title>도깨비섬 다리가 폭풍을 견뎠다 | Hanbit</title>
<meta charset="utf-8"><meta name="author" content="심청">
<meta property="og:title" content="도깨비섬 다리가 폭풍을 견뎠다">
<meta property="og:site_name" content="Hanbit">
<meta property="article:published_time" content="2026-03-02T18:30:00+09:00">
<link rel="canonical" href="https://news.hanbit.example/bridge/77">
<script>var secret = "Pumpkin lighthouse";</script>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "도깨비섬 다리가 폭풍을 견뎠다", "author": {"@type": "Person", "name": "심청"},
 "articleBody": "Pumpkin\\u0020lighthouse <p onclick='x'>stayed</p>", // note
 "datePublished": "2026-03-02T18:30:00+09:00"}</script><style>.x{color:red}</style></head>
<body><!-- Pumpkin --><header><a href="/seasonal/pumpkins?from=top" data-menu="Pumpkin">Seasons</a>
</header>
<div id="articleBody" onload="x()"><h1>도깨비섬 다리가 폭풍을 견뎠다</h1>
<p>지난밤 폭풍이 도깨비섬을 지나갔지만 새로 놓인 다리는 흔들리지 않았다고 섬사람들이 말했다.</p>
<p>Keepers of the Pumpkin lighthouse counted 41 waves, and lightkeeper Bartholomew said so.</p>
<p>섬사람들은 오는 유월에 다리 위에서 잔치를 열고 떡과 막걸리를 나누기로 뜻을 모았다고 덧붙였다.</p>
<p>심청 기자 simcheong@hanbit.example</p>
<p>저작권자 ⓒ Hanbit 무단 전재 및 재배포 금지</p></div></body></html>"""


@pytest.mark.parametrize("told", TOLD, ids=lambda path: path.stem)
def test_a_case_reads_as_its_author_says(told: Path) -> None:
    case: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    body = told.with_suffix(".html").read_bytes()
    found = read_page(body, url=case["url"], page=case["page"], timezone=case["timezone"])
    assert as_json(found) == case["expected"]


def test_every_case_has_its_page_and_every_page_its_case() -> None:
    assert TOLD
    assert {path.stem for path in CASES.iterdir()} == {path.stem for path in TOLD}
    assert {path.suffix for path in CASES.iterdir()} == {".html", ".json"}


def test_a_case_keeps_the_shape_of_its_page_and_none_of_its_words() -> None:
    made, case = make(SAVED.encode(), url=URL, page=None, timezone="Asia/Seoul")
    read, text = case["expected"], made.decode()
    assert differences(SAVED.encode(), case) == []
    assert case["url"] == read["url"] == read["canonical_url"] == URL
    assert read["published_at"] == "2026-03-02T09:30:00+00:00"
    assert len(read["authors"]) == 1
    assert len(read["title"]) == len("도깨비섬 다리가 폭풍을 견뎠다")
    assert len(read["body"].split("\n\n")) == 3
    assert "41" in read["body"]
    assert text.count(read["title"]) == 4
    assert 'id="articleBody"' in text
    for word in ("Pumpkin", "lighthouse", "Bartholomew", "lightkeeper", "simcheong", "Seasons"):
        assert word.lower() not in text.lower()
    for word in ("도깨비섬", "다리가", "폭풍", "심청", "섬사람들", "막걸리", "덧붙였다"):
        assert word not in text
    for gone in ("<style", "<!--", "onload", "onclick", "data-menu", "from=top", "secret"):
        assert gone not in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-03-02 18:30", True),
        ("April 19, 2023 11:12", True),
        ("By the lake", False),
        ("(Yonhap)", True),
        ("무단 전재 및 재배포 금지", True),
        ("도깨비섬", False),
        ("&quot;", True),
        ("Привет", False),
        ("東京新聞", False),
        ("", True),
    ],
)
def test_what_stays(text: str, kept: bool) -> None:
    page = parse(SAVED.encode(), url=URL, content_type="", timezone="Asia/Seoul")
    disguise = Disguise(page)
    assert (disguise.text(text) == text) is kept
    assert len(disguise.text(text)) == len(text)
    assert disguise.text(text) == Disguise(page).text(text)


def test_the_script_writes_a_case_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text(SAVED, encoding="utf-8")
    into = tmp_path / "cases"
    arguments = [str(saved), "--url", URL, "--into", str(into)]
    assert main([*arguments, "--name", "bridge"]) == 0
    case = json.loads((into / "bridge.json").read_text(encoding="utf-8"))
    assert set(case) == {"url", "page", "timezone", "expected"}
    assert main([*arguments, "--name", "bridge"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(arguments) == main(arguments) == 0
    names = {path.name for path in into.glob("news*.html")}
    assert names == {"news_hanbit_example_1.html", "news_hanbit_example_2.html"}
    saved.write_text("{}")
    assert main([*arguments, "--name", "other"]) == 2
    assert "not an HTML page" in capsys.readouterr().err

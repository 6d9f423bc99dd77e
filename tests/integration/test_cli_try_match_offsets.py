"""`try match` as a program: its JSON is exactly the contract, its offsets count code points."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from tests.cli_case import program

WATCHLISTS = """
[[watchlist]]
name = "THAAD"
any = ["THAAD", "사드", "missile defense"]

[[watchlist]]
name = "Together"
query = 'title:deploy* AND (@thaad NEAR/5 (Seongju OR 성주))'

[[watchlist]]
name = "Korean only"
any = ["미군", "US"]
languages = ["ko"]
sources = ["yonhap-ko"]

[alias]
thaad = ["THAAD", "萨德"]
"""
NFD = unicodedata.normalize("NFD", "성주에 사드가 들어왔다.")
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "wide",
        "title": "ＴＨＡＡＤ deployed",
        "summary": "👍🏽 T\u200bHAAD\u200b, THAAD",
        "body": f"{NFD}\n\nMissile\ndefenses: THAAD in Seongju.",
        "source": "koreaherald",
        "language": "en",
        "unknown": {"key": 1},
    },
    {"id": 7, "title": "감사드립니다", "summary": None, "body": "popstar"},
    {"id": "no data", "title": "US troops", "body": "us, 주한미군은 U.S. Army"},
    {"id": "other language", "title": "US", "source": "yonhap-ko", "language": "en"},
    {"id": "lone", "title": "\ud83d THAAD", "body": "\ufeffTHAAD"},
]


def test_every_line_is_as_the_contract_says(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, encoding="utf-8")
    given = "".join(json.dumps(article) + "\n" for article in ARTICLES)
    ran = program(
        "try", "match", "--watchlists", "w.toml", cwd=tmp_path, stdin=given.encode("ascii")
    )
    assert (ran.code, ran.err) == (0, "")
    body = ARTICLES[0]["body"]
    sade = unicodedata.normalize("NFD", "사드")

    def hit(term: str, field: str, start: int, text: str) -> dict[str, Any]:
        return {
            "term": term,
            "field": field,
            "start": start,
            "end": start + len(text),
            "text": text,
        }

    thaad = [
        hit("THAAD", "title", 0, "ＴＨＡＡＤ"),
        hit("THAAD", "summary", 3, "T\u200bHAAD"),
        hit("THAAD", "summary", 12, "THAAD"),
    ]
    in_body = hit("THAAD", "body", body.index("THAAD"), "THAAD")
    assert ran.lines == [
        {
            "article": "wide",
            "watchlist": "THAAD",
            "hits": [
                *thaad,
                hit("사드", "body", body.index(sade), sade),
                hit("missile defense", "body", body.index("Missile"), "Missile\ndefenses"),
                in_body,
            ],
        },
        {
            "article": "wide",
            "watchlist": "Together",
            "hits": [
                thaad[0],
                hit("deploy*", "title", 6, "deployed"),
                *thaad[1:],
                hit("성주", "body", 0, unicodedata.normalize("NFD", "성주")),
                in_body,
                hit("Seongju", "body", body.index("Seongju"), "Seongju"),
            ],
        },
        {
            "article": "no data",
            "watchlist": "Korean only",
            "hits": [
                hit("US", "title", 0, "US"),
                hit("미군", "body", 6, "미군"),
                hit("US", "body", 10, "U.S."),
            ],
        },
        {
            "article": "lone",
            "watchlist": "THAAD",
            "hits": [hit("THAAD", "title", 2, "THAAD"), hit("THAAD", "body", 1, "THAAD")],
        },
    ]
    texts = {str(article["id"]): article for article in ARTICLES}
    for line in ran.lines:
        for told in line["hits"]:
            text = texts[line["article"]][told["field"]]
            assert told["text"] == text[told["start"] : told["end"]]

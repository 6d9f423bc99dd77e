"""`wirewatch try stories` as a program of its own: JSON lines in, a line per article out."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.cli_case import Ran, program

BODY = (
    "The council of Byeolgok said Tuesday that the ferry to the island would run twice a day from "
    "June, after fishermen had carried visitors across for years without a licence or a timetable."
)
KOREAN = (
    "별곡군의회는 유월부터 섬으로 가는 배를 하루 두 번 띄우기로 했다고 5일 밝혔다. "
    "그동안은 어민들이 면허도 시간표도 없이 손님을 실어 날랐다. "
    "섬 주민들은 오랜 바람이 이루어졌다며 반겼다."
)


def line(id_: object, at: str | None, body: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": "Ferry", "body": body, "published_at": at, "source": "a"} | more


def run(tmp_path: Path, *articles: Any, file: bool = False) -> Ran:
    data = b"".join(
        one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() + b"\n"
        for one in articles
    )
    if file:
        (tmp_path / "articles.jsonl").write_bytes(data)
        return program("try", "stories", "articles.jsonl", cwd=tmp_path)
    return program("try", "stories", cwd=tmp_path, stdin=data)


@pytest.mark.parametrize("file", [False, True])
def test_the_contract(tmp_path: Path, file: bool) -> None:
    ran = run(
        tmp_path,
        line("late", "2024-03-05T12:00:00+09:00", f"{BODY} (Yonhap)", source="b"),
        line(7, "2024-03-05T02:00:00Z", BODY),
        line("가", "2024-03-05T02:30:00", KOREAN),
        line("again", "2024-03-05T04:00:00Z", BODY),
        line(8.5, "2024-03-05T05:00:00Z", f"{BODY} It will cost 3,000 won and carry 40 people."),
        line("나", None, f"(별곡=연합뉴스) 고은비 기자 = {KOREAN} (끝)", source="c"),
        line("alone", "not a date", "Something else altogether happened on another island."),
        file=file,
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == [
        {"article": "late", "story": 7, "relation": "copy"},
        {"article": 7, "story": 7, "relation": "first"},
        {"article": "가", "story": "가", "relation": "first"},
        {"article": "again", "story": 7, "relation": "revision"},
        {"article": 8.5, "story": 7, "relation": "update"},
        {"article": "나", "story": "가", "relation": "copy"},
        {"article": "alone", "story": "alone", "relation": "first"},
    ]
    assert [set(one) for one in ran.lines] == [{"article", "story", "relation"}] * 7
    assert not list(tmp_path.glob("*.db*"))


def test_lines_that_are_none_are_named_and_the_others_answered(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        b"\n",
        line(1, None, BODY),
        b"{not json\n",
        b"[]\n",
        line(2, None, BODY) | {"body": 5},
        b'{"title": "no id"}\n',
        b"\xff\xfe\n",
        line(3, None, BODY, source="b"),
        b'{"id": 4, "title": "no line break"}',
    )
    assert ran.code == 0
    assert [(one["article"], one["story"]) for one in ran.lines] == [(1, 1), (3, 1), (4, 4)]
    said = ran.err.splitlines()
    assert len(said) == 5
    assert [told.partition(":")[0].partition(" is")[0] for told in said] == [
        f"line {number}" for number in (3, 4, 5, 6, 7)
    ]


def test_nothing_gives_nothing_and_a_missing_file_is_said(tmp_path: Path) -> None:
    ran = run(tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    missing = program("try", "stories", "none.jsonl", cwd=tmp_path)
    assert missing.code == 2
    assert "none.jsonl" in missing.err


def test_odd_ids_and_texts_are_answered(tmp_path: Path) -> None:
    odd = ["", "\ud800", "a\nb", -1, 10**30, "😀"]
    made = [
        b"".join(
            [json.dumps(line(id_, None, id_ * 9 if isinstance(id_, str) else "x")).encode(), b"\n"]
        )
        for id_ in odd
    ]
    ran = run(tmp_path, *made)
    assert ran.code == 0
    answered = [one["article"] for one in ran.lines]
    assert answered == [id_ for id_ in odd if id_ in answered]
    assert set(odd[1:]) <= set(answered)


def test_thousands_in_one_go(tmp_path: Path) -> None:
    """A day of 400 stories at five outlets: each reprint with its first, in the order given."""
    drawn = random.Random(4)
    articles = []
    for number in range(400):
        text = " ".join(f"w{drawn.randrange(30_000)}" for _ in range(150))
        for outlet in range(5):
            cut = text if outlet < 3 else " ".join(text.split()[: 100 + outlet])
            at = f"2024-03-05T{number % 24:02}:{outlet:02}:00Z"
            articles.append(
                line(
                    f"{number}-{outlet}", at, cut, source=f"s{outlet}", title=f"n{number} {outlet}"
                )
            )
    drawn.shuffle(articles)
    ran = run(tmp_path, *articles)
    assert (ran.code, ran.err) == (0, "")
    assert [one["article"] for one in ran.lines] == [one["id"] for one in articles]
    assert all(one["story"] == f"{one['article'].partition('-')[0]}-0" for one in ran.lines)

"""The Korea Herald's pages, every field of every layout (pages and texts invented here)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.pages.koreaherald_story import unsigned
from crawler.pages.read import read_page
from newsroom.errors import PageError
from newsroom.model import PageContent
from tests.unit.koreaherald_pages import CAPTION_FORMS, layout_c

FIXTURES = Path(__file__).parent / "fixtures" / "pages"
URL = "https://www.koreaherald.com/view.php?ud=20170620009903"


def read(name: str, url: str = URL) -> PageContent:
    return read_page((FIXTURES / f"{name}.html").read_bytes(), url=url, page="koreaherald")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type] # year, month, day, ...


EXPECTED: list[tuple[str, dict[str, object]]] = [
    (
        "koreaherald_a",
        {
            "page": "koreaherald-a",
            "title": "Island council to test tidal turbines",
            "subtitle": "Six machines to feed a village of 300 homes",
            "published_at": utc(2014, 7, 14, 11, 47),
            "modified_at": utc(2014, 7, 15, 0, 2),
            "authors": ("Nam Dal-lae",),
            "credit": None,
            "dateline": None,
            "captions": ("A turbine is lowered into the strait. (Island council)",),
            "images": ("http://res.heraldm.com/content/image/2014/07/14/20140714009901_0.jpg",),
            "body": "The council of an invented island said Monday it will sink six turbines into "
            "the strait beside its harbor this autumn, hoping to replace the diesel plant that "
            "has hummed there since 1971.\n\n“The tide never takes a holiday,” the council’s "
            "chairman said, adding that the machines would be ‘quieter than the fish.’\n\n"
            "The trial will run for two winters.",
        },
    ),
    (
        "koreaherald_b",
        {
            "page": "koreaherald-b",
            "title": "Ferry line reopens after long dispute",
            "subtitle": "Two ports share the berth by turns",
            "published_at": utc(2022, 4, 18, 7, 41),
            "modified_at": utc(2022, 4, 18, 9, 5),
            "authors": ("Seo Na-ru",),
            "credit": None,
            "dateline": None,
            "captions": (
                "A ferry leaves the eastern pier on Monday morning. (Seo Na-ru/The Korea Herald)",
            ),
            "images": ("http://res.heraldm.com/content/image/2022/04/18/20220418009902_0.jpg",),
            "body": "The ferry between two ports that had not spoken for eleven years sailed again "
            "on Monday, with forty passengers and one goat aboard.\n\n“We counted the goat as "
            "cargo,” the captain said.\n\nThe line had stopped over a quarrel about who paints "
            "the berth. Under the deal, each port paints it in turn.\n\nFares stay at 4,300 won "
            "until the end of the year, the ports said in a joint notice.",
            "canonical_link": "http://www.koreaherald.com/view.php?ud=20220418009902",
        },
    ),
    (
        "koreaherald_b_wire",
        {
            "page": "koreaherald-b",
            "title": "Lighthouse keepers’ union to admit robots",
            "subtitle": "",
            "published_at": utc(2017, 12, 28, 15, 5),
            "modified_at": None,
            "authors": (),
            "credit": "Yonhap",
            "dateline": "SEJONG",
            "captions": ("Two keepers and a robot at the gate of a lighthouse (Yonhap)",),
            "images": (
                "https://res.heraldm.com/content/image/2017/12/29/"
                "rcv.YNA.20171229.PYH2017122900990001301_0.jpg",
            ),
            # a table of figures is part of the story, a table around a photo is not
            "body": "SEJONG -- The union of lighthouse keepers voted Thursday to admit robots as "
            "members, three years after the first one took a night shift.\n\nUnder the new rules "
            "a robot pays half the dues and may not hold office.\n\nYear\n\nKeepers\n\n2015\n\n"
            "411\n\n2017\n\n377\n\nThe ministry had no comment. (Yonhap)",
        },
    ),
    (
        "koreaherald_d",
        {
            "page": "koreaherald-d",
            "title": "Chipmaker grows lettuce in clean room",
            "subtitle": "",
            "published_at": utc(2025, 5, 20, 5, 3, 11),
            "modified_at": utc(2025, 5, 20, 6, 30),
            "authors": ("Go Bong-ja",),
            "credit": None,
            "dateline": None,
            "captions": (
                "Rows of lettuce under violet light at a clean room in Icheon (company photo)",
            ),
            "images": (
                "https://wimg.heraldcorp.com/news/cms/2025/05/20/news-p.v1.20250520.990001_T1.jpg",
                "https://wimg.heraldcorp.com/news/cms/2025/05/20/news-p.v1.20250520.990001_P1.jpg",
                "https://www.koreaherald.com/content/default/2025/05/20/990002.jpg",
            ),
            "body": "A chipmaker has begun to grow lettuce in a clean room it no longer needs, the "
            "invented company said Tuesday.\n\nThe leaves are washed by the same water that once "
            "rinsed wafers. “Purer than rain,” its spokesperson said.\n\nA kilogram sells for "
            "9,900 won in the canteen.",
            "canonical_link": "https://www.koreaherald.com/article/10999901",
        },
    ),
    (
        "koreaherald_d_wire",
        {
            "page": "koreaherald-d",
            "title": "Mountain village wins war on moss",
            "subtitle": "Stairs safe again, says mayor",
            "published_at": utc(2025, 11, 17, 22, 30),
            "modified_at": None,
            "authors": (),
            "credit": "Yonhap",
            "dateline": "CHUNCHEON",
            "captions": ("Villagers brush a stair. (Yonhap)",),
            "images": (
                "https://wimg.heraldcorp.com/news/cms/2025/11/18/"
                "rcv.YNA.20251118.PYH2025111800990006200_P1.jpg",
            ),
            "language": "en",
            "body": "CHUNCHEON, Nov. 18 (Yonhap) -- A village in the mountains has declared "
            "victory over the moss that made its 900 stairs a hazard.\n\n"
            "The last patch fell on Monday. (Yonhap)",
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [(name, field, value) for name, fields in EXPECTED for field, value in fields.items()],
)
def test_every_field_of_every_layout(name: str, field: str, value: object) -> None:
    assert getattr(read(name), field) == value


@pytest.mark.parametrize("name", [name for name, _ in EXPECTED])
def test_a_page_read_well_has_no_warnings(name: str) -> None:
    page = read(name)
    assert page.warnings == ()
    assert not page.partial


STORY = [
    "BEIJING -- Senior clerks from two invented harbors agreed on Tuesday to answer each other's "
    "letters within a week, the harbor office said.",
    "The agreement was reached over tea between the two head clerks, according to the office.",
    '"The two sides exchanged their views on tides and shared the need to write often," it said.',
    "The meeting marked the first of its kind in 16 months.",
    "He also said the trip would serve as a boost to that end. (Yonhap)",
]
CAPTION = (
    "A delegation of clerks led by a head clerk meets with its counterparts, in Beijing on "
    "Tuesday, with the talks resuming after a 16-month hiatus. (Yonhap)"
)


@pytest.mark.parametrize("plain_breaks", [False, True])
@pytest.mark.parametrize("form", CAPTION_FORMS)
def test_layout_c_with_its_caption_printed_in_every_way(form: str, plain_breaks: bool) -> None:
    body = layout_c(
        title="Harbors agree to maintain close correspondence",
        byline="a2017001",
        published="June 20, 2017 - 14:09",
        paragraphs=STORY,
        caption=CAPTION,
        caption_form=form,
        plain_breaks=plain_breaks,
        subtitle="Letters within a week",
    )
    page = read_page(body, url=URL, page="koreaherald")
    assert page.page == "koreaherald-c"
    assert page.title == "Harbors agree to maintain close correspondence"
    assert page.subtitle == "Letters within a week"
    assert page.published_at == utc(2017, 6, 20, 5, 9)
    assert page.modified_at is None
    assert page.authors == ()
    assert page.credit == "Yonhap"
    assert page.dateline == "BEIJING"
    assert page.captions == (CAPTION,)
    assert page.body == "\n\n".join(STORY)
    assert page.images == ("https://res.heraldm.com/content/image/2017/06/20/20170620009903_0.jpg",)
    assert page.canonical_url == URL
    assert page.language == "en"
    assert page.warnings == ()


@pytest.mark.parametrize(
    ("byline", "authors", "credit"),
    [
        ("a2017001", (), None),
        ("khnews", (), None),
        ("Korea Herald", (), None),
        ("Yonhap", (), "Yonhap"),
        ("AFP", (), "AFP"),
        ("Kang Soon-do", ("Kang Soon-do",), None),
        ("Kang Soon-do and Bae Mil-a", ("Kang Soon-do", "Bae Mil-a"), None),
    ],
)
def test_people_are_authors_and_agencies_are_credits(
    byline: str, authors: tuple[str, ...], credit: str | None
) -> None:
    body = layout_c(
        title="Letters", byline=byline, published="Sept. 6, 2017 - 16:49", paragraphs=STORY[:4]
    )
    page = read_page(body, url=URL)
    assert page.authors == authors
    assert page.credit == credit
    assert page.published_at == utc(2017, 9, 6, 7, 49)


@pytest.mark.parametrize(
    ("ending", "authors"),
    [
        ("By Kang Soon-do (soondo@heraldcorp.com)", ("Kang Soon-do",)),
        ("By Kang Soon-do\u00a0 (soondo@koreaherald.com)", ("Kang Soon-do",)),
        ("(khnews@heraldcorp.com)", ()),
        ("khnews@koreaherald.com", ()),
        (
            "By Kang Soon-do & Bae Mil-a (soondo@heraldcorp.com)(mila@heraldcorp.com)",
            ("Kang Soon-do", "Bae Mil-a"),
        ),
    ],
)
@pytest.mark.parametrize("glued", [False, True])
def test_staff_bylines_and_addresses_leave_the_body(
    ending: str, authors: tuple[str, ...], glued: bool
) -> None:
    last = "The harbor will answer by Friday."
    paragraphs = [*STORY[1:4], last + ending] if glued else [*STORY[1:4], last, ending]
    body = layout_c(
        title="Letters", byline="khnews", published="May 22, 2020 - 10:00", paragraphs=paragraphs
    )
    page = read_page(body, url=URL)
    assert page.body == "\n\n".join([*STORY[1:4], last])
    assert page.authors == authors


@pytest.mark.parametrize(
    ("line", "kept", "bylines"),
    [
        ("He left.By Kang Soon-do (sd@heraldcorp.com)", ["He left."], ["By Kang Soon-do"]),
        (
            "He left. By Kang Soon-do (sd@heraldcorp.com)--The writer is an editor. – Ed.",
            ["He left. --The writer is an editor. – Ed."],
            ["By Kang Soon-do"],
        ),
        ("By J. R. Kang (sd@koreaherald.com)", [], ["By J. R. Kang"]),
        ("By A. Kang and Bo Kim sd@koreaherald.com", [], ["By A. Kang and Bo Kim"]),
        ("Write to (khnews@heraldcorp.com).", ["Write to."], []),
        # not ours: readers are asked to write there
        ("He can be reached at a.b@mail.example.", ["He can be reached at a.b@mail.example."], []),
        (
            "It fell. By Tuesday it rose. By noon, sd@heraldcorp.com said so.",
            ["It fell. By Tuesday it rose. By noon, said so."],
            [],
        ),
        ("No address here. By Kang", ["No address here. By Kang"], []),
    ],
)
def test_signatures_leave_a_line(line: str, kept: list[str], bylines: list[str]) -> None:
    assert unsigned([line]) == (kept, bylines)


def test_a_name_spelled_two_ways_is_one_author() -> None:
    body = layout_c(
        title="Letters",
        byline="Kang Soondo",
        published="May 22, 2020 - 10:00",
        paragraphs=[*STORY[1:4], "By Kang Soon-do (soondo@heraldcorp.com)"],
    )
    assert read_page(body, url=URL).authors == ("Kang Soondo",)


@pytest.mark.parametrize(
    ("start", "dateline"),
    [
        ("JEONJU, South Korea -- Police on Friday found the parrot.", "JEONJU"),
        ("WASHINGTON -- The envoy was late.", "WASHINGTON"),
        ("SEOUL (Yonhap) -- The envoy was late.", "SEOUL"),
        ("NEW YORK, Sept. 6 (Yonhap) -- The envoy was late.", "NEW YORK"),
        ("President of the invented council -- an old man -- slept.", None),
    ],
)
def test_datelines(start: str, dateline: str | None) -> None:
    body = layout_c(
        title="T", byline="Yonhap", published="May 22, 2020 - 10:00", paragraphs=[start, *STORY[1:]]
    )
    page = read_page(body, url=URL)
    assert page.dateline == dateline
    assert page.body.startswith(start)


@pytest.mark.parametrize(
    "host",
    [
        *("www.koreaherald.com", "m.koreaherald.com", "koreaherald.com", "news.koreaherald.com"),
        *("khnews.kheraldm.com", "khnews.heraldcorp.com", "www01.koreaherald.com"),
    ],
)
def test_all_hosts_lead_here_and_to_one_canonical_url(host: str) -> None:
    page = read_page(
        (FIXTURES / "koreaherald_b.html").read_bytes(),
        url=f"http://{host}/view.php?ud=20220418009902&np=1",
    )
    assert page.page == "koreaherald-b"
    assert page.canonical_url == "https://www.koreaherald.com/view.php?ud=20220418009902"


def test_a_mirror_is_read_by_the_class_it_names() -> None:
    page = read("koreaherald_d", "http://127.0.0.1:8080/article/10999901")
    assert page.page == "koreaherald-d"
    assert page.canonical_url == "https://www.koreaherald.com/article/10999901"


def test_an_unknown_layout_says_so() -> None:
    body = (
        "<html><head><title>New look</title></head><body><h1>New look</h1><div class='x'>"
        + "".join(f"<p>{text}</p>" for text in STORY * 2)
        + "</div></body></html>"
    )
    page = read_page(body.encode(), url="https://www.koreaherald.com/article/10999901")
    assert page.page == "generic"
    assert "layout_changed" in page.warnings


@pytest.mark.parametrize("name", [name for name, _ in EXPECTED])
def test_a_page_cut_anywhere_is_still_read_or_refused(name: str) -> None:
    body = (FIXTURES / f"{name}.html").read_bytes()
    for end in range(0, len(body), max(1, len(body) // 40)):
        try:
            page = read_page(body[:end], url=URL, page="koreaherald")
        except PageError:
            continue
        assert "another headline" not in page.body
        assert "advert" not in page.body.lower()

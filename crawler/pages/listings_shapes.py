"""How the listings of the outlets with a class write their items, by generation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How one generation of a listing writes its items; CSS selectors, `item` from the page."""

    item: str
    title: str
    lead: str = ""
    date: str = ""


_HERALD_B = (".main_l_t1", ".main_l_t3", ".main_l_t2 span, .main_l_t2")
SHAPES: dict[str, tuple[Shape, ...]] = {
    "yonhap": (
        # Korean, captured 2025-12
        Shape(
            ".box-latest01 .list-type212 ul.list01 > li, .list-type212 ul.list01 > li[data-cid]",
            ".tit-news .title01, .tit-news, .title01",
            "p.lead, .lead",
            ".txt-time",
        ),
        # Korean, 2021-2024
        Shape(
            ".list-type038 ul > li",
            ".news-con a strong, .tit-news",
            ".news-con p.lead, .news-con p",
            ".txt-time",
        ),
        # English and the other editions
        Shape(
            ".smain-list-type01 ul > li", "h2.tit a, .tit a, .tit", ".lead, .txt-con p",
            ".txt-time, .date, .time",
        ),
    ),
    "koreaherald": (
        # D, late 2024 on
        Shape(
            "article.recent_news ul.news_list > li",
            ".news_title, .title, .tit, h2, h3, h4, strong",
            ".news_text, .lead, .desc, .summary",
            ".date, .news_date, .time, time",
        ),
        # C, mid 2023 to late 2024
        Shape(
            "ul.category_detail_list > li",
            ".detail_item_title, .news_title, .title, h2, h3, h4, strong",
            ".detail_item_text, .news_text, .lead, .desc",
            ".date, .news_date, .detail_item_date, time",
        ),
        # B, about 2016 to mid 2023; without `_only` in search results
        Shape("ul.main_sec_li_only > li", *_HERALD_B),
        Shape("ul.main_sec_li > li", *_HERALD_B),
    ),
}  # fmt: skip
"""By the name of the outlet's class; tried in order."""

"""Korea Herald pages of layout C with a given text, in the ways that layout prints a caption."""

from __future__ import annotations

from html import escape

CAPTION_FORMS = ("node", "node_twice", "one_line", "two_lines", "alt_and_line", "open_div")
"""How a caption may stand on the page; `one_line` is what readers copy: "X X"."""


def layout_c(
    *,
    title: str,
    byline: str,
    published: str,
    paragraphs: list[str],
    caption: str = "",
    caption_at: int = 3,
    caption_form: str = "node_twice",
    plain_breaks: bool = False,
    subtitle: str = "",
) -> bytes:
    """A whole page; `paragraphs` are the story's, the caption goes before number `caption_at`."""
    lines = [escape(text) for text in paragraphs]
    blocks = [f"{line}<br/><br/>" if plain_breaks else f"<p>{line}</p>" for line in lines]
    if caption:
        blocks.insert(caption_at, _photo(escape(caption), caption_form))
    story = "\n".join(blocks)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta property="og:title" content="{escape(title)}">
<meta name="author" content="The Korea Herald"></head>
<body><div class="header"><a href="/">The Korea Herald</a></div>
<div class="news_content"><div class="user">피터빈트</div>
<div class="news_head"><h1 class="news_title">{escape(title)}</h1>
{f'<h2 class="news_title">{escape(subtitle)}</h2>' if subtitle else ""}
<div class="news_info"><p class="news_writer">By
<a href="/search/list_reporter.php">{escape(byline)}</a></p>
<p class="news_date">Published : {escape(published)}</p>
<ul class="news_util"><li>Link copied</li></ul></div></div>
<div class="text_box" id="articleText">
{story}
</div></div>
<div class="side"><ul class="category_detail_list"><li><a href="/view.php?ud=20170620000001">
By the sea: another story</a></li></ul></div>
</body></html>""".encode()


def _photo(caption: str, form: str) -> str:
    link = "//res.heraldm.com/content/image/2017/06/20/20170620009903_0.jpg"
    image = f'<img src="{link}">'
    node = f'<div class="img_caption">{caption}</div>'
    if form == "node":
        return f'<div class="img_box">{image}{node}</div>'
    if form == "node_twice":
        return f'<div class="img_box">{image}{node}<p class="img_caption">{caption}</p></div>'
    if form == "one_line":
        return f"{image}<p>{caption} {caption}</p>"
    if form == "two_lines":
        return f"<p>{image}</p><p>{caption}</p><div>{caption}</div>"
    if form == "alt_and_line":
        return f'<img src="{link}" alt="{caption}"><p>{caption}</p>'
    return f'<div class="img_box">{image}<div class="img_caption"><p>{caption}</p>'

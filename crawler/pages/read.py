"""The door of the page classes: bytes of an article page in, its content out."""

from __future__ import annotations

from crawler.pages.base import build
from crawler.pages.document import Page, parse
from crawler.pages.generic import read_generic
from crawler.pages.own import read_own
from crawler.pages.registry import outlet_for
from newsroom.errors import PageError
from newsroom.model import PageContent, PageRules
from newsroom.reasons import Reason


def read_page(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    page: str | None = None,
    timezone: str = "Asia/Seoul",
    css: PageRules | None = None,
) -> PageContent:
    """Read an article page: the outlet's class, else JSON-LD/OpenGraph and trafilatura.

    `page` names a class (`yonhap`, `koreaherald`, `generic`); None chooses by the URL's host.
    A `url` without a scheme ("//host/path") counts as https.
    `timezone` (IANA) holds for dates without a zone. What `css` finds wins over both, field by
    field. Raises PageError (`empty`, `too_large`,
    `parse_error`) and nothing else, whatever the bytes.
    """
    url = f"https:{url}" if url.startswith("//") else url
    try:
        document = parse(body, url=url, content_type=content_type, timezone=timezone)
        return _read(document, page, css)
    except PageError:
        raise
    except Exception as error:  # any fault that a hostile page provokes is that page's own
        raise PageError(Reason.PARSE_ERROR, f"{url}: {type(error).__name__}: {error}") from error


def _read(document: Page, page: str | None, css: PageRules | None) -> PageContent:
    if css is not None:
        document.own = read_own(document, css)
    outlet = outlet_for(document.url, page)
    partly: PageContent | None = None
    for layout in outlet.layouts if outlet else ():
        if outlet and layout.matches(document):
            content = build(document, outlet, layout.name, layout.read(document))
            if content.body:
                return content
            partly = partly or content
    if partly is not None and (partly.captions and partly.title):
        return partly  # a photo page: a guess at a body would be some other story's text
    return read_generic(document, outlet)

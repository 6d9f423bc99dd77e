"""What must hold of every mail, whatever texts are in it: its header set, and HTML that is dead."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.unit.alert_contents import parse

ALWAYS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"]
ONE_CLICK = "List-Unsubscribe-Post"
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "a"}
TAGS |= {"mark", "span", "hr", "br", "img", "ul", "li", "code"}
ATTRIBUTES = {
    "html": {"lang"},
    "meta": {"charset", "name", "content"},
    "style": {"data-css-inline"},
    "a": {"href", "style"},
    "img": {"src", "alt", "width", "height", "style"},
}
"""What a tag may have; any other: class, style and lang."""
USUAL = {"class", "style", "lang"}


class Seen(HTMLParser):
    """What a browser would see of a document: its elements, and the styles they have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.styles: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = ATTRIBUTES.get(tag, USUAL) | {"class", "style"}
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in allowed:
                self.wrong.append(f"{tag} {name}")
            if name == "href":
                self.links.append(value or "")
            elif name == "src":
                self.pictures.append(value or "")
            elif name == "style":
                self.styles.add(value or "")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("declaration")


def fields_of(*, story: bool, named: bool, stories: bool, one_click: bool) -> list[str]:
    """The header fields of a mail, in order.

    `story`: it refers to threads; `named`: it names watchlists; `stories`: it lists stories.
    """
    fields = [*ALWAYS, *([ONE_CLICK] if one_click else []), "Auto-Submitted"]
    fields += ["References"] if story else []
    fields += ["X-Wirewatch-Watchlist"] if named else []
    fields += ["X-Wirewatch-Story"] if stories else []
    return [*fields, "X-Wirewatch-Alert", "MIME-Version", "Content-Type"]


def seen_in(message: bytes) -> Seen:
    """The HTML part as a parser sees it; its elements are of the kinds Wirewatch writes."""
    page = next(p for p in parse(message).walk() if p.get_content_type() == "text/html")
    seen = Seen()
    seen.feed(page.get_content())
    seen.close()
    return seen


def assert_harmless(message: bytes, fields: list[str], styles: set[str]) -> None:
    """The header is the one intended, and the HTML holds nothing that acts.

    `styles` are the style attributes the template has.
    """
    mail = parse(message)
    assert mail.keys() == fields
    assert not mail.defects
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds[:2] == ["text/plain", "text/html"]
    assert set(kinds[2:]) <= {"image/png"}
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert b"." not in message.split(b"\r\n")  # it would end the mail where dots are not stuffed
    seen = seen_in(message)
    assert seen.wrong == []
    assert seen.styles <= styles
    for link in seen.links:
        assert link.startswith(("http://", "https://", "mailto:"))
        assert not set(link) & set('"<> \t\r\n\u2028\u2029')
    cids = {f"cid:{p['Content-ID'][1:-1]}" for p in mail.walk() if p["Content-ID"]}
    assert set(seen.pictures) == cids

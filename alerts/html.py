"""The HTML of a mail: one template, everything escaped, styles written into the elements."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from css_inline import CSSInliner
from jinja2 import Environment, StrictUndefined, Template

from alerts.view_shapes import MailView


def html_text(view: MailView, subject: str) -> str:
    """A whole HTML document; all text in it is escaped, and links are those `safe_url` passed."""
    return _template().render(view=view, words=view.words, subject=subject)


@cache
def _template() -> Template:
    """The template with its CSS inlined once, before Jinja reads it: inlining each finished mail
    would cost more than rendering it. It relies on the template having no Jinja syntax that an
    HTML parser would move or escape (none in tables, no comparison signs)."""
    source = files("alerts").joinpath("templates/mail.html").read_text("utf-8")
    inlined = CSSInliner(load_remote_stylesheets=False).inline(source)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(inlined)

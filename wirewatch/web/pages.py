"""Pages out of templates: everything escaped, nothing loaded from anywhere."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.responses import HTMLResponse


def _text(name: str) -> str:
    return files("wirewatch.web").joinpath("templates", name).read_text("utf-8")


STYLE = _text("page.css")
STYLE_HASH = "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode("ascii")
"""What a Content-Security-Policy names the one style by that may apply."""


def page_response(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, its values escaped."""
    text = _environment().get_template(template).render(style=STYLE, **values)
    return HTMLResponse(text, status_code=status)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

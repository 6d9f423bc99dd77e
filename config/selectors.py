"""CSS selectors in the files: where the parts of an outlet's pages stand."""

from __future__ import annotations

from cssselect import HTMLTranslator, SelectorError

from config.values import Bad, plain_text, quote

MOST = 500
"""Characters of one selector."""
_EXAMPLE = "div.article-body"


def selector(raw: object) -> str:
    """A CSS selector as pages are searched with it; empty: none; raises Bad.

    Pseudo-elements (`::text`) and pseudo-classes that need a browser's state are no selectors here.
    """
    if raw == "":
        return ""
    text = plain_text(raw, _EXAMPLE, most=MOST).strip()
    hint = f'write a CSS selector like "h1.title", "#article" or "{_EXAMPLE}"'
    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise Bad(f"{quote(text)} is no CSS selector: {str(error).rstrip('.')}", hint) from None
    except RecursionError:
        raise Bad(f"{quote(text)} is nested too deeply", hint) from None
    return text

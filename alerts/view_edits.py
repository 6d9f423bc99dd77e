"""What outlets changed in their pages, as mails show it: word by word, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from alerts.model import EditContent
from alerts.sanitise import clean, clean_span
from alerts.strings import Strings
from alerts.view_lines import EXCERPT_LIMIT, HEADLINE_LIMIT, NAME_LIMIT, language_tag
from alerts.view_shapes import EditView, Line, Segment
from alerts.when import local_time
from newsroom.edits_diff import Piece

MAX_LINES = 12
"""Changed sentences a mail shows, over all articles; of an article at least one."""
MAX_EDITED = 8
"""Articles."""
WITHDRAWN = "withdrawn"


def edit_views(
    edits: Sequence[EditContent], words: Strings, where: tzinfo, most: int = MAX_LINES
) -> tuple[EditView, ...]:
    """By article: an even share of the lines there is room for, one at least."""
    shown = []
    left = most
    few = edits[:MAX_EDITED]
    for at, edit in enumerate(few):
        share = max(left // (len(few) - at), 1)
        lines = [line for one in edit.lines[:share] if (line := change_line(one, EXCERPT_LIMIT))]
        left -= len(lines)
        shown.append(
            EditView(
                name=clean(edit.source_name, NAME_LIMIT),
                lang=language_tag(edit.language),
                said=said(edit, words, where),
                headline=change_line(edit.headline, HEADLINE_LIMIT),
                lines=tuple(lines),
            )
        )
    return tuple(shown)


def said(edit: EditContent, words: Strings, where: tzinfo) -> str:
    """What kinds of changes, and when; that the page was withdrawn comes first."""
    until = local_time(edit.at, where, words.language)
    since = "" if edit.seen_at is None else local_time(edit.seen_at, where, words.language)
    sentences = []
    if edit.withdrawn is not None:
        how = words.withdrawn_how.get(edit.withdrawn, clean(edit.withdrawn, NAME_LIMIT))
        form = words.withdrawn_between if since else words.withdrawn_found
        sentences.append(form.format(how=how, since=since, until=until))
    kinds = [words.edit_kinds.get(kind, kind) for kind in edit.kinds if kind != WITHDRAWN]
    if kinds and edit.withdrawn is not None:
        sentences.append(f"{_sentence(kinds)}.")
    elif kinds:
        form = words.edit_between if since else words.edit_found
        sentences.append(form.format(kinds=_sentence(kinds), since=since, until=until))
    return " ".join(sentences)


def _sentence(kinds: Sequence[str]) -> str:
    text = ", ".join(kinds)
    return text[:1].upper() + text[1:]


def change_line(pieces: Iterable[Piece], limit: int) -> Line:
    """A line of a diff, each piece cleaned; at most about `limit` code points in all."""
    shown: list[Segment] = []
    left = limit
    for sign, text in pieces:
        part = clean_span(text[: 2 * limit])
        part = part.lstrip() if not shown else part
        change = "" if sign == "=" else sign
        if len(part) > left:
            shown.append(Segment(part[: max(left - 1, 0)].rstrip() + "…", change=change))
            break
        if part:
            shown.append(Segment(part, change=change))
            left -= len(part)
    return tuple(shown)

"""`try`: what would happen to a feed, a page, articles or an alert; sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Group, current, now

if TYPE_CHECKING:
    from alerts.model import AlertKind
    from newsroom.model import Source

_FILE = click.argument("file", default="-", metavar="[FILE]")


@click.group("try", cls=Group)
def trying() -> None:
    """Show what would happen; nothing is stored or sent.

    `-` or no FILE reads standard input. All but `mail` answer with JSON lines; only `mail --alert`
    opens the database, to read it.
    """


def _reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--timezone", metavar="ZONE", help="For dates without one."),
        click.option("--content-type", metavar="TYPE", help="As the server's header said."),
        click.option("--url", metavar="URL", help="Where it came from."),
    ):
        function = option(function)
    return function


@trying.command("feed")
@_FILE
@_reading_options
def feed(file: str, **options: str | None) -> int:
    """Read a feed: a line per entry; dates without a zone are UTC unless --timezone says so.

    Not a feed: exit 1 and one line {"error":{"code","message"}}.

    From standard input: a JSON line per feed, {"file","url","content_type","timezone"}, answered
    by {"file","entries":[...]} or {"file","error":{...}} each, in the same order; exit 0.
    """
    from wirewatch.cli.try_reading import FEED, answer_all, answer_one

    return answer_all(FEED, options) if file == "-" else answer_one(FEED, file, options)


@trying.command("page")
@_FILE
@_reading_options
@click.option("--page", metavar="CLASS", help="The page class: yonhap, koreaherald or generic.")
@click.option(
    "--source", metavar="ID", help="As this source's pages: its page class, zone and css."
)
def page(file: str, source: str | None, **options: str | None) -> int:
    """Read an article page: one line with its fields. FILE needs --url.

    The page class is chosen by the URL's host unless --page names it. Dates without a zone are
    in the outlet's: Asia/Seoul for Korean ones, else UTC. --source reads it as the pages of a
    source of the configuration's files or the catalogue, with its own selectors. No page: exit 1
    and one line {"error":{"code","message"}}.

    From standard input: a JSON line per page, {"file","url","content_type","timezone","page"},
    answered by one line each, in the same order; exit 0.
    """
    from wirewatch.cli.try_reading import PAGE, answer_all, answer_one

    css = None
    if source is not None:
        found = _source(source)
        css = found.css
        options["page"] = options["page"] or found.page
        options["timezone"] = options["timezone"] or found.timezone
    if file == "-":
        return answer_all(PAGE, options, css)
    if not options["url"]:
        raise click.UsageError("a page needs its address: --url URL")
    return answer_one(PAGE, file, options, css)


def _source(source_id: str) -> Source:
    """A source of the files; the database, which `try` does not open, is not asked."""
    for source in current().settings().sources:
        if source.id == source_id:
            return source
    raise click.BadParameter(
        f"no file and no catalogue entry has source {source_id!r}", param_hint="--source"
    )


@trying.command("match")
@_FILE
@click.option("--watchlists", required=True, metavar="FILE", help="A watchlist file.")
def match(file: str, watchlists: str) -> None:
    """Match articles, JSON lines {"id","title","summary","body",...}, against watchlists.

    A line per match, {"article","watchlist","hits":[{"term","field","start","end","text"}]}:
    articles in the order of the input, watchlists in that of their file. Exit 0 whatever it found;
    a line that cannot be read is named on stderr and passed over.
    """
    from wirewatch.cli.try_articles import lines_of, match_lines

    with lines_of(file) as lines:
        match_lines(lines, watchlists, sys.stdout)


@trying.command("stories")
@_FILE
def stories(file: str) -> None:
    """Group articles, JSON lines {"id","title","body","published_at","url","source"}.

    All are read, then a line per article in the order of the input:
    {"article","story","relation"}; relation is first, update, revision or copy.
    """
    from wirewatch.cli.try_articles import lines_of, story_lines

    with lines_of(file) as lines:
        story_lines(lines, sys.stdout)


@trying.command("mail")
@click.option("--kind", type=click.Choice(["immediate", "update", "digest", "notice"]))
@click.option("--empty", is_flag=True, help="A digest that says that nothing is new.")
@click.option(
    "--alert",
    type=click.IntRange(min=1),
    metavar="ID",
    help="A stored alert instead of a sample: opens the database, and only reads it.",
)
@click.option("--language", type=click.Choice(["en", "ko"]), help="Of the mail's own words.")
@click.option("--timezone", metavar="ZONE", help="Of the times it shows.")
@click.option("--out", metavar="FILE", help="Where to write it; default: standard output.")
def mail(
    kind: AlertKind | None,
    alert: int | None,
    out: str | None,
    *,
    empty: bool,
    language: str | None,
    timezone: str | None,
) -> None:
    """Render a mail, with header and all, and write its bytes; nothing is sent.

    --kind takes a sample with invented stories. --alert takes a stored alert: its mail as it was
    sent, else, or where a language or zone is named, as it would go now. No such alert, or of
    another kind: exit 1.
    """
    from wirewatch.cli.try_mail import put, sample_mail, stored_mail

    at = now()
    if alert is not None:
        if empty:
            raise click.UsageError("--empty is for a sample; leave it out with --alert")
        message = stored_mail(
            current(), alert, kind=kind, language=language, timezone=timezone, now=at
        )
    elif kind is not None:
        message = sample_mail(kind, language=language, timezone=timezone, empty=empty, now=at)
    else:
        raise click.UsageError("which mail? --kind immediate, update, digest or notice, or --alert")
    put(message, out)

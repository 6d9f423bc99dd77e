"""`search`: the archive, asked in the language of watchlists."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Command, current, now
from wirewatch.cli.filters import ARTICLE_STATES, filter_options, filters_of
from wirewatch.cli.out import complain, emit
from wirewatch.cli.queries import pointing
from wirewatch.cli.sentences import console, show_article

if TYPE_CHECKING:
    from config.settings import Settings
    from jobs.search import Found
    from newsroom.query import Node
    from storage.database import Database
    from storage.store import Store

_MANY = 2_000
"""Articles still to be indexed from which on the wait is worth a progress bar."""


@click.command("search", cls=Command)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--by",
    "order",
    type=click.Choice(("date", "relevance")),
    default="date",
    show_default=True,
    help="Newest first, or best first among the newest 2,000 found.",
)
@filter_options(ARTICLE_STATES, "In this state.")
def search(query: tuple[str, ...], order: str, **given: Any) -> None:
    """Search the stored articles in the language of watchlists.

    Several words are one query. Each article found is shown with a sentence that has the words;
    with --json it is the line of `articles` with "hits", "sentence" and "score". Articles that the
    index does not know yet are indexed first.
    """
    from jobs.search import Search
    from storage.store import Store

    call = current()
    settings = call.settings()
    filters, shown = filters_of(given, now=now(), timezone=settings.timezone, json=call.json)
    with call.database(settings) as db:
        node = _read(" ".join(query), settings, db)
        store = Store(db, "search")
        _catch_up(store)
        with _morphology() as morphology:
            found = Search(store, node, filters, morphology)
            if found.reads_articles:
                complain("no word to look up in the index: articles are read one by one")
            results = found.by_date() if order == "date" else found.by_relevance()
            count = _print(results, shown, settings.timezone, json=call.json)
    if found.cut:
        complain(_cut(order, reads=found.reads_articles))
    if not count:
        complain("nothing was found")
    elif shown is not None and count > shown:
        complain(f"there are more; these are {shown}: --limit N shows more, --json all")


def _read(text: str, settings: Settings, db: Database) -> Node:
    """The query as a tree; what is wrong with it is pointed at before QueryError is raised."""
    from newsroom.query import expand
    from newsroom.query_parse import parse_query
    from storage.aliases import load_aliases

    with pointing(text):
        node = parse_query(text)
    return expand(node, {**load_aliases(db), **settings.aliases})


def _catch_up(store: Store) -> None:
    """Index what lags, with a bar on a terminal where that takes a while."""
    from jobs.step_index import catch_up
    from newsroom.errors import StorageError

    try:
        lagging = store.count_lagging()
        if not lagging:
            return
        if lagging < _MANY or not sys.stderr.isatty():
            whole = catch_up(store)
        else:
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("indexing the archive", total=lagging)
                whole = catch_up(store, lambda count: progress.advance(task, count))
    except StorageError as error:  # what is indexed can be searched all the same
        complain(f"articles that are not indexed yet are left out: {error}")
        return
    if not whole:
        complain("articles that another program is indexing now are left out")


@contextmanager
def _morphology() -> Iterator[Any]:
    """Korean morphology; its process is started by the first Korean candidate."""
    from jobs.morphology import KiwiWorker

    worker = KiwiWorker()
    try:
        yield worker
    finally:
        worker.close()


def _cut(order: str, *, reads: bool) -> str:
    from jobs.search import MOST_RANKED, MOST_READ

    if reads:
        return f"only the newest {MOST_READ:,} articles were read; add a word to look further back"
    what = "ranked" if order == "relevance" else "shown"
    return f"there are more; the newest {MOST_RANKED:,} that were found are {what}"


def _print(found: Iterable[Found], shown: int | None, timezone: str, *, json: bool) -> int:
    """Print what was found; how many there were, one past `shown` at most."""
    from newsroom.matching import hit_json

    on = console()
    count = 0
    for article in found:
        count += 1
        if json:
            more: dict[str, Any] = {"hits": [hit_json(hit) for hit in article.hits]}
            more |= {"sentence": article.excerpt.text, "score": article.score}
            emit(article.listed | more)
        elif shown is None or count <= shown:
            show_article(on, article.listed, article.excerpt, timezone)
    return count

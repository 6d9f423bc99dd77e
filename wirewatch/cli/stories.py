"""`stories`: what was grouped, and the few cases in which a person knows better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.call import Group, current, now
from wirewatch.cli.filters import ARTICLE_STATES, filter_options
from wirewatch.cli.listings import Local, listing
from wirewatch.cli.out import Json, emit, say

if TYPE_CHECKING:
    from storage.story_hand import Placed


@click.group("stories", cls=Group, invoke_without_command=True)
@filter_options(ARTICLE_STATES, "With an article in this state.")
@click.pass_context
def stories(context: click.Context, /, **given: Any) -> None:
    """List stories, newest first; or merge two, or split an article off.

    A story is listed where any of its articles meets the filters. The origin is who wrote it
    first, where more than one outlet has it.
    """
    if context.invoked_subcommand is not None:
        if used := [name for name, value in given.items() if value is not None]:
            raise click.UsageError(f"--{used[0]} filters the listing; leave it out here")
        return
    from storage.listing import stories as read

    def cells(row: Json, time: Local) -> Sequence[object]:
        first = row["origin"]["name"] if row["origin"] else ""
        return row["id"], time(row["first_seen_at"]), len(row["articles"]), first, row["title"]

    listing(read, given, ("id", "first seen", "articles", "origin", "title"), cells)


@stories.command("merge")
@click.argument("one", type=int, metavar="ID")
@click.argument("other", type=int, metavar="ID")
def merge(one: int, other: int) -> None:
    """Make two stories one; it keeps the earlier id, and the other id stands for it.

    Alerts on both that were not sent become one. Their articles stay in it, whatever their texts
    come to say. Exit 1 where there is no such story.
    """
    from storage.story_hand import merge_stories

    placed = _placed(merge_stories, one, other)
    if current().json:
        emit({"id": placed.story, "articles": list(placed.articles), "merged": placed.before})
    elif placed.before == placed.story:
        say(f"story {placed.story} is one already; its articles stay in it")
    else:
        count = len(placed.articles)
        say(f"story {placed.before} is story {placed.story} now, of {count} articles")


@stories.command("split")
@click.argument("article", type=int)
def split(article: int) -> None:
    """Give an article a story of its own.

    Who was not told of it because another article of its story told them, is told. It stays apart,
    whatever texts come to say. Exit 1 where there is no such article.
    """
    from storage.story_hand import split_article

    placed = _placed(split_article, article)
    (found,) = placed.articles
    if current().json:
        report = {"article": found, "story": placed.story, "was": placed.before}
        emit(report | {"others": placed.others})
    elif placed.others is None:
        say(f"article {found} is alone in story {placed.story}, and stays alone")
    elif placed.before == placed.story:
        say(f"article {found} keeps story {placed.story}; the others are story {placed.others} now")
    else:
        say(f"article {found} was in story {placed.before}; story {placed.story} is its own")


def _placed(change: Any, *ids: int) -> Placed:
    call = current()
    with call.database(call.settings()) as db:
        placed: Placed = change(db, *ids, now())
    return placed

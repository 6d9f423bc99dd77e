"""The command line's manual page, made from the help texts: `python -m wirewatch.cli.manual`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from wirewatch.cli.root import root

WIDTH = 96

_HEAD = """# The command line

Made from the help texts by `python -m wirewatch.cli.manual > docs/cli.md`; a test compares.

- `--config FILE` and `--json` may stand before or after a command. With `--json` every listing
  prints one JSON value per line, UTF-8, times in ISO 8601 with offset; characters that act on a
  terminal or end a line are escaped. Without it times are those of `timezone` and no control
  character of a title or an address reaches the terminal.
- Listings are newest first: 50 rows for people, all with `--json`, or as many as `--limit` says.
  `--since` and `--until` take how long ago (`24h`, `7d`) or an ISO date or time, in `timezone`
  where it names no offset.
- `articles`, `stories`, `matches`, `alerts`, `show`, `status`, `db` and `watch explain` never
  change what is configured. `sources` and `watch` put the configuration's sources and watchlists
  into the database first, unless a service works on it: that does it itself.
- Errors are plain text on stderr. A reader that goes away (`| head`) ends a command quietly.

| exit code | meaning |
|---|---|
| 0 | done; an empty listing too |
| 1 | the thing asked about is not so (see below) |
| 2 | wrong usage or configuration; a database whose schema is not this program's |
| 3 | a fault outside: network, database, mail |
| 130 | interrupted |

Not so (1) are: an article, alert, source or watchlist that does not exist; an alert to be held
that does not wait; a database that is damaged (`db check`); what `status` lists; a file that is no
feed or no page (`try`); an article that a watchlist does not match (`watch explain`).

In the `-` forms of `try feed` and `try page` an error's `code` is a reason code (`not_a_feed`,
`empty`, `too_large`, `parse_error`, ...), `bad_line` for a line that asks for nothing that can be
understood, or `unreadable_file`.
"""


def manual() -> str:
    """The whole page, as Markdown."""
    return "\n".join([_HEAD, *_pages(root, "wirewatch", None)])


def _pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    context.terminal_width = context.max_content_width = WIDTH
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _pages(command.commands[inner], inner, context)


if __name__ == "__main__":
    sys.stdout.write(manual())

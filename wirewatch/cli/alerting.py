"""`alerts`: what people were told or are to be told, and the few things a person does about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from wirewatch.cli.call import Group, NotSo, current, now
from wirewatch.cli.filters import ALERT_STATES, filter_options
from wirewatch.cli.held import addresses, release
from wirewatch.cli.listings import Local, listing
from wirewatch.cli.out import Json, emit, pairs, say
from wirewatch.cli.times import local

_COLUMNS = (
    "id",
    "created",
    "kind",
    "state",
    "recipient",
    "story",
    "tries",
    "watchlists",
    "reason",
)


@click.group("alerts", cls=Group, invoke_without_command=True)
@filter_options(ALERT_STATES, "In this state.")
@click.pass_context
def alerts(context: click.Context, /, **given: Any) -> None:
    """List alerts, newest first; or show, resend, hold or test one, or look after addresses.

    `--source` and `--lang` are those of the article that raised the alert.
    """
    if context.invoked_subcommand is not None:
        if used := [name for name, value in given.items() if value is not None]:
            raise click.UsageError(f"--{used[0]} filters the listing; leave it out here")
        return
    from storage.listing import alerts as read

    listing(read, given, _COLUMNS, _cells)


def _cells(row: Json, time: Local) -> Sequence[object]:
    return (
        row["id"],
        time(row["created_at"]),
        row["kind"],
        row["state"],
        row["recipient"],
        row["story"],
        row["attempts"],
        ", ".join(row["watchlists"]),
        row["reason"] or _waits(row),
    )


def _waits(row: Json) -> str | None:
    """What goes with a digest waits for it; a digest waits for no other."""
    waits = row["schedule"] and row["state"] == "pending" and row["kind"] != "digest"
    return f"waits for {row['schedule']}" if waits else None


@alerts.command("show")
@click.argument("alert", type=int, metavar="ID")
def show(alert: int) -> None:
    """Print one alert with its attempts.

    Exit 1 where there is no such alert.
    """
    from storage.listing_detail import alert as read

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        found = read(db, alert)
    if found is None:
        raise _unknown(alert)
    if call.json:
        emit(found)
        return
    what = ("story", "stories", "article")
    pairs(
        (name, found[name])
        for name in ("id", "kind", "state", "reason", "recipient", "watchlists", *what, "schedule")
    )
    times = ("created_at", "due_at", "rendered_at", "sent_at")
    pairs((name.removesuffix("_at"), local(found[name], settings.timezone)) for name in times)
    pairs((name, found[name]) for name in ("message_id", "copy_of", "attempts"))
    if found["notice"]:
        pairs([("about", found["notice"]["subject"]), ("notice", found["notice"]["text"])])
    for one in found["news"]:
        pairs([("new", f"{one['kind']} in article {one['article']}: {one['text']}")])
    for one in found["deliveries"]:
        at = local(one["started_at"], settings.timezone)
        outcome = one["outcome"] or "no answer"
        pairs([("attempt", f"{at} {one['channel']}: {outcome} {one['reply'] or ''}")])


@alerts.command("resend")
@click.argument("alert", type=int, metavar="ID")
def resend(alert: int) -> None:
    """Send an alert again, as a new one with a Message-ID of its own.

    The service sends it within seconds; without one `wirewatch run --once` does.
    """
    from storage.outbox import resend as again

    call = current()
    with call.database(call.settings()) as db:
        made = again(db, alert, now())
    if made is None:
        raise _unknown(alert)
    if call.json:
        emit({"id": made, "copy_of": alert, "state": "pending"})
    else:
        say(f"alert {alert} is sent again as alert {made}")


@alerts.command("hold")
@click.argument("alert", type=int, metavar="ID")
def hold(alert: int) -> None:
    """Keep an alert that was not sent yet from being sent.

    Exit 1 where it is not waiting (any more); `resend` lets it go after all.
    """
    from storage.listing_detail import alert as read
    from storage.outbox import hold_by_hand

    call = current()
    with call.database(call.settings()) as db:
        done = hold_by_hand(db, alert, now())
        found = read(db, alert)
    if found is None:
        raise _unknown(alert)
    if not done:
        raise NotSo(f"alert {alert} is {found['state']}: only one that waits can be held")
    if call.json:
        emit({"id": alert, "state": found["state"], "reason": found["reason"]})
    else:
        say(f"alert {alert} is held")


@alerts.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a test message to ADDRESS now, and print what the server said.

    ADDRESS is whatever may stand in `to`: a mail address, webhook+https://… or an Apprise URL. Exit
    3 where it could not be handed over. Nothing is written to the database.
    """
    from config.recipients import parse_recipient
    from config.values import Bad
    from newsroom.recipients import shown
    from wirewatch.cli.trial_mail import send_test

    call = current()
    try:
        recipient = parse_recipient(address)
    except Bad as bad:
        raise click.BadParameter(str(bad), param_hint="ADDRESS") from None
    sent = send_test(call.settings(), recipient, now())
    if call.json:
        emit(sent)
    else:
        say(f"{shown(recipient)}: {sent['reply']}")


alerts.add_command(addresses)
alerts.add_command(release)


def _unknown(alert: int) -> NotSo:
    return NotSo(f"there is no alert {alert}; see `wirewatch alerts`")

"""One source as `sources show` prints it for people."""

from __future__ import annotations

from wirewatch.cli.out import Json, counted, pairs, say
from wirewatch.cli.times import local, span

_DAYS = {"7d": "7 days", "30d": "30 days"}


def print_source(row: Json, use: str, timezone: str) -> None:
    """Print a line of `storage.listing_coverage.with_coverage`."""
    pairs((name, row[name]) for name in ("id", "name", "language", "origin"))
    pairs([("use", use), ("verdict", row["verdict"])])
    if row["reason"] != row["verdict"]:
        pairs([("reason", row["reason"])])
    pairs([("evidence", row["evidence"])])
    for name in ("since", "last_ok_at", "next_poll_at"):
        pairs([(name.removesuffix("_at"), local(row[name], timezone))])
    pairs([("pages", pages_line(row["pages"], timezone))])
    pairs([("last 24 h", coverage_line(row["coverage"]))])
    pairs((f"recall {_DAYS[name]}", recall_line(found)) for name, found in row["recall"].items())
    for feed in row["feeds"]:
        _print_feed(feed, timezone)
    for listing in row["listings"]:
        say(f"\nlisting {listing['url']}")
        pairs((name, listing[name]) for name in ("verdict", "detail", "http_status", "items"))
        pairs([("last look", local(listing["last_look_at"], timezone) or "never")])
    if row["gaps"]:
        say("\ngaps")
    for gap in row["gaps"]:
        say(f"  {gap_line(gap, timezone)}")


def _print_feed(feed: Json, timezone: str) -> None:
    say(f"\nfeed {feed['url']}")
    pairs((name, feed[name]) for name in ("verdict", "evidence", "http_status", "items"))
    if feed["detail"] != feed["evidence"]:
        pairs([("detail", feed["detail"])])
    pairs([("interval", interval_line(feed))])
    if feed["overlap"] is not None:
        pairs([("overlap", "with the poll before" if feed["overlap"] else "none at the last poll")])
    if feed["moved_to"]:
        followed = "followed since " + local(feed["moved_at"], timezone)
        pairs([("moved to", feed["moved_to"])])
        pairs([("", followed if feed["moved_at"] else "not followed there yet")])
    if feed["hub"]:
        pairs([("hub", f"{feed['hub']['state']}: {feed['hub']['url']}")])
    for name in (
        "since", "last_poll_at", "last_ok_at", "last_new_at", "last_gap_at", "next_poll_at",
        "quarantined_at",
    ):  # fmt: skip
        shown = name.removesuffix("_at").replace("_", " ")
        pairs([(shown, local(feed[name], timezone))])


def interval_line(feed: Json) -> str:
    """How often it is polled, and why: its measured rate, what it asks for."""
    told = [f"{feed['interval_s']} s"]
    if feed["rate_per_hour"] is not None:
        told.append(f"{feed['rate_per_hour']:.1f} new entries an hour")
    if feed["hint_s"]:
        told.append(f"asks for {span(feed['hint_s'])}")
    return ", ".join(told)


def pages_line(pages: Json, timezone: str) -> str:
    """How its article pages fare; empty while all is well."""
    if pages["verdict"] == "ok":
        return ""
    since = f" since {local(pages['since'], timezone)}" if pages["since"] else ""
    return f"{pages['verdict']}{since}: {pages['evidence'] or 'no evidence kept'}"


def coverage_line(came: Json) -> str:
    """Polls and gaps in one line: `96/96 polls, 0 gaps`."""
    line = f"{came['polls_ok']}/{came['polls']} polls, {counted(came['gaps'], 'gap')}"
    if came["gaps"]:
        line += f" ({came['open_gaps']} open), {came['lost']} lost, {came['recovered']} recovered"
    return line


def recall_line(found: Json) -> str:
    """`99.2 % (3 of 380 missed)`."""
    if found["recall"] is None:
        return "no listing was compared yet"
    return f"{percent(found['recall'])} ({found['missed']} of {found['shown']} missed)"


def percent(share: float | None) -> str:
    """`99.2 %`, never rounded up to 100; empty for None.

    >>> percent(0.9999)
    '99.9 %'
    """
    if share is None:
        return ""
    return "100 %" if share >= 1 else f"{int(share * 1_000 + 1e-6) / 10} %"


def gap_line(gap: Json, timezone: str) -> str:
    """A gap with its times and what came of it."""
    times = f"{local(gap['start_at'], timezone)} to {local(gap['end_at'], timezone)}"
    if gap["state"] == "suspected":
        came = "suspected" + (f": {gap['detail']}" if gap["detail"] else "")
    elif gap["state"] == "none_lost":
        came = f"none lost, by {gap['closed_by']}"
    else:
        came = f"lost {gap['lost']}, {gap['recovered']} recovered, by {gap['closed_by']}"
    return f"{times}  {came}  ({gap['feed']})"

"""`alerts addresses` and `alerts release`: addresses that mail came back from."""

from __future__ import annotations

import click

from wirewatch.cli.call import Command, NotSo, current, now
from wirewatch.cli.out import complain, emit, say, table
from wirewatch.cli.times import local

_COLUMNS = ("address", "since", "alert", "waiting", "reason")


@click.command("addresses", cls=Command)
def addresses() -> None:
    """List the addresses that are held: mail to them came back.

    Nothing is sent there until `alerts release`; `waiting` counts the alerts that are held for it.
    """
    from storage.held import held

    call = current()
    settings = call.settings()
    with call.database(settings) as db:
        found = held(db)
    if call.json:
        for one in found:
            emit(
                {
                    "recipient": one.recipient,
                    "since": one.since.isoformat(),
                    "reason": one.reason,
                    "alert": one.alert_id,
                    "waiting": one.waiting,
                }
            )
        return
    if not found:
        complain("no address is held")
        return
    rows = [
        (
            one.recipient,
            local(one.since.isoformat(), settings.timezone),
            one.alert_id,
            one.waiting,
            one.reason,
        )
        for one in found
    ]
    table(_COLUMNS, rows, flexible="reason")


@click.command("release", cls=Command)
@click.argument("address")
def release(address: str) -> None:
    """Use an address again that is held because mail to it came back.

    What was held with it goes: stories as one digest. Exit 1 where the address is not held.
    """
    from newsroom.bounces import same_address
    from storage.held import held, release_address

    call = current()
    with call.database(call.settings()) as db:
        known = [one.recipient for one in held(db)]
        meant = [address] if address in known else [n for n in known if same_address(n, address)]
        freed = {name: release_address(db, name, now()) for name in meant}
    going = {name: count for name, count in freed.items() if count is not None}
    if not going:
        raise NotSo(f"{address} is not held; see `wirewatch alerts addresses`")
    for name, count in going.items():
        if call.json:
            emit({"recipient": name, "released": count})
        else:
            what = "1 alert goes" if count == 1 else f"{count} alerts go"
            say(f"{name} is used again: {what}")

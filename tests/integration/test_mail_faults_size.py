"""A digest a server will not take for its size goes in parts (fault 124), each story once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from newsroom.model import NotifyRule, Watchlist
from storage.outbox_tables import alerts
from tests.integration.mail_world import MailWorld, play
from tests.newsdesk import item
from tests.site.mailserver import Fault, MailServer

DESK = "desk@example.org"
STORIES = 12


def told(server: MailServer) -> Counter[str]:
    """How often each headline stands in what came."""
    found: Counter[str] = Counter()
    for mail in server.messages:
        part = mail.parsed.get_body(("plain",))
        assert part is not None
        text = part.get_content().replace("*", "")
        found.update(set(re.findall(r"THAAD battery number \w+", text)))
    return found


async def digest(world: MailWorld) -> None:
    rule = NotifyRule(to=(DESK,), when="hourly")
    await world.desk.configure(
        Watchlist(name="THAAD", any=("THAAD",), notify=(rule,), origin="test")
    )
    names = (f"{n:02}" for n in range(STORIES))
    world.desk.feed(
        *(
            item(n, f"THAAD battery number {name}", published=world.desk.clock.now())
            for n, name in enumerate(names, 1)
        )
    )
    await world.desk.run(minutes=1)
    await world.wait(hours=3)


@pytest.mark.parametrize("said", ["in EHLO", "at MAIL", "after the dot"])
def test_fault_124_a_digest_too_big_goes_in_parts(
    tmp_path: Path, database_url: str, said: str
) -> None:
    async def story(world: MailWorld) -> None:
        if said != "in EHLO":
            stage = "mail" if said == "at MAIL" else "content"
            server.faults = [Fault(stage, "552 5.3.4 message too big", times=2)]  # type: ignore[arg-type]
        await digest(world)
        assert told(server) == {f"THAAD battery number {n:02}": 1 for n in range(STORIES)}
        assert len(server.messages) > 1
        ids = [mail.parsed["Message-ID"] for mail in server.messages]
        assert len(set(ids)) == len(ids)
        of_digests = {row.state for row in world.rows(alerts) if row.kind == "digest"}
        assert of_digests == {"sent", "empty"}  # an hour with nothing to tell is empty
        assert world.notices() == []
        assert world.down() is None

    with MailServer(size_limit=16_000 if said == "in EHLO" else 10_000_000) as server:
        play(tmp_path, story, server, url=database_url)

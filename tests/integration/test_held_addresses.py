"""Mail that comes back, from the mailbox to the held address and the digest after its release."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from alerts.mailbox_maildir import MaildirMailbox
from jobs.mailroom import Mailroom
from jobs.step_mailbox import read_mailbox
from newsroom.bounces import Failure, Report, Verdict
from newsroom.model import NotifyRule, Watchlist
from newsroom.tokens import stop_token
from storage.database import Database
from storage.held import count_report, held, hold_address, hold_due, release_address
from storage.outbox import claim_alerts
from storage.outbox_tables import alerts, digests, messages, notices, recipient_pauses
from tests import rows
from tests.newsdesk import Newsdesk, item, newsdesk, watchlist
from tests.rows import NOW, add, add_alert, add_article, add_delivery, add_source
from tests.scripted_channel import ScriptedChannel, parsed
from tests.site.bounces import exim, postfix, unsubscribe

TO, OTHER = "desk@example.org", "other@example.org"
ID = "<wirewatch.0123456789abcdef0123456789abcdef@example.org>"
SECRET = b"secret"


class Bounced:
    """A desk whose mail server takes everything, and a Maildir that tests put mails into."""

    def __init__(self, desk: Newsdesk, channel: ScriptedChannel, folder: Path) -> None:
        self.news, self.channel, self.folder = desk, channel, folder
        self._count = 0

    def came_in(self, octets: bytes) -> None:
        self._count += 1
        (self.folder / "new" / f"170000000{self._count}.x").write_bytes(octets)

    async def read(self) -> None:
        self.news.clock.pass_(minutes=6)
        self.news.desk.stopping = False
        await read_mailbox(self.news.desk)

    async def told(self, *items: str) -> None:
        self.news.feed(*items)
        await self.news.run()

    def mails(self, to: str = TO) -> list[EmailMessage]:
        return [parsed(octets) for name, octets in self.channel.accepted if name == to]

    def states(self, to: str = TO) -> list[tuple[str, str]]:
        found = [a for a in self.news.alerts() if a["recipient"] == to]
        return [(a["kind"], a["state"]) for a in sorted(found, key=lambda a: a["id"])]

    def notices(self) -> list[tuple[str, bool]]:
        return [(row.subject, row.over_at is not None) for row in rows.rows(self.news.db, notices)]


Story = Callable[[Bounced], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture
def play(tmp_path: Path, database_url: str) -> Play:
    folder = tmp_path / "mailbox"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)

    @asynccontextmanager
    async def bounced(lists: Sequence[Watchlist]) -> Any:
        async with newsdesk(tmp_path, url=database_url, watchlists=lists) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.desk.mailroom = Mailroom(MaildirMailbox("maildir", folder))
            yield Bounced(desk, channel, folder)

    def run(story: Story, *lists: Watchlist) -> None:
        async def main() -> None:
            usual = [watchlist("THAAD", "THAAD", to=(TO, OTHER))]
            async with bounced(lists or usual) as world:
                await story(world)

        asyncio.run(main())

    return run


def test_a_mail_that_comes_back_holds_its_address_until_it_is_released(
    play: Play,
) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        assert world.states() == [("immediate", "sent")]
        world.came_in(postfix(str(world.mails()[0]["Message-ID"]), TO))
        await world.read()
        (address,) = held(world.news.db)
        assert (address.recipient, address.waiting) == (TO, 0)
        assert address.reason.startswith("5.1.1 ")
        assert world.states() == [("immediate", "sent")]
        assert world.notices() == [(f"address:{TO}", False)]

        await world.told(item(2, "THAAD stays"), item(3, "THAAD radar"))
        assert world.states() == [("immediate", "sent"), *[("immediate", "held")] * 2]
        assert world.states(OTHER) == [("immediate", "sent")] * 3
        assert len(world.mails()) == 1
        assert held(world.news.db)[0].waiting == 2

        assert release_address(world.news.db, TO, world.news.clock.now()) == 2
        assert held(world.news.db) == ()
        assert world.notices() == [(f"address:{TO}", True)]
        await world.told(item(4, "Nothing of it"))
        assert world.states() == [
            ("immediate", "sent"),
            *[("immediate", "folded")] * 2,
            ("digest", "sent"),
        ]
        (digest,) = world.mails()[1:]
        text = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "stays" in text  # the term before it is marked
        assert "radar" in text

        # the same report again, from a mailbox restored from a backup: it is known
        world.came_in(postfix(str(world.mails()[0]["Message-ID"]), TO))
        await world.read()
        assert held(world.news.db) == ()
        await world.told(item(5, "THAAD returns"))
        assert world.states()[-1] == ("immediate", "sent")

    play(story)


def test_a_daily_digest_of_a_held_address(play: Play) -> None:
    """No digest is made while the address is held, and one of all those days when it is let go;
    the days after it are as before."""
    daily = NotifyRule(to=(TO,), when="daily 08:00", timezone="UTC", send_empty=True)
    lists = Watchlist(name="THAAD", any=("THAAD",), notify=(daily,), origin="test")

    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        await world.news.run(hours=6)
        assert world.states() == [("immediate", "folded"), ("digest", "sent")]
        await world.told(item(2, "THAAD stays"))  # waits for tomorrow
        world.came_in(postfix(str(world.mails()[0]["Message-ID"]), TO))
        await world.read()
        for number, word in enumerate(("radar", "launcher", "crew"), 3):
            published = world.news.clock.now()
            await world.told(item(number, f"THAAD {word}", published=published))
            await world.news.run(hours=24)
        assert len(world.mails()) == 1
        kinds = [kind for kind, _ in world.states()]
        assert world.states().count(("immediate", "held")) == 4

        release_address(world.news.db, TO, world.news.clock.now())
        await world.told(item(9, "Nothing of it"))
        assert ("immediate", "held") not in world.states()
        (digest,) = world.mails()[1:]
        text = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for word in ("stays", "radar", "launcher", "crew"):
            assert word in text
        assert [kind for kind, _ in world.states()].count("digest") == kinds.count("digest") + 1
        await world.news.run(hours=24)
        assert len(world.mails()) == 3  # the day's own, which says that there was nothing

    play(story, lists)


def test_reports_that_count_for_nothing(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        known = str(world.mails()[0]["Message-ID"])
        for octets in (
            postfix(ID, TO),  # no mail of ours
            postfix(known, OTHER),  # ours, to somebody else
            postfix(known, f"x{TO}"),
            postfix(known, TO, action="delayed", status="4.4.1", said="later"),
            postfix(known, TO, action="relayed"),
            postfix(known, TO).replace(b"multipart/report", b"multipart/mixed"),
            b"\xff" * 3000,
        ):
            world.came_in(octets)
        await world.read()
        assert list((world.folder / "new").iterdir()) == []
        assert held(world.news.db) == ()
        assert world.notices() == []

    play(story)


def test_a_full_mailbox_is_told_once_a_day_and_not_held(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"), item(2, "THAAD stays"))
        for mail in world.mails():
            said = "552 5.2.2 mailbox full"
            world.came_in(postfix(str(mail["Message-ID"]), TO, status="5.2.2", said=said))
        await world.read()
        assert held(world.news.db) == ()
        assert world.notices() == [(f"returned:{TO}", False)]
        reasons = {a["reason"] for a in world.news.alerts() if a["recipient"] == TO}
        assert reasons == {"came back: 5.2.2 mailbox full"}
        await world.told(item(3, "THAAD radar"))
        assert world.states()[-1] == ("immediate", "sent")
        world.news.clock.pass_(hours=24)
        await world.read()
        assert world.notices() == [(f"returned:{TO}", True)]

    play(story)


def test_somebody_behind_the_address_is_told_the_operator(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        known = str(world.mails()[0]["Message-ID"])
        world.came_in(postfix(known, "kim@inside.example", original=TO))
        await world.read()
        assert held(world.news.db) == ()
        assert world.notices() == [(f"returned:{TO}", False)]

    play(story)


def test_an_unsubscribing_mail_stops_what_its_alert_names(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        alert = next(a["id"] for a in world.news.alerts() if a["recipient"] == TO)
        word = stop_token(world.news.desk.voice.secret, alert, TO)
        world.came_in(unsubscribe(stop_token(b"another", alert, TO)))
        world.came_in(unsubscribe(word, Auto_Submitted="auto-replied"))
        await world.read()
        assert rows.rows(world.news.db, recipient_pauses) == []
        world.came_in(unsubscribe(word, subject="Re: unsubscribe {word}"))
        await world.read()
        (pause,) = rows.rows(world.news.db, recipient_pauses)
        assert (pause.watchlist, pause.recipient) == ("THAAD", TO)
        assert pause.why == "unsubscribed by mail"
        await world.told(item(2, "THAAD stays"))
        assert len(world.mails()) == 1
        assert len(world.mails(OTHER)) == 2
        assert len(world.channel.accepted) == 3  # and nobody was answered

    play(story)


def test_exim_and_a_server_that_renames_mails(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.told(item(1, "THAAD moves"))
        world.came_in(exim(str(world.mails()[0]["Message-ID"]), TO))
        alert = next(a["id"] for a in world.news.alerts() if a["recipient"] == OTHER)
        word = stop_token(world.news.desk.voice.secret, alert, OTHER)
        world.came_in(postfix("<0100@relay.example>", OTHER, word=word))
        await world.read()
        assert [one.recipient for one in held(world.news.db)] == [TO, OTHER]

    play(story)


def test_it_is_read_every_five_minutes(play: Play) -> None:
    async def story(world: Bounced) -> None:
        await world.read()
        world.came_in(b"Subject: a\n\n")
        world.news.clock.pass_(minutes=4)
        await read_mailbox(world.news.desk)
        assert len(list((world.folder / "new").iterdir())) == 1
        world.news.clock.pass_(minutes=1)
        await read_mailbox(world.news.desk)
        assert list((world.folder / "new").iterdir()) == []

    play(story)


# what is unsent when its address is held, in the tables


@pytest.fixture
def outbox(database: Database) -> Database:
    add_source(database)
    return database


def alert(db: Database, n: int, **values: Any) -> int:
    url = f"http://herald.example/{n}"
    article = add_article(db, url=url, canonical_url=url)
    return add_alert(db, article_id=article, **values)


def state(db: Database, ident: int) -> tuple[str, str | None, str | None]:
    row = next(row for row in rows.rows(db, alerts) if row.id == ident)
    return row.state, row.schedule, row.reason


def claimed(db: Database) -> list[int]:
    return [claim.id for claim in claim_alerts(db, owner="o", now=NOW, limit=10)]


def test_everything_unsent_is_held_with_the_address(outbox: Database) -> None:
    pending = alert(outbox, 1)
    waits = alert(outbox, 2, schedule="daily 08:00 UTC", due_at=NOW.replace(hour=8))
    sent = alert(outbox, 3, state="sent")
    refused = alert(outbox, 4, state="held", reason="550 no")
    other = alert(outbox, 5, recipient=OTHER)
    assert hold_address(outbox, TO, "5.1.1 gone", sent, NOW) == 2
    assert hold_address(outbox, TO, "5.1.1 again", sent, NOW) == 0
    assert state(outbox, pending) == ("held", None, "address held: 5.1.1 gone")
    assert state(outbox, waits) == ("held", None, "address held: 5.1.1 gone")
    assert state(outbox, sent) == ("sent", None, None)
    assert held(outbox)[0].waiting == 2
    later = alert(outbox, 6)
    not_due = alert(outbox, 7, due_at=NOW.replace(hour=23))
    assert claimed(outbox) == [other]  # whoever is quick meets the address held
    assert hold_due(outbox, NOW) == 1
    assert state(outbox, later)[0] == "held"
    assert state(outbox, not_due)[0] == "pending"
    assert release_address(outbox, TO, NOW) == 3
    for ident in (pending, waits, later):
        assert state(outbox, ident) == ("pending", "released", None)
    assert state(outbox, refused) == ("held", None, "550 no")
    assert release_address(outbox, TO, NOW) is None


def test_an_abandoned_alert_is_held_too(outbox: Database) -> None:
    ident = alert(outbox, 1)
    assert claimed(outbox) == [ident]
    assert hold_address(outbox, TO, "5.1.1 gone", None, NOW) == 0  # it is under way
    assert hold_due(outbox, NOW) == 0
    with outbox.write() as conn:
        conn.execute(update(alerts).values(lease_until=NOW - timedelta(days=1)))
    assert claimed(outbox) == []
    assert hold_due(outbox, NOW) == 1
    assert state(outbox, ident)[0] == "held"


def test_what_is_let_go_goes_in_its_own_way(outbox: Database) -> None:
    rendered = alert(outbox, 1, state="deferred", deferred_since=NOW)
    add(outbox, messages, alert_id=rendered, data=b"mail", rendered_at=NOW)
    add_delivery(outbox, rendered, outcome="uncertain")
    copied = alert(outbox, 2, copy_of=rendered)
    empty, full = (
        add(outbox, digests, recipient=TO, schedule="daily", slot=name, state=name, created_at=NOW)
        for name in ("empty", "filled")
    )
    nothing = add_alert(outbox, kind="digest", digest_id=empty)
    digest = add_alert(outbox, kind="digest", digest_id=full)
    notice = add_alert(outbox, kind="notice", notice_id=1)
    assert hold_address(outbox, TO, "5.1.1 gone", None, NOW) == 5
    assert release_address(outbox, TO, NOW) == 4
    assert state(outbox, rendered) == ("deferred", None, None)
    assert state(outbox, copied) == ("pending", None, None)
    assert state(outbox, nothing)[0] == "empty"
    assert state(outbox, digest) == ("pending", None, None)
    assert state(outbox, notice) == ("pending", None, None)


def test_a_mail_of_unknown_outcome_that_comes_back(outbox: Database) -> None:
    """The server took it though its answer was lost: it is not sent again to an address that is
    none, and unchanged when that is let go."""
    ident = alert(outbox, 1, state="deferred", message_id=ID, reason="lost", deferred_since=NOW)
    add(outbox, messages, alert_id=ident, data=b"mail", rendered_at=NOW)
    report = Report((ID,), (), (Failure(TO, status="5.1.1"),))
    (counted,) = count_report(outbox, SECRET, report, NOW)
    assert (counted.verdict, counted.held) == (Verdict.HOLD, 1)
    assert state(outbox, ident) == ("held", None, "came back: 5.1.1")
    assert claimed(outbox) == []
    assert count_report(outbox, SECRET, report, NOW) == ()
    assert release_address(outbox, TO, NOW) == 1
    assert state(outbox, ident) == ("deferred", None, "came back: 5.1.1")
    assert count_report(outbox, SECRET, report, NOW) == ()


def test_words_of_others_name_no_alert(outbox: Database) -> None:
    ident = alert(outbox, 1, state="sent", message_id=ID)
    gone = Failure(TO, status="5.1.1")
    report = Report(("<other@example.org>",), (stop_token(b"another", ident, TO),), (gone,))
    assert count_report(outbox, SECRET, report, NOW) == ()
    report = replace(report, words=(stop_token(SECRET, 10**17, TO),))
    assert count_report(outbox, SECRET, report, NOW) == ()
    report = replace(report, words=(stop_token(SECRET, ident, TO),))
    assert [one.alert_id for one in count_report(outbox, SECRET, report, NOW)] == [ident]

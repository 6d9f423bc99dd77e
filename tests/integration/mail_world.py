"""The real delivery step against a real mail server that misbehaves, while days pass in seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from alerts.smtp import SmtpChannel
from jobs.step_deliver import deliver
from newsroom.ports import Channel
from storage.outbox_tables import alerts, channels, deliveries, notices
from storage.told import UNSENT
from tests.newsdesk import Newsdesk, item, newsdesk, watchlist
from tests.site.mailserver import MailServer, Received

TICK = timedelta(minutes=5)
SENDER = "Wirewatch <w@example.org>"


class MailWorld:
    """A desk that alerts of every item with THAAD in it, and the server its mails go to."""

    def __init__(self, desk: Newsdesk, server: MailServer) -> None:
        self.desk, self.server = desk, server
        self.items: list[str] = []
        self.times: list[datetime] = []
        """When the server was told something: the desk's clock at each command."""

    async def story(self, title: str = "THAAD") -> None:
        """A story that alerts is shown by the feed; a whole pass runs, its mails included."""
        n = len(self.items) + 1
        self.items.append(item(n, f"{title} {n}", published=self.desk.clock.now()))
        self.desk.feed(*self.items)
        await self.desk.run(minutes=1)
        self._note()

    async def wait(self, tick: timedelta = TICK, **delta: float) -> None:
        """Let time pass as the service does: what is due is delivered every few minutes."""
        end = self.desk.clock.now() + timedelta(**delta)
        while self.desk.clock.now() < end:
            self.desk.clock.pass_(seconds=tick.total_seconds())
            await deliver(self.desk.desk)
            self._note()

    def _note(self) -> None:
        self.times += [self.desk.clock.now()] * (len(self.server.commands) - len(self.times))

    async def wait_to_due(self, **delta: float) -> None:
        """The same, looked at only when an alert is due: for waits of days, exact to the second."""
        end = self.desk.clock.now() + timedelta(**delta)
        while (due := self._next_due()) is not None and due <= end:
            self.desk.clock.time = max(due, self.desk.clock.now())
            await deliver(self.desk.desk)
            self._note()
        self.desk.clock.time = end

    def _next_due(self) -> datetime | None:
        unsent = select(func.min(alerts.c.due_at)).where(alerts.c.state.in_(UNSENT))
        with self.desk.db.read() as conn:
            return conn.execute(unsent).scalar()

    def connect(
        self,
        url: str | None = None,
        password: str | None = None,
        *,
        ca: str = "",
        deadline: float = 20.0,
        reply_deadline: float = 20.0,
    ) -> None:
        """Take another way to the server."""
        self.channel = SmtpChannel(
            url or self.server.url(), password, SENDER, ca, deadline, reply_deadline
        )

    @property
    def channel(self) -> Channel:
        return self.desk.desk.channels.mail.channel

    @channel.setter
    def channel(self, channel: Channel) -> None:
        self.channel.close()
        self.desk.desk.channels.mail.channel = channel

    def states(self) -> dict[str, str]:
        """Recipient and story → state of the alert."""
        with self.desk.db.read() as conn:
            rows = conn.execute(select(alerts).order_by(alerts.c.id)).all()
        return {f"{row.recipient} {row.story_id}": row.state for row in rows}

    def rows(self, table: Any) -> list[Any]:
        with self.desk.db.read() as conn:
            return list(conn.execute(select(table).order_by(next(iter(table.c)))))

    def attempts(self, recipient: str) -> list[datetime]:
        """When an alert to this recipient was tried."""
        of_them = select(alerts.c.id).where(alerts.c.recipient == recipient)
        with self.desk.db.read() as conn:
            rows = conn.execute(
                select(deliveries.c.started_at)
                .where(deliveries.c.alert_id.in_(of_them))
                .order_by(deliveries.c.id)
            )
            return list(rows.scalars())

    def notices(self) -> list[str]:
        """What the operator is told and is not over."""
        return [row.text for row in self.rows(notices) if row.over_at is None]

    def down(self) -> str | None:
        """Why the channel rests; None: it is up."""
        (row,) = self.rows(channels) or (None,)
        return None if row is None or row.down_since is None else str(row.reason)

    def got(self) -> list[tuple[str, str]]:
        """Recipient and subject of every mail that came, in turn."""
        return [(mail.recipient, headline(mail)) for mail in self.server.messages]

    def said(self, verb: str) -> list[str]:
        """What the server was told that begins so."""
        return [line for _, line in self.server.commands if line.startswith(verb)]


def headline(mail: Received) -> str:
    """The story's title out of a subject `[THAAD] title — source`."""
    subject = str(mail.parsed["Subject"])
    return subject.partition("] ")[2].partition(" — ")[0]


Story = Callable[[MailWorld], Awaitable[None]]


def play(
    folder: Path,
    story: Story,
    server: MailServer,
    *,
    to: Sequence[str] = ("desk@example.org",),
    url: str | None = None,
) -> None:
    """Run a story with a desk whose alerts go to `to`."""

    async def main() -> None:
        lists = [watchlist("THAAD", "THAAD", to=to)]
        async with newsdesk(folder, url=url, watchlists=lists, mail_url=server.url()) as desk:
            world = MailWorld(desk, server)
            world.connect()
            await story(world)

    asyncio.run(main())

"""The shape of the files: which tables and keys there are, and how each value is read.

pydantic walks the tables, refuses unknown keys and gathers everything that is wrong; the values
themselves are read by our own functions, whose messages say what to write.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from config import (
    addresses,
    archives,
    durations,
    hosts,
    mailbox_url,
    recipients,
    selectors,
    server_urls,
    urls,
    values,
)

SECOND = timedelta(seconds=1)

Text = Annotated[str, PlainValidator(lambda raw: values.plain_text(raw, "some text"))]
Boolean = Annotated[bool, PlainValidator(values.boolean)]
Zone = Annotated[str, PlainValidator(values.zone)]
Language = Annotated[str, PlainValidator(values.language)]
Recipient = Annotated[str, PlainValidator(recipients.parse_recipient)]
FilePath = Annotated[str, PlainValidator(values.file_path)]
NoFile = Annotated[str, PlainValidator(lambda raw: "" if raw == "" else values.file_path(raw))]
Feed = Annotated[str, PlainValidator(urls.web_url)]
Archive = Annotated[str, PlainValidator(archives.archive_url)]
Host = Annotated[str, PlainValidator(urls.host)]
Network = Annotated[str, PlainValidator(hosts.network)]


class Shape(BaseModel):
    """A table; a key it does not name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Top(Shape):
    """The keys that stand before the first table."""

    data_dir: FilePath | None = None
    base_url: Annotated[str | None, PlainValidator(urls.base_url)] = None
    timezone: Zone = "UTC"
    language: Annotated[str, PlainValidator(values.one_of("en", "ko"))] = "en"
    watchlists: Annotated[tuple[FilePath, ...] | None, Field(examples=[["watchlists.toml"]])] = None
    retention: Annotated[
        timedelta | None,
        PlainValidator(durations.duration_or("never", "365d", least=timedelta(days=1))),
    ] = None
    heartbeat_url: Annotated[str | None, PlainValidator(urls.optional_web_url)] = None


class Database(Shape):
    """`[database]`."""

    url: Annotated[str, PlainValidator(server_urls.database_url)] = "sqlite:///wirewatch.db"


class Mail(Shape):
    """`[mail]`."""

    url: Annotated[server_urls.MailUrl | None, PlainValidator(server_urls.mail_url)] = None
    password_file: NoFile = ""
    sender: Annotated[str, PlainValidator(addresses.parse_mailbox)] = (
        "Wirewatch <wirewatch@localhost>"
    )
    operator: Annotated[tuple[Recipient, ...], Field(examples=[["ops@example.org"]])] = ()
    wait_for_page: Annotated[
        timedelta, PlainValidator(durations.duration("90s", most=timedelta(hours=24)))
    ] = timedelta(seconds=90)
    mailbox: Annotated[mailbox_url.MailboxUrl | None, PlainValidator(mailbox_url.mailbox_url)] = (
        None
    )
    mailbox_password_file: NoFile = ""


class Webhook(Shape):
    """`[webhook]`."""

    secret_file: NoFile = ""


class Fetch(Shape):
    """`[fetch]`."""

    user_agent: Annotated[str, PlainValidator(values.header_text)] = "Wirewatch/1.0"
    obey_robots: Boolean = True
    proxy: Annotated[str | None, PlainValidator(server_urls.proxy)] = None
    ca_bundle: NoFile = ""
    allow_private_networks: Annotated[tuple[Network, ...], Field(examples=[["127.0.0.0/8"]])] = ()
    timeout: Annotated[
        timedelta,
        PlainValidator(durations.duration("30s", least=SECOND, most=timedelta(minutes=10))),
    ] = timedelta(seconds=30)
    max_bytes: Annotated[int, PlainValidator(durations.size(1024, 1024**3))] = 10 * 1024**2
    workers: Annotated[int, PlainValidator(values.whole_number(1, 64))] = 2


class Stories(Shape):
    """`[stories]`."""

    window: Annotated[
        timedelta,
        PlainValidator(
            durations.duration("7d", least=timedelta(hours=1), most=timedelta(days=365))
        ),
    ] = timedelta(days=7)


class Log(Shape):
    """`[log]`."""

    level: Annotated[str, PlainValidator(values.one_of("debug", "info", "warning", "error"))] = (
        "info"
    )
    format: Annotated[str, PlainValidator(values.one_of("text", "json"))] = "text"


class Web(Shape):
    """`[web]`."""

    enabled: Boolean = True
    listen: Annotated[tuple[str, int], PlainValidator(hosts.listen)] = ("127.0.0.1", 8787)
    password_file: NoFile = ""
    metrics: Boolean = False


SECTIONS: dict[str, type[Shape]] = {
    "database": Database,
    "mail": Mail,
    "webhook": Webhook,
    "fetch": Fetch,
    "stories": Stories,
    "log": Log,
    "web": Web,
}
"""The tables of the main file, by name."""


class Interval(Shape):
    """A source's `interval`: shortest and longest time between two polls."""

    min: Annotated[timedelta | None, PlainValidator(durations.duration("2m", least=SECOND))] = None
    max: Annotated[timedelta | None, PlainValidator(durations.duration("60m", least=SECOND))] = None


Selector = Annotated[str, PlainValidator(selectors.selector)]


class Css(Shape):
    """A source's `css`: where the parts of its pages and listings stand (newsroom PageRules)."""

    title: Selector = ""
    subtitle: Selector = ""
    body: Selector = ""
    published: Selector = ""
    authors: Selector = ""
    section: Selector = ""
    remove: Annotated[tuple[Selector, ...], Field(examples=[["aside"]])] = ()
    item: Selector = ""
    item_title: Selector = ""
    item_date: Selector = ""
    next: Selector = ""


class SourceTable(Shape):
    """One `[[source]]`; what is absent keeps its value."""

    id: Annotated[str, PlainValidator(values.identifier)]
    name: Text | None = None
    hosts: Annotated[tuple[Host, ...] | None, Field(examples=[["www.example.org"]])] = None
    feeds: Annotated[
        tuple[Feed, ...] | None, Field(examples=[["https://www.example.org/rss.xml"]])
    ] = None
    listings: Annotated[
        tuple[Feed, ...] | None, Field(examples=[["https://www.example.org/news"]])
    ] = None
    archives: Annotated[
        tuple[Archive, ...] | None,
        Field(examples=[["https://www.example.org/archive/{year}/{month}/{day}"]]),
    ] = None
    page: Annotated[
        str | None, PlainValidator(values.one_of("koreaherald", "yonhap", "generic"))
    ] = None
    language: Language | None = None
    timezone: Zone | None = None
    interval: Annotated[Interval | None, Field(examples=['{ min = "2m", max = "60m" }'])] = None
    delay: Annotated[
        timedelta | None,
        PlainValidator(durations.duration("1s", most=timedelta(hours=1))),
    ] = None
    backfill_alerts: Annotated[
        timedelta | None, PlainValidator(durations.duration_or("all", "24h"))
    ] = None
    enabled: Boolean | None = None
    css: Annotated[Css | None, Field(examples=['{ body = "div.article-body" }'])] = None

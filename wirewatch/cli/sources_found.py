"""`sources add URL`: what a look at a site found, shown, and added where that is wanted."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from config.added_sources import read_definition
from config.shapes import SourceTable
from config.urls import host, web_url
from config.values import Bad, identifier, language, plain_text, zone
from config.write import source_table
from newsroom.discovery import feed_key, rate_outlet, suggest_id
from newsroom.errors import FeedError, FetchError
from newsroom.model import Source
from newsroom.reasons import Reason
from wirewatch.cli.call import NotSo, current, now
from wirewatch.cli.out import Json, complain, emit, one_line, pairs, say
from wirewatch.cli.sources_edit import Known, known_sources, refusal
from wirewatch.cli.times import local

if TYPE_CHECKING:
    from config.settings import Settings
    from jobs.discovery import Site, Tried

PATIENCE = 180.0
"""Seconds a look at a site may take in all."""
_NOT_SO = frozenset({Reason.HTTP_4XX, Reason.GONE, Reason.ROBOTS, Reason.TOO_LARGE})
_SENTENCE = 160


def add_found(url: str, given: Mapping[str, str | None], *, yes: bool) -> None:
    """Look at the site, show what would be stored, ask, and keep it."""
    from storage.source_edits import keep_sources

    address = _address(url)
    wished = _wished(given)
    with known_sources() as known:
        _refuse_known(address, known)
        if wished.get("id"):
            _refuse_taken(wished["id"], known)
        site = _look(known.settings, address, wished, known)
        if not site.feeds and not site.listings:
            taken, owner = next(iter(site.taken.items()))
            raise _watched(taken, owner)
        definition = _definition(site, wished, known)
        source = read_definition(definition)
        rating = rate_outlet([tried.rating for tried in site.articles])
        call = current()
        if not call.json:
            _show(site, definition, rating, known.settings.timezone)
        added = yes or (not call.json and _asked())
        if added:
            _refuse_meanwhile(known, source.id)
            keep_sources(known.db, [definition])
    if call.json:
        emit(_line(site, definition, rating, added=added))
    elif added:
        say(f"source {source.id} is added")
    if not added:
        complain("nothing is added; --yes adds it")


def _address(url: str) -> str:
    """The address as written, with a scheme; raises UsageError."""
    text = url if "://" in url else f"https://{url}"
    try:
        return web_url(text.partition("#")[0], "https://www.example.org/")
    except Bad as bad:
        raise click.BadParameter(f"{bad.problem}; {bad.hint}", param_hint="URL") from None


def _wished(given: Mapping[str, str | None]) -> dict[str, str]:
    """The options that were given, checked as a file's keys are."""
    readers: dict[str, Callable[[str], str]] = {
        "source_id": identifier,
        "name": lambda text: plain_text(text, "The Korea Times"),
        "language": language,
        "timezone": zone,
    }
    found = {}
    for key, value in given.items():
        if value is None:
            continue
        try:
            read = readers[key](value)
        except Bad as bad:
            hint = f"--{key.removeprefix('source_')}"
            raise click.BadParameter(f"{bad.problem}; {bad.hint}", param_hint=hint) from None
        found[key.removeprefix("source_")] = read
    return found


def _refuse_known(address: str, known: Known) -> None:
    owner = known.owners().get(feed_key(address))
    if owner is not None:
        raise _watched(address, owner)


def _watched(feed: str, owner: Source) -> Exception:
    where = {"catalogue": "the catalogue", "db": "the database"}.get(owner.origin, owner.origin)
    hint = "there is nothing to add"
    if not owner.enabled:
        hint = f"it is off: say `wirewatch sources add {owner.id}`"
    return refusal(where, f"{feed} is a feed of source {owner.id!r} already", hint)


def _refuse_taken(source_id: str, known: Known) -> None:
    known.refuse_file(source_id)
    if source_id in known.sources:
        hint = "choose another --id, or remove it first"
        raise refusal("the database", f"there is a source {source_id!r} already", hint)


def _refuse_meanwhile(known: Known, source_id: str) -> None:
    """While the site was looked at, and the question stood, somebody else may have added one."""
    from storage.source_edits import read_sources

    kept = {str(one.get("id")) for one in read_sources(known.db).definitions}
    if source_id in kept - known.by_hand:
        hint = "look at it with `wirewatch sources show`, or choose another --id"
        raise refusal("the database", f"a source {source_id!r} was added meanwhile", hint)


def _look(settings: Settings, url: str, wished: Mapping[str, str], known: Known) -> Site:
    """What is found there; raises NotSo, ConfigError or FetchError as `sources add` ends."""
    from crawler import reactor

    reactor.install()  # before anything imports Scrapy

    found: list[Site] = []

    async def looking() -> int:
        from jobs.discovery import Discovery
        from wirewatch.app import start_fetcher, worker_pool

        pool = worker_pool(settings)
        fetcher = await start_fetcher(settings)
        try:
            discovery = Discovery(fetcher, pool, known.owners(), now(), _progress)
            async with asyncio.timeout(PATIENCE):
                site = await discovery.look(
                    url, language=wished.get("language"), timezone=wished.get("timezone")
                )
            found.append(site)
        finally:
            await fetcher.stop()
            await pool.close()
        return 0

    try:
        reactor.run(looking)
    except FeedError as error:
        raise NotSo(error.message) from None
    except TimeoutError:
        raise FetchError(Reason.TIMEOUT, f"{url} took more than {PATIENCE:g} s in all") from None
    except FetchError as error:
        if error.reason is Reason.PRIVATE_ADDRESS:
            hint = "allow its network under [fetch]: allow_private_networks = [...]"
            raise click.BadParameter(f"{error.message}; {hint}", param_hint="URL") from None
        if error.reason in _NOT_SO:
            raise NotSo(f"{error.message} ({error.reason})") from None
        raise
    return found[0]


def _progress(url: str) -> None:
    """What is fetched, on a terminal."""
    if sys.stderr.isatty() and not current().json:
        complain(f"looking at {url}")


def _definition(site: Site, wished: Mapping[str, str], known: Known) -> dict[str, Any]:
    """The keys of the [[source]] table this site comes to."""
    made = wished.get("id") or suggest_id(site.hosts[0], site.language, known.sources.keys())
    definition: dict[str, Any] = {
        "id": made,
        "name": wished.get("name") or one_line(site.name)[:100] or made,
        "hosts": [name for name in site.hosts if _fits(host, name)],
        "feeds": [place.url for place in site.feeds if _fits(web_url, place.url)],
        "listings": [place.url for place in site.listings if _fits(web_url, place.url)],
        "language": site.language if _fits(language, site.language) else "en",
        "timezone": site.zone.name,
    }
    if "archives" in SourceTable.model_fields:
        definition["archives"] = [url for url in site.archives if _fits(web_url, url)]
    return {key: value for key, value in definition.items() if value != []}


def _fits(read: Callable[[str], str], text: str) -> bool:
    """Whether a site's own word may stand in a [[source]] table."""
    try:
        read(text)
    except Bad:
        return False
    return True


def _asked() -> bool:
    """Ask on a terminal; without one nothing is added."""
    return sys.stdin.isatty() and click.confirm("Add it?", default=False)


def _show(site: Site, definition: Mapping[str, Any], rating: str, timezone: str) -> None:
    for kind, places in (("feed", site.feeds), ("listing", site.listings)):
        for place in places:
            pairs([(kind, f"{place.url} ({len(place.entries)} items)")])
    pairs([("archive", url) for url in site.archives])
    for feed, owner in site.taken.items():
        pairs([("left out", f"{feed} is a feed of source {owner.id}")])
    pairs([("timezone", f"{site.zone.name}, {site.zone.why}")])
    for tried in site.articles:
        say()
        _show_article(tried, timezone)
    say(f"\nreading articles: {rating} ({len(site.articles)} tried)\n")
    say(source_table(definition).rstrip("\n"))


def _show_article(tried: Tried, timezone: str) -> None:
    content = tried.content
    if content is None:
        pairs([("article", tried.url), ("not read", tried.why)])
        return
    first = one_line(content.body.partition("\n")[0])
    sentence = first if len(first) <= _SENTENCE else first[: _SENTENCE - 1] + "…"
    at = content.published_at
    pairs(
        [
            ("article", tried.url),
            ("title", content.title),
            ("published", local(at.isoformat() if at else None, timezone)),
            ("authors", content.authors),
            ("body", f"{len(content.body)} characters: {sentence}" if content.body else "none"),
            ("warnings", content.warnings),
        ]
    )


def _line(site: Site, definition: Mapping[str, Any], rating: str, *, added: bool) -> Json:
    """All of it as one JSON value."""
    return {
        "added": added,
        "source": dict(definition),
        "timezone_from": site.zone.why,
        "feeds": [{"url": p.url, "title": p.title, "items": len(p.entries)} for p in site.feeds],
        "listings": [{"url": p.url, "items": len(p.entries)} for p in site.listings],
        "archives": site.archives,
        "left_out": [{"url": url, "source": owner.id} for url, owner in site.taken.items()],
        "rating": rating,
        "articles": [_article_line(tried) for tried in site.articles],
    }


def _article_line(tried: Tried) -> Json:
    content = tried.content
    if content is None:
        return {"url": tried.url, "rating": tried.rating, "error": tried.why}
    at = content.published_at
    return {
        "url": tried.url,
        "rating": tried.rating,
        "title": content.title,
        "published_at": at.isoformat() if at else None,
        "authors": list(content.authors),
        "body_length": len(content.body),
        "beginning": content.body.partition("\n")[0][:_SENTENCE],
        "page": content.page,
        "warnings": list(content.warnings),
    }

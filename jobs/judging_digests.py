"""A digest is judged again at the claim, story by story (DESIGN §4)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from jobs.desk import Desk
from jobs.rules import RuleSet
from storage.alert_claims import AlertNews, ClaimedAlert, ClaimedDigest, DigestItem, DigestMatch
from storage.database import Database
from storage.digests import cancel_copy, drop_items
from storage.digests_reading import read_articles, read_items

log = logging.getLogger("wirewatch.jobs")

_REASON = "the rules in force match none of its stories now"
_UNASKED = "no rule in force asks for it now"
_NOTHING = "nothing is left of what it told"
_PORTION = 100
"""Articles whose words are held at once."""


async def still_told(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """The digest with the stories that stand; None where none does and it was cancelled.

    One that says that nothing was to be told stands as long as a rule that asked for it does. What
    may have been received goes unchanged, and so does what a person asked for. A mail that
    was rendered names what it names: it goes whole, or not at all.
    """
    if claim.message is not None and (claim.uncertain or claim.copy_of is not None):
        return claim
    if claim.digest is not None and claim.digest.empty:
        return claim if claim.copy_of is not None else await _asked_for(desk, claim, claim.digest)
    items = await desk.call(read_items, desk.store.db, claim)
    claim = replace(claim, items=items)
    if claim.uncertain:
        return claim
    if claim.copy_of is not None:
        if items:
            return claim
        await desk.call(cancel_copy, desk.store.db, claim, _NOTHING)
        return None
    return await _judged(desk, claim)


async def _asked_for(desk: Desk, claim: ClaimedAlert, digest: ClaimedDigest) -> ClaimedAlert | None:
    """An empty digest that a rule in force asks for."""
    if claim.uncertain:
        return claim
    if any(desk.rules.tells(asked, claim.recipient) for asked in digest.watchlists):
        return claim
    await desk.call(drop_items, desk.store.db, claim, [], _UNASKED)
    log.info("alert cancelled", extra={"alert": claim.id, "reason": _UNASKED})
    return None


async def _judged(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """The claim with the items of which something stands by the rules in force."""
    every = [match for item in claim.items for match in item.matches]
    tells = {
        watchlist_id: desk.rules.tells(watchlist_id, claim.recipient)
        for watchlist_id in {match.watchlist_id for match in every}
    }
    silent = {match.id for match in every if not tells[match.watchlist_id]}
    asked = [match for match in every if match.id not in silent]
    unmatched = await desk.call(_unmatched, desk.store.db, desk.rules, asked)
    unmatched -= _by_edits(desk.rules, claim.items)
    gone = silent | unmatched
    left = _without(claim.items, gone)
    if not gone and left:
        return claim
    if left and claim.message is not None:
        return claim
    wanted = await desk.call(
        drop_items,
        desk.store.db,
        claim,
        [(item.id, match.id) for item in claim.items for match in item.matches if match.id in gone],
        _REASON,
        unmatched=sorted(unmatched),
    )
    if not wanted:
        log.info("alert cancelled", extra={"alert": claim.id, "reason": _REASON})
        return None
    return replace(claim, items=left)


def _without(items: Iterable[DigestItem], gone: set[int]) -> tuple[DigestItem, ...]:
    """The items of which something stands, with what stands; news goes with its watchlists."""
    left = []
    for item in items:
        matches = tuple(match for match in item.matches if match.id not in gone)
        if matches:
            named = {match.watchlist_id for match in matches}
            left.append(replace(item, matches=matches, news=tuple(_news(item, named))))
    return tuple(left)


def _news(item: DigestItem, named: set[int]) -> Iterable[AlertNews]:
    for news in item.news:
        matches = tuple(match for match in news.matches if match.watchlist_id in named)
        if matches:
            yield replace(news, matches=matches)


def _by_edits(rules: RuleSet, items: Iterable[DigestItem]) -> set[int]:
    """Matches that stand because an edit is told to a watchlist that asks for edits: the text it
    met may be what was taken out."""
    return {
        match.id
        for item in items
        for match in item.matches
        if item.n
        and (stored := rules.watchlist(match.watchlist_id)) is not None
        and stored.watchlist.edits
        and any(news.edit and news.article_id == match.article_id for news in item.news)
    }


def _unmatched(db: Database, rules: RuleSet, found: Sequence[DigestMatch]) -> set[int]:
    """Matches that are none by the present rule and all that is known of the article by now."""
    gone = set[int]()
    doubtful = []
    for match in found:
        stored = rules.watchlist(match.watchlist_id)
        if stored is None:
            gone.add(match.id)
        elif stored.version != match.version or match.present_mark != match.text_mark:
            doubtful.append(match)
    for at in range(0, len(doubtful), _PORTION):
        few = doubtful[at : at + _PORTION]
        texts = read_articles(db, {match.article_id for match in few})
        for match in few:
            article = texts.get(match.article_id)
            if article is None or rules.rematch(match.watchlist_id, article.known) is None:
                gone.add(match.id)
    return gone

"""What an answer amounts to: a usable body, or a reason why not. Pure; tables in the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

from crawler.challenge import is_challenge
from crawler.decoding import decode_body
from crawler.retry_after import parse_retry_after
from crawler.sniff import refused_magic, refused_type
from newsroom.errors import FetchError
from newsroom.model import FetchRequest, FetchResult, Redirect
from newsroom.reasons import Reason

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came over the wire, redirects followed."""

    status: int
    url: str
    headers: Mapping[str, str]
    """Lower-case names, repeated ones joined."""
    body: bytes = b""
    """As transferred, content encodings still on."""
    redirects: tuple[Redirect, ...] = ()
    overrun: bool = False
    """More bytes came than Content-Length announced."""
    unclean: bool = False
    """No length was announced and the connection was lost: only the body shows its end."""
    cut_at_sniff: bool = False
    """The download was stopped because type or first bytes cannot be text."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Reason, detail and finality of an answer, before its body is looked at."""

    reason: Reason
    detail: str = ""
    permanent: bool = False


_OK = Verdict(Reason.OK)


def judge_status(status: int, kind: str) -> Verdict:
    """The meaning of a final status code for a `feed`, `listing` or `page`.

    A page that is not found stays so; a feed's 404 is tried again, as outlets lose and find their
    feeds. 401 and 403 are walls, not the end of the resource. Codes past 599 (LinkedIn's 999,
    Cloudflare's neighbours) are the server's fault.
    """
    words = _words(status)
    if 200 <= status < 300:
        return _judge_success(status, words)
    if status in _REDIRECTS or 300 <= status < 400:
        return Verdict(Reason.MOVED, f"{words}, but nowhere to follow it to")
    if status in (401, 403):
        return Verdict(Reason.BLOCKED, words)
    if status == 404:
        return Verdict(Reason.HTTP_4XX, words, permanent=kind == "page")
    if status == 410:
        return Verdict(Reason.GONE, words, permanent=True)
    if status == 429:
        return Verdict(Reason.RATE_LIMITED, words)
    if 400 <= status < 500:
        return Verdict(Reason.HTTP_4XX, words)
    return Verdict(Reason.HTTP_5XX, words)


def _judge_success(status: int, words: str) -> Verdict:
    if status in (204, 205):
        return Verdict(Reason.EMPTY, words)
    if status == 206:
        return Verdict(Reason.TRUNCATED, f"{words} though no range was asked for")
    return _OK


def _words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _result(
    request: FetchRequest, answer: Answer, now: datetime, verdict: Verdict, body: bytes = b""
) -> FetchResult:
    waits = answer.status in (429, 503)
    return FetchResult(
        request=request,
        reason=verdict.reason,
        detail=verdict.detail,
        status=answer.status,
        url=answer.url,
        redirects=answer.redirects,
        headers=answer.headers,
        body=body,
        retry_after=parse_retry_after(answer.headers.get("retry-after"), now) if waits else None,
        permanent=verdict.permanent,
    )


def judge(
    request: FetchRequest, answer: Answer, *, now: datetime, max_bytes: int, conditional: bool
) -> FetchResult:
    """The result of a request that was answered.

    `conditional` says whether validators were sent: a 304 without them carries nothing. Only reason
    `ok` comes with a body; error pages and what is not whole are dropped.
    """
    result = partial(_result, request, answer, now)
    if answer.status == 304:
        if conditional:
            return result(_OK)
        return result(Verdict(Reason.EMPTY, "304 Not Modified though nothing was asked"))
    verdict = judge_status(answer.status, request.kind)
    if verdict.reason is Reason.OK and answer.cut_at_sniff:
        return result(_not_text(request.kind, answer))
    try:
        body = decode_body(answer.body, answer.headers.get("content-encoding", ""), max_bytes)
    except FetchError as error:
        if verdict.reason is not Reason.OK:  # an error page matters by its status alone
            return result(verdict)
        return result(Verdict(error.reason, error.message))
    walled = verdict.reason is not Reason.RATE_LIMITED and is_challenge(
        answer.status, answer.headers, body
    )
    if walled:
        return result(Verdict(Reason.BLOCKED, f"{_words(answer.status)}: a challenge page"))
    if verdict.reason is not Reason.OK:
        return result(verdict)
    return result(*_judge_body(request.kind, answer, body))


def _judge_body(kind: str, answer: Answer, body: bytes) -> tuple[Verdict, bytes]:
    if answer.overrun:
        length = answer.headers.get("content-length", "?")
        return Verdict(Reason.TRUNCATED, f"longer than its Content-Length of {length}"), b""
    if answer.unclean and not _ends(body):
        return Verdict(Reason.TRUNCATED, "the connection ended within the body"), b""
    if not body.strip():
        return Verdict(Reason.EMPTY, "an empty body"), b""
    if refused_magic(body):
        return _not_text(kind, answer, body), b""
    return _OK, body


_LAST_TAGS = (b"</html>", b"</rss>", b"</feed>", b"</rdf:rdf>", b"</urlset>", b"</sitemapindex>")


def _ends(body: bytes) -> bool:
    """Whether a document's end is there, give or take a cache's comment after it."""
    tail = body[-512:].rstrip().lower()
    return tail.endswith(b"}") or any(tag in tail for tag in _LAST_TAGS)


def _not_text(kind: str, answer: Answer, body: bytes = b"") -> Verdict:
    what = refused_magic(body or answer.body) or refused_type(
        answer.headers.get("content-type", "")
    )
    detail = f"a {kind} cannot be {what or 'this type'}"
    if kind == "feed":
        return Verdict(Reason.NOT_A_FEED, detail)
    return Verdict(Reason.PARSE_ERROR, detail, permanent=kind == "page")

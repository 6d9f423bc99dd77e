"""The mail's own words, in each language a reader can choose.

Korean sentences are put so that no particle has to agree with a name that is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Strings:
    """Templates for `str.format`; what stands in braces is named alike in every language."""

    language: str
    first_seen: str
    credit: str
    why: str
    undecided: str
    also_in: str
    new: str
    first_by: str
    earlier: str
    late: str
    page_pending: str
    partial: str
    gone: str
    because: str
    stop: str
    because_operator: str
    because_test: str
    sources_ok: str
    sources_bad: str
    problem: str
    since: str
    test_title: str
    test_line: str
    untitled: str
    story: str
    stories: str
    digest: str
    digest_subject: str
    archive: str
    archive_subject: str
    archive_intro: str
    more: str
    reasons: MappingProxyType[str, str]
    """Reason code → what it means; an unknown code is shown as it is."""


_EN_REASONS = {
    "dns": "host name not found",
    "connect": "cannot be reached",
    "tls": "no trusted certificate",
    "timeout": "answers too slowly",
    "http_4xx": "refuses the request",
    "http_5xx": "server error",
    "blocked": "blocks us",
    "rate_limited": "asks us to slow down",
    "truncated": "answer cut short",
    "too_large": "answer too large",
    "not_a_feed": "does not answer with a feed",
    "parse_error": "feed unreadable",
    "empty": "feed empty",
    "stale": "nothing new for too long",
    "moved": "has moved",
    "layout_changed": "page layout changed",
    "gone": "gone",
    "robots": "robots.txt forbids it",
    "private_address": "leads to a private address",
    "internal": "fault in Wirewatch",
}
_KO_REASONS = {
    "dns": "호스트 이름을 찾을 수 없음",
    "connect": "연결할 수 없음",
    "tls": "인증서를 신뢰할 수 없음",
    "timeout": "응답이 너무 느림",
    "http_4xx": "요청을 거부함",
    "http_5xx": "서버 오류",
    "blocked": "접근을 차단함",
    "rate_limited": "요청 빈도 제한",
    "truncated": "응답이 도중에 끊김",
    "too_large": "응답이 너무 큼",
    "not_a_feed": "피드가 아닌 응답",
    "parse_error": "피드를 읽을 수 없음",
    "empty": "피드가 비어 있음",
    "stale": "오랫동안 새 글이 없음",
    "moved": "주소가 바뀜",
    "layout_changed": "페이지 구조가 바뀜",
    "gone": "없어짐",
    "robots": "robots.txt에서 금지함",
    "private_address": "사설 주소로 연결됨",
    "internal": "Wirewatch 내부 오류",
}

EN: Final = Strings(
    language="en",
    first_seen="first seen {time}",
    credit="text by {credit}",
    why="Why",
    undecided="word borders could not be checked",
    also_in="Also in",
    new="New",
    first_by="first by {source}",
    earlier="You were told before of",
    late="Late: this was found after a gap in polling.",
    page_pending="The page could not be read yet; this is what the feed says.",
    partial="Only a part of the page could be read.",
    gone="The outlet has taken this page down.",
    because="You get this because {recipient} is named in: {watchlists}.",
    stop="To stop: send a mail with the subject “unsubscribe” to {sender}.",
    because_operator="You get this because {recipient} is named as operator.",
    because_test="You get this because a test was asked for.",
    sources_ok="Sources watched: {count}, all of them answer.",
    sources_bad="Sources: {good} of {count} watched sources answer.",
    problem="{source}: {reason}",
    since=" (since {time})",
    test_title="Test mail",
    test_line="Mail from Wirewatch reaches this address. Nothing else is to be done.",
    untitled="(untitled)",
    story="1 story",
    stories="{count} stories",
    digest="{stories}, {days}",
    digest_subject="{stories}, {days}",
    archive="From the archive, {days}: {stories}",
    archive_subject="{stories}, {days}, from the archive",
    archive_intro="Found by going through the articles stored in these days; each story is told "
    "once, here.",
    more="And {stories} more, for which there is no room here. To see them all:",
    reasons=MappingProxyType(_EN_REASONS),
)

KO: Final = Strings(
    language="ko",
    first_seen="{time} 처음 확인",
    credit="기사 제공: {credit}",
    why="선정 이유",
    undecided="단어 경계를 확인하지 못함",
    also_in="다른 매체",
    new="새로 나온 내용",
    first_by="최초 보도: {source}",
    earlier="앞서 알려 드린 기사",
    late="지연: 수집 공백 이후에 발견된 기사입니다.",
    page_pending="아직 기사 페이지를 읽지 못해 피드의 내용을 보냅니다.",
    partial="기사 페이지의 일부만 읽을 수 있었습니다.",
    gone="언론사가 이 페이지를 내렸습니다.",
    because="{recipient} 주소가 감시 목록의 수신자로 등록되어 있어 보내 드립니다: {watchlists}.",
    stop="수신을 중단하려면 제목을 “unsubscribe”로 하여 {sender} 주소로 메일을 보내 주십시오.",
    because_operator="{recipient} 주소가 운영자로 등록되어 있어 보내 드립니다.",
    because_test="시험 발송 요청에 따라 보내 드립니다.",
    sources_ok="수집처: 감시 중인 {count}곳 모두 정상입니다.",
    sources_bad="수집처: 감시 중인 {count}곳 가운데 {good}곳이 정상입니다.",
    problem="{source}: {reason}",
    since=" ({time}부터)",
    test_title="시험 메일",
    test_line="Wirewatch의 메일이 이 주소에 도착했습니다. 따로 하실 일은 없습니다.",
    untitled="(제목 없음)",
    story="기사 1건",
    stories="기사 {count}건",
    digest="{stories}, {days}",
    digest_subject="{stories}, {days}",
    archive="지난 기사, {days}: {stories}",
    archive_subject="{stories}, {days}, 지난 기사",
    archive_intro="이 기간에 저장된 기사를 다시 살펴 찾은 것입니다. 각 기사는 여기에서 한 번만 "
    "알려 드립니다.",
    more="여기에 싣지 않은 {stories}이 더 있습니다. 모두 보려면:",
    reasons=MappingProxyType(_KO_REASONS),
)


def strings(language: str) -> Strings:
    """The words of a language; English where it is none we have."""
    return KO if language == "ko" else EN

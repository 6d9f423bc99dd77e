"""The words of notices that are found by looking, in the operator's language."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """Templates for `str.format`; a title is followed by `since ...` where it is a mail's."""

    silent: str
    partly: str
    stale: str
    partly_stale: str
    moved: str
    pages: str
    listing: str
    because: str
    """A title with its one reason; what is before ` · ` takes the time."""
    page_line: str
    evidence: str
    feed: str
    status: str
    last_ok: str
    never_ok: str
    asked_to_wait: str
    more: str
    stuck: str
    stuck_one: str
    oldest: str
    disk: str
    free: str
    groups: MappingProxyType[str, str]
    """Class → the title of a mail that tells of many."""
    group: str


EN: Final = Words(
    silent="{name}: silent",
    partly="{name}: {bad} of {feeds} feeds silent",
    stale="{name}: silent",
    partly_stale="{name}: {bad} of {feeds} feeds silent",
    moved="{name}: feed moved",
    pages="{name}: article pages",
    listing="{name}: listings cannot be read",
    because="{title} · {reason}",
    page_line="{evidence}",
    evidence=" ({evidence})",
    feed="{url}: {reason}{status}; {last}",
    status=", HTTP {status}",
    last_ok="it last answered as it should at {time}",
    never_ok="it has never answered as it should",
    asked_to_wait="it asks not to be asked before {time}",
    more="and {count} more",
    stuck="outbox stuck: {count} alerts wait",
    stuck_one="outbox stuck: 1 alert waits",
    oldest="The one that has waited longest should have gone at {time}.",
    disk="disk low: {free} free",
    free="{path}: {free} of {total} free",
    groups=MappingProxyType(
        {
            "source": "{count} sources silent",
            "feed": "{count} feeds not polled any more",
            "alert": "alerts held: {count}",
        }
    ),
    group="{count} notices",
)

KO: Final = Words(
    silent="{name}: 응답 없음",
    partly="{name}: 피드 {feeds}개 중 {bad}개 응답 없음",
    stale="{name}: 새 기사 없음",
    partly_stale="{name}: 피드 {feeds}개 중 {bad}개 새 기사 없음",
    moved="{name}: 피드 주소 변경",
    pages="{name}: 기사 페이지 이상",
    listing="{name}: 기사 목록을 읽을 수 없음",
    because="{title} · {reason}",
    page_line="{reason}: {evidence}",
    evidence=" ({evidence})",
    feed="{url}: {reason}{status}; {last}",
    status=", HTTP {status}",
    last_ok="마지막 정상 응답: {time}",
    never_ok="정상 응답 기록 없음",
    asked_to_wait="{time} 이전에는 요청하지 말라고 함",
    more="그 밖에 {count}건",
    stuck="발송 지연: 알림 {count}건 대기",
    stuck_one="발송 지연: 알림 1건 대기",
    oldest="가장 오래 기다린 알림의 발송 예정 시각: {time}.",
    disk="디스크 부족: 여유 공간 {free}",
    free="{path}: {total} 중 {free} 남음",
    groups=MappingProxyType(
        {
            "source": "수집처 {count}곳 응답 없음",
            "feed": "수집 중단된 피드 {count}개",
            "alert": "보류된 알림 {count}건",
        }
    ),
    group="통지 {count}건",
)


def notice_words(language: str) -> Words:
    """The words of a language; English where it is none we have."""
    return KO if language == "ko" else EN

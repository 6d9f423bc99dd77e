"""The words of the page that stops mails, in each language a reader can choose.

Korean sentences are put so that no particle has to agree with a name that is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class StopWords:
    """Templates for `str.format`; what stands in braces is named alike in every language."""

    language: str
    ask: str
    ask_lead: str
    stopped: str
    stopped_lead: str
    done: str
    done_lead: str
    done_all_lead: str
    back: str
    back_lead: str
    nothing: str
    nothing_lead: str
    notice: str
    notice_lead: str
    unknown: str
    unknown_lead: str
    not_understood: str
    to: str
    since: str
    by_operator: str
    not_told: str
    told: str
    more: str
    stop_one: str
    stop_these: str
    stop_all: str
    stop_all_note: str
    take_back: str
    under_way: str
    one_click: str


EN: Final = StopWords(
    language="en",
    ask="Stop these mails?",
    ask_lead="The mail you come from was sent because this address is named in:",
    stopped="These mails are stopped",
    stopped_lead="Nothing more is sent to this address about:",
    done="Done: these mails are stopped",
    done_lead="From now on nothing is sent to this address about:",
    done_all_lead="From now on no watchlist of this Wirewatch writes to this address.",
    back="Done: you get these mails again",
    back_lead="What is found from now on is sent to this address again, about:",
    nothing="There is nothing to stop",
    nothing_lead="This address is not named any more in:",
    notice="This mail names no watchlist",
    notice_lead="It was written to those who look after this Wirewatch. Whoever runs it decides "
    "who they are.",
    unknown="This link is not known",
    unknown_lead="It may have been cut short on its way, or it belongs to another Wirewatch. "
    "Please take it once more from the mail itself. Nothing was changed.",
    not_understood="The request was not understood, and nothing was changed. Please use the "
    "buttons below.",
    to="Mails to",
    since="stopped since {time}",
    by_operator="paused by the operator since {time}",
    not_told="this address is not named any more",
    told="still sent",
    more="and {count} more",
    stop_one="Stop these mails",
    stop_these="Stop all of these",
    stop_all="Stop everything for this address",
    stop_all_note="Further watchlists of this Wirewatch that write to this address: {count}.",
    take_back="Take it back",
    under_way="A mail that is already on its way may still arrive.",
    one_click="Stopped. {recipient} gets nothing more about: {watchlists}.",
)

KO: Final = StopWords(
    language="ko",
    ask="이 메일을 그만 받으시겠습니까?",
    ask_lead="보고 계시던 메일은 이 주소가 다음 감시 목록에 등록되어 있어 보내 드린 것입니다.",
    stopped="수신이 중단된 상태입니다",
    stopped_lead="다음 감시 목록의 소식은 이 주소로 보내지 않습니다.",
    done="수신을 중단했습니다",
    done_lead="이제부터 다음 감시 목록의 소식을 이 주소로 보내지 않습니다.",
    done_all_lead="이제부터 이 Wirewatch의 어떤 감시 목록도 이 주소로 메일을 보내지 않습니다.",
    back="다시 받으시게 되었습니다",
    back_lead="이제부터 새로 찾은 소식을 이 주소로 다시 보내 드립니다.",
    nothing="중단할 메일이 없습니다",
    nothing_lead="이 주소는 다음 감시 목록에 더 이상 등록되어 있지 않습니다.",
    notice="감시 목록과 관계없는 메일입니다",
    notice_lead="Wirewatch를 관리하는 분들께 보낸 메일입니다. 받는 사람은 운영자가 정합니다.",
    unknown="알 수 없는 링크입니다",
    unknown_lead="링크가 도중에 잘렸거나 다른 Wirewatch의 링크일 수 있습니다. 메일에 있는 "
    "링크를 다시 눌러 주십시오. 바뀐 것은 없습니다.",
    not_understood="요청을 이해하지 못해 아무것도 바꾸지 않았습니다. 아래 단추를 사용해 주십시오.",
    to="받는 주소",
    since="{time}부터 중단됨",
    by_operator="{time}부터 운영자가 중단함",
    not_told="이 주소는 더 이상 등록되어 있지 않음",
    told="계속 보내는 중",
    more="외 {count}개",
    stop_one="이 메일 그만 받기",
    stop_these="위 목록 모두 그만 받기",
    stop_all="이 주소로 오는 모든 메일 그만 받기",
    stop_all_note="이 Wirewatch에서 이 주소로 소식을 보내는 감시 목록이 {count}개 더 있습니다.",
    take_back="되돌리기",
    under_way="이미 발송 중인 메일은 도착할 수 있습니다.",
    one_click="수신이 중단되었습니다. {recipient} 주소로 더 이상 보내지 않는 감시 목록: "
    "{watchlists}.",
)


def stop_words(language: str) -> StopWords:
    """The words of a language; English where it is none we have."""
    return KO if language == "ko" else EN


def chosen_language(accepted: str, usual: str) -> str:
    """`en` or `ko`, whichever an Accept-Language header puts first; `usual` where it names neither.

    >>> chosen_language("de, ko;q=0.8, en;q=0.5", "en")
    'ko'
    """
    best, weight = usual, 0.0
    for entry in accepted[:200].split(","):
        tag, _, parameter = entry.partition(";")
        language = tag.strip().lower().partition("-")[0]
        q = _weight(parameter)
        if language in ("en", "ko") and q > weight:
            best, weight = language, q
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return max(0.0, min(float(value), 1.0))
    except ValueError:
        return 0.0

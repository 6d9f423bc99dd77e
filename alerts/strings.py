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
    updated: str
    edits: str
    edit_between: str
    edit_found: str
    withdrawn_between: str
    withdrawn_found: str
    headline: str
    first_by: str
    earlier: str
    late: str
    late_gap: str
    late_witness: str
    page_pending: str
    partial: str
    gone: str
    because: str
    stop: str
    stop_page: str
    stop_link: str
    because_operator: str
    because_test: str
    sources_ok: str
    sources_bad: str
    problem: str
    since: str
    covered: str
    covered_all: str
    covered_more: str
    polls: str
    no_gaps: str
    gap: str
    gap_open: str
    gap_recovered: str
    gap_lost: str
    gaps_more: str
    recall: str
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
    digest_part: str
    digest_late: str
    digest_late_gap: str
    digest_late_witness: str
    digest_many: str
    digest_quiet: str
    digest_over_cap: str
    digest_released: str
    part_subject: str
    late_subject: str
    nothing: str
    nothing_subject: str
    nothing_today: str
    nothing_long: str
    nothing_healthy: str
    nothing_unwell: str
    nothing_unknown: str
    chart: str
    chart_alt: str
    more: str
    notice_since: str
    notice_over: str
    notice_since_line: str
    notice_from_to: str
    notice_more: str
    about: MappingProxyType[str, str]
    """What a notice is about (the first word of its subject) → what that means."""
    edit_kinds: MappingProxyType[str, str]
    withdrawn_how: MappingProxyType[str, str]
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
_EN_KINDS = {
    "headline": "headline",
    "number": "numbers or dates",
    "quotation": "quotation",
    "term": "watched words",
    "text": "wording",
}
_KO_KINDS = {
    "headline": "제목",
    "number": "숫자나 날짜",
    "quotation": "인용문",
    "term": "감시하는 말",
    "text": "표현",
}
_EN_GONE = {
    "front_page": "it leads to the front page",
    "says_gone": "it says that there is no such page",
    "elsewhere": "it leads to another article",
}
_KO_GONE = {
    "front_page": "첫 화면으로 연결됨",
    "says_gone": "없는 페이지라고 표시함",
    "elsewhere": "다른 기사로 연결됨",
}
_EN_ABOUT = {
    "source": "What this source publishes is not seen until it answers again. It is asked again "
    "by itself.",
    "feed": "The other feeds and listings of its source are polled as before.",
    "article": "Nothing else is concerned.",
    "channel": "What is to be sent is kept and goes, once, as soon as the channel works again. It "
    "is tried again by itself.",
    "disk": "Without room nothing can be stored, and then nothing is polled or sent. Free some, or "
    "keep less (retention).",
    "outbox": "What waits is kept and goes as soon as it can. The channel, or a single recipient, "
    "may be the reason.",
    "configuration": "What was in force before stays in force until the file can be read.",
    "alert": "It is not tried again by itself.",
    "address": "Nothing more is sent to this address until a person says so; what comes for it "
    "waits.",
    "mailbox": "Mails that come back are not seen until it can be read; sending goes on.",
}
_KO_ABOUT = {
    "source": "다시 응답할 때까지 이 수집처의 새 기사를 볼 수 없습니다. 수집은 자동으로 다시 "
    "시도됩니다.",
    "feed": "같은 수집처의 다른 피드와 목록은 그대로 수집됩니다.",
    "article": "그 밖에는 영향이 없습니다.",
    "channel": "보낼 메일은 보관되어 있으며 채널이 복구되는 대로 한 번씩 발송됩니다. 재시도는 "
    "자동으로 이루어집니다.",
    "disk": "저장 공간이 없으면 저장도 수집도 발송도 할 수 없습니다. 공간을 확보하거나 보관 기간"
    "(retention)을 줄여 주십시오.",
    "outbox": "대기 중인 메일은 보관되어 있으며 가능한 대로 발송됩니다. 채널이나 특정 수신자가 "
    "원인일 수 있습니다.",
    "configuration": "파일을 읽을 수 있을 때까지 이전 설정이 그대로 적용됩니다.",
    "alert": "자동으로 다시 시도하지 않습니다.",
    "address": "사람이 해제할 때까지 이 주소로는 메일을 보내지 않으며, 보낼 메일은 보관됩니다.",
    "mailbox": "다시 읽을 수 있을 때까지 반송 메일을 확인하지 못합니다. 발송은 계속됩니다.",
}

EN: Final = Strings(
    language="en",
    first_seen="first seen {time}",
    credit="text by {credit}",
    why="Why",
    undecided="word borders could not be checked",
    also_in="Also in",
    new="New",
    updated="changed {time}",
    edits="Changed by the outlet",
    edit_between="{kinds}: changed between {since} and {until}.",
    edit_found="{kinds}: the change was found at {until}.",
    withdrawn_between="The page was withdrawn ({how}) between {since} and {until}.",
    withdrawn_found="The page was withdrawn ({how}); found at {until}.",
    headline="Headline",
    first_by="first by {source}",
    earlier="You were told before of",
    late="Late: this was found after a gap in polling.",
    late_gap="Late: this was found in a listing, after a gap between polls of the feed.",
    late_witness="Late: the feed never showed this; it was found in a listing.",
    page_pending="The page could not be read yet; this is what the feed says.",
    partial="Only a part of the page could be read.",
    gone="The outlet has taken this page down.",
    because="You get this because {recipient} is named in: {watchlists}.",
    stop="To stop: send a mail with the subject “{subject}” to {sender}.",
    stop_page="To stop, open this page and confirm:",
    stop_link="Stop these mails",
    because_operator="You get this because {recipient} is named as operator.",
    because_test="You get this because a test was asked for.",
    sources_ok="Sources watched: {count}, all of them answer.",
    sources_bad="Sources: {good} of {count} watched sources answer.",
    problem="{source}: {reason}",
    since=" (since {time})",
    covered="{source}: {said}",
    covered_all="{count} sources: {said}",
    covered_more="The other {count} sources: {said}",
    polls="{ok}/{polls} polls",
    no_gaps="0 gaps",
    gap="gap {since}-{until}",
    gap_open="not known yet what it held",
    gap_recovered="{count} recovered",
    gap_lost="{count} lost",
    gaps_more="{count} more gaps",
    recall="{missed} of {shown} listed articles had not come in",
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
    digest_part="Part {part}: it goes on from the mail before it.",
    digest_late="Late: these were found after a gap in polling.",
    digest_late_gap="Late: these were found in a listing, after a gap between polls of the feed.",
    digest_late_witness="Late: the feed never showed these; they were found in a listing.",
    digest_many="Many at once: one look at a feed brought more than are told one by one.",
    digest_quiet="Held during quiet hours.",
    digest_over_cap="Beyond your number of mails an hour, so told in one.",
    digest_released="These waited while no mail was sent to this address.",
    part_subject="{subject}, part {part}",
    late_subject="{subject}, late",
    nothing="Nothing new, {days}",
    nothing_subject="nothing new, {days}",
    nothing_today="Nothing today",
    nothing_long="Nothing in these days",
    nothing_healthy="{nothing}; all sources healthy.",
    nothing_unwell="{nothing}, but not all sources answer as they should:",
    nothing_unknown="{nothing}. How the sources are could not be told.",
    chart="Matches, {days}: {count}; most {most} on {day}",
    chart_alt="Chart of the matches a day: {watchlist}",
    more="And {stories} more, for which there is no room here. To see them all:",
    notice_since="{title} since {time}",
    notice_over="over: {title}",
    notice_since_line="Since {time}.",
    notice_from_to="From {since} to {until}: {duration}.",
    notice_more="To see or do more:",
    about=MappingProxyType(_EN_ABOUT),
    edit_kinds=MappingProxyType(_EN_KINDS),
    withdrawn_how=MappingProxyType(_EN_GONE),
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
    updated="{time} 바뀜",
    edits="언론사가 고친 내용",
    edit_between="{kinds}: {since}에서 {until} 사이에 바뀌었습니다.",
    edit_found="{kinds}: {until}에 확인했습니다.",
    withdrawn_between="이 페이지는 {since}에서 {until} 사이에 내려졌습니다({how}).",
    withdrawn_found="이 페이지가 내려진 것을 {until}에 확인했습니다({how}).",
    headline="제목",
    first_by="최초 보도: {source}",
    earlier="앞서 알려 드린 기사",
    late="지연: 수집 공백 이후에 발견된 기사입니다.",
    late_gap="지연: 피드 수집 사이의 공백이 확인되어 기사 목록에서 찾은 기사입니다.",
    late_witness="지연: 피드에 나오지 않아 기사 목록에서 찾은 기사입니다.",
    page_pending="아직 기사 페이지를 읽지 못해 피드의 내용을 보냅니다.",
    partial="기사 페이지의 일부만 읽을 수 있었습니다.",
    gone="언론사가 이 페이지를 내렸습니다.",
    because="{recipient} 주소가 감시 목록의 수신자로 등록되어 있어 보내 드립니다: {watchlists}.",
    stop="수신을 중단하려면 제목을 “{subject}”로 하여 {sender} 주소로 메일을 보내 주십시오.",
    stop_page="수신을 중단하려면 다음 페이지를 열어 확인해 주십시오:",
    stop_link="수신 중단",
    because_operator="{recipient} 주소가 운영자로 등록되어 있어 보내 드립니다.",
    because_test="시험 발송 요청에 따라 보내 드립니다.",
    sources_ok="수집처: 감시 중인 {count}곳 모두 정상입니다.",
    sources_bad="수집처: 감시 중인 {count}곳 가운데 {good}곳이 정상입니다.",
    problem="{source}: {reason}",
    since=" ({time}부터)",
    covered="{source}: {said}",
    covered_all="수집처 {count}곳: {said}",
    covered_more="나머지 {count}곳: {said}",
    polls="확인 {ok}/{polls}회",
    no_gaps="공백 없음",
    gap="{since}-{until} 공백",
    gap_open="누락 여부 확인 중",
    gap_recovered="{count}건 복구",
    gap_lost="{count}건 누락",
    gaps_more="그 밖의 공백 {count}건",
    recall="목록의 {shown}건 가운데 {missed}건이 들어오지 않았음",
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
    digest_part="{part}부: 앞선 메일에서 이어집니다.",
    digest_late="지연: 수집 공백 이후에 발견된 기사들입니다.",
    digest_late_gap="지연: 피드 수집 사이의 공백이 확인되어 기사 목록에서 찾은 기사들입니다.",
    digest_late_witness="지연: 피드에 나오지 않아 기사 목록에서 찾은 기사들입니다.",
    digest_many="한 번의 수집에서 하나씩 알리기에는 많은 기사가 나와 모아서 보내 드립니다.",
    digest_quiet="방해 금지 시간에 모아 둔 기사입니다.",
    digest_over_cap="시간당 메일 수를 넘어 모아서 보내 드립니다.",
    digest_released="이 주소로 메일을 보내지 않는 동안 모아 둔 기사입니다.",
    part_subject="{subject}, {part}부",
    late_subject="{subject}, 지연",
    nothing="새 기사 없음, {days}",
    nothing_subject="새 기사 없음, {days}",
    nothing_today="오늘은 새 기사가 없습니다",
    nothing_long="이 기간에는 새 기사가 없습니다",
    nothing_healthy="{nothing}. 모든 수집처가 정상입니다.",
    nothing_unwell="{nothing}. 다만 일부 수집처가 정상이 아닙니다:",
    nothing_unknown="{nothing}. 수집처의 상태는 확인하지 못했습니다.",
    chart="일치 건수, {days}: {count}건, 최다 {most}건 ({day})",
    chart_alt="일별 일치 건수 그래프: {watchlist}",
    more="여기에 싣지 않은 {stories}이 더 있습니다. 모두 보려면:",
    notice_since="{title} ({time}부터)",
    notice_over="해소: {title}",
    notice_since_line="{time}부터입니다.",
    notice_from_to="{since}부터 {until}까지: {duration}.",
    notice_more="확인이나 조치를 하려면:",
    about=MappingProxyType(_KO_ABOUT),
    edit_kinds=MappingProxyType(_KO_KINDS),
    withdrawn_how=MappingProxyType(_KO_GONE),
    reasons=MappingProxyType(_KO_REASONS),
)


def strings(language: str) -> Strings:
    """The words of a language; English where it is none we have."""
    return KO if language == "ko" else EN

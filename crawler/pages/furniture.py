"""The phrases that are never part of a story: share, rights, marks, related links.

Each list says where its phrases stand: as a whole line, or at the end of one.
"""

from __future__ import annotations

import re

MARK = r"(?:\(\s*END\s*\)|\(\s*끝\s*\))"
_STAMP = r"\d{4}[/.-]\d\d?[/.-]\d\d?\s+\d\d?:\d\d(?::\d\d)?"
_WHOLE_LINES = (
    MARK,
    r"Link copied!?",
    r"Share(?: this article)?",
    r"Print",
    r"Related (?:Articles?|News|Stories)\b.{0,20}",
    r"Keywords",
    r"관련\s?(?:기사|뉴스)",
    r"기사\s?공유.{0,20}",
    r"공유하기",
    r"카카오톡에 공유.{0,20}",
    r"글자크기.{0,20}",
    r"본문.{0,4}글씨.{0,20}",
    r"송고시간.{0,40}",
    r"송고\s?\d.{0,30}",
    rf"{_STAMP}\s*송고",
    rf"(?:입력|수정|최종\s?수정|기사\s?입력)\s?[:|]?\s*{_STAMP}",
    r"URL.{0,8}복사.{0,20}",
    r"구독하기",
    r"▶?\s*제보는 카카오톡.{0,60}",
    r".{0,10}기사\s?(?:문의\s?및\s?)?제보.{0,80}",
    r"\[?\s*(?:사진|그래픽|영상)\s*=?\s*[가-힣A-Za-z ]{0,20}(?:제공|캡처|DB)\s*\]?",
    r"\[(?:카카오톡|카톡|전화|이메일|메일|유튜브|텔레그램|라인|홈페이지)\].{0,60}",
    r"[▷▶●◆■·*-]\s?(?:카카오톡|카톡|전화|이메일|메일)\s?[:：]?\s?.{0,30}(?:\d{3}-?\d{4}|@|검색).{0,30}",
    r"[■▶▷]\s?제보하기",
    r".{0,30}(?:여러분|당신)의 (?:소중한 )?제보(?:를 기다립니다|가 뉴스가 됩니다).{0,10}",
    r"[▷▶※].{0,40}구독해\s?주세요.{0,3}",
    r"[▲※*]?\s?(?:위\s)?(?:사진|영상|자료)(?:은|는)?\s(?:이\s)?기사\s?(?:내용)?과\s?.{0,8}관련이?\s?없.{0,12}",
    r"인터뷰 자료의 저작권은 .{1,30}에 있습니다.{0,3}",
    r"전문 게재나 인터뷰 인용 보도 시,?",
    r"아래와 같이 채널명과 .{0,20}프로그램명을 밝혀주시기 바랍니다.{0,3}",
    r"YONHAP NEWS AGENCY",
    r"(?:#[^\s#]+\s?)+",
    r"[/|]\s?(?:연합뉴스|뉴시스|뉴스1|로이터|AP|AFP|EPA)(?:[\s·/-]?연합뉴스)?",
)
WHOLE_LINE = re.compile("|".join(f"(?:{line})" for line in _WHOLE_LINES), re.IGNORECASE)

_RIGHTS_WORDS = (
    r"무단\s?(?:전재|복제|배포|사용)[^.]{0,40}(?:금지|금합니다)",
    r"무단\s?전재[\s,·/-]{0,3}(?:및\s?)?재배포",
    r"AI\s?학습\s?(?:및|이용|포함)\s?활용\s?금지",
    r"all rights reserved",
    r"^[<\[(〈＜]?(?:ⓒ|©|\(c\)|copyrights?\s\d{4})",
    r"(?:copyrights?|저작권자?)\s*[:=]?\s*(?:ⓒ|©|\(c\))",
    r"redistribution.{0,20}prohibited",
)
RIGHTS = re.compile("|".join(_RIGHTS_WORDS), re.IGNORECASE)
RIGHTS_START = re.compile(
    r"\s*(?:▶?\s*제보는 카카오톡"
    r"|[<\[(〈＜]?\s*(?:저작권자?|copyrights?)\s*[:=]?\s*(?:ⓒ|©|\(c\))|ⓒ|©)",
    re.IGNORECASE,
)
"""Where rights text begins inside a line that starts as something else."""

FINAL_MARK = re.compile(rf"\s*{MARK}\s*$")
FINAL_PHOTO = re.compile(r"\s*[(\[]\s*사진\s?(?:제공|출처)?\s?[=:][^()\[\]]{1,40}[)\]]$")
OPENING_NOTE = re.compile(r"\((?:ATTN|EDS|Eds|ATTENTION)\s*[:;]")

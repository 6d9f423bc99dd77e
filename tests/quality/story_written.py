"""Labelled articles written for the project: they need no captures, so their gate runs everywhere.

`story_cases.jsonl` has events each told by two outlets in words of their own: two stories. Here are
the reports that recur with other numbers (each its own story, however alike), and flashes with what
the same outlet filed after them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsroom.stories import StoryInput
from tests.quality.story_batches import Item
from tests.quality.story_texts import Original, number

CASES = Path(__file__).with_name("story_cases.jsonl")
_MORNING = datetime(2026, 3, 9, tzinfo=UTC)
_DAYS = 6

_TEMPLATES = (
    (
        "en",
        "Seoul shares open {up}",
        "SEOUL, March {day} (Yonhap) -- South Korean stocks opened {up} {weekday}, tracking {other} "
        "on Wall Street.\n\nThe benchmark Korea Composite Stock Price Index (KOSPI) {moved} {a}.{b} "
        "points, or 0.{b} percent, to 2,{a}7.{c} in the first 15 minutes of trading.\n\nTop-cap "
        "Samsung Electronics {moved} 0.{c} percent, and chip giant SK hynix gained 1.{b} percent. "
        "Carmaker Hyundai Motor lost 0.{a} percent.\n\nThe local currency was trading at "
        "1,3{a}.{c} won against the dollar, {up} than the previous session's close.",
    ),
    (
        "en",
        "Seoul shares close {up} on foreign trading",
        "SEOUL, March {day} (Yonhap) -- South Korean stocks finished {up} {weekday} as foreigners "
        "turned to {net} positions. The Korean won {moved} against the U.S. dollar.\n\nThe "
        "benchmark Korea Composite Stock Price Index (KOSPI) {moved} {b}.{a} points, or 0.{c} "
        "percent, to close at 2,{b}1.{a}. Trade volume was moderate at {a}5.{b} million shares "
        "worth {c}.{b} trillion won, with winners and losers at {a}1 to {c}4.\n\nForeigners "
        "{net} a net {c}1.{a} billion won worth of shares, while institutions and retail "
        "investors made up the other side.\n\nThe yield on three-year Treasurys {moved} 0.{a} "
        "basis point to 2.{c} percent.",
    ),
    (
        "en",
        "[Weather] {sky} skies expected {weekday}",
        "The Korea Meteorological Administration forecast {sky} skies for most parts of the "
        "country on {weekday}, with morning lows ranging from minus {b} to {c} degrees Celsius and "
        "daytime highs from {c} to 1{b} degrees.\n\nFine dust levels are expected to be moderate "
        "in all regions. Waves are likely to reach heights of up to {b}.5 meters off the east "
        "coast.\n\nSeoul will see a morning low of {c} and a high of 1{b} degrees.",
    ),
    (
        "en",
        "S. Korea reports {a} new virus cases",
        "SEOUL, March {day} (Yonhap) -- South Korea reported {a} new virus cases on {weekday}, "
        "bringing the nation's total to 11,{a}{b}, the Korea Disease Control and Prevention Agency "
        "said.\n\nOf the new cases, {b} were local infections and {c} were imported. {b} were "
        "reported in Seoul and {c} in Gyeonggi Province, which surrounds the capital.\n\nThe death "
        "toll rose by {c} to 26{b}. The number of people released from quarantine after full "
        "recoveries stood at 10,{c}{a}, up {a} from a day earlier.",
    ),
    (
        "en",
        "Dollar trades at 1,3{a} won in Seoul",
        "The U.S. dollar traded at 1,3{a}.{c} won at 3:30 p.m. on {weekday}, {up} than a day "
        "before. The euro stood at 1,5{b}.{a} won and 100 Japanese yen at 9{c}.{b} won.",
    ),
    (
        "ko",
        "코스피, {a}.{b}p {ko} 출발",
        "(서울=연합뉴스) 홍길동 기자 = {day}일 코스피가 전장보다 {a}.{b}포인트(0.{c}%) {ko} 2,{a}7.{c}로 "
        "출발했다.\n\n이날 오전 9시 15분 현재 유가증권시장에서 개인이 {b}2{c}억원 순매수하고 있으며 외국인과 "
        "기관은 각각 {c}1{a}억원, {b}{a}억원을 순매도하고 있다.\n\n시가총액 상위 종목 가운데 삼성전자가 "
        "0.{c}%, SK하이닉스가 1.{b}% {ko} 거래되고 있다.\n\n코스닥지수는 전장보다 {c}.{a}포인트(0.{b}%) {ko} "
        "8{a}.{b}를 나타내고 있다.",
    ),
    (
        "ko",
        "원/달러 환율 {a}.{b}원 {ko} 마감",
        "(서울=연합뉴스) 성춘향 기자 = {day}일 서울 외환시장에서 미국 달러화 대비 원화 환율은 전 거래일 같은 "
        "시각보다 {a}.{b}원 {ko} 1,3{a}.{c}원에 거래를 마쳤다.\n\n이날 환율은 전날보다 {c}.{b}원 {ko} "
        "1,3{b}.{a}원에 출발해 1,3{c}∼1,3{a}원 사이에서 움직였다.\n\n같은 시각 원/엔 재정환율은 100엔당 "
        "9{c}.{b}원으로 전 거래일 기준가보다 {b}.{c}원 {ko} 마쳤다.",
    ),
    (
        "ko",
        "[오늘의 날씨] 전국 {kosky}…아침 최저 {b}도",
        "(서울=연합뉴스) {weekdayko}요일인 {day}일은 전국이 {kosky} 날씨를 보이겠다.\n\n아침 최저기온은 "
        "{b}∼{c}도, 낮 최고기온은 {c}∼1{b}도로 예상된다.\n\n미세먼지 농도는 전 권역에서 '보통' 수준을 "
        "보이겠다.\n\n바다의 물결은 동해 앞바다에서 0.5∼{b}.0m, 서해와 남해 앞바다에서 0.5∼1.{c}m로 "
        "일겠다.",
    ),
    (
        "ko",
        "[부고] {person}({town}시 과장)씨 부친상",
        "▲ {person2}씨 별세, {person}({town}시 과장)·{person3}씨 부친상 = {day}일, {town}의료원 장례식장 "
        "{c}호실, 발인 {b}일 오전 {c}시, ☎ 02-{a}{b}-{c}{a}",
    ),
    (
        "ko",
        "[인사] {town}시",
        "(서울=연합뉴스) ◇ 과장 승진 ▲ 총무과장 {person} ▲ 도로과장 {person2} ◇ 과장 전보 ▲ 문화예술과장 "
        "{person3} ▲ 안전총괄과장 {person4}",
    ),
    (
        "ko",
        "{town} 등 {region} {b}곳 호우주의보",
        "({town}=연합뉴스) 기상청은 {day}일 오전 {c}시 {a}분을 기해 {town}·{town2}에 호우주의보를 "
        "발효한다고 밝혔다.\n\n호우주의보는 3시간 강우량이 60㎜ 이상이거나 12시간 강우량이 110㎜ 이상 예상될 "
        "때 내려진다.",
    ),
    (
        "ko",
        "[전국 주요 신문 톱뉴스]({day}일 조간)",
        "▲ 새벽일보 = {town} 신공항 {a}조 더 든다\n▲ 한결신문 = {person} 의원, 당대표 출마 선언\n▲ 오늘경제 = "
        "집값 {b}주째 올라\n▲ 나라신문 = {town2}서 {c}명 구조",
    ),
)
_FLASHES = (
    (
        "ko",
        "[속보] 정부, 세종 제2청사 2031년까지 짓기로",
        "정부, 세종 제2청사 2031년까지 짓기로…사업비 9천억원",
        "(세종=연합뉴스) 홍길동 기자 = 정부가 세종시에 제2청사를 2031년까지 짓기로 했다. 사업비는 9천억원이다.",
    ),
    (
        "ko",
        "[1보] 동해서 규모 4.6 지진 발생",
        "동해서 규모 4.6 지진 발생…강원·경북서 흔들림 감지",
        "(강릉=연합뉴스) 변학도 기자 = 11일 오후 동해에서 규모 4.6의 지진이 발생했다고 기상청이 밝혔다.",
    ),
    (
        "ko",
        "[속보] 김도윤 장관 후보자 자진 사퇴",
        '김도윤 장관 후보자 자진 사퇴…"가족에 미안"',
        "(서울=연합뉴스) 심청 기자 = 김도윤 장관 후보자가 11일 스스로 물러나겠다는 뜻을 밝혔다.",
    ),
    (
        "ko",
        "[속보] 한빛전자, 미국 공장 착공 연기",
        "한빛전자, 미국 공장 착공 연기…관세 불확실성 탓",
        "(서울=연합뉴스) 이몽룡 기자 = 한빛전자가 미국 텍사스 공장의 착공을 내년으로 미룬다고 공시했다.",
    ),
    (
        "en",
        "(URGENT) N. Korea fires unidentified projectile toward East Sea: JCS",
        "N. Korea fires unidentified projectile toward East Sea, JCS says",
        "SEOUL, March 11 (Yonhap) -- North Korea fired an unidentified projectile toward the East Sea "
        "on Wednesday, the Joint Chiefs of Staff said.",
    ),
    (
        "en",
        "(URGENT) Court rejects arrest warrant for former trade minister",
        "Court rejects arrest warrant for former trade minister over leaked tender",
        "SEOUL, March 11 (Yonhap) -- A Seoul court on Wednesday rejected a warrant to arrest a former "
        "trade minister, citing a low risk of flight.",
    ),
    (
        "en",
        "(URGENT) Hanbit Electronics to buy Finnish sensor maker for $1.2 bln",
        "Hanbit Electronics to buy Finnish sensor maker for $1.2 bln in cash",
        "SEOUL, March 11 (Yonhap) -- Hanbit Electronics said it would buy a maker of sensors in "
        "Finland for US$1.2 billion to widen its line of parts for cars.",
    ),
)
_OTHERS = (
    ("ko", "[속보] 동해서 규모 3.1 지진 발생", "("),
    ("ko", "[속보] 김도윤 장관 후보자 청문회 시작", "("),
    ("ko", "[속보] 한빛전자, 1분기 영업이익 2조1천억원", "("),
    ("en", "(URGENT) N. Korea says it tested new engine", ""),
    ("en", "(URGENT) Court issues arrest warrant for ex-mayor", ""),
)
"""Flashes of other events on the same day: each its own story."""
_WORDS = {
    "up": ("higher", "lower"),
    "other": ("overnight losses", "gains", "a mixed close"),
    "moved": ("rose", "fell", "added", "shed"),
    "net": ("bought", "sold"),
    "sky": ("clear", "cloudy", "mostly clear", "partly cloudy"),
    "ko": ("오른", "내린", "상승한", "하락한"),
    "kosky": ("맑은", "흐린", "구름 많은"),
    "person": ("김도영", "이서준", "박하윤", "최지우", "정민재", "강수빈"),
    "town": ("원주", "군산", "경주", "진주", "서산", "양산"),
    "region": ("강원", "전북", "경북", "경남", "충남"),
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def told() -> tuple[Original, ...]:
    """Events told twice, each article under its own key: two stories of one event."""
    found = []
    for place, line in enumerate(CASES.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        key = f"told:{row['event']}-{place % 2}"
        at = _MORNING + timedelta(minutes=number(row["event"]) % 1440 + 37 * (place % 2))
        outlet = ("yonhap", "dawn")[place % 2]
        url = f"https://{outlet}.example/{place}"
        article = StoryInput(key, row["title"], row["body"], at, url, outlet)
        found.append(Original(key, row["language"], article))
    return tuple(found)


def recurring() -> tuple[Original, ...]:
    """Reports of one outlet on successive days, from one template with other numbers."""
    found = []
    for place, (language, title, body) in enumerate(_TEMPLATES):
        for day in range(_DAYS):
            key = f"recurring:{place}-{day}"
            words = _filled(key, day)
            at = _MORNING + timedelta(days=day, minutes=60 * place + 5)
            url = f"https://yonhap.example/{place}/{day}"
            article = StoryInput(
                key, title.format(**words), body.format(**words), at, url, "yonhap"
            )
            found.append(Original(key, language, article))
    return tuple(found)


def flashes() -> Iterator[Item]:
    """Flashes, and what their outlet files 20 minutes later; some of other events between."""
    at = _MORNING + timedelta(days=2, hours=5)
    for place, (language, title, later, body) in enumerate(_FLASHES):
        key = f"flash:{place}"
        moment = at + timedelta(minutes=7 * place)
        for kind, head, text, wait in (("flash", title, "(", 0), ("full", later, body, 20)):
            url = f"https://yonhap.example/flash/{place}/{kind}"
            when = moment + timedelta(minutes=wait)
            article = StoryInput(f"{key}-{kind}", head, text, when, url, "yonhap")
            yield Item(article, key, language, kind if kind == "flash" else "original")
    for place, (language, title, text) in enumerate(_OTHERS):
        key = f"otherflash:{place}"
        when = at + timedelta(minutes=11 * place + 3)
        url = f"https://yonhap.example/{key}"
        yield Item(StoryInput(key, title, text, when, url, "yonhap"), key, language, "original")


def _filled(key: str, day: int) -> dict[str, str]:
    words = {name: options[number(key, name) % len(options)] for name, options in _WORDS.items()}
    for n in (2, 3, 4):
        words[f"person{n}"] = _WORDS["person"][number(key, "person", n) % 6]
    words["town2"] = _WORDS["town"][number(key, "town", 2) % 6]
    drawn = {name: str(number(key, name) % 40 + 11) for name in "ac"}
    at = _MORNING + timedelta(days=day)
    return (
        words
        | drawn
        | {
            "b": str(number(key, "b") % 7 + 2),
            "day": str(at.day),
            "weekday": _WEEKDAYS[at.weekday()],
            "weekdayko": "월화수목금토일"[at.weekday()],
        }
    )

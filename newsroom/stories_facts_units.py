"""The units numbers are counted in, in English and Korean; each under the name both share."""

from __future__ import annotations


def _table(lines: str) -> dict[str, str]:
    """Read lines of `name: spelling spelling`."""
    table = {}
    for line in lines.strip().splitlines():
        name, _, spellings = line.partition(": ")
        for spelling in spellings.split():
            table[spelling] = name
    return table


MEASURES = _table(
    """
krw: won
usd: dollar dollars
eur: euro euros
jpy: yen
cny: yuan renminbi
gbp: pound pounds
rub: ruble rubles rouble roubles
%: percent pct
pt: point points
year: year years
month: month months
week: week weeks
day: day days
hour: hour hours
minute: minute minutes
second: second seconds
km: kilometer kilometers kilometre kilometres km kms
m: meter meters metre metres m
cm: centimeter centimeters centimetre centimetres cm
mm: millimeter millimeters millimetre millimetres mm
mile: mile miles
foot: foot feet
inch: inch inches
acre: acre acres
ha: hectare hectares
kg: kilogram kilograms kg
g: gram grams
t: ton tons tonne tonnes metric
barrel: barrel barrels bpd
litre: liter liters litre litres
degree: degree degrees
kw: kilowatt kilowatts kw
mw: megawatt megawatts mw
gw: gigawatt gigawatts gw
kt: kiloton kilotons kt
magnitude: magnitude
fold: times fold
case: case cases infection infections
vote: vote votes
seat: seat seats
head: people person persons man men woman women child children soldier soldiers troop troops
head: sailor sailors officer officers student students worker workers employee employees other
head: others victim victims passenger passengers resident residents lawmaker lawmakers member
head: members patient patients citizen citizens suspect suspects refugee refugees defector
head: defectors inmate inmates crew survivor survivors protester protesters visitor visitors
head: tourist tourists respondent respondents participant participants firefighter firefighters
head: killed dead injured wounded hurt missing arrested detained died deaths death fatalities
head: casualties personnel civilians civilian voters voter police boys boy girls girl
head: teenagers teenager babies baby adults adult
"""
)
"""English words, casefolded. All who are counted by the head are one unit: texts of one story call
the same people soldiers, men, dead or others."""

SYMBOLS = {
    "%": "%", "％": "%", "%p": "pp", "km": "km", "㎞": "km", "m": "m", "cm": "cm", "㎝": "cm",
    "mm": "mm", "㎜": "mm", "kg": "kg", "㎏": "kg", "g": "g", "t": "t", "㎡": "m2", "㎢": "km2",
    "℃": "degree", "ha": "ha", "㏊": "ha", "kw": "kw", "mw": "mw", "gw": "gw", "㎾": "kw",
    "㎿": "mw", "kv": "kv", "㎸": "kv", "kt": "kt", "p": "pt",
}  # fmt: skip
"""What stands right behind the digits."""

CURRENCIES = {
    "$": "usd", "us$": "usd", "₩": "krw", "￦": "krw", "€": "eur", "£": "gbp", "¥": "jpy",
    "a$": "aud", "c$": "cad", "hk$": "hkd", "nt$": "twd", "s$": "sgd",
}  # fmt: skip

COUNTERS = _table(
    """
krw: 원
usd: 달러 불
eur: 유로
jpy: 엔
cny: 위안
gbp: 파운드
rub: 루블
%: 퍼센트 프로
pp: %포인트 퍼센트포인트
pt: 포인트
head: 명 사람
year: 년간 년 주년
month: 개월 달
week: 주간 주일
day: 일간 일째
hour: 시간
minute: 분간 분
second: 초간 초
km: 킬로미터 킬로
m: 미터
cm: 센티미터 센티
mm: 밀리미터
mile: 마일
m2: 제곱미터 평방미터
pyeong: 평
ha: 헥타르
kg: 킬로그램
g: 그램
t: 톤
barrel: 배럴
litre: 리터
degree: 도
kw: 킬로와트
mw: 메가와트
gw: 기가와트
kt: 킬로톤
fold: 배
case: 건
age: 살 세
round: 발
unit: 대
thing: 개
place: 곳
nation: 개국
company: 개사
ship: 척
craft: 기
animal: 마리
house: 가구 세대
floor: 층
piece: 편 장 점 권 채 동 정 자루
vote: 표
seat: 석
time: 차례 회 번
team: 팀
kind: 종 가지
"""
)
"""Korean counters as they follow a number."""

NO_NOUNS = frozenset(
    """
as is was has does its his this thus us yes across always perhaps besides unless ours theirs hers
whereas towards afterwards nevertheless says regards remains shows plans wants seems includes
means makes takes follows comes ends begins less plus minus versus politics series species
""".split()
)
"""Words that end in s and are not the plural of what is counted."""

BARRIERS = frozenset(
    """
a an the and or of in on at to for from by with as that which who were was is are be been will
would had have has but than then when while after before into out over under about against between
during since until per he she it they we i you said not no also only if so because via against its
his her their this these those more less up down off
""".split()
)
"""Words over which a number does not look for its noun; `more` and `less` may stand before it."""

VAGUE = frozenset(
    """
side country nation korea party leader way thing ally minister state government reason issue
neighbor neighbour half chamber part
""".split()
)
"""What `the two` and the like are said of without telling a number."""

"""The words dates are written with: months, weekdays, zone names, and labels that mean nothing.

Keys are casefolded, accents dropped (`março` → `marco`), as `fold_word` gives them.
"""

from __future__ import annotations

import unicodedata

_MONTHS = """
jan january januar janner janvier janv enero ene gennaio gen janeiro januari ιαν
feb february februar feber fevrier fevr fev febrero febbraio fevereiro februari φεβ
mar march marz maerz mrz mars marzo marco maart μαρ
apr april avril avr abril abr aprile απρ
may mai mayo maggio mag maio mei μαι
jun june juni juin junio giugno giu junho ιουν
jul july juli juillet juil julio luglio lug julho ιουλ
aug august aout agosto ago augustus αυγ
sep sept september septembre septiembre setiembre settembre set setembro σεπ
oct october oktober okt octobre octubre ottobre ott outubro out οκτ
nov november novembre noviembre novembro νοε
dec december dezember dez decembre diciembre dic dicembre dezembro δεκ
"""

_WEEKDAYS = """
mon monday montag mo lundi lun lunes lunedi segunda maandag 월요일
tue tues tuesday dienstag di mardi mar martes martedi terca dinsdag 화요일
wed weds wednesday mittwoch mi mercredi mer miercoles mie mercoledi quarta woensdag 수요일
thu thur thurs thursday donnerstag do jeudi jeu jueves jue giovedi gio quinta donderdag 목요일
fri friday freitag fr vendredi ven viernes vie venerdi sexta vrijdag 금요일
sat saturday samstag sonnabend sa samedi sam sabado sab sabato zaterdag 토요일
sun sunday sonntag so dimanche dim domingo dom domenica zondag 일요일
"""

MONTHS: dict[str, int] = {
    word: number
    for number, line in enumerate(_MONTHS.strip().splitlines(), start=1)
    for word in line.split()
}

WEEKDAYS: dict[str, int] = {
    word: number
    for number, line in enumerate(_WEEKDAYS.strip().splitlines())
    for word in line.split()
}
"""Monday is 0, as `date.weekday()` counts."""

_LABELS = """
published publishing publication updated modified posted created issued date time on at of the
um uhr am le a de del el il
입력 송고 송고시간 기사입력 등록 등록일 게재 게시 발행 승인 작성 일시
수정 최종수정 기사수정 업데이트
"""

LABELS = frozenset(_LABELS.split())
"""Words around a date that say nothing about the instant."""

SECOND_LABELS = ("updated", "modified", "수정", "최종수정", "기사수정", "업데이트")
"""Labels that begin a second date in the same text; what stands before them is the first."""

HALVES: dict[str, int] = {
    "am": 0,
    "pm": 12,
    "오전": 0,
    "오후": 12,
    "午前": 0,
    "午後": 12,
    "上午": 0,
    "下午": 12,
}
"""Halves of the day and the hours they add."""

_ZONES = """
UT=0 UTC=0 GMT=0 Z=0 WET=0 WEST=1 BST=1 CET=1 MEZ=1 CEST=2 MESZ=2 MET=1 MEST=2 EET=2 EEST=3 MSK=3
TRT=3 SAST=2 CAT=2 EAT=3 WAT=1 GST=4 PKT=5 IST=5.5 NPT=5.75 ICT=7 WIB=7 WITA=8 WIT=9 SGT=8 HKT=8
PHT=8 MYT=8 AWST=8 ACST=9.5 ACDT=10.5 AEST=10 AEDT=11 NZST=12 NZDT=13 KST=9 KDT=10 JST=9
NST=-3.5 NDT=-2.5 AST=-4 ADT=-3 EST=-5 EDT=-4 CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7
AKST=-9 AKDT=-8 HST=-10 BRT=-3 BRST=-2 ART=-3 CLT=-4 CLST=-3 COT=-5 PET=-5 VET=-4
"""

ZONES: dict[str, float] = {
    name.casefold(): float(hours)
    for name, _, hours in (pair.partition("=") for pair in _ZONES.split())
}
"""Hours east of Greenwich. RFC 822's six American names and those in common use; where a name has
several meanings (CST, IST) the source's own zone decides first, see `dates_zones`."""


REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
"""Names that follow summer time by themselves."""


def fold_word(word: str) -> str:
    """Casefold and drop accents of Latin and Greek letters; Hangul stays composed."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)

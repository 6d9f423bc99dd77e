"""Named persons and places in Korean text, without morphology.

A person is a name with an office behind it (홍길동 장관); a place stands in a list, alone or with
what it is (성주군), before nothing but a particle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsroom.korean_words import SURNAMES
from newsroom.stories_facts_names import Name
from newsroom.stories_facts_places import AMBIGUOUS_KO, KOREA, SAME_KO, SHORT_KO, WORLD_KO

_OFFICES = """
대통령 총리 부총리 장관 차관 의원 대표 위원장 부위원장 위원 대변인 부대변인
회장 부회장 사장 부사장 청장 처장 원장 총장 교수 시장 지사 도지사 군수 구청장
검사 판사 변호사 검찰총장 대사 특사 실장 수석 비서관 국장 과장 본부장 단장
사령관 중장 소장 준장 대령 중령 소령 후보 감독 선수 총재 의장 부의장 국회의장
이사장 이사 행장 은행장 주석 서기 총서기 국방위원장 국무위원장 국무장관 국방장관
외무상 외무장관 전무 상무 씨 연구원 연구위원 팀장 센터장 박사 작가 배우 가수
"""
_OFFICE = "|".join(sorted(set(_OFFICES.split()), key=len, reverse=True))
_PERSON = re.compile(
    rf"(?<![가-힣])(?P<name>[가-힣]{{2,5}})(?: ?\([^)]{{1,20}}\))? "
    rf"(?:(?P<of>[가-힣]{{2,10}}) )?(?P<office>{_OFFICE})(?![가-힣]{{3}})"
)
_PARTICLES = frozenset(
    """
에서는 에서도 에서의 에서 에는 에도 에선 에게 에 의 은 는 이 가 을 를
과 와 도 로 으로 부터 까지 발 산 측 만 보다 처럼 이라고 라고 이라는 라는
인 군 내 간 행
""".split()
)
_KINDS = ("특별자치시", "특별자치도", "특별시", "광역시", "시", "도", "군", "구")
_RUN = re.compile(r"[가-힣]+")
_LONGEST = 6
"""Syllables of a word that may be a name."""
_HANJA = re.compile("[美中日北英獨佛]")
_NO_NAMES = frozenset(
    """
정부 한국 미국 중국 일본 북한 영국 우리 이번 이날 당시 최근 현재 지난 전직 현직 신임 차기 후임
전임 공동 원내 부대 수석 주한 주미 주중 주일 국방 외교 통일 국회 여당 야당 민주당 한국당 정의당
국민의당 새누리당 바른정당 자유한국당 더불어민주당 국민의힘 조선 노동당 주요 일부 모든 각국 양국
관계 소속 출신 담당 선임 전문 명예 사외 상임 비상임 대기업 중소기업 이사 고위 유력 전체 해당 여성
남성 신임 임시 제도 조사 위원 정책 안보 경제 사회 문화 복지 노동 교육 기획 재정 법무 행정 안전
산업 국제 지역 서울 부산 대구 인천 광주 대전 울산 경기 강원 제주 충남 충북 전남 전북 경남 경북
도지사 시장 부시장 선거 대선 총선 예비 유엔 인수 기관 전국 연구 한나라당 당내 비례 초선 재선 중진
친박 비박 친문 남한 유명 인기 동료 이사회 주식회사 서기 이하 김씨 이씨 박씨
경찰 검찰 언론 당국 노조 여권 야권 기업 은행 학교 회사 정당 주민 유족 도민 시민 국민 양측 반도체
""".split()
)
_NOT_ENDING = tuple("의은는을를과와도로에들된한할인적부처청당원회국군시실팀단층다고며서지해게면")
"""Syllables foreign names of persons do not end in; what words and offices do."""
_FOREIGN = frozenset("대통령 총리 국무장관 국방장관 외무장관 주석 총재 후보 의원 장관 감독".split())


_NO_NAME_ENDS_IN = tuple("의은는을를부처청당위회측계팀")
"""Syllables no Korean name ends in, but particles and offices do: 고용부 장관."""
_SOUNDS = frozenset(
    "트프드스즈크브르슨턴튼던든런펜케카코쿠타테토투티파페포푸켈칼펠젤숄슈츠캐맥뱅벤힐므퀴웰엘렌렉"
    "롤롱뤼핑베디룰냐틴키"
)
"""Syllables that names from abroad have and Korean words hardly."""
_LEADERS = frozenset("오바마 기시다 이시바 시진핑 후진타오 리창 아소".split())
"""Names from abroad without such a syllable."""


def persons(plain: str) -> Iterator[Name]:
    """Yield the names of a folded text that an office follows."""
    for match in _PERSON.finditer(plain):
        # 이날 홍길동 장관, then 홍길동 국방부 장관
        for group in ("of", "name"):
            name = match[group]
            if name and _is_person(name, match["office"]):
                yield Name(*match.span(group), name)
                break


def _is_person(name: str, office: str) -> bool:
    # 정부가 대사를: a word with its particle before an office that is somebody else's
    if any(word in _NO_NAMES or word in KOREA for word in (name, _without_particle(name))):
        return False
    if name in WORLD_KO:
        return False
    if name[0] in SURNAMES and len(name) == 3:
        return not name.endswith(_NO_NAME_ENDS_IN)
    if name[0] in SURNAMES and len(name) == 2 and office == "씨":
        return True
    return len(name) <= _LONGEST and office in _FOREIGN and _is_foreign(name)


def _is_foreign(name: str) -> bool:
    return name in _LEADERS or (not name.endswith(_NOT_ENDING) and not _SOUNDS.isdisjoint(name))


def places(plain: str) -> Iterator[Name]:
    """Yield the places of a folded text."""
    for match in _RUN.finditer(plain):
        run = match.group()
        if 2 <= len(run) <= 12 and (length := _place(run)):
            yield Name(match.start(), match.start() + length, run[:length])


@lru_cache(maxsize=1 << 15)
def _place(run: str) -> int:
    """Measure the place a word begins with; 0: it is none."""
    bare = _without_particle(run)
    for word in (run, bare) if bare != run else (run,):
        if word in WORLD_KO or (word in KOREA and word not in AMBIGUOUS_KO):
            return len(word)
        if _stem(word) is not None:
            return len(word)
    return 0


def _without_particle(run: str) -> str:
    for size in (4, 3, 2, 1):
        if len(run) - size >= 2 and run[-size:] in _PARTICLES:
            return run[:-size]
    return run


def _stem(word: str) -> str | None:
    """Give the place without what it is (성주군: 성주); None: it is no such place."""
    for kind in _KINDS:
        if word.endswith(kind):
            stem = word[: -len(kind)]
            return stem if stem in KOREA or stem in AMBIGUOUS_KO else None
    return None


def korean_word(name: str) -> str:
    """Give the form under which a name is remembered."""
    name = _stem(name) or name
    return SAME_KO.get(name, name)


def korean_words(plain: str) -> Iterator[str]:
    """Yield every word a later text may name, without a particle."""
    for run in set(_RUN.findall(plain)):
        yield from _known_of(run)
    for hanja in set(_HANJA.findall(plain)):
        yield from SHORT_KO[hanja].split()


@lru_cache(maxsize=1 << 15)
def _known_of(run: str) -> tuple[str, ...]:
    # 문재인 is whole, though 인 may be a particle
    words = dict.fromkeys(filter(_may_be_name, (run, _without_particle(run))))
    return (*SHORT_KO.get(run, "").split(), *map(korean_word, words))


def _may_be_name(word: str) -> bool:
    if not 2 <= len(word) <= _LONGEST:
        return False
    if word[0] in SURNAMES and len(word) <= 3:
        return True
    return _place(word) > 0 or not word.endswith(_NOT_ENDING)

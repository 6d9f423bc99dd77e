"""Short lists the rule of Korean terms rests on where the morphemes alone do not tell."""

from __future__ import annotations


def _set(syllables: str) -> frozenset[str]:
    return frozenset(syllables.split())


SUFFIXES = _set(
    # people and bodies: 북한군, 이란인, 의대생, 삼성측
    "군 인 생 측 팀 당 사 원 장 파 족 계 국 부 청 처 단 대 회 팬 민 "
    # kinds and qualities: 미국산, 북한식, 원전형, 금리차
    "산 식 형 제 급 성 적 화 론 권 력 률 율 액 값 가 비 료 세 차 표 난 전 안 법 망 선 "
    # places and times: 대만섬, 괌항, 성주읍, 한미간
    "섬 항 해 강 만 양 시 군 구 읍 면 동 리 도 주 역 로 내 외 간 발 행 용 별 당 때 후 쪽 "
    # 한미일, 북중러: one more state in a row
    "일 중 러 북 미 한 영 호"
)
"""One syllable that may follow a term inside one dictionary noun (대만해협 has two: a noun)."""

PREFIXES = _set(
    # 대북한, 탈원전, 반이란, 친미군, 비의대, 신원전, 전삼성, 남북한, 양안
    "대 탈 반 친 비 신 구 전 현 총 저 고 초 범 남 북 동 서 중 양 각 주 재 미 방 제 본 준 노"
    " 무 부 불"
)
"""One syllable that may stand before a term inside one dictionary noun."""

DENIED = frozenset(
    {
        "이란성",  # 二卵性, of twins
        "유가족",  # 遺家族, the bereaved
        "유가증권",  # 有價證券, securities
        "유가물",  # 有價物
        "삼성동",  # a quarter of Seoul
        "북한강",  # a river
        "가나안",  # Canaan
        "인도네시아",  # not India
        "인도차이나",  # not India
        "의사당",  # 議事堂, the assembly's building
        "의사록",  # 議事錄, minutes
        "의사봉",  # 議事棒, a gavel
        "의사결정",  # 意思決定, a decision
        "미사일",  # 미사 is a mass
        "고도화",  # 高度化, not an altitude
        "사고력",  # 思考力, not an accident
        "사고방식",  # 思考方式
        "감사원",  # the audit board, no thanks
        "수도원",  # a monastery, no capital
        "수도권",  # 首都圈 is of the capital, yet 수도 as water is not
    }
)
"""Words that begin or end with a term's syllables and mean something else."""

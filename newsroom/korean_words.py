"""Short lists the rule of Korean terms rests on where the morphemes alone do not tell."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SUFFIXES = _set(
    # people and bodies: 북한군, 이란인, 의대생, 대사관, 감사원, 이민자, 관광객, 경찰서
    "군 인 생 측 팀 당 사 원 장 관 자 진 파 계 국 부 청 처 단 대 회 민 소 족 반 촌 함 층 실 직 감 "
    "객 서 견 위 범 "
    # kinds and qualities: 미국산, 북한식, 원전형, 고도화, 금리차, 전세금, 중국어, 경제학
    "산 식 형 제 급 성 적 화 론 권 력 률 율 액 값 가 비 료 금 세 차 표 난 전 안 법 망 선 어 학 복 "
    "업 품 편 상 극 판 병 증 체 문 "
    # places and times: 대만섬, 괌항, 성주읍, 한미간, 유로존, 영주댐, 관광지
    "섬 항 해 강 만 양 시 구 동 읍 면 도 주 역 로 존 댐 내 외 간 발 행 당 때 후 쪽 용 별 패 기 점 "
    "숲 지 "
    # things: 대피령, 폭발물, 탄도탄, 강수량, 철강재
    "령 물 탄 량 재"
)
"""One syllable that may follow a term inside one noun (대만해협 has two: that is a noun)."""

SUFFIXES_OF_NO_NAME = _set(
    "군 측 팀 당 계 관 형 급 댐 어 섬 항 역 읍 존 발 행 양 값 별 차 시 도 부 처 촌 함 법 대 숲 점 "
    "컵 학 서 산 청 권 령 물 탄 량 세 체 안"
)
"""One syllable that may follow a term inside a name: neither do people's names end so (성주원
may be one), nor quarters and schools that bear a word by chance (삼성동, 삼성로)."""

SUFFIXES_OF_FOREIGN = _set("인 선 범 민 재")
"""What may follow a name besides where no surname begins it: 쿠바인, 휴전선; 김영선 may be one."""

SUFFIXES_OF_ONE = _set("값")
"""What may follow a term of one syllable: 쌀값, 금값; 핵심 and 핵산 are other words."""

PREFIXES = _set(
    # 대북한, 탈원전, 핵무기, 사교육
    "대 탈 반 친 비 신 구 전 현 총 저 고 초 범 남 북 동 서 양 주 재 최 노 왕 무 핵 본 다 공 사 여"
)
"""One syllable that may stand before a term inside one noun."""

AGAINST = _set("대 탈 반 친 비 주 재")
"""Of these, those before which no particle can stand: 친이란 is not 친 and the particle 이란."""

SURNAMES = _set(
    "강 고 공 곽 구 권 금 기 김 나 남 노 도 동 류 마 맹 명 모 문 민 박 반 방 배 백 변 봉 부 사 서 "
    "석 선 설 성 소 손 송 신 심 안 양 엄 여 연 염 오 옥 왕 용 우 원 위 유 육 윤 은 이 인 임 장 전 "
    "정 제 조 주 지 진 차 채 천 최 추 표 하 한 함 허 현 형 홍 황"
)
"""First syllables of most people's names."""

DIRECTIONS = _set("남 북 동 서")
"""Of these, those of parts of a state: 남수단, 동일본."""

STATES = frozenset("한미일중러북남영불독")
"""States in one syllable: 한미 is in 한미일, 미일 too."""

COUNTERS = frozenset("대만억조원년월일시분초명개회차호세번급층종건편인점골")
"""Syllables that count after a digit: 5대만 is "five, only", never Taiwan."""

DENIED = frozenset(
    {
        # one syllable more
        "이란성",  # 二卵性, of twins
        "삼성동",  # a quarter of Seoul
        "삼성역",  # its station
        "삼성교",  # its bridge
        "북한강",  # a river
        "가나안",  # Canaan
        "가나다",  # the alphabet
        "가자미",  # a fish
        "미사일",  # 미사 is a mass
        "부산물",  # 副産物, a by-product
        "광주리",  # a basket
        "대구탕",  # a soup of cod
        "수원지",  # 水源池, a reservoir
        "해운대",  # a beach and quarter of Busan
        "카페인",  # caffeine
        "데이터",  # data
        "구미호",  # 九尾狐, a fox
        "전주곡",  # 前奏曲, a prelude
        "경주마",  # 競走馬, a racehorse
        "호주제",  # 戶主制, the family register
        "지진아",  # 遲進兒, a slow learner
        "연금술",  # 鍊金術, alchemy
        "병원균",  # 病原菌, a germ
        "병원체",  # 病原體
        "무기력",  # 無氣力
        "무기물",  # 無機物
        "무기질",  # 無機質
        "수소문",  # 搜所聞, asking around
        "배우자",  # 配偶者, a spouse
        "기자재",  # 機資材, equipment
        "신문고",  # 申聞鼓, a drum of complaint
        "조사료",  # 粗飼料, roughage
        "사고력",  # 思考力, the power of thought
        "부채꼴",  # the shape of a fan
        "부채춤",  # a dance with fans
        "은행잎",  # of the ginkgo
        "카드뮴",  # cadmium
        "지하드",  # jihad
        "도로묵",  # nothing gained
        "하나님",  # God
        "러시아워",  # rush hour
        # more
        "인도네시아",  # not India
        "인도차이나",  # not India
        "인도주의",  # 人道主義, humanitarian
        "인도적",  # 人道的, humane
        "호주머니",  # a pocket
        "하이브리드",  # hybrid
        "파인애플",  # pineapple
        "카타르시스",  # catharsis
        "마이크로소프트",  # no microphone
    }
)
"""Words that hold a term's syllables and mean something else; they deny no term they are."""

HEADED = frozenset(
    {
        "유가족",  # 遺家族, the bereaved
        "대만족",  # great satisfaction
        "전세계",  # 全世界, all the world
        "여주인",  # 女主人, a mistress
        "안동네",  # a quarter farther in
        "이민족",  # 異民族, another people
        "사기업",  # 私企業, a private firm
        "유가증권",  # 有價證券, securities
        "은행나무",  # the ginkgo
        "핵가족",  # a small family, nothing nuclear
        "암매장",  # 暗埋葬, burial in secret
        "암거래",  # 暗去來
        "암시장",  # 暗市場, the black market
        "서울대공원",  # a park: 서울 + 대공원
        "원주민",  # 原住民, natives
        "원주인",  # 元主人, the former owner
        "전주인",  # 前主人, the same
    }
)
"""Words of the same kind that end in what they are: they deny 원주 and 전세, not 주민 and 세계."""

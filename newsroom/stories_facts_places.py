"""Names of places a text may give, written in many ways, and words that only look like names."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STATES_EN = _set(
    """
afghanistan albania algeria argentina armenia australia austria azerbaijan bahrain bangladesh
belarus belgium bolivia bosnia brazil brunei bulgaria cambodia cameroon canada chad chile china
colombia congo croatia cuba cyprus denmark ecuador egypt estonia ethiopia fiji finland france gaza
georgia germany ghana greece guatemala haiti honduras hungary iceland india indonesia iran iraq
ireland israel italy jamaica japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia
lebanon libya lithuania luxembourg malaysia maldives mali malta mexico moldova monaco mongolia
montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman
pakistan palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda
senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan
tajikistan tanzania thailand tunisia turkey turkmenistan uae uganda uk ukraine uruguay us
uzbekistan vatican venezuela vietnam yemen zambia zimbabwe south_korea north_korea hong_kong
"""
)
"""Written as one word: south_korea."""

CAPITALS_EN = {
    "seoul": "south_korea", "pyongyang": "north_korea", "washington": "us", "beijing": "china",
    "tokyo": "japan", "moscow": "russia", "london": "uk", "paris": "france", "berlin": "germany",
    "tehran": "iran", "hanoi": "vietnam", "taipei": "taiwan", "new_delhi": "india",
    "kyiv": "ukraine", "damascus": "syria", "ankara": "turkey", "canberra": "australia",
    "ottawa": "canada", "rome": "italy", "madrid": "spain", "baghdad": "iraq",
    "riyadh": "saudi_arabia", "jerusalem": "israel", "islamabad": "pakistan",
}  # fmt: skip
"""In headlines a capital may stand for its state."""

CITIES_EN = _set(
    """
busan incheon daegu daejeon gwangju ulsan sejong jeju suwon changwon pohang gyeongju pyeongtaek
gangneung pyeongchang panmunjom kaesong gaesong dandong osaka shanghai new_york los_angeles geneva
brussels vienna okinawa guam hawaii seongju gimhae yongin goyang cheongju jeonju mokpo yeosu dokdo
gangwon gyeonggi jeolla gyeongsang chungcheong itaewon gangnam yongsan cheonan gunsan wonsan sinpo
yongbyon nampo punggye-ri
"""
)
PLACES_EN = STATES_EN | frozenset(CAPITALS_EN) | CITIES_EN
"""Taken from a headline in capitals too, and from the beginning of a sentence."""

SAME_EN = {
    "u.s": "us", "u.s.": "us", "u.s.a": "us", "u.s.a.": "us", "usa": "us", "america": "us",
    "united_states": "us", "united_kingdom": "uk", "u.k": "uk", "u.k.": "uk", "britain": "uk",
    "united_arab_emirates": "uae", "s_korea": "south_korea", "n_korea": "north_korea",
    "rok": "south_korea", "dprk": "north_korea", "n.k": "north_korea", "n.k.": "north_korea",
    "korea": "south_korea", "south_koreans": "south_korea", "gaesong": "kaesong",
    "kiev": "kyiv", "czech": "czechia",
}  # fmt: skip

DEMONYMS_EN = {
    "korean": "south_korea", "koreans": "south_korea", "south_korean": "south_korea",
    "north_korean": "north_korea", "north_koreans": "north_korea", "n_korean": "north_korea",
    "s_korean": "south_korea", "american": "us", "americans": "us", "chinese": "china",
    "japanese": "japan", "russian": "russia", "russians": "russia", "british": "uk",
    "french": "france", "german": "germany", "germans": "germany", "indian": "india",
    "iranian": "iran", "iraqi": "iraq", "israeli": "israel", "syrian": "syria",
    "ukrainian": "ukraine", "vietnamese": "vietnam", "thai": "thailand", "australian": "australia",
    "canadian": "canada", "mexican": "mexico", "brazilian": "brazil", "italian": "italy",
    "spanish": "spain", "turkish": "turkey", "taiwanese": "taiwan", "philippine": "philippines",
    "filipino": "philippines", "indonesian": "indonesia", "malaysian": "malaysia",
    "mongolian": "mongolia", "singaporean": "singapore", "pakistani": "pakistan",
    "afghan": "afghanistan", "egyptian": "egypt", "saudi": "saudi_arabia", "polish": "poland",
    "swedish": "sweden", "swiss": "switzerland", "dutch": "netherlands", "danish": "denmark",
    "norwegian": "norway", "finnish": "finland", "greek": "greece", "hungarian": "hungary",
    "cambodian": "cambodia", "burmese": "myanmar", "european": "europe", "asian": "asia",
    "african": "africa", "western": "west", "uzbek": "uzbekistan", "nepalese": "nepal",
    "palestinian": "palestine", "lebanese": "lebanon", "yemeni": "yemen", "cuban": "cuba",
}  # fmt: skip
"""No names, but who has read of the Chinese has read of China."""

COMPASS = _set(
    "north south east west northern southern eastern western new central united hong los"
)
"""Words that make a name only together with the next: North Korea, New York, Hong Kong."""

KOREA = _set(
    """
서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주 충청 전라 경상
수원 성남 의정부 안양 부천 광명 평택 동두천 안산 고양 과천 구리 남양주 오산 시흥 군포 의왕 하남
용인 파주 안성 김포 화성 양주 포천 연천 가평 양평 춘천 원주 강릉 동해 태백 속초 삼척 홍천 횡성
영월 평창 철원 화천 청주 충주 제천 옥천 괴산 증평 천안 아산 논산 계룡 금산 서천 청양 홍성 태안
당진 전주 군산 익산 남원 김제 진안 무주 임실 순창 목포 여수 순천 나주 광양 담양 곡성 구례 고흥
화순 장흥 해남 영암 함평 신안 포항 경주 김천 안동 영천 문경 경산 군위 의성 청송 영덕 청도 칠곡
예천 봉화 울진 울릉 창원 진주 통영 김해 밀양 거제 양산 의령 함안 창녕 남해 하동 산청 함양 거창
합천 서귀포 성주 강남 강북 강서 송파 용산 종로 마포 서초 영등포 구로 금천 동작 관악 노원 은평
해운대 독도 백령도 연평도 이어도 판문점 개성 평양 원산 신의주 함흥 청진 남포 나진 선봉 영변
풍계리 신포 동창리
"""
)
AMBIGUOUS_KO = _set(
    """
경기 강원 광주 동해 양산 화성 고성 진주 남해 경상 전라 예산 음성 장수 영광 장성 정선 인제 상주 공주
여주 이천 사천 고령 강진 구미 진도 영주 보성 무안 부여 부안 완도 양구 영양 영동 단양 고창 완주 보은
보령 서산 달성 기장 강화 옹진 삼척 양양 시흥 하남 안산 구리 개성 선봉 원산 안성 신안 동작 고양 의성
"""
)
"""Words or other names too: places only with what they are (예산군)."""

WORLD_KO = _set(
    """
미국 중국 일본 러시아 북한 영국 프랑스 독일 이탈리아 스페인 캐나다 호주 뉴질랜드 멕시코 브라질
아르헨티나 인도네시아 베트남 태국 필리핀 말레이시아 싱가포르 미얀마 캄보디아 라오스 몽골 대만 홍콩
이란 이라크 시리아 이스라엘 사우디아라비아 사우디 카타르 예멘 레바논 요르단 이집트 리비아 터키
튀르키예 우크라이나 폴란드 체코 헝가리 오스트리아 스위스 네덜란드 벨기에 스웨덴 노르웨이 핀란드
덴마크 그리스 포르투갈 아일랜드 루마니아 불가리아 우즈베키스탄 카자흐스탄 아프가니스탄 아프간
파키스탄 방글라데시 네팔 스리랑카 나이지리아 에티오피아 케냐 소말리아 남아프리카공화국 남아공
쿠바 베네수엘라 칠레 페루 콜롬비아 팔레스타인 가자지구 유럽연합 워싱턴 뉴욕 로스앤젤레스 하와이
괌 베이징 상하이 선양 단둥 도쿄 오사카 오키나와 후쿠시마 모스크바 블라디보스토크 런던 파리 베를린
브뤼셀 제네바 로마 마드리드 하노이 호찌민 방콕 마닐라 자카르타 쿠알라룸푸르 타이베이 테헤란
바그다드 다마스쿠스 예루살렘 앙카라 이스탄불 키이우 키예프 뉴델리 시드니 캔버라 오타와 평양 서울
"""
)
CAPITALS_KO = {
    "워싱턴": "미국", "베이징": "중국", "도쿄": "일본", "모스크바": "러시아", "평양": "북한",
    "런던": "영국", "파리": "프랑스", "베를린": "독일", "하노이": "베트남", "테헤란": "이란",
    "타이베이": "대만",
}  # fmt: skip

SHORT_KO = {
    "한미": "미국", "미중": "미국 중국", "한중": "중국", "한일": "일본", "미일": "미국 일본",
    "북미": "미국 북한", "남북": "북한", "북중": "북한 중국", "북러": "북한 러시아",
    "한러": "러시아", "중일": "중국 일본", "미러": "미국 러시아", "중러": "중국 러시아",
    "한중일": "중국 일본", "한미일": "미국 일본", "미": "미국", "중": "중국", "일": "일본",
    "북": "북한", "러": "러시아", "영": "영국", "독": "독일", "불": "프랑스",
    "美": "미국", "中": "중국", "日": "일본", "北": "북한", "英": "영국", "獨": "독일",
    "佛": "프랑스", "이": "이스라엘",
}  # fmt: skip
"""Short forms that make a state known."""
SAME_KO = {
    "키예프": "키이우", "아프간": "아프가니스탄", "사우디": "사우디아라비아",
    "터키": "튀르키예", "남아공": "남아프리카공화국", "유럽연합": "EU",
}  # fmt: skip

"""Cases of the rule of Korean terms: where a term stands in a text, [marked], and where not.

The analyses Kiwi makes of them are recorded in `fixtures/korean_readings.json`, so that the rule is
tested without it; an integration test compares them with Kiwi's. After a change of the cases or of
Kiwi's version: `python -m tests.unit.korean_case`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from newsroom import korean
from newsroom.korean_case import bare
from newsroom.ports import Morphology, Token
from newsroom.text import prepare
from tests.unit.korean_case_parts import PARTS

RECORDED = Path(__file__).parent / "fixtures" / "korean_readings.json"

CASES: dict[str, str] = {
    "particles": """
        사드: [사드]가 온다
        사드: [사드]를 두고 [사드]는 [사드]도 [사드]로 [사드]와
        사드: 주민은 [사드]에서만은 안 된다고 했다
        이란: [이란]은 반발했고 [이란]의 핵은 [이란]과 [이란]에
        대만: [대만]까지 [대만]만
        대만: 그는 [대만]이라도 가겠다고 했다
        괌: [괌]에서 [괌]은 [괌]까지
        이재명: [이재명]은 [이재명]이 [이재명]을
        가나: [가나]는 이겼다
        금리: [금리]가 [금리]만
        북한: [북한]에게서 [북한]조차
        의사: [의사]를 만났다
        우크라이나: [우크라이나]로부터
        유가: [유가]도 오른다
        젤렌스키: [젤렌스키]가 왔다
        사드: 경북 성주서 [사드]를
        국회: [국회]서 열린다
    """,
    "copula": """
        사드: 문제는 [사드]다
        사드: 그것은 [사드]였다
        사드: 바로 [사드]라고 했다
        사드: [사드]라는 무기
        사드: [사드]인가 아닌가
        대만: 목적지는 [대만]이다
        북한: 상대가 [북한]이라면
        괌: 표적은 [괌]이라고
    """,
    "particles, endings and verbs are no term": """
        사드: 깊이 감사드립니다
        사드: 감사드린다
        이란: 사랑이란 무엇인가
        이란: 그것이란 말은
        이란: ‘평화’이란 말
        이란: 북핵(核)이란 말
        이란: 전쟁이 이란 말이냐
        가나: 어디로 가나
        가나: 집에 가나?
        가나: 흘러가나
        가나: 어디로 가나요
        가자: 함께 가자!
        가자: 집에 가자고 했다
        가자: 놀러가자는 말
        고도: 받고도 모른다
        고도: 있다”고도 했다
        하나: 기준금리 동결하나
        하나: 그들과 타협하나
        수도: 그럴 수도 있다
        수도: 질 수도.
        대만: 기대만큼 컸다
        사고: 주식을 사고 팔았다
        한은: 아는 한은 그렇다
    """,
    "another cut of the word": """
        사드: 사드래곤은 강했다
        대만: 대만족이다
        대만: 5대만 남았다
        대만: 100대만 팔렸다
        대만: 그대만 모른다
        인도: 외국인도 왔다
        인도: 법인도 낸다
        인도: 무인도에 갔다
        인도: 미인도는 없다
        유로: 그런 이유로 떠났다
        유로: 자유로운 하루
        유로: 비유로 말하면
        유가: 이유가 있다
        유가: 여유가 생겼다
        대사: 임대사업자가
        대사: 최대사거리를
        대사: 대사건이 났다
        조사: 패널 제조사 관계자
        위성: 일본 방위성은
        여주: 보여주는 것
        여주: 5만여주를 심었다
        대구: 해운대구 벡스코에서
        한은: 북한은 쏘았다
        한은: 신한은행 창구
        기소: 공기소총을 쏘았다
        국회: 산유국회의
        한미: 주한미군의
        한미: 주한미국상공회의소
        사회: 이사회가 열렸다
        원전: 수원전적
        전세: 전세계로 번졌다
        고도: 그는 두고도 모른다
    """,
    "compounds to the right": """
        사드: [사드]배치
        사드: [사드]보복 [사드]철회 [사드]반대
        대만: [대만]해협에서
        북한: [북한]군이 [북한]인권
        이란: [이란]핵합의 [이란]산 [이란]계
        의대: [의대]생 [의대]증원
        의사: [의사]협회
        성주: [성주]골프장 [성주]군
        한미: [한미]연합훈련 [한미]동맹
        한미: [한미]일 정상
        금리: [금리]인상
        유로: [유로]존 경제
        수도: [수도]권은
        대사: [대사]관은
        이민: [이민]자들이
        중국: [중국]어 수업
        일본: [일본]어 [일본]인
        현대: [현대]차그룹
        서울: [서울]대 [서울]시는
        부산: [부산]대 [부산]시
        관광: [관광]객들이 [관광]지에서
        경찰: [경찰]서는 [경찰]청장
        핵: [핵]무기를 [핵]연료 [핵]잠수함
        쌀: [쌀]값이
        롯데: [롯데]홈쇼핑은
        난민: [난민]촌에
        우크라이나: [우크라이나]군이
        이스라엘: [이스라엘]인
        대통령: [대통령]실은
        인도: 범인을 [인도]하는 절차
        공정위: [공정위]는
    """,
    "compounds to the left": """
        사드: 주한미군[사드]포대
        유가: 국제[유가]
        금리: 기준[금리]
        원전: 월성[원전]
        북한: 대[북한] 제재
        북한: 대[북한]정책
        중국: 대[중국] 수출
        미국: 대[미국] 무역
        이란: 대[이란] 제재
        이란: 친[이란] 무장단체
        이란: 반[이란] 시위
        이란: 대(對)[이란] 압박
        대만: 대[대만] 정책
        원전: 탈[원전]
        사드: 반[사드] 단체
        핵: 비[핵]화와 북[핵]
        무기: 핵[무기]
        사고: 무[사고] 운전자
        유가: 고[유가] 시대
        금리: 저[금리] 기조
        수도: 비[수도]권
        일본: 재[일본] 동포
        경찰: 서울지방[경찰]청
        전력: 한국[전력]이
        은행: 우리[은행]은 하나[은행]을
        의대: 공공[의대] 설립
        계엄: 비상[계엄] 해제
        민주당: 더불어[민주당]은
        의사: 치과[의사]
        경제: 노벨[경제]학상
    """,
    "words that deny": """
        이란: 이란성 쌍둥이
        유가: 유가족이 울었다
        유가: 유가증권시장에서
        삼성: 삼성동 코엑스
        북한: 북한강을 건넜다
        인도: 인도네시아에서
        인도: 인도적 지원
        인도: 인도주의자이며
        가자: 가자미 구이
        가나: 가나다순으로
        핵: 핵심은 그것이다
        핵: 탄핵에 찬성
        호주: 호주머니에
        러시아: 러시아워를 피해
        애플: 파인애플 통조림
        서울대: 서울대공원에서
        마이크: 마이크로소프트는
        하이브: 하이브리드 판매
        부산: 부산물을 태웠다
        연금: 연금술을 배웠다
        배우: 배우자를 찾았다
        은행: 은행나무가 물들었다
    """,
    "names of people": """
        이민: 이민영 기자
        위성: 위성호 행장
        영주: 고영주 이사장
        영주: 권영주 씨
        성주: 성주원 씨가
        이재명: [이재명] 대통령은
        홍길동: [홍길동]이 [홍길동]은
        하태경: [하태경]이 말했다
        나경원: [나경원]은 말했다
    """,
    "dots": """
        한미: [한·미] 정상회담
        한미: [한-미] 동맹
        한미: [한.미] 동맹
        한·미: [한미] 동맹
        한미: [한·미]·일
        한미일: [한·미·일] 공조
        한미: 주한·미군
        한미: 북한·미국
        북미: 대북·미사일
        사드: 북핵·[사드]
    """,
    "blanks": """
        고고도미사일방어체계: [고고도 미사일 방어 체계]
        고고도미사일방어체계: [고고도 미사일방어체계]는
        고고도미사일방어체계: 고 고도미사일방어체계
        고고도 미사일 방어 체계: [고고도미사일방어체계]
        고고도 미사일 방어 체계: [고고도 미사일 방어체계]
        한미: 접촉한 미국
        사드: 봉사 드라마
        사드 배치: [사드배치]를 [사드 배치]를
        이차전지: [이차 전지]
        대만해협: [대만 해협]에서
        핵실험: [핵 실험]을
        국가정보원: [국가 정보원]은
        국가정보원: 국 가정보원
        더불어민주당: [더불어 민주당]은
        한국전력공사: [한국 전력 공사]는
        주한미군: [주한 미군]은
        주한미군: 주한미 군은
        사고 조사: 주식을 사고 조사를 받았다
        사고 조사: [사고 조사]를 했다
        이란 핵: [이란핵] 협상
    """,
    "signs and borders": """
        사드: ‘[사드]’ “[사드]” ([사드]) <[사드]> 「[사드]」
        사드: #[사드]_반대
        사드: 北[사드] 美[사드]
        사드: THAAD([사드])를
        사드: THAAD[사드]
        이란: ‘핵’…[이란] 반발
        한은: 노무라 “[한은], 내년 금리 인하”
        유가: 최고…[유가] 2월 들어
        지방선거: 6·13[지방선거]
        사단: 육군 22[사단] 병사
        유로: 약 195[유로]였다
        금융: KB[금융]그룹은
        이란: [이란]發 쇼크에 [이란] 증시가
        가자: 국제기구는 [가자] 주민에게
        가자: [가자]전쟁
        가나: [가나]전에서
        2차전지: [2차전지]가
        사드: 끝.[사드]는
        사드: ①[사드]
    """,
}
"""Phenomenon: lines of `term: text`."""


def cases() -> list[tuple[str, str]]:
    """List all cases as (term, marked text)."""
    lines = [
        line.strip() for text in (CASES | PARTS).values() for line in text.strip().splitlines()
    ]
    return [(term, text) for term, _, text in (line.partition(": ") for line in lines)]


def marked(term: str, text: str, morphology: Morphology) -> str:
    """Mark each place in the text where the term stands, as the matcher would ask for them."""
    prepared = prepare(text)
    spans = _places(term, prepared.plain)
    asked = [korean.question(prepared, *span, term) for span in spans]
    answers = korean.decide(asked, morphology)
    for span, answer in reversed(list(zip(spans, answers, strict=True))):
        if answer:
            start, end = prepared.raw_span(*span)
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def _places(term: str, plain: str) -> list[tuple[int, int]]:
    parts = re.split(r"[ ·]", term)
    letters = len(bare(term))
    spelled = re.compile(
        "(?=(" + r"[ ·.\-]?".join(korean.pattern(part, letters).pattern for part in parts) + "))"
    )
    return [match.span(1) for match in spelled.finditer(plain)]


@cache
def _recorded() -> dict[str, tuple[Token, ...]]:
    readings = json.loads(RECORDED.read_text(encoding="utf-8"))
    return {text: tuple(Token(*token) for token in tokens) for text, tokens in readings.items()}


def recorded(texts: Sequence[str]) -> list[tuple[Token, ...]]:
    """Answer as Kiwi did when the analyses were recorded; KeyError for a text it was not asked."""
    return [_recorded()[text] for text in texts]


def record() -> None:
    """Ask Kiwi anew and write what it answers."""
    from jobs.morphology_worker import load_kiwi

    analyse = load_kiwi()
    kept: dict[str, tuple[Token, ...]] = {}

    def asked(texts: Sequence[str]) -> Sequence[tuple[Token, ...]]:
        answers = analyse(texts)
        kept.update(zip(texts, answers, strict=True))
        return answers

    for term, text in cases():
        plain = re.sub(r"[\[\]]", "", text)
        found = marked(term, plain, asked)
        if found != text:
            print(f"{term}: expected {text}, got {found}")
    lines = (
        f"{json.dumps(text, ensure_ascii=False)}: {json.dumps(kept[text], ensure_ascii=False)}"
        for text in sorted(kept)
    )
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    record()

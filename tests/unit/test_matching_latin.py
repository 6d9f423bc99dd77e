"""Latin terms: each rule of DESIGN §7 as a table of term, text and the slices that hit."""

import pytest

from newsroom.matching_plurals import plurals
from tests.unit.matching_case import found

CAPITALS = [
    ("US", "US and us, Us", ["US"]),
    ("US", "told us", []),
    ("US", "the U.S. and U.S troops", ["U.S.", "U.S"]),
    ("US", "the u.s. in small letters", []),
    ("U.S.", "US, U.S., us", ["US", "U.S."]),
    ("u.s.", "US, U.S., u.s., us", ["US", "U.S.", "u.s."]),
    ("US", "U.S.-led and pro-US", ["U.S.", "US"]),
    ("US", "in the U.S.The next", ["U.S"]),
    ("US", "USA, USS Carl Vinson, BUS", []),
    ("IT", "ITs but ITS or It", ["ITs"]),
    ("UN", "Kim Jong-un at the UN", ["UN"]),
    ("THAAD", "THAAD Thaad thaad ThaaD", ["THAAD", "Thaad"]),
    ("THAAD", "THAADs Thaads thaads", ["THAADs", "Thaads"]),
    ("NATO", "NATO, Nato, nato", ["NATO", "Nato"]),
    ("ICBM", "ICBM ICBMs Icbms icbms ICBMS", ["ICBM", "ICBMs", "Icbms", "ICBMS"]),
    ("ICBM", "ICBM's ICBMs'", ["ICBM's", "ICBMs"]),
    ("UNESCO", "UNESCO Unesco unesco", ["UNESCO", "Unesco", "unesco"]),
    ("iPhone", "iphone IPHONE iPhones", ["iphone", "IPHONE", "iPhones"]),
    ("Seoul", "SEOUL seoul Seoul's", ["SEOUL", "seoul", "Seoul's"]),
    ("thaad", "THAAD Thaad thaad", ["THAAD", "Thaad", "thaad"]),
    ("us", "US and us", ["US", "us"]),
    ("COVID-19", "COVID-19 Covid-19 covid-19", ["COVID-19", "Covid-19"]),
    ("US troops", "US troops us troops U.S. troop", ["US troops"]),
    ("US troop", "US troops and U.S. Troops", ["US troops", "U.S. Troops"]),
    ("KF-21", "KF-21 kf-21 KF 21s", ["KF-21", "KF 21s"]),
    ("F-35", "F-35s, F-35B, F-350, f-35", ["F-35s", "f-35"]),
    ("MH370", "MH370 mh370", ["MH370"]),
    ("США", "США и сша", ["США"]),
    ("AI", "A.I. and AI, ai", ["A.I.", "AI"]),
]
PLURALS = [
    ("missile", "missile missiles missile's missiles' MISSILES", None),
    ("missile", "missilery, missileman", []),
    ("missiles", "missile and missiles", ["missiles"]),
    ("army", "armies, army's", ["armies", "army's"]),
    ("Kennedy", "the Kennedys", ["Kennedys"]),
    ("torpedo", "torpedoes and torpedos", ["torpedoes", "torpedos"]),
    ("sanction", "sanctions sanctioned", ["sanctions"]),
    ("crisis", "crises", ["crises"]),
    ("wolf", "wolves", ["wolves"]),
    ("staff", "staves staffs", ["staffs"]),
    ("belief", "he believes", []),
    ("spokesman", "spokesmen", ["spokesmen"]),
    ("Oman", "an omen, Oman", ["Oman"]),
    ("launch", "launches", ["launches"]),
    ("air strike", "air strikes, airs strike", ["air strikes"]),
    ("McDonald's", "McDonald's McDonald", ["McDonald's"]),
    ("=Apple", "Apple apple APPLE Apples Apple's", ["Apple", "Apple's"]),
    ("=US Army", "US Army, US army, US Armys", ["US Army"]),
    ("=thaad", "THAAD Thaad thaad", ["thaad"]),
    ("deploy*", "deploy Deployed redeploy deployment's", ["deploy", "Deployed", "deployment's"]),
    ("missile def*", "missile defense, missile deal", ["missile defense"]),
    ("US*", "USFK usual USA", ["USFK", "USA"]),
    ("=Kor*", "Korea korea", ["Korea"]),
]
WORDS = [
    ("star", "popstar, starlet, pop-star, star", ["star", "star"]),
    ("THAAD", "THAAD배치 THAAD를 주한THAAD", ["THAAD", "THAAD", "THAAD"]),
    ("THAAD", "THAAD2 xTHAAD THAAD_x", ["THAAD"]),
    ("THAAD", "部署THAAD系统", ["THAAD"]),
    ("THAAD", "(THAAD) “THAAD” THAAD-related anti-THAAD/THAAD", ["THAAD"] * 5),
    ("THAAD", "ＴＨＡＡＤ T\u200bHAAD \u200eTHAAD\u200f", ["ＴＨＡＡＤ", "T\u200bHAAD", "THAAD"]),
    ("ＴＨＡＡＤ", "THAAD", ["THAAD"]),
    ("cafe", "café Café cafe\u0301", ["café", "Café", "cafe\u0301"]),
    ("Łódź", "Lodz", ["Lodz"]),
    ("air strike", "air-strike air strike air–strike air\u2011strike", None),
    ("air-strike", "air-strike air strike airstrike", ["air-strike", "air strike"]),
    ("5", "3.5 and 5,000 and 5", ["5"]),
    ("3.5", "3.5 3,5 3 5", ["3.5"]),
    ("don", "don't Don", ["Don"]),
    ("Trump", "Trump'll Trump’s", ["Trump", "Trump’s"]),
    ("O'Brien", "O’Brien O'Brien", ["O’Brien", "O'Brien"]),
]
PHRASES = [
    ("missile defense", "missile defense", ["missile defense"]),
    ("missile defense", "missile\ndefense", ["missile\ndefense"]),
    ("missile defense", "missile\r\n  defense", ["missile\r\n  defense"]),
    ("missile defense", 'missile "defense"', ['missile "defense']),
    ("missile defense", "missile, defense", []),
    ("missile defense", "missile; defense: missile: defense", []),
    ("missile defense", "missile. Defense", []),
    ("missile defense", "missile! Defense", []),
    ("missile defense", "missile\n\ndefense", []),
    ("missile defense", "missile — defense", []),
    ("missile defense", "missile the defense", []),
    ("missile defense", "missiles defense", []),
    ("U.S. troops", "the U.S. troops", ["U.S. troops"]),
    ("Gen. Park", "Gen. Park and Gen Park", ["Gen. Park", "Gen Park"]),
    ("Washington, D.C.", "Washington, D.C. Washington DC", None),
    ("Yahoo! Japan", "Yahoo! Japan Yahoo Japan", None),
    ("Attack on Titan: The Movie", "attack on titan: the movie", None),
    ("St. Louis", "in St. Louis", ["St. Louis"]),
]


@pytest.mark.parametrize(("term", "text", "slices"), CAPITALS + PLURALS + WORDS + PHRASES)
def test_latin_terms(term: str, text: str, slices: list[str] | None) -> None:
    if slices is not None:
        assert found(term, text) == slices
    else:
        # the whole text is made of hits
        rest = text
        hits = found(term, text)
        assert hits
        for hit in hits:
            rest = rest.replace(hit, "", 1)
        assert set(rest) <= set(" '")


def test_hits_of_a_smart_quote_text_point_into_it() -> None:
    assert found("US", "“US” ‘US’") == ["US", "US"]


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("box", "boxes"),
        ("class", "classes"),
        ("dish", "dishes"),
        ("tech", "techs"),
        ("photo", "photos"),
        ("city", "cities"),
        ("key", "keys"),
        ("child", "children"),
        ("woman", "women"),
        ("knife", "knives"),
        ("analysis", "analyses"),
        ("person", "people"),
    ],
)
def test_plurals(word: str, form: str) -> None:
    assert form in plurals(word)

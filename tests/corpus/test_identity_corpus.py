"""Identity over real and hostile URLs from the captures."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from datetime import datetime

from newsroom.identity import (
    EntryFacts,
    KnownArticle,
    article_id,
    canonical_url,
    same_article,
    title_key,
    usable_url,
    yonhap_family,
)
from tests.corpus.paths import CORPUS, corpus

pytestmark = corpus


def test_hostile_urls_are_normal_or_refused() -> None:
    vectors = json.loads((CORPUS / "hostile/url/urltestdata.json").read_text())
    texts = [v["input"] for v in vectors if isinstance(v, dict)]
    texts += json.loads((CORPUS / "hostile/strings/blns.json").read_text())
    texts += (CORPUS / "hostile/ssrf/ssrf_urls.txt").read_text().splitlines()
    assert len(texts) > 1000
    for text in texts:
        once = canonical_url(text)
        assert canonical_url(once) == once
        usable = usable_url(text, "https://a.test/x/y")
        assert usable is None or re.match(r"https?://[a-z0-9\[]", usable)


def test_what_browsers_refuse_is_refused() -> None:
    vectors = json.loads((CORPUS / "hostile/url/urltestdata.json").read_text())
    failing = [v for v in vectors if isinstance(v, dict) and v.get("failure")]
    base_free = [v for v in failing if v["base"] in (None, "about:blank")]
    accepted = [v["input"] for v in base_free if usable_url(v["input"]) is not None]
    assert base_free
    assert accepted == []


def test_tracking_parameters_of_a_feed_reader_are_known() -> None:
    names = json.loads((CORPUS / "hostile/miniflux/tracking_params.json").read_text())
    kept = [n for n in names if canonical_url(f"https://a.test/x?{n}=v") != "https://a.test/x"]
    assert kept == []


def test_a_url_cleaners_vectors() -> None:
    vectors = json.loads((CORPUS / "hostile/miniflux/urlcleaner_vectors.json").read_text())
    wrong = []
    for vector in vectors:
        expected = vector["expected"].partition("#")[0]
        if vector["input"].startswith("mailto:"):
            expected = ""  # no page; the cleaner leaves it alone
        if "ref=test.com" in expected:
            expected = "https://example.com/page"  # a host in `ref` is a referrer to us
        if canonical_url(vector["input"]) != canonical_url(expected):
            wrong.append(vector["name"])
    assert wrong == []


def test_the_chinese_feeds_articles_are_its_distinct_ids() -> None:
    links: set[str] = set()
    with tarfile.open(CORPUS / "feed_sequences/yonhap_cn_news_2024.tar.xz") as states:
        for member in states:
            file = states.extractfile(member)
            if file is not None:
                links.update(re.findall(r"<link>([^<]*ACK[^<]*)</link>", file.read().decode()))
    assert len(links) > 1000
    canonical = {canonical_url(link.replace("&amp;", "&")) for link in links}
    numbers = {re.search("ACK[0-9]{17}", link)[0] for link in links}  # type: ignore[index] # found
    assert canonical == {f"https://cn.yna.co.kr/view/{number}" for number in numbers}
    assert len(links) > len(numbers)  # the decorations did change


def test_revisions_of_a_story_are_articles_of_one_family() -> None:
    with gzip.open(CORPUS / "text/yonhap_ko_revision_families.jsonl.gz", "rt") as lines:
        families = [json.loads(line) for line in lines]
    assert families
    for family in families:
        ids = [article_id(canonical_url(item["url"])) or "" for item in family["items"]]
        assert ids == [item["id"] for item in family["items"]]
        assert len(set(ids)) == len(ids)
        assert len({yonhap_family(number) for number in ids}) == 1


def test_no_two_real_feed_items_are_taken_for_one_by_title_and_time() -> None:
    with gzip.open(CORPUS / "text/yonhap_ko_revision_families.jsonl.gz", "rt") as lines:
        items = [item for line in lines for item in json.loads(line)["items"]]
    known: list[KnownArticle] = []
    for number, item in enumerate(items):
        when = datetime.fromisoformat(item["date"])
        url = canonical_url(item["url"])
        key = title_key(item["title"])
        entry = EntryFacts(url, 1, item["id"], True, key, "yonhap-ko", when, when, frozenset({url}))
        assert not any(same_article(entry, old) for old in known)
        known.append(
            KnownArticle(
                number, frozenset({url}), frozenset({(1, item["id"])}), key, "yonhap-ko", when, when
            )
        )

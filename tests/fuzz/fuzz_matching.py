"""Coverage-guided fuzzing of queries and texts by atheris, run by hand for as long as one likes.

    uv pip install --target FOLDER atheris     # not in our lock: its wheels are for Linux alone
    PYTHONPATH=.:FOLDER python tests/fuzz/fuzz_matching.py --seconds 3600 --out FOLDER2

Without atheris it goes on with random bytes and mutations of its own, blind to coverage. `--kiwi`
asks the real morphology (in this process) in place of one whose answers mean nothing. What fails
is kept in the folder and written down, and the run goes on; totals are written each minute.
`--again FILE...` executes kept inputs once more, told one by one, without atheris in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fuzz.running import Target, fuzz, parser


def real_kiwi() -> Any:
    """Load Kiwi in this process, with the worker's limit of length."""
    from jobs.morphology_worker import load_kiwi

    analyse = load_kiwi()
    analyse(["사드"])  # the first text takes two seconds: the worker pays them when it starts

    def morphology(texts: Sequence[str]) -> list[Any]:
        short = [text for text in texts if len(text) <= 1_000]
        known = dict(zip(short, analyse(short), strict=True))
        return [known.get(text) for text in texts]

    return morphology


def seeds() -> list[bytes]:
    """Inputs to begin with: queries and texts as people write them."""
    from tests.fuzz.decoding import encoded

    queries = (
        'title:THAAD OR ("missile defense" NEAR/8 (Seongju OR 성주))',
        '"china thaad"~10 AND NOT @states',
        "사드 -lang:ja deploy* =US",
        "/사드 ?가/ ONEAR/3 북한*",
    )
    body = (
        "미국은 사드배치를 북한군과 논의했다. The U.S. troops' missiles, air-strike.\n\n대만해협 北"
    )
    texts = ("", "주한미군사드포대", "Air strike", body, "yonhap", "Kim")
    return [
        bytes([switches])
        + b"\0".join(
            [
                encoded(query),
                b"\1".join(map(encoded, ("사드", "US troops", "@states", "한미"))),
                *map(encoded, texts),
            ]
        )
        for query in ("", *queries)
        for switches in (0, 5, 0x80)
    ]


def target(*, kiwi: bool) -> Target:
    """Queries and texts, matched."""
    from tests.fuzz.decoding import fuzzed
    from tests.fuzz.target import check, guessing

    morphology = real_kiwi() if kiwi else guessing
    name = "kiwi" if kiwi else "guessing"
    return Target(name, fuzzed, lambda case: bool(check(case, morphology)), seeds())


def main() -> None:
    options = parser("Fuzz queries and texts.")
    options.add_argument("--kiwi", action="store_true", help="ask the real morphology")
    args = options.parse_args()
    fuzz(args, lambda: target(kiwi=args.kiwi))


if __name__ == "__main__":
    main()

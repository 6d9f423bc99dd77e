"""Coverage-guided fuzzing of batches of articles and their stories, as `fuzz_matching` does it.

PYTHONPATH=.:FOLDER python tests/fuzz/fuzz_stories.py --seconds 3600 --out FOLDER2
"""

from __future__ import annotations

from tests.fuzz.running import Target, fuzz, parser


def target() -> Target:
    """Batches of articles, grouped."""
    from tests.fuzz.story_target import KOREAN, LEAD, MORE, OTHER, batch, check, written

    wire = "https://en.yna.co.kr/view/AEN20240305003800320"
    flash = ("[속보] 북한, 탄도미사일 2발 발사", "", "", "yonhap-ko")
    seeds = [
        b"",
        written((0, 0, "Bridge", LEAD + MORE, wire, ""), (1, 0, "Old", LEAD + MORE, "", "kh")),
        written((0, 0, *flash), (2, 0, "북한, 탄도미사일 2발 발사", KOREAN * 3, "", "yonhap-ko")),
        written(
            (0, 0, "a", LEAD * 3, "", "x"), (2, 0, "b", LEAD * 3 + OTHER * 3, "", "y"),
            (3, 0, "c", OTHER * 3, "", "z"), (250, 6, "d", MORE, "", "x"),
        ),
    ]  # fmt: skip
    return Target("stories", batch, check, seeds)


if __name__ == "__main__":
    fuzz(parser("Fuzz stories.").parse_args(), target)

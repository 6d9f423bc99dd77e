"""Analysers that do what hostile texts make a morphology do; loaded in worker processes by name."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from jobs.morphology_worker import Analyser, Tokens
from newsroom.ports import Token


def words() -> Analyser:
    """Take each text for one noun; some words do harm."""

    def analyse(texts: Sequence[str]) -> list[Tokens]:
        for text in texts:
            if text == "hang":
                time.sleep(3_600)
            if text == "die":
                os._exit(3)
            if text == "raise":
                raise ValueError("not what was expected")
            if text == "eat":
                bytearray(1 << 40)
        if "lose" in texts:
            return []
        return [(Token(text, "NNG", 0, len(text)),) for text in texts]

    return analyse


def missing() -> Analyser:
    import no_such_morphology  # type: ignore[import-not-found]  # the point

    return no_such_morphology.analyse  # type: ignore[no-any-return]  # never reached


def dead() -> Analyser:
    os._exit(4)


def never() -> Analyser:
    time.sleep(3_600)
    raise AssertionError

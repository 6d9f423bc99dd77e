"""Invented prose: another text for every number, the same for the same, and none like another."""

from __future__ import annotations

from random import Random

_WORDS = (
    "harbour council bridge market river winter tunnel school garden engine paper village road "
    "window signal budget forest valley bakery museum ferry railway orchard station tower meadow "
    "workshop library canal quarry theatre beacon chapel stable terrace pavement lantern barrel "
    "painter carpenter teacher sailor farmer gardener printer porter driver clerk baker miller "
    "opens closes paints repairs measures carries counts follows moves covers lifts turns joins "
    "slowly quietly early late again nearly often always seldom together apart above below"
).split()


def prose(number: int | str, sentences: int = 8) -> str:
    """Paragraphs of `sentences` plain sentences, without numbers, names or quotes."""
    random = Random(number)
    made = []
    for _ in range(sentences):
        words = random.sample(_WORDS, 14)
        made.append(f"The {' '.join(words)}.")
    return "\n\n".join(" ".join(made[at : at + 2]) for at in range(0, len(made), 2))

"""The plurals of an English noun, as a careful reader would accept them for a watched word.

A form too many (`armys`) costs nothing, as it occurs nowhere; a form that is another word
(`staff` → `staves`, `belief` → `believes`) is noise. Rules are therefore kept to what English does
regularly, and the rest is listed.
"""

from __future__ import annotations

_IRREGULAR = {
    "child": "children",
    "person": "people",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "ox": "oxen",
    "quiz": "quizzes",
    "criterion": "criteria",
    "phenomenon": "phenomena",
    "bacterium": "bacteria",
    "memorandum": "memoranda",
    "referendum": "referenda",
    "curriculum": "curricula",
    "stadium": "stadia",
    "nucleus": "nuclei",
    "alumnus": "alumni",
    "fungus": "fungi",
    "stimulus": "stimuli",
    "radius": "radii",
    "index": "indices",
    "matrix": "matrices",
    "vertex": "vertices",
    "appendix": "appendices",
}
_VES = (
    "knife",
    "life",
    "wife",
    "wolf",
    "shelf",
    "thief",
    "loaf",
    "calf",
    "leaf",
    "half",
    "scarf",
    "hoof",
    "elf",
)
_VOWELS = frozenset("aeiou")


def plurals(word: str) -> frozenset[str]:
    """List the plural forms of a folded word: letters a-z decide, anything else takes an s."""
    forms = set(_regular(word))
    if word in _IRREGULAR:
        forms.add(_IRREGULAR[word])
    if word.endswith("man") and word != "oman":
        forms.add(f"{word[:-3]}men")
    if word.endswith(_VES):
        forms.add(f"{word.removesuffix('e').removesuffix('f')}ves")
    return frozenset(forms)


def _regular(word: str) -> tuple[str, ...]:
    before = word[-2:-1]
    if word.endswith("sis"):
        return (f"{word[:-2]}es",)
    if word.endswith(("s", "x", "z", "sh")):
        return (f"{word}es",)
    if word.endswith(("ch", "o")):
        # Czechs and churches, photos and heroes
        return (f"{word}s", f"{word}es")
    if word.endswith("y") and before.isalpha() and before not in _VOWELS:
        # cities, but the Kennedys
        return (f"{word[:-1]}ies", f"{word}s")
    return (f"{word}s",)

"""The line of every key and list element, in every way TOML can be written."""

import tomllib

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from config.toml_lines import Path, line_index

keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\"'#[]{}=,"))
scalars = texts | st.integers(-(2**40), 2**40) | st.booleans() | st.datetimes()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def _ways(value: object, way: Path = ()) -> list[Path]:
    found = [way] if way else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _ways(inner, (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _ways(inner, (*way, index))
    return found


@given(st.dictionaries(keys, values, max_size=5))
def test_every_value_of_a_document_has_a_line(data: dict[str, object]) -> None:
    text = tomlkit.dumps(data)
    lines = line_index(text)
    assert set(lines) == set(_ways(tomllib.loads(text)))
    last = text.count("\n") + 1
    assert all(1 <= line <= last for line in lines.values())


@given(st.lists(texts, max_size=6), st.integers(0, 3))
def test_list_elements_stand_where_they_are_written(items: list[str], blanks: int) -> None:
    lines = ["# head", *[""] * blanks, "list = [  # [ not this"]
    expected: list[int] = []
    for item in items:
        lines.append(f"    # item ] , {len(expected)}")
        expected.append(len(lines) + 1)
        written = tomlkit.string(item, multiline="\n" in item).as_string()
        lines += f"    {written},".split("\n")
    text = "\n".join([*lines, "]", "after = 1"])
    index = line_index(text)
    assert [index[("list", i)] for i in range(len(items))] == expected
    assert index[("after",)] == text.count("\n") + 1


DOCUMENT = '''\
top = 1 # "x" = [
"quoted.key" = 'a # b'
a.b."c d" = { x = [1, { y = "}" }], z = 2020-01-01T10:00:00Z }
text = """
not = "a key"
[nor.a.table] \\""" still text"""
raw = \'\'\'
[[no]]\'\'\'\'

[t]
k = [
  "one", "two",

  "th]ree",
]
[[s]]
n = 1
[s.sub]
m = 1
[[s]]
[[s.deep]]
v = 1
[[s.deep]]
v = 2
[ t . "u" ]
w = +inf
'''


@pytest.mark.parametrize(
    ("way", "line"),
    [(("top",), 1), (("quoted.key",), 2), (("a", "b", "c d", "x", 1, "y"), 3),
     (("a", "b", "c d", "z"), 3), (("text",), 4), (("raw",), 7), (("t",), 10), (("t", "k"), 11),
     (("t", "k", 0), 12), (("t", "k", 1), 12), (("t", "k", 2), 14), (("s",), 16), (("s", 0), 16),
     (("s", 0, "n"), 17), (("s", 0, "sub"), 18), (("s", 0, "sub", "m"), 19), (("s", 1), 20),
     (("s", 1, "deep", 0, "v"), 22), (("s", 1, "deep", 1), 23), (("s", 1, "deep", 1, "v"), 24),
     (("t", "u"), 25), (("t", "u", "w"), 26)],
)  # fmt: skip
def test_lines(way: Path, line: int) -> None:
    assert line_index(DOCUMENT)[way] == line


def test_nothing_else_has_a_line() -> None:
    assert set(line_index(DOCUMENT)) == set(_ways(tomllib.loads(DOCUMENT)))

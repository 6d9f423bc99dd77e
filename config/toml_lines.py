"""On which line each key and list element of a TOML document stands.

tomllib gives values without places. This walks the same text once more and notes the places; it
expects a document that tomllib has accepted and checks nothing itself.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""The way to a value: keys of tables, indexes (from 0) of lists."""

_BLANK = re.compile(r"[ \t]*")
_FILLER = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def line_index(text: str) -> dict[Path, int]:
    """Line (from 1) of every table, key and list element of a valid TOML document.

    A key's line is where the key stands, a list element's where the element starts, a table's
    that of its first mention.
    """
    walk = _Walk(text)
    walk.document()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self._skip(_FILLER)
        while self.at < len(self.text):
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_FILLER)

    def _header(self) -> Path:
        line = self._line()
        is_list = self.text.startswith("[[", self.at)
        self.at += 2 if is_list else 1
        parts = self._key()
        self.at += 2 if is_list else 1
        *parents, last = parts
        path: Path = ()
        for part in parents:
            path = self._entered((*path, part), line)
        path = (*path, last)
        if not is_list:
            return self._entered(path, line)
        self.lines.setdefault(path, line)
        path_of_element = (*path, self._counts.get(path, 0))
        self._counts[path] = self._counts.get(path, 0) + 1
        self.lines[path_of_element] = line
        return path_of_element

    def _entered(self, path: Path, line: int) -> Path:
        """The path of a table a header passes through: of a list of tables, its latest element."""
        self.lines.setdefault(path, line)
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_BLANK)
            parts.append(self._key_part())
            self._skip(_BLANK)
            if not self._peek("."):
                return parts
            self.at += 1

    def _key_part(self) -> str:
        if self.text[self.at] in "\"'":
            return next(iter(tomllib.loads(f"{self._skip(_STRING)} = 0")))
        return self._skip(_BARE_KEY)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        if self._peek("["):
            self._list(path)
        elif self._peek("{"):
            self._inline_table(path)
        elif self.text[self.at] in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _list(self, path: Path) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip(_FILLER)
            if self._peek("]"):
                break
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1
            self._skip(_FILLER)
            if self._peek(","):
                self.at += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip(_FILLER)
            if self._peek("}"):
                break
            self._pair(path)
            self._skip(_FILLER)
            if self._peek(","):
                self.at += 1
        self.at += 1

    def _peek(self, char: str) -> bool:
        return self.text.startswith(char, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if not found:
            raise AssertionError(f"not the TOML that was accepted, at offset {self.at}")
        self.at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect_right(self._starts, self.at)

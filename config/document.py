"""One TOML file: its values, where each stands, and what was found wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.toml_lines import Path as Way
from config.toml_lines import line_index
from config.values import Bad
from newsroom.errors import ConfigError, Problem

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(slots=True)
class Document:
    """A parsed file; `problems` grows while it is read."""

    name: str
    """As messages name it: its path."""
    data: dict[str, object]
    lines: Mapping[Way, int]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, way: Way, bad: Bad, *, key: str | None = None) -> None:
        """Note a problem at a place, or at the nearest one around it that has a line."""
        self.problems.append(
            Problem(self.name, self.line(way), key or spell(way), bad.problem, bad.hint)
        )

    def in_order(self) -> list[Problem]:
        """The problems by line, each once."""
        return sorted(dict.fromkeys(self.problems), key=lambda problem: problem.line or 0)

    def line(self, way: Way) -> int | None:
        """The line of a value; of what is absent, the line of the table it should stand in."""
        while way and way not in self.lines:
            way = way[:-1]
        return self.lines.get(way, 1 if self.data else None)


def spell(way: Way) -> str:
    """A place as messages spell it: `mail.wait_for_page`, `source[2].feeds[0]`."""
    text = ""
    for part in way:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _BARE.fullmatch(part) else f'"{_printable(part)}"'
            text += f".{name}" if text else name
    return text


def read_text(path: Path) -> str:
    """The file's text; raises ConfigError for what cannot be opened or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refusal(path, line, "is not UTF-8 text here", "save the file as UTF-8") from None
    except FileNotFoundError:
        raise _refusal(path, None, "does not exist", "name an existing file") from None
    except IsADirectoryError:
        raise _refusal(path, None, "is a directory", "name the file in it") from None
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise _refusal(path, None, wrong, "let the service's user read it") from None


def read_document(path: Path) -> Document:
    """Read a TOML file; raises ConfigError with the line of a syntax error."""
    return parse_document(read_text(path), path)


def parse_document(text: str, path: Path) -> Document:
    """Read TOML text that came from `path`; raises ConfigError with the line of a syntax error."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _PLACE.search(message)
        line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
        wrong = _PLACE.sub("", message)
        raise _refusal(path, line, f"is no valid TOML: {wrong}", _syntax_hint(wrong)) from None
    except RecursionError:
        raise _refusal(path, None, "is nested too deeply", "write plain tables") from None
    return Document(str(path), data, line_index(text))


def _syntax_hint(wrong: str) -> str:
    if "overwrite" in wrong or "twice" in wrong:
        return "write each key and each [table] once"
    return 'write key = "text in quotes", key = 5, key = true or key = ["a", "b"]'


def _refusal(path: Path, line: int | None, problem: str, hint: str) -> ConfigError:
    return ConfigError([Problem(str(path), line, "", problem, hint)])


def _printable(text: str) -> str:
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown.replace('"', '\\"')

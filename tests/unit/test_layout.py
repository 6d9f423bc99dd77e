"""The house keeps its shape: imports run down only, files stay small, the words stay ours."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("wirewatch", "jobs", "crawler", "storage", "alerts", "config", "newsroom")
LONGEST = 400


def sources() -> list[Path]:
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def test_imports_run_down_only() -> None:
    # a process of its own: import-linter switches every existing logger off
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert "broken" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout


def test_no_file_is_past_what_one_can_hold_in_the_head() -> None:
    long = {p.name: n for p in sources() if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [p for p in sources() if not ast.get_docstring(ast.parse(p.read_text()))]
    assert [str(p.relative_to(ROOT)) for p in silent] == []


def test_every_ignore_has_its_reason() -> None:
    """`# noqa: X - why` and `# type: ignore[x]  # why`; a bare one is refused."""
    codes = r"[A-Z]+\d+(?:, ?[A-Z]+\d+)*"
    bare = re.compile(rf"#\s*(?:noqa(?!: {codes} +[-#] *\w)|type: ignore(?!\[[^]]+\] +# *\w))")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_no_path_of_a_machine_stands_in_the_code() -> None:
    pattern = re.compile(r"/(home|root|work|Users)/")
    found = [str(p.relative_to(ROOT)) for p in sources() if pattern.search(p.read_text())]
    assert found == []

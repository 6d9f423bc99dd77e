"""`try mail`: samples of each kind, as bytes, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli_case import Cli, environment
from tests.unit.alert_contents import parse, text_of

KINDS = ["immediate", "update", "digest", "notice"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_sample_of_each_kind(cli: Cli, tmp_path: Path, kind: str, language: str) -> None:
    ran = cli("try", "mail", "--kind", kind, "--language", language, "--out", "a.eml")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    message = (tmp_path / "a.eml").read_bytes()
    mail = parse(message)
    assert not mail.defects
    assert f'lang="{language}"' in text_of(message, "html")
    assert ("수집처" if language == "ko" else "Sources") in text_of(message)
    assert mail["Subject"].startswith("Re: [" if kind == "update" else "[")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.eml"]  # no database, no outbox


def test_an_empty_digest(cli: Cli, tmp_path: Path) -> None:
    assert cli("try", "mail", "--kind", "digest", "--empty", "--out", "a.eml").code == 0
    message = (tmp_path / "a.eml").read_bytes()
    assert "[THAAD +1] nothing new, " in parse(message)["Subject"]
    assert "Nothing today; all sources healthy." in text_of(message)


def test_the_zone_of_its_times(cli: Cli, tmp_path: Path) -> None:
    for zone, name in (("UTC", "UTC"), ("Asia/Seoul", "KST")):
        asked = ("try", "mail", "--kind", "immediate", "--timezone", zone, "--out", "a.eml")
        assert cli(*asked).code == 0
        assert f" {name} · text by" in text_of((tmp_path / "a.eml").read_bytes())


def test_bytes_on_standard_output(tmp_path: Path) -> None:
    """In a locale that is not UTF-8, and with CRLF as it is."""
    done = subprocess.run(
        [sys.executable, "-m", "wirewatch", "try", "mail", "--kind", "digest", "--language", "ko"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert b"\n" not in done.stdout.replace(b"\r\n", b"")
    assert parse(done.stdout)["Subject"].startswith("[사드 +1] 기사 4건, ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "which mail?"),
        (("--kind", "letter"), "letter"),
        (("--kind", "update", "--empty"), "only a digest can be empty"),
        (("--kind", "digest", "--timezone", "Seoul"), "no time zone"),
        (("--kind", "digest", "--language", "fr"), "fr"),
        (("--kind", "digest", "--out", "none/a.eml"), "cannot be written"),
        (("--alert", "7", "--empty"), "--empty is for a sample"),
        (("--alert", "0"), "0"),
    ],
)
def test_what_is_refused(cli: Cli, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = cli("try", "mail", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not list(tmp_path.iterdir())


def test_without_a_database_there_is_no_alert(cli: Cli, tmp_path: Path) -> None:
    Path(tmp_path, "wirewatch.toml").write_text('data_dir = "data"\n', "utf-8")
    ran = cli("try", "mail", "--alert", "7")
    assert (ran.code, ran.out, ran.err) == (1, "", "no alert 7\n")
    assert not list(tmp_path.rglob("*.db"))

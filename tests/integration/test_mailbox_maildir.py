"""A Maildir of our own: what is read moves to `cur`, what is there twice or odd stops nothing."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.letters import MOST_LETTERS, MOST_OCTETS
from alerts.mailbox import open_mailbox
from newsroom.errors import ChannelDown

TODAY = datetime.now(UTC).date()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mail box"
    for name in ("new", "cur", "tmp"):
        (made / name).mkdir(parents=True)
    return made


def read(folder: Path) -> list[bytes]:
    url = f"maildir://{str(folder).replace(' ', '%20')}"
    return [letter.octets for letter in open_mailbox(url, None).letters("", TODAY)]


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*"))


def test_mails_are_read_once_the_oldest_first(folder: Path) -> None:
    (folder / "new" / "1700000002.b.host").write_bytes(b"two")
    (folder / "new" / "1700000001.a.host").write_bytes(b"one")
    assert read(folder) == [b"one", b"two"]
    assert names(folder) == ["cur/1700000001.a.host:2,S", "cur/1700000002.b.host:2,S"]
    assert read(folder) == []


def test_what_another_program_moved_is_read_too(folder: Path) -> None:
    (folder / "cur" / "1.a:2,").write_bytes(b"unseen")
    (folder / "cur" / "2.b").write_bytes(b"without flags")
    (folder / "cur" / "3.c:2,FR").write_bytes(b"answered")
    (folder / "cur" / "4.d:2,RS").write_bytes(b"seen")
    assert read(folder) == [b"unseen", b"without flags", b"answered"]
    assert names(folder) == ["cur/1.a:2,S", "cur/2.b:2,S", "cur/3.c:2,FRS", "cur/4.d:2,RS"]


def test_one_that_is_not_done_with_is_read_again(folder: Path) -> None:
    for number in (1, 2):
        (folder / "new" / f"{number}.x").write_bytes(b"%d" % number)
    letters = open_mailbox(f"maildir://{folder}", None).letters("", TODAY)
    assert next(letters).octets == b"1"
    assert names(folder) == ["new/1.x", "new/2.x"]  # killed here it would be read again
    assert next(letters).octets == b"2"
    assert names(folder) == ["cur/1.x:2,S", "new/2.x"]


def test_a_mail_that_another_program_takes_meanwhile(folder: Path) -> None:
    for number in (1, 2):
        (folder / "new" / f"{number}.x").write_bytes(b"%d" % number)
    letters = open_mailbox(f"maildir://{folder}", None).letters("", TODAY)
    next(letters)
    (folder / "new" / "1.x").unlink()
    (folder / "new" / "2.x").unlink()
    assert list(letters) == []


def test_large_mails_and_many(folder: Path) -> None:
    (folder / "new" / "0.x").write_bytes(b"x" * (MOST_OCTETS + 9))
    for number in range(MOST_LETTERS + 3):
        (folder / "new" / f"1.{number:04}").write_bytes(b"")
    letters = read(folder)
    assert (len(letters[0]), len(letters)) == (MOST_OCTETS, MOST_LETTERS)
    assert len(read(folder)) == 4


def test_what_is_no_mail_stops_none(folder: Path) -> None:
    os.mkfifo(folder / "new" / "0.pipe")
    (folder / "new" / "1.link").symlink_to("/etc/passwd")
    (folder / "new" / "2.folder").mkdir()
    (folder / "new" / ".hidden").write_bytes(b"hidden")
    (folder / "new" / "3.mail").write_bytes(b"mail")
    assert read(folder) == [b"mail"]
    assert "new/1.link" in names(folder)


@pytest.mark.parametrize("missing", ["new", "cur"])
def test_a_folder_that_is_no_maildir(folder: Path, missing: str) -> None:
    (folder / missing).rmdir()
    with pytest.raises(ChannelDown, match="cannot be read: No such file"):
        read(folder)

"""Mail kept as files, and which channel is opened."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from alerts.channels import open_channel
from alerts.files import FileChannel
from alerts.mail_url import MailServer, parse_mail_url
from alerts.smtp import SmtpChannel
from newsroom.errors import ChannelDown, PermanentFailure


def test_the_same_mail_again_leaves_one_file(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "new" / "outbox")
    for _ in range(2):
        reply = channel.send("desk@example.org", b"a\r\n", filename="immediate-1-0-ab.eml")
    path = tmp_path / "new" / "outbox" / "immediate-1-0-ab.eml"
    assert reply == f"kept as {path}"
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"a\r\n"
    assert path.stat().st_mode & 0o777 == 0o600
    channel.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk_is_the_channels_fault_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ChannelDown, match=r"is full|cannot be written"):
        FileChannel(tmp_path).send("desk@example.org", b"a", filename="a.eml")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_directorys_place(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("")
    with pytest.raises(ChannelDown):
        FileChannel(tmp_path / "outbox").send("a@b", b"a", filename="a.eml")


@pytest.mark.parametrize(
    "name", ["../a.eml", "a/b.eml", "", ".hidden", "A.eml", "a\0.eml", "x" * 300]
)
def test_no_other_name_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(PermanentFailure):
        FileChannel(tmp_path).send("a@b", b"a", filename=name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("smtp", "mail.example.org", 25)),
        ("smtps://mail.example.org/", MailServer("smtps", "mail.example.org", 465)),
        ("smtp+starttls://u@h:2525", MailServer("smtp+starttls", "h", 2525, "u")),
        ("smtps://u%40x:p%3a%2F@h", MailServer("smtps", "h", 465, "u@x", "p:/")),
        ("smtp://[::1]:25", MailServer("smtp", "::1", 25)),
    ],
)
def test_mail_urls(url: str, server: MailServer) -> None:
    assert parse_mail_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://u:secret@",
        "smtp://u:secret@h:99999",
        "smtp://u:secret@h:x",
        "smtp://u:secret@h/path",
        "smtp://u:sec?ret@h",
        "smtp://u:secret@[::1",
    ],
)
def test_wrong_mail_urls_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"^mail\.url ") as caught:
        parse_mail_url(url)
    assert "secret" not in str(caught.value)


def test_which_channel(tmp_path: Path) -> None:
    assert isinstance(open_channel(None, None, "w@x", tmp_path), FileChannel)
    assert isinstance(open_channel("", None, "w@x", tmp_path), FileChannel)
    smtp = open_channel("smtp://127.0.0.1:9", "p", "w@x", tmp_path)
    assert isinstance(smtp, SmtpChannel)
    assert (smtp.name, FileChannel(tmp_path).name) == ("smtp", "files")
    smtp.close()
    assert list(tmp_path.iterdir()) == []

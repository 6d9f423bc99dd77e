"""`mail.mailbox`: where it may be, where its password may stand, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.write import show
from newsroom.errors import ConfigError
from tests.unit.config_case import ConfigDir

IMAPS = "imaps://bounces@mail.example.org/INBOX"


@pytest.fixture
def directory(tmp_path: Path) -> ConfigDir:
    return ConfigDir(tmp_path)


@pytest.mark.parametrize(
    ("written", "read", "password"),
    [
        ("", None, None),
        ("imaps://b:geheim%40@mail.example.org", "imaps://b@mail.example.org/INBOX", "geheim@"),
        ("imaps://b%40x.org:geheim@h:9993/A%20b/c", "imaps://b%40x.org@h:9993/A%20b/c", "geheim"),
        ("imap+starttls://b:geheim@h/반송", "imap+starttls://b@h/%EB%B0%98%EC%86%A1", "geheim"),
        ("imap://b:geheim@127.0.0.1:1143", "imap://b@127.0.0.1:1143/INBOX", "geheim"),
        ("imap://b:geheim@[::1]:1143/", "imap://b@[::1]:1143/INBOX", "geheim"),
        ("maildir:///var/mail/a b", "maildir:///var/mail/a%20b", None),
        ("maildir:///var/mail/100%25", "maildir:///var/mail/100%25", None),
    ],
)
def test_mailboxes(
    directory: ConfigDir, written: str, read: str | None, password: str | None
) -> None:
    directory.write(f'[mail]\nmailbox = "{written}"')
    mail = directory.load().mail
    assert (mail.mailbox, mail.mailbox_password) == (read, password)
    assert password is None or password not in repr(mail)


def test_a_relative_folder_is_beside_the_file_or_where_the_command_runs(
    directory: ConfigDir,
) -> None:
    directory.write('[mail]\nmailbox = "maildir:mail/in"')
    assert directory.load().mail.mailbox == f"maildir://{directory.path}/mail/in"
    found = directory.load(WIREWATCH_MAIL__MAILBOX="maildir:in").mail.mailbox
    assert found == f"maildir://{directory.path}/in"
    home = directory.load(WIREWATCH_MAIL__MAILBOX="maildir:~/in", HOME="/home/w").mail.mailbox
    assert home == "maildir:///home/w/in"


def test_the_password_is_read_as_others_are(directory: ConfigDir) -> None:
    (directory.path / "secret").write_text("from-file\n")
    directory.write(f'[mail]\nmailbox = "{IMAPS}"\nmailbox_password_file = "secret"')
    settings = directory.load()
    assert settings.mail.mailbox_password == "from-file"
    assert directory.path / "secret" in settings.files
    given = directory.load(WIREWATCH_MAIL__MAILBOX_PASSWORD="from-env")
    assert given.mail.mailbox_password == "from-env"
    assert given.mail.password is None
    (directory.path / "url").write_text("imaps://b:inside@h/INBOX")
    directory.write("")
    by_twin = directory.load(WIREWATCH_MAIL__MAILBOX_FILE="url").mail
    assert (by_twin.mailbox, by_twin.mailbox_password) == ("imaps://b@h/INBOX", "inside")


def test_it_is_shown_without_its_password(directory: ConfigDir) -> None:
    directory.write('[mail]\nmailbox = "imaps://b:geheim@mail.example.org/INBOX"')
    text = show(directory.load())
    assert 'mailbox = "imaps://b@mail.example.org/INBOX"' in text
    assert "geheim" not in text
    assert "# mailbox password: ***" in text


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (f'mailbox = "{IMAPS}"', "mail.mailbox: names a user, but there is no password"),
        ('mailbox = "imaps://mail.example.org"', "names no user"),
        ('mailbox = "imaps://u:geheim@"', "names no server"),
        ('mailbox = "imasp://u:geheim@h"', "write imap"),
        ('mailbox = "pop3://u:geheim@h"', "is no mailbox"),
        ('mailbox = "imaps://u:geheim@h/INBOX?x"', "goes on after the folder"),
        ('mailbox = "imaps://u:geheim@h/IN%0ABOX"', "control character"),
        ('mailbox = "imaps://u:geheim@h:0/"', "0 is no port"),
        ('mailbox = "maildir:"', "names no folder"),
        ('mailbox = "maildir:///"', "names no folder"),
        ('mailbox = "/var/mail"', "is no mailbox"),
        ("mailbox = 3", "mail.mailbox"),
        ('mailbox_password = "geheim"', "WIREWATCH_MAIL__MAILBOX_PASSWORD"),
        ('mailbox_password_file = "gone"', "mail.mailbox_password_file"),
        (
            'mailbox = "imaps://u:geheim@h"\nmailbox_password_file = "secret"',
            "also stands in mailbox",
        ),
    ],
)
def test_what_is_refused(directory: ConfigDir, mail: str, said: str) -> None:
    (directory.path / "secret").write_text("s")
    directory.write(f"[mail]\n{mail}")
    with pytest.raises(ConfigError) as caught:
        directory.load()
    assert said in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_password_in_clear_text_is_warned_of(directory: ConfigDir) -> None:
    directory.write('[mail]\nmailbox = "imap://b:geheim@mail.example.org"')
    assert any("imaps://" in warning for warning in directory.load().warnings)
    directory.write('[mail]\nmailbox = "imap://b:geheim@localhost"')
    assert directory.load().warnings == ()

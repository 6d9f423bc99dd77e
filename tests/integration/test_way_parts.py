"""Digests longer than one mail, over the whole way."""

from __future__ import annotations

import pytest

from tests.integration.hours_world import Hours, of, ruled, stories_of
from tests.integration.updates_world import Plays

LONG = "The ministry said that THAAD would stay where it is for as long as it is needed. " * 6


@pytest.mark.parametrize("text", ["About THAAD.", LONG])
def test_a_digest_too_long_for_one_mail_goes_in_parts(
    plays: Plays, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the count of stories, and by their size: each story is in one mail, and shown there."""
    if text == LONG:
        monkeypatch.setattr("alerts.render.MAX_BYTES", 80_000 + 60_000)

    async def day(hours: Hours) -> None:
        hours.at("2026-11-23 07:00")
        count = 230 if text != LONG else 60
        hours.articles(count, text)
        assert await hours.send_at("2026-11-23 07:30") == []
        mails = await hours.send_at("2026-11-23 08:00")
        assert len(mails) > 1
        told = [n for mail in mails for n in str(mail["X-Wirewatch-Story"]).split(", ")]
        assert sorted(map(int, told)) == sorted({story for _, story in hours.items()})
        assert len(told) == count
        for mail in mails:
            shown = mail.get_body(("plain",)).get_content()
            assert shown.count("Why: THAAD") == stories_of(mail)
        parts = [str(mail["Subject"]).rpartition("part ")[2] for mail in mails[1:]]
        assert all(part.isdecimal() for part in parts)
        assert len({mail["Message-ID"] for mail in mails}) == len(mails)
        assert await hours.send_at("2026-11-23 09:00") == []

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))

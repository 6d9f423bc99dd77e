"""Fixtures that several files of this folder share."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsroom.model import Watchlist
from tests.integration.updates_world import Plays, Story, play


@pytest.fixture
def plays(tmp_path: Path, database_url: str) -> Plays:
    """Plays a story of updates on each database."""

    def run(story: Story, *lists: Watchlist) -> None:
        play(tmp_path, story, *lists, url=database_url)

    return run

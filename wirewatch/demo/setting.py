"""The demo's folder and its configuration: files as an operator would write them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from config.catalogue import load_catalogue
from config.load import load
from config.settings import Settings
from config.toml_text import table
from wirewatch.demo.day import Topic
from wirewatch.demo.outlets import OUTLETS

RECIPIENT = "desk@example.org"
ZONE = "Asia/Seoul"
MAIN_FILE = "wirewatch.toml"
LOG_FILE = "wirewatch.log"
_NAME = "wirewatch-demo"
_MOST = 1000

_HEAD = """\
# The configuration of `wirewatch demo`. The outlets were played by the demo itself on ports of this
# machine that are closed again: look at what was stored with this file, but a `run` with it finds
# no one at home. `wirewatch init` writes files to start with.
"""

_UPDATES = {"update_interval": "1s"}
"""Between two mails on one story; the service has real time, in which the day is seconds long."""
_MAIL = """\
[mail]                        # no url: mails are kept in outbox/
sender = "Wirewatch <wirewatch@example.org>"
wait_for_page = "8s"
"""


def make_folder(wanted: Path | None, cwd: Path) -> Path:
    """An empty folder: the wanted one, else a new one in `cwd`, else one for temporary files.

    Raises OSError: what was wanted is no empty folder and cannot become one.
    """
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        if any(wanted.iterdir()):
            raise FileExistsError(0, "is not empty; name a new folder", str(wanted))
        return wanted.resolve()
    for number in range(1, _MOST):
        folder = cwd / (_NAME if number == 1 else f"{_NAME}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError:  # may not be written to
            break
        return folder.resolve()
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}-")).resolve()


def configure(folder: Path, topics: tuple[Topic, ...], bases: dict[str, str]) -> Settings:
    """Write both files into `folder` and read them, and nothing else: no environment."""
    main = folder / MAIN_FILE
    main.write_text(_main_file(bases), encoding="utf-8")
    (folder / "watchlists.toml").write_text(_watchlists(topics), encoding="utf-8")
    return load(main, environ={}, cwd=folder)


def _main_file(bases: dict[str, str]) -> str:
    blocks = [
        _HEAD,
        table("", {"data_dir": ".", "timezone": ZONE, "watchlists": ["watchlists.toml"]}),
        _MAIL,
        table("[fetch]", {"allow_private_networks": ["127.0.0.0/8"], "timeout": "10s"}),
        table("[web]", {"enabled": False}),
    ]
    for outlet, base in bases.items():
        keys = {
            "id": outlet,
            "hosts": [base.removeprefix("http://")],
            "feeds": [base + path for path in OUTLETS[outlet].feeds],
            "listings": [],
            "interval": {"min": "1s", "max": "1s"},
            "delay": "0s",
        }
        blocks.append(table("[[source]]", keys))
    # nobody outside this machine is asked, whatever the catalogue holds
    others = [source.id for source in load_catalogue() if source.id not in bases]
    blocks += [table("[[source]]", {"id": other, "enabled": False}) for other in others]
    return "\n".join(blocks)


def _watchlists(topics: tuple[Topic, ...]) -> str:
    blocks = []
    for topic in topics:
        blocks.append(
            table("[[watchlist]]", {"name": topic.name, "any": list(topic.any), **_UPDATES})
            + table("[[watchlist.notify]]", {"to": [RECIPIENT], "when": "immediately"})
        )
    return "\n".join(blocks)

"""Makes the pictures of docs/mail.md from the samples of `try mail`: a script, run by hand.

`python -m tests.mail_pictures` needs Chromium (`CHROMIUM` names another than the one on the path)
and fonts with Hangul.
"""

from __future__ import annotations

import base64
import html
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageChops

from alerts.model import AlertContent, AlertKind
from alerts.render import render
from wirewatch.cli.mail_samples import sample

HERE = Path(__file__).parents[1] / "docs" / "pictures"
NOW = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
PHONE, DESKTOP = 375, 700
TALLEST = 3000
COLOURS = 96


@dataclass(frozen=True)
class Shot:
    """One picture."""

    kind: AlertKind
    language: str
    width: int
    dark: bool = False
    empty: bool = False

    @property
    def name(self) -> str:
        """Of its file."""
        parts = [self.kind, "empty" * self.empty, self.language]
        parts += ["phone" if self.width == PHONE else "desktop", "dark" * self.dark]
        return "-".join(filter(None, parts)) + ".png"


SHOTS = (
    Shot("immediate", "en", PHONE),
    Shot("immediate", "en", DESKTOP),
    Shot("immediate", "ko", PHONE, dark=True),
    Shot("update", "en", PHONE, dark=True),
    Shot("update", "en", DESKTOP),
    Shot("digest", "en", PHONE),
    Shot("digest", "en", DESKTOP, dark=True),
    Shot("digest", "ko", PHONE, dark=True),
    Shot("digest", "ko", DESKTOP),
    Shot("digest", "en", PHONE, empty=True),
    Shot("notice", "en", PHONE),
    Shot("notice", "en", DESKTOP, dark=True),
)


def main() -> None:
    """Make them all."""
    HERE.mkdir(exist_ok=True)
    for shot in SHOTS:
        content = sample(
            shot.kind, language=shot.language, timezone="Asia/Seoul", now=NOW, empty=shot.empty
        )
        take(content, shot.width, HERE / shot.name, dark=shot.dark)


def take(content: AlertContent, width: int, out: Path, *, dark: bool) -> None:
    """Photograph a mail's HTML in a window of this width, cut where it ends."""
    page = page_of(render(content, now=NOW))
    if dark:
        page = page.replace("@media (prefers-color-scheme: dark)", "@media all")
    with tempfile.TemporaryDirectory() as folder:
        # in a frame, as no window is as narrow as a phone's
        frame = Path(folder, "frame.html")
        frame.write_text(
            f'<meta charset="utf-8"><body style="margin:0"><iframe style="border:0;width:{width}px;'
            f'height:{TALLEST}px" srcdoc="{html.escape(page)}"></iframe>',
            "utf-8",
        )
        shot = Path(folder, "shot.png")
        _photograph(frame, shot, max(width, 600), Path(folder, "profile"))
        _cut(shot, width).save(out, optimize=True)
    print(f"{out.name}: {out.stat().st_size / 1000:.0f} kB")


def page_of(message: bytes) -> str:
    """The HTML part, its pictures written into it."""
    mail = message_from_bytes(message, policy=policy.default)
    body = mail.get_body(("related", "html"))
    assert isinstance(body, EmailMessage)
    page = next(part for part in body.walk() if part.get_content_type() == "text/html")
    text: str = page.get_content()
    for part in mail.walk():
        if part.get_content_type() == "image/png":
            data = base64.b64encode(part.get_content()).decode()
            text = text.replace(f"cid:{part['Content-ID'][1:-1]}", f"data:image/png;base64,{data}")
    return text


def _photograph(page: Path, out: Path, width: int, profile: Path) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--force-device-scale-factor=2",
            f"--user-data-dir={profile}",
            f"--window-size={width},{TALLEST}",
            f"--screenshot={out}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def _cut(shot: Path, width: int) -> Image.Image:
    """The picture up to where the mail ends, in few colours."""
    image = Image.open(shot).convert("RGB").crop((0, 0, 2 * width, 2 * TALLEST))
    ground = Image.new("RGB", image.size, image.getpixel((2, image.height - 2)))
    box = ImageChops.difference(image, ground).getbbox()
    bottom = min(box[3] + 40, image.height) if box else image.height
    return image.crop((0, 0, image.width, bottom)).quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()

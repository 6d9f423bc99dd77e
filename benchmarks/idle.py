"""The idle service with 12 feeds: resident memory, CPU share, start to first poll.

Starts a loopback site with 12 feeds that never change, runs `wirewatch run` against it as its user
would, and reads /proc of the service and of its worker processes. There is no peer for this row of
the design's table; the figures are absolute and belong to the machine that made them.

    python benchmarks/idle.py [SECONDS]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

FEEDS = 12
ITEMS = 30


class Feeds(BaseHTTPRequestHandler):
    """Twelve unchanging feeds with an ETag; every page is one paragraph."""

    protocol_version = "HTTP/1.1"
    first: float | None = None
    count = 0

    def do_GET(self) -> None:
        if self.path.startswith("/rss"):
            type(self).first = type(self).first or time.monotonic()
            type(self).count += 1
            if self.headers.get("If-None-Match") == '"1"':
                return self.reply(304, b"")
            items = "".join(
                f"<item><title>Story {self.path[4:]}-{n}</title><guid>{self.path}-{n}</guid>"
                f"<link>http://127.0.0.1:{self.server.server_port}/a{self.path}-{n}</link></item>"
                for n in range(ITEMS)
            )
            body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
            return self.reply(200, body.encode(), "application/rss+xml")
        if self.path == "/robots.txt":
            return self.reply(404, b"")
        text = "One paragraph that is long enough to be a story of its own. " * 5
        return self.reply(
            200, f"<html><body><article><p>{text}</p></article></body></html>".encode()
        )

    def reply(self, status: int, body: bytes, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", '"1"')
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


def main(seconds: float) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"127.0.0.1:{server.server_port}"
    folder = Path(tempfile.mkdtemp())
    feeds = json.dumps([f"http://{site}/rss{n}" for n in range(FEEDS)])
    off = "".join(
        f'[[source]]\nid = "{name}"\nenabled = false\n'
        for name in ("koreaherald", "yonhap-en", "yonhap-ko")
    )
    config = folder / "wirewatch.toml"
    config.write_text(
        f'data_dir = "data"\n[fetch]\nallow_private_networks = ["127.0.0.0/8"]\n'
        f'[web]\nlisten = "127.0.0.1:0"\n{off}[[source]]\nid = "local"\nname = "Local"\n'
        f'feeds = {feeds}\nhosts = ["{site}"]\npage = "generic"\ndelay = "0s"\n'
        'interval = {min = "2m", max = "60m"}\n'
    )
    began = time.monotonic()
    command = [sys.executable, "-m", "wirewatch", "--config", str(config), "run"]
    service = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    process = psutil.Process(service.pid)
    while Feeds.first is None and service.poll() is None:
        time.sleep(0.005)
    first = (Feeds.first or time.monotonic()) - began
    settle = time.monotonic() + 30
    while time.monotonic() < settle:
        time.sleep(0.5)
    cpu = process.cpu_times()
    polls = Feeds.count
    time.sleep(seconds)
    after = process.cpu_times()
    used = (after.user + after.system) - (cpu.user + cpu.system)
    workers = [(c.name(), c.memory_info().rss >> 20) for c in process.children(recursive=True)]
    print(
        json.dumps(
            {
                "start to first poll, s": round(first, 2),
                "resident, MB": process.memory_info().rss >> 20,
                "workers, MB": [mb for _, mb in workers],
                "CPU, %": round(100 * used / seconds, 2),
                "polls while measured": Feeds.count - polls,
                "seconds": seconds,
            }
        )
    )
    service.terminate()
    ended = time.monotonic()
    service.wait(20)
    print(json.dumps({"SIGTERM to exit, s": round(time.monotonic() - ended, 2)}))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120)

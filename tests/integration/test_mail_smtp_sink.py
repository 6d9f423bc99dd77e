"""Postfix's own test server takes what we send (skipped by name where it is not installed)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time

import pytest

from alerts.smtp import SmtpChannel

PLACES = "/usr/sbin:/usr/bin:/usr/libexec/postfix:/usr/lib/postfix/sbin"
SINK = shutil.which("smtp-sink", path=PLACES)
MAIL = b"Subject: a\r\n\r\n.\r\n..two dots\r\nlast\r\n"


@pytest.mark.skipif(SINK is None, reason="Postfix's smtp-sink is not installed")
@pytest.mark.parametrize("options", [[], ["-p"], ["-e"]], ids=["whole", "in turn", "HELO"])
def test_smtp_sink_takes_mails(options: list[str]) -> None:
    """It offers PIPELINING but with `-p`, and knows no EHLO with `-e`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(SINK), *options, f"127.0.0.1:{port}", "10"]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        channel = SmtpChannel(f"smtp://127.0.0.1:{port}", None, "w@example.org", "", 10.0, 10.0)
        for n in range(20):
            assert channel.send(f"r{n}@example.org", MAIL, filename="a.eml").startswith("250")
        channel.close()
    finally:
        child.terminate()
        child.wait(10)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < end, "smtp-sink does not listen"
            time.sleep(0.05)
        else:
            return

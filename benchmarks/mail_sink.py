"""A mail server that only answers, in a process of its own; it counts what it takes.

with Sink() as sink:
    ...send to 127.0.0.1:sink.port...
    sink.taken()
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]


class Sink:
    """The server as seen from the benchmark."""

    def __init__(self, *extensions: str) -> None:
        self._extensions = extensions
        self.port = 0

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.mail_sink", *self._extensions]
        self._child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.port = int(self._line())
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait(20)

    def taken(self) -> tuple[int, int, float]:
        """Mails and bytes taken since it was last asked, and the processor's seconds in all."""
        if self._child.stdin is not None:
            self._child.stdin.write(b"\n")
            self._child.stdin.flush()
        mails, octets, seconds = json.loads(self._line())
        return int(mails), int(octets), float(seconds)

    def _line(self) -> bytes:
        return b"" if self._child.stdout is None else self._child.stdout.readline()


class Server(asyncio.Protocol):
    """One connection: every command is agreed to, every mail is taken and forgotten."""

    extensions: tuple[str, ...] = ()
    mails = 0
    octets = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = transport
        self.buffer = bytearray()
        self.in_mail = False
        self.say(b"220 sink.test\r\n")

    def say(self, octets: bytes) -> None:
        if isinstance(self.wire, asyncio.WriteTransport):
            self.wire.write(octets)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            if self.in_mail:
                end = self.buffer.find(b"\r\n.\r\n", self.looked)
                if end < 0:
                    self.looked = max(0, len(self.buffer) - 4)
                    return
                type(self).mails += 1
                type(self).octets += end + 2
                del self.buffer[: end + 5]
                self.in_mail = False
                self.say(b"250 2.0.0 taken\r\n")
                continue
            end = self.buffer.find(b"\n")
            if end < 0:
                return
            verb = bytes(self.buffer[:4]).upper()
            del self.buffer[: end + 1]
            self.answer(verb)

    def answer(self, verb: bytes) -> None:
        if verb == b"DATA":
            self.in_mail, self.looked = True, 0
            self.say(b"354 go on\r\n")
        elif verb == b"EHLO":
            lines = ["sink.test", "SIZE 33554432", "8BITMIME", *self.extensions]
            marks = ["-"] * (len(lines) - 1) + [" "]
            self.say("".join(f"250{m}{x}\r\n" for m, x in zip(marks, lines, strict=True)).encode())
        elif verb == b"QUIT":
            self.say(b"221 bye\r\n")
            self.wire.close()
        else:
            self.say(b"250 ok\r\n")


async def main() -> None:
    import time

    Server.extensions = tuple(sys.argv[1:])
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(Server, "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps([Server.mails, Server.octets, time.process_time()]), flush=True)
        Server.mails = Server.octets = 0
    listener.close()


if __name__ == "__main__":
    asyncio.run(main())

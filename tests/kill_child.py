"""A single pass that kills itself with SIGKILL at a named log line; run as a subprocess.

    python -m tests.kill_child CONFIG LINE [NTH]

The kill happens inside the call that logs the line, so the point is reached for certain and
nothing after it runs. LINE `-` kills nowhere. No setting of the product is involved: a logging
handler does it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path

from crawler import reactor


class Killer(logging.Handler):
    """Kills this process at the nth record with the given message."""

    def __init__(self, line: str, nth: int) -> None:
        super().__init__()
        self.line, self.left = line, nth

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() != self.line:
            return
        self.left -= 1
        if self.left == 0:
            os.write(2, f"reached: {self.line}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


async def main(config: Path) -> int:
    from config.load import load
    from wirewatch.app import single_pass

    settings = load(config, environ={}, cwd=Path.cwd())
    summary = await single_pass(settings, every=False)
    os.write(2, ("\n".join(summary.lines()) + "\n").encode())
    return summary.exit_code


if __name__ == "__main__":
    reactor.install()
    logging.getLogger("wirewatch").setLevel(logging.DEBUG)
    if sys.argv[2] != "-":
        nth = int(sys.argv[3]) if len(sys.argv) > 3 else 1
        logging.getLogger("wirewatch").addHandler(Killer(sys.argv[2], nth))
    sys.exit(reactor.run(lambda: main(Path(sys.argv[1]))))

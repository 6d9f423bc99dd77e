"""HTTP on loopback: one server an outlet, each on a free port of 127.0.0.1."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.stage import Stage

log = logging.getLogger("wirewatch.demo")

_IDLE_S = 30.0


@contextmanager
def on_air(stage: Stage) -> Iterator[None]:
    """Serve every outlet while the context is open; `stage.bases` gets their addresses."""
    with ExitStack() as stack:
        for outlet in OUTLETS:
            server = _Server(("127.0.0.1", 0), _handler(stage, outlet))
            stack.callback(server.server_close)
            thread = threading.Thread(
                target=server.serve_forever, args=(0.1,), name=f"demo-{outlet}", daemon=True
            )
            thread.start()
            stack.callback(thread.join, 2)
            stack.callback(server.shutdown)
            stage.bases[outlet] = f"http://127.0.0.1:{server.server_address[1]}"
        yield


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a connection kept alive must not hold up the end

    def handle_error(self, request: object, client_address: object) -> None:
        """To the log: a connection that breaks off at the end is nobody's concern."""
        if not isinstance(sys.exception(), ConnectionError):
            log.exception("the played outlet failed")


def _handler(stage: Stage, outlet: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _IDLE_S
        server_version = "WirewatchDemo"
        sys_version = ""

        def do_GET(self) -> None:
            answer = stage.answer(outlet, self.path, self.headers.get("If-None-Match"))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
            """Say nothing: what matters is told from the database."""

    return Handler

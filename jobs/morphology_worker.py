"""What runs inside the worker process of Korean morphology: Kiwi, loaded once.

Kept light: importing this loads nothing; the process imports kiwipiepy when it starts to serve.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from jobs.pool_worker import start_worker
from newsroom.ports import Token

Tokens = tuple[Token, ...]
Analyser = Callable[[Sequence[str]], Sequence[Tokens]]

READY = "ready"
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Halves of characters, which Kiwi refuses."""


def load_kiwi() -> Analyser:
    """Load Kiwi (about a second, 260 MB) and return what analyses texts with it.

    The dictionaries of multi-word names and of typing errors are left out: they double the memory
    and find nothing that a term's borders depend on. A final consonant is never taken off a
    syllable (괌 as 과 + ㅁ).
    """
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)

    def analyse(texts: Sequence[str]) -> list[Tokens]:
        return [
            tuple(
                Token(sys.intern(t.form), sys.intern(t.tag), t.start, t.end, not t.oov)
                for t in tokens
            )
            for tokens in kiwi.tokenize([_SURROGATE.sub("\ufffd", t) for t in texts], z_coda=False)
        ]

    return analyse


def serve(pipe: Connection, loader: str, memory: int, idle_after: float) -> None:
    """Answer batches of texts until none has come for `idle_after` seconds, or the asker is gone.

    `loader` names a function without arguments that returns an Analyser, as `module:function`. A
    batch that cannot be analysed is answered by None.
    """
    start_worker(memory)
    try:
        analyse: Analyser = pkgutil.resolve_name(loader)()
    except Exception as error:  # noqa: BLE001  # whatever keeps it from loading is told, not raised
        pipe.send(f"{type(error).__name__}: {str(error)[:200]}")
        return
    pipe.send(READY)
    while pipe.poll(idle_after):
        try:
            texts: list[str] = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(analyse, texts))


def _answer(analyse: Analyser, texts: list[str]) -> list[Tokens] | None:
    try:
        return list(analyse(texts))
    except Exception:  # noqa: BLE001  # the asker tries the texts one by one
        return None

"""Coverage-guided fuzzing of queries and texts by atheris, run by hand for as long as one likes.

    uv pip install --target FOLDER atheris     # not in our lock: its wheels are for Linux alone
    PYTHONPATH=.:FOLDER python tests/fuzz/fuzz_matching.py --seconds 3600 --out FOLDER2

Without atheris it goes on with random bytes and mutations of its own, blind to coverage. `--kiwi`
asks the real morphology (in this process) in place of one whose answers mean nothing. What fails
is kept in the folder and written down, and the run goes on; totals are written each minute.
`--again FILE...` executes kept inputs once more, told one by one, without atheris in the way.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

atheris: Any
try:
    atheris = importlib.import_module("atheris")
except ImportError:  # the blind loop
    atheris = None

_LIMIT = 1.0
"""Seconds that one input may take, by the processor's count: the run gives way to everything else,
and what it waits is not the input's. Instrumented code takes some times as long as it is; `--again`
tells how long an input takes without."""
_EVERY = 60.0
_MOST_BYTES = 4_096
_MOST_KEPT = 20
"""Inputs kept of one kind of failure."""


class Run:
    """One run: executes inputs, keeps what fails, counts."""

    def __init__(self, out: Path, name: str, *, kiwi: bool) -> None:
        from tests.fuzz.decoding import fuzzed
        from tests.fuzz.target import check, guessing

        self._fuzzed, self._check = fuzzed, check
        self._morphology = real_kiwi() if kiwi else guessing
        self._out, self._name = out, name
        self.executions = self.matched = 0
        self.failures: Counter[str] = Counter()
        self.slowest, self.slowest_cpu = 0.0, 0.0
        self._began = time.monotonic()
        self._told = self._began - _EVERY

    def one(self, data: bytes) -> None:
        """Execute one input; nothing it does ends the run."""
        self.executions += 1
        took, cpu = self._timed(data)
        if took > self.slowest:
            if cpu > _LIMIT:  # perhaps something else was paid for: garbage, a table made once
                took, cpu = min((took, cpu), *(self._timed(data) for _ in range(2)))
            if took > self.slowest:
                self.slowest, self.slowest_cpu = took, cpu
                self._keep("slowest", data)
        if cpu > _LIMIT:
            self._failed(f"over {_LIMIT:.0f} s", f"{took:.2f} s, {cpu:.2f} s of it\n", data)
        if time.monotonic() - self._told > _EVERY:
            self.tell()

    def _timed(self, data: bytes) -> tuple[float, float]:
        cpu, began = time.process_time(), time.perf_counter()
        try:
            self.matched += self._check(self._fuzzed(data), self._morphology)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}"
            self._failed(kind, traceback.format_exc(), data)
        return time.perf_counter() - began, time.process_time() - cpu

    def _failed(self, kind: str, told: str, data: bytes) -> None:
        self.failures[kind] += 1
        if self.failures[kind] <= _MOST_KEPT:
            stem = f"failure-{list(self.failures).index(kind)}-{self.failures[kind]}"
            self._keep(stem, data)
            with (self._out / f"{self._name}.failures").open("a", encoding="utf-8") as log:
                log.write(f"== {stem} {kind}\n{told}{self._fuzzed(data)!a}\n\n")

    def _keep(self, stem: str, data: bytes) -> None:
        (self._out / f"{self._name}-{stem}.bin").write_bytes(data)

    def tell(self) -> None:
        """Append the running totals to the log."""
        self._told = time.monotonic()
        totals = {
            "seconds": round(self._told - self._began),
            "executions": self.executions,
            "matched": self.matched,
            "failures": dict(self.failures),
            "slowest_s": round(self.slowest, 3),
            "slowest_cpu_s": round(self.slowest_cpu, 3),
        }
        with (self._out / f"{self._name}.log").open("a", encoding="utf-8") as log:
            log.write(json.dumps(totals) + "\n")


def real_kiwi() -> Any:
    """Load Kiwi in this process, with the worker's limit of length."""
    from jobs.morphology_worker import load_kiwi

    analyse = load_kiwi()
    analyse(["사드"])  # the first text takes two seconds: the worker pays them when it starts

    def morphology(texts: Sequence[str]) -> list[Any]:
        short = [text for text in texts if len(text) <= 1_000]
        known = dict(zip(short, analyse(short), strict=True))
        return [known.get(text) for text in texts]

    return morphology


def seeds() -> list[bytes]:
    """Inputs to begin with: queries and texts as people write them."""
    from tests.fuzz.decoding import encoded

    queries = (
        'title:THAAD OR ("missile defense" NEAR/8 (Seongju OR 성주))',
        '"china thaad"~10 AND NOT @states',
        "사드 -lang:ja deploy* =US",
        "/사드 ?가/ ONEAR/3 북한*",
    )
    body = (
        "미국은 사드배치를 북한군과 논의했다. The U.S. troops' missiles, air-strike.\n\n대만해협 北"
    )
    texts = ("", "주한미군사드포대", "Air strike", body, "yonhap", "Kim")
    return [
        bytes([switches])
        + b"\0".join(
            [
                encoded(query),
                b"\1".join(map(encoded, ("사드", "US troops", "@states", "한미"))),
                *map(encoded, texts),
            ]
        )
        for query in ("", *queries)
        for switches in (0, 5, 0x80)
    ]


def blind(run: Run, seconds: float) -> None:
    """Mutate without knowing what the inputs reach."""
    rnd = random.Random(seconds)
    pool = seeds()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(rnd.choice(pool))
        for _ in range(rnd.randint(1, 30)):
            at = rnd.randrange(len(data) + 1)
            if rnd.random() < 0.5:
                data[at : at + rnd.randint(0, 4)] = rnd.randbytes(rnd.randint(0, 4))
            else:
                other = rnd.choice(pool)
                start = rnd.randrange(len(other))
                data[at:at] = other[start : start + rnd.randint(1, 30)]
        run.one(bytes(data[:_MOST_BYTES]))
        if rnd.random() < 0.01:
            pool.append(bytes(data[:_MOST_BYTES]))


def again(paths: Sequence[Path], *, kiwi: bool) -> None:
    """Execute kept inputs one by one and tell how they went."""
    from tests.fuzz.decoding import fuzzed
    from tests.fuzz.target import check, guessing

    morphology = real_kiwi() if kiwi else guessing
    for path in paths:
        case = fuzzed(path.read_bytes())
        began = time.perf_counter()
        try:
            check(case, morphology)
            told = "done"
        except Exception:  # noqa: BLE001  # told, and on to the next
            told = traceback.format_exc()
        print(f"{path.name}: {time.perf_counter() - began:.3f} s, {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz queries and texts.")
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--out", type=Path, default=Path("fuzzed"), help="logs and findings")
    parser.add_argument("--again", type=Path, nargs="+", help="kept inputs to execute once more")
    parser.add_argument("--kiwi", action="store_true", help="ask the real morphology")
    args = parser.parse_args()
    if args.again:
        again(args.again, kiwi=args.kiwi)
        return
    name = "kiwi" if args.kiwi else "guessing"
    corpus = args.out / f"{name}-inputs"
    corpus.mkdir(parents=True, exist_ok=True)
    if atheris is None:
        run = Run(args.out, name, kiwi=args.kiwi)
        blind(run, args.seconds)
        run.tell()
        return
    with atheris.instrument_imports(include=["newsroom"]):
        run = Run(args.out, name, kiwi=args.kiwi)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={args.seconds}", f"-max_len={_MOST_BYTES}", "-timeout=300"]
    options += ["-rss_limit_mb=2000", f"-artifact_prefix={args.out}/{name}-"]
    atheris.Setup([sys.argv[0], str(corpus), *options], run.one)
    try:
        atheris.Fuzz()
    finally:
        run.tell()


if __name__ == "__main__":
    main()

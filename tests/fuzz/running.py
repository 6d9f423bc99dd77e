"""One run of fuzzing: by atheris where it is installed, else blind; what fails is kept."""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

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


class Target(NamedTuple):
    """What is fuzzed."""

    name: str
    decode: Callable[[bytes], Any]
    """What some bytes stand for; told where it fails."""
    check: Callable[[Any], bool]
    """Asserts what must hold of it; says whether it was one of those that are looked for."""
    seeds: Sequence[bytes]


class Run:
    """Executes inputs, keeps what fails, counts."""

    def __init__(self, out: Path, target: Target) -> None:
        self._out, self._target = out, target
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
            self.matched += self._target.check(self._target.decode(data))
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
            with (self._out / f"{self._target.name}.failures").open("a", encoding="utf-8") as log:
                log.write(f"== {stem} {kind}\n{told}{self._target.decode(data)!a}\n\n")

    def _keep(self, stem: str, data: bytes) -> None:
        (self._out / f"{self._target.name}-{stem}.bin").write_bytes(data)

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
        with (self._out / f"{self._target.name}.log").open("a", encoding="utf-8") as log:
            log.write(json.dumps(totals) + "\n")


def blind(run: Run, seeds: Sequence[bytes], seconds: float) -> None:
    """Mutate without knowing what the inputs reach."""
    rnd = random.Random(seconds)
    pool = list(seeds)
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


def again(paths: Sequence[Path], target: Target) -> None:
    """Execute kept inputs one by one and tell how they went."""
    for path in paths:
        case = target.decode(path.read_bytes())
        began = time.perf_counter()
        try:
            target.check(case)
            told = "done"
        except Exception:  # noqa: BLE001  # told, and on to the next
            told = traceback.format_exc()
        print(f"{path.name}: {time.perf_counter() - began:.3f} s, {told}")


def parser(about: str) -> argparse.ArgumentParser:
    """The options that every run has."""
    made = argparse.ArgumentParser(description=about)
    made.add_argument("--seconds", type=int, default=3600)
    made.add_argument("--out", type=Path, default=Path("fuzzed"), help="logs and findings")
    made.add_argument("--again", type=Path, nargs="+", help="kept inputs to execute once more")
    return made


def fuzz(args: argparse.Namespace, make: Callable[[], Target]) -> None:
    """Do what the options say; `make` imports what is fuzzed, so that atheris can watch it."""
    if args.again:
        again(args.again, make())
        return
    args.out.mkdir(parents=True, exist_ok=True)
    if atheris is None:
        target = make()
        run = Run(args.out, target)
        blind(run, target.seeds, args.seconds)
        run.tell()
        return
    with atheris.instrument_imports(include=["newsroom"]):
        target = make()
    run = Run(args.out, target)
    corpus = args.out / f"{target.name}-inputs"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={args.seconds}", f"-max_len={_MOST_BYTES}", "-timeout=300"]
    options += ["-rss_limit_mb=2000", f"-artifact_prefix={args.out}/{target.name}-"]
    atheris.Setup([sys.argv[0], str(corpus), *options], run.one)
    try:
        atheris.Fuzz()
    finally:
        run.tell()

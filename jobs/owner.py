"""Which process this is, and whether another one still lives: liveness by pid, not by hope.

A pid alone is reused; with the process's start time, the boot and the pid namespace it names one
process for ever. Start times are taken from the kernel's own count since boot where there is
one: the wall clock, which other sources add, may be set while the process runs.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

from newsroom.model import Owner

_PROC = Path("/proc/self/stat")

_WALL_CLOCK_SLACK = 2.0
"""Seconds by which the start time read twice may differ where it comes from the wall clock."""


def this_process() -> Owner:
    """The owner that stands for the running process."""
    pid = os.getpid()
    return Owner(
        host=_host(),
        namespace=_namespace(),
        boot_id=_read("/proc/sys/kernel/random/boot_id") or f"boot-{int(psutil.boot_time())}",
        pid=pid,
        started=_started(pid) or 0.0,
    )


def is_alive(owner: Owner) -> bool:
    """Whether the owner's process runs; ask only about this host, pid namespace and boot."""
    started = _started(owner.pid)
    if started is None:
        return False
    slack = 0.005 if _PROC.exists() else _WALL_CLOCK_SLACK
    return abs(started - owner.started) <= slack


def _host() -> str:
    # namesakes happen (`localhost`, cloned images): the machine id tells most of them apart
    machine = _read("/etc/machine-id")[:12]
    name = socket.gethostname()[:60].replace(":", "-")
    return f"{name}-{machine}" if machine else name


def _namespace() -> str:
    try:
        return Path("/proc/self/ns/pid").readlink().name.removeprefix("pid:").strip("[]")
    except OSError:
        return "-"  # a system without pid namespaces


def _started(pid: int) -> float | None:
    """When the process started; None where there is none, or only its remains (a zombie)."""
    if _PROC.exists():
        # man 5 proc: the name stands in brackets and may hold blanks and brackets of its own
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        if len(fields) < 20 or fields[0] in "ZX":
            return None
        return round(int(fields[19]) / os.sysconf("SC_CLK_TCK"), 2)
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""

"""Which process is which."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from jobs.owner import is_alive, this_process

WAIT = "import sys; print('up', flush=True); sys.stdin.read()"


def test_this_process_is_itself_and_alive() -> None:
    own = this_process()
    assert own == this_process()
    assert is_alive(own)
    assert all((own.host, own.namespace, own.boot_id, own.pid, own.started))
    assert len(own.id) <= 200
    assert len(own.host) <= 120


def test_a_pid_that_was_given_out_again_is_not_it() -> None:
    assert not is_alive(replace(this_process(), started=this_process().started - 10))


def test_a_process_that_ended_is_dead_even_before_it_is_reaped() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdout.readline()
    code = "from jobs.owner import _started; import sys; print(_started(int(sys.argv[1])))"
    started = float(subprocess.check_output([sys.executable, "-c", code, str(child.pid)]))
    owner = replace(this_process(), pid=child.pid, started=started)
    assert is_alive(owner)
    child.kill()
    child.stdout.read()  # its end of the pipe closes when it dies
    for _ in range(1000):
        if not is_alive(owner):
            break
    assert not is_alive(owner)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert not is_alive(owner)


def test_ids_of_two_processes_differ() -> None:
    own = this_process()
    for other in (
        replace(own, host="x"),
        replace(own, namespace="x"),
        replace(own, boot_id="x"),
        replace(own, pid=own.pid + 1),
        replace(own, started=own.started + 0.01),
    ):
        assert other.id != own.id

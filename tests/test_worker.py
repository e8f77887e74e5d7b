"""A worker as a process: it ends when it is told to, or when the one that started it is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.test_serve import START_SECONDS, started

WORKER = (sys.executable, "manage.py", "run_tasks")
# Starts a worker as serve.py does, says its process id, and lives until it is killed.
PARENT = """
import os, subprocess, sys
command = [sys.executable, "manage.py", "run_tasks", "--with-parent", str(os.getpid())]
print(subprocess.Popen(command, stderr=subprocess.DEVNULL).pid, flush=True)
sys.stdin.read()
"""


def is_there(process: int) -> bool:
    """Whether it runs: a zombie, which nobody waits for here, does not."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(") ")[2][0] != "Z"


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "DATA_DIR": str(tmp_path), "DEMO": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_there(worker)
        parent.kill()
    until = time.monotonic() + START_SECONDS
    while is_there(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_there(worker)


def test_a_worker_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with started(tmp_path, *WORKER) as worker:
        assert worker.stderr is not None
        worker.stderr.readline()  # it looks for its queue, and there is none yet
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=START_SECONDS)
    assert worker.returncode == 0

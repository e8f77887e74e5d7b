"""The site in a process of its own, as `make run` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.datasets import PROJECT, Dataset

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int
    log: Path

    def cpu_seconds(self) -> float:
        """Processor time that all its threads have taken. 0 where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def serve(dataset: Dataset) -> Iterator[Server]:
    """Daphne on a listening socket that it inherits: nobody else can take the port."""
    log = dataset.folder / "server.log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("w") as output:
        listening.set_inheritable(True)
        command = [sys.executable, "-m", "daphne", "-v", "0", "--fd", str(listening.fileno())]
        process = subprocess.Popen(
            [*command, "checkpoint_site.asgi:application"],
            cwd=PROJECT,
            env=dataset.environment,
            pass_fds=[listening.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        port = int(listening.getsockname()[1])
        try:
            _wait_until_it_answers(port, process)
            yield Server(port, process.pid, log)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Connecting succeeds at once, since the socket listens already: only an answer counts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server ended while it started")
        with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as connection:
            connection.sendall(b"GET /api/v1/checks/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            if connection.recv(12).startswith(b"HTTP/1."):
                return
    raise RuntimeError("the server did not answer in time")

"""The site in a process of its own, as `make run` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.datasets import PROJECT, Dataset

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
STOP_SECONDS = 20
ACTIVATION = PROJECT / "tests" / "socket_activation.py"


@dataclass(frozen=True)
class Server:
    """A running server, in one process or more on one port."""

    port: int
    pids: tuple[int, ...]
    log: Path

    def cpu_seconds(self) -> float:
        """Processor time that it has taken, with the workers that it has started."""
        return sum(map(_cpu_seconds, (*self.pids, *self._workers())))

    def _workers(self) -> list[int]:
        """Granian serves from a process of its own."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                parents[int(stat.parent.name)] = int(_fields(stat)[1])
        return [pid for pid, parent in parents.items() if parent in self.pids]


def _cpu_seconds(pid: int) -> float:
    """Of all its threads. 0 where there is no /proc."""
    try:
        fields = _fields(Path(f"/proc/{pid}/stat"))
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _fields(stat: Path) -> list[str]:
    """What stands behind the name, which may have spaces in it."""
    return stat.read_text().rpartition(")")[2].split()


@contextmanager
def serve(
    dataset: Dataset,
    *,
    server: str = "daphne",
    processes: int = 1,
    module: str = "checkpoint_site.serve",
    **settings: str,
) -> Iterator[Server]:
    """Serve on a listening socket that the processes inherit: nobody else can take the port.

    `module` is what a process runs; further settings go into its environment.
    """
    log = dataset.folder / "server.log"
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening, log.open("w") as output:
        port = int(listening.getsockname()[1])
        environment = {**dataset.environment, "SERVER": server, "PORT": str(port), **settings}
        command = [sys.executable, "-m", module]
        if server == "granian":  # it opens its port itself
            listening.close()
        else:
            command = [sys.executable, str(ACTIVATION), str(listening.fileno()), *command]
            listening.set_inheritable(True)
        started = [
            subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment,
                close_fds=server == "granian",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            for _process in range(processes)
        ]
        try:
            _wait_until_it_answers(port, started[0])
            yield Server(port, tuple(process.pid for process in started), log)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(STOP_SECONDS)


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Connecting succeeds at once, since the socket listens already: only an answer counts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server ended while it started")
        with (
            suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as connection,
        ):
            connection.sendall(b"GET /api/v1/checks/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            if connection.recv(12).startswith(b"HTTP/1."):
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer in time")

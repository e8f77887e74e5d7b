"""A PostgreSQL and a Redis of one's own, on free loopback ports, to use and to break.

`python3 tests/services.py COMMAND...` runs a command beside both (see .ci/with-services): it finds
them in DATABASE_URL and REDIS_URL. For that, nothing but Python's own library is imported here.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
START_SECONDS = 30
LOOK_SECONDS = 0.01
USER = "checkpoint"  # of the database, and the database's name
MADE_SO = (
    *("--no-sync", "--auth", "trust", "--username", USER),
    *("--encoding", "UTF8", "--locale", "C.UTF-8"),
)
# PostgreSQL refuses to run as root, and Debian has a user for it.
IS_ROOT = os.getuid() == 0
AS_POSTGRES: dict[str, Any] = (
    {"user": "postgres", "group": "postgres", "extra_groups": []} if IS_ROOT else {}
)


# For benchmarks: SERVICES_DIR is a folder that stays for the next run; PostgreSQL then waits for
# the disk as it should, and POSTGRES_SETTINGS are further options of its command line.
KEPT = os.environ.get("SERVICES_DIR", "")
SETTINGS = "" if KEPT else "-c fsync=off"
SETTINGS += f" {os.environ.get('POSTGRES_SETTINGS', '')}"


class PostgreSQL:
    """One database server in `folder`. Its data survives stop and start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"postgres://{USER}@{HOST}:{self._port}/{USER}"

    def make(self) -> None:
        """Make the files and the database, unless they are there, and serve."""
        if (self._folder / "data").exists():
            self.start()
            return
        self._folder.mkdir(exist_ok=True)
        if IS_ROOT:
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", *MADE_SO, "-D", f"{self._folder}/data")
        self.start()
        self._run("createdb", "-h", HOST, "-p", str(self._port), "-U", USER, USER)

    def start(self) -> None:
        """Serve, and return as soon as it answers."""
        settings = (
            f"-p {self._port} -k {self._folder} -c listen_addresses={HOST}"
            f" -c max_connections=200 {SETTINGS}"
        )
        log = f"{self._folder}/postgres.log"
        self._run(
            "pg_ctl", "-W", "-s", "-D", f"{self._folder}/data", "-l", log, "start", "-o", settings
        )
        _wait_until(self._answers, "PostgreSQL")

    def stop(self, mode: str) -> None:
        """End it: `fast`, which an administrator's restart does, or `immediate`, like a crash."""
        self._control("-w", "-m", mode, "stop")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For a while its connections stay, and nothing is answered."""
        first = self._first_process()
        os.kill(first, signal.SIGSTOP)  # it starts no more of the others
        others = _children_of(first)
        _signal(others, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal([*others, first], signal.SIGCONT)

    def _first_process(self) -> int:
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def _answers(self) -> bool:
        asked = [_postgresql_program("pg_isready"), "-q", "-h", HOST, "-p", str(self._port)]
        return subprocess.run(asked, check=False).returncode == 0

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-s", "-D", f"{self._folder}/data", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        run_postgresql(program, *arguments, folder=self._folder)


class Redis:
    """One Redis. What it holds is gone with its process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://{HOST}:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and return as soon as it answers."""
        self._folder.mkdir(exist_ok=True)
        where = ("--bind", HOST, "--port", str(self._port), "--dir", str(self._folder))
        log = ("--logfile", f"{self._folder}/redis.log", "--save", "")
        self._process = subprocess.Popen(["redis-server", *where, *log])
        _wait_until(self._answers, "Redis")

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For a while its connections stay, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self._port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


@contextmanager
def serving() -> Iterator[tuple[PostgreSQL, Redis]]:
    """Both, in a folder that is gone afterwards, or in SERVICES_DIR."""
    with _folder() as folder:
        os.chmod(folder, 0o755)  # PostgreSQL's user must get into its own folder
        postgresql, redis = PostgreSQL(Path(folder, "postgresql")), Redis(Path(folder, "redis"))
        try:
            postgresql.make()
            redis.start()
            yield postgresql, redis
        finally:
            redis.kill()
            with suppress(subprocess.CalledProcessError):
                postgresql.stop("fast" if KEPT else "immediate")


@contextmanager
def _folder() -> Iterator[str]:
    if KEPT:
        os.makedirs(KEPT, exist_ok=True)
        yield KEPT
        return
    with tempfile.TemporaryDirectory(prefix="checkpoint-services.", dir="/tmp") as folder:
        yield folder


def run_postgresql(program: str, *arguments: str, folder: Path) -> None:
    """Run one of PostgreSQL's programs to its end. Raises CalledProcessError."""
    command = [_postgresql_program(program), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **AS_POSTGRES)


def _postgresql_program(name: str) -> str:
    """Debian keeps them apart by version, outside the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return str(max(versions, key=lambda path: float(path.parent.name)) / name)


def free_port() -> int:
    """One below those that systems hand out by themselves, so that nothing takes it by chance."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return port


def _children_of(process: int) -> list[int]:
    """The processes that this one has started."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]


def _signal(processes: Iterable[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # one of PostgreSQL's has just done its work
            os.kill(process, number)


def _wait_until(is_so: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} did not start")
        time.sleep(LOOK_SECONDS)


def main(command: list[str]) -> int:
    """Run a command beside both, and return its exit status."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with serving() as (postgresql, redis):
        found = {"DATABASE_URL": postgresql.url, "REDIS_URL": redis.url}
        return subprocess.call(command, env={**os.environ, **found})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

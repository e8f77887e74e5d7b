"""PostgreSQL servers that a test starts and stops: a primary and what follows it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
USER = "checkpoint"
# Without waiting for the disk, and able to feed replicas and subscribers.
OPTIONS = {"fsync": "off", "wal_level": "logical", "listen_addresses": "127.0.0.1"}


class Postgres:
    """One server on a free port of this machine, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def initialise(self) -> None:
        """An empty server."""
        names = ("--username", USER, "--encoding", "UTF8", "--locale", "C.UTF-8")
        _run("initdb", "--no-sync", "--auth", "trust", *names, "-D", str(self._data))

    def follow(self, primary: "Postgres") -> None:
        """A copy of the primary that streams whatever it commits from now on."""
        address = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", USER)
        _run("pg_basebackup", *address, "--checkpoint", "fast", "-R", "-D", str(self._data))

    def start(self) -> None:
        """Returns when it answers."""
        options = {**OPTIONS, "port": self.port, "unix_socket_directories": self._folder}
        words = " ".join(f"-c {name}={value}" for name, value in options.items())
        self._control("-w", "-l", str(self._folder / "log"), "-o", words, "start")

    def stop(self) -> None:
        """At once, as by a power cut. One that does not run stays as it is."""
        if (self._data / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")

    def address(self, database: str) -> str:
        """As DATABASE_URL has it."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def ask(self, database: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements, each by itself, and return the last one's rows."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _control(self, *arguments: str) -> None:
        _run("pg_ctl", "-s", "-D", str(self._data), *arguments)


@contextmanager
def servers(count: int) -> Iterator[list[Postgres]]:
    """So many servers, not initialised yet. They are stopped and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="checkpoint-postgres-"))
    made = []
    try:
        for number in range(count):
            (folder / str(number)).mkdir()
            made.append(Postgres(folder / str(number)))
        if os.getuid() == 0:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "postgres")
        yield made
    finally:
        for server in made:
            server.stop()
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    """PostgreSQL refuses to run as root."""
    as_postgres = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups")
    command = [str(BINARIES / program), *arguments]
    if os.getuid() == 0:
        command = [*as_postgres, *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

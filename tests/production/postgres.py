"""PostgreSQL servers that a test starts and stops: a primary and what follows it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services import HOST, IS_ROOT, MADE_SO, USER, free_port, run_postgresql

# Without waiting for the disk, and able to feed replicas and subscribers.
OPTIONS = {"fsync": "off", "wal_level": "logical", "listen_addresses": HOST}


class Postgres:
    """One server on a free port of this machine, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self.port = free_port()

    def initialise(self) -> None:
        """An empty server."""
        self._run("initdb", *MADE_SO, "-D", str(self._data))

    def follow(self, primary: "Postgres") -> None:
        """A copy of the primary that streams whatever it commits from now on."""
        address = ("-h", HOST, "-p", str(primary.port), "-U", USER)
        self._run("pg_basebackup", *address, "--checkpoint", "fast", "-R", "-D", str(self._data))

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
        return f"postgres://{USER}@{HOST}:{self.port}/{database}"

    def ask(self, database: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements, each by itself, and return the last one's rows."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-s", "-D", str(self._data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        run_postgresql(program, *arguments, folder=self._folder)


@contextmanager
def servers(count: int) -> Iterator[list[Postgres]]:
    """So many servers, not initialised yet. They are stopped and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="checkpoint-postgres-"))
    made = []
    try:
        for number in range(count):
            (folder / str(number)).mkdir()
            made.append(Postgres(folder / str(number)))
        if IS_ROOT:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "postgres")
        yield made
    finally:
        for server in made:
            server.stop()
        shutil.rmtree(folder)

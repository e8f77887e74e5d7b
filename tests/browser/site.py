"""The real site in its own process: Daphne, an SQLite file, hashed static files, demo data."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
ACTIVATION = str(ROOT / "tests" / "socket_activation.py")
PASSWORD = "a-password-for-the-browser-tests"
KEY = "a-key-that-is-only-for-tests-0123456789-abc="
START_SECONDS = 60


# So many server processes serve the site, on one port: TEST_PROCESSES in the production run.
PROCESSES = int(os.environ.get("TEST_PROCESSES", "1"))


class Site:
    """A server on a port of its own. The listening sockets are ours, so nobody can take the port.

    Several processes share one port, or have one each.
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: int = PROCESSES,
        share_port: bool = True,
        **environment: str,
    ) -> None:
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(folder),
            "DEMO_PASSWORD": PASSWORD,
            # On PostgreSQL several sites share a database, and so what is sealed in it.
            "PERSONAL_DATA_KEYS": KEY,
            "DECLARATION_RATE": "1000/hour",
            "DRAFT_RATE": "1000/hour",
            "ALLOWED_HOSTS": "127.0.0.1,gate.test",
            "SOCKET_RECHECK_SECONDS": "1",
            **environment,
        }
        self.log_file = folder / "server.log"
        self._log = self.log_file.open("ab")
        self._processes = processes
        self._listening = [_listen() for _port in range(1 if share_port else processes)]
        self.addresses = [f"http://127.0.0.1:{one.getsockname()[1]}" for one in self._listening]
        self.port: int = self._listening[0].getsockname()[1]
        self.address = self.addresses[0]
        self._servers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.prepare()
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Make what the servers need: static files, tables, made-up data."""
        self.manage("collectstatic", "--no-input")
        self.manage("prepare_demo")

    def close(self) -> None:
        """End the servers, and give up the ports."""
        self.stop()
        for listening in self._listening:
            listening.close()
        self._log.close()

    def manage(self, *arguments: str) -> str:
        """Run manage.py, and return what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def ask(self, expression: str) -> str:
        """The value of a Python expression over the site's models, as text."""
        imports = (
            "from permits.models import *; from scans.models import *; "
            "from permits import selectors, services; from django.utils import timezone; "
            "from datetime import date; from django.contrib.auth.models import User"
        )
        lines = self.manage("shell", "-v", "0", "-c", f"{imports}; print({expression})")
        return lines.strip().splitlines()[-1]

    def start(self) -> None:
        """Serve. A connection made before the server is up waits for it in the socket's queue."""
        for number in range(self._processes):
            listening = self._listening[number % len(self._listening)]
            self._servers.append(self._serve(listening.fileno()))

    @property
    def process_ids(self) -> list[int]:
        """The servers', in the order of the addresses."""
        return [server.pid for server in self._servers]

    def replace(self, number: int) -> None:
        """Kill one server, as the kernel may, and start another, as systemd would."""
        self._servers[number].kill()
        self._servers[number].wait(timeout=START_SECONDS)
        listening = self._listening[number % len(self._listening)]
        self._servers[number] = self._serve(listening.fileno())

    def _serve(self, descriptor: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, ACTIVATION, str(descriptor)),
                *(sys.executable, "-m", "checkpoint_site.serve"),
            ],
            cwd=ROOT,
            env=self.environment,
            pass_fds=[descriptor],
            stdout=self._log,
            stderr=self._log,
        )

    def fall_silent(self) -> None:
        """Answer nothing more, as after a pulled cable: no connection is closed."""
        self._signal(signal.SIGSTOP)

    def speak_again(self) -> None:
        """Go on where it fell silent."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for server in self._servers:
            server.send_signal(number)

    def restart(self) -> None:
        """As `systemctl restart` does: the old process may finish, and the socket stays open."""
        self.end()
        self.start()

    def end(self) -> None:
        """Let the servers finish what they have begun; the sockets stay ours."""
        self._signal(signal.SIGTERM)
        servers, self._servers = self._servers, []
        for server in servers:
            server.wait(timeout=START_SECONDS)

    def stop(self) -> None:
        """End the servers as a power cut would; the sockets stay ours."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.kill()
            server.wait(timeout=START_SECONDS)


def _listen() -> socket.socket:
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    listening.set_inheritable(True)
    return listening

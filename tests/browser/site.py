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
START_SECONDS = 60


class Site:
    """A server on a port of its own. The listening socket is ours, so nobody can take the port."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(folder),
            "DEMO_PASSWORD": PASSWORD,
            "DECLARATION_RATE": "1000/hour",
            "ALLOWED_HOSTS": "127.0.0.1,gate.test",
            "SOCKET_RECHECK_SECONDS": "1",
            **environment,
        }
        self._log = (folder / "server.log").open("ab")
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listening.set_inheritable(True)
        self.port: int = self._listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.manage("collectstatic", "--no-input")
        self.manage("prepare_demo")
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving for good."""
        self.stop()
        self._listening.close()
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
            "from permits import selectors; from django.utils import timezone"
        )
        lines = self.manage("shell", "-v", "0", "-c", f"{imports}; print({expression})")
        return lines.strip().splitlines()[-1]

    def start(self) -> None:
        """Serve. A connection made before the server is up waits for it in the socket's queue."""
        descriptor = self._listening.fileno()
        self._server = subprocess.Popen(
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
        assert self._server is not None
        self._server.send_signal(number)

    def restart(self) -> None:
        """As `systemctl restart` does: the old process may finish, and the socket stays open."""
        self.end()
        self.start()

    def end(self) -> None:
        """Let the server finish what it has begun; the socket stays ours."""
        self._signal(signal.SIGTERM)
        assert self._server is not None
        self._server.wait(timeout=START_SECONDS)
        self._server = None

    def stop(self) -> None:
        """End the server as a power cut would; the socket stays ours."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(timeout=START_SECONDS)
            self._server = None

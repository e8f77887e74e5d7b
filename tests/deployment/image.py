"""What `docker build` puts into the image, laid out in a folder: no container engine is needed."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACTIVATION = ROOT / "tests" / "socket_activation.py"
NAME = "checkpoint.example"
KEY = "a-key-that-is-only-for-tests-0123456789-abc="
SECRET = "a-secret-that-is-only-for-this-test-0123456789-abcdefghijkl"
START_SECONDS = 30


class Image:
    """The files that .dockerignore lets through, and the image's own entry point to run them."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.app, self.data = folder / "app", folder / "data"
        self.log = folder / "site.log"
        self._lay_out()
        secret = folder / "secret_key"
        secret.write_text(SECRET)
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATA_DIR": str(self.data),
            "STATIC_DIR": str(self.app / "collected"),
            "SECRET_KEY_FILE": str(secret),
            "PERSONAL_DATA_KEYS": KEY,
            "ALLOWED_HOSTS": NAME,
            **environment,
        }
        self.run("collectstatic", "--no-input", "--verbosity", "0")

    def _lay_out(self) -> None:
        rules = (ROOT / ".dockerignore").read_text().splitlines()
        for path in (Path(rule[1:]) for rule in rules if rule.startswith("!")):
            (self.app / path).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / path).is_dir():
                unwanted = shutil.ignore_patterns("tests", "__pycache__")
                shutil.copytree(ROOT / path, self.app / path, ignore=unwanted)
            else:
                shutil.copy2(ROOT / path, self.app / path)

    def files(self) -> dict[str, int]:
        """Every file of the image, and when it was last changed."""
        return {str(path): path.stat().st_mtime_ns for path in self.app.rglob("*")}

    def run(self, *arguments: str, **environment: str) -> str:
        """Run the entry point to its end, and return what it printed."""
        return subprocess.run(
            ["sh", str(self.app / "deploy" / "entrypoint"), *arguments],
            env={**self.environment, **environment},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def health(self, path: str, port: int) -> "subprocess.CompletedProcess[str]":
        """Ask as the container's health check does."""
        return subprocess.run(
            [sys.executable, str(self.app / "deploy" / "healthcheck.py"), path],
            env={**self.environment, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )

    def serve(self, listening: socket.socket) -> "subprocess.Popen[bytes]":
        """Start a server process on a socket that it gets as from systemd."""
        descriptor = listening.fileno()
        activation = (sys.executable, str(ACTIVATION), str(descriptor))
        return self._start([*activation], pass_fds=[descriptor])

    def serve_alone(self, port: int) -> "subprocess.Popen[bytes]":
        """Start a server process that listens by itself, and so says before that it leaves."""
        return self._start([], PORT=str(port), LEAVE_SECONDS="2")

    def _start(
        self, before: list[str], *, pass_fds: list[int] | None = None, **environment: str
    ) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*before, "sh", str(self.app / "deploy" / "entrypoint"), "serve"],
                env={**self.environment, **environment},
                pass_fds=pass_fds or [],
                stdout=log,
                stderr=log,
            )

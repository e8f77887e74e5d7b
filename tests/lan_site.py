"""The site as `make run-lan` serves it, in a process of its own.

    python -m tests.lan_site FILE ARGUMENT...

serves it at another time: FILE says how many days from now, and may change while it runs.
"""

import os
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.services import free_port

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "127.0.0.1"
PASSWORD = "a-password-for-the-lan-tests"
LOOKS_EVERY_SECONDS = 0.05
START_SECONDS = 60


class LanSite:
    """A demo site in a folder of its own, with ports of its own."""

    def __init__(self, folder: Path, *, days_from_now: float | None = None) -> None:
        self.folder = folder
        self.port, self.landing_port = free_port(), free_port()
        self.address = f"https://{ADDRESS}:{self.port}"
        self.landing = f"http://{ADDRESS}:{self.landing_port}"
        self.log = folder / "server.log"
        self._days = folder / "days_from_now"
        self._program = ["checkpoint_site.lan"]
        if days_from_now is not None:
            self.set_days(days_from_now)
            self._program = ["tests.lan_site", str(self._days)]

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            "DATABASE_URL": "",  # a laptop at a barrier
            "REDIS_URL": "",
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "DEMO_PASSWORD": PASSWORD,
            "ALLOWED_HOSTS": "gate.test",
        }
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(
                [
                    *(sys.executable, "-m", *self._program, "--address", ADDRESS),
                    *("--port", str(self.port), "--landing-port", str(self.landing_port)),
                ],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.announcement = self._read_announcement()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.terminate()
        self._server.communicate(timeout=START_SECONDS)

    def _read_announcement(self) -> str:
        """What it prints until it serves."""
        assert self._server.stdout is not None
        text = ""
        for line in self._server.stdout:
            text += line
            if line.startswith("The server's certificate ends on"):
                return text
        self.__exit__()
        raise AssertionError(self.log.read_text())

    def set_days(self, days: float) -> None:
        """Another time, from now on."""
        fresh = self._days.with_suffix(".new")
        fresh.write_text(str(days))
        os.replace(fresh, self._days)

    @property
    def authority(self) -> x509.Certificate:
        """What a phone is given to trust."""
        pem = (self.folder / "tls" / "authority.pem").read_bytes()
        return x509.load_pem_x509_certificates(pem)[0]

    def trusting(self) -> ssl.SSLContext:
        """A client that trusts the site's authority and no other."""
        der = self.authority.public_bytes(Encoding.DER)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_verify_locations(cadata=der)
        return context

    def served_certificate(self, context: ssl.SSLContext) -> x509.Certificate:
        """The one of a handshake that has succeeded."""
        with (
            socket.create_connection((ADDRESS, self.port), timeout=START_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=ADDRESS) as encrypted,
        ):
            der = encrypted.getpeercert(binary_form=True)
        assert der is not None
        return x509.load_der_x509_certificate(der)


if __name__ == "__main__":
    from checkpoint_site.lan.__main__ import serve

    days_file = Path(sys.argv[1])
    serve(
        sys.argv[2:],
        clock=lambda: datetime.now(UTC) + timedelta(days=float(days_file.read_text())),
        renewal_seconds=LOOKS_EVERY_SECONDS,
    )

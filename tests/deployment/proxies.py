"""nginx and Caddy of Debian, with the files of deploy/ as they are but for ports and folders."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from tests.deployment import certificates
from tests.deployment.image import NAME, ROOT
from tests.services import free_port

START_SECONDS = 20

NGINX_MAIN = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    gzip on;
    access_log {folder}/other.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/checkpoint.conf;
}}
"""


def find(program: str) -> str:
    """Where a proxy's program is."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert path, f"no {program}: see .ci/install-proxies"
    return path


class Proxy(ABC):
    """A proxy in a process of its own, before two server processes."""

    def __init__(self, folder: Path, upstreams: list[int]) -> None:
        self.folder, self.upstreams = folder, upstreams
        self.http_port, self.https_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> tuple[list[str], dict[str, str]]:
        """What starts it, and its environment."""

    @abstractmethod
    def authority(self) -> Path:
        """The certificate that a visitor must trust."""

    def start(self) -> None:
        """Start, and wait until it talks TLS."""
        command, environment = self.command()
        with (self.folder / "proxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **environment}, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._talks():
            assert self._process.poll() is None, self.logs()
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, open connections and all."""
        if self._process:
            self._process.terminate()
            self._process.wait(START_SECONDS)

    def trust(self) -> ssl.SSLContext:
        """What a visitor checks its certificate with."""
        return ssl.create_default_context(cafile=str(self.authority()))

    def logs(self) -> str:
        """All that it has logged."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _talks(self) -> bool:
        try:
            with (
                socket.create_connection(("127.0.0.1", self.https_port), timeout=1) as there,
                self.trust().wrap_socket(there, server_hostname=NAME),
            ):
                return True
        except OSError:
            return False


class Nginx(Proxy):
    def command(self) -> tuple[list[str], dict[str, str]]:
        chain, private = certificates.make(self.folder, NAME)
        config = (ROOT / "deploy" / "nginx" / "checkpoint.conf").read_text()
        for here, there in {
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.https_port} ssl",
            "127.0.0.1:8001": f"127.0.0.1:{self.upstreams[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{self.upstreams[1]}",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(chain),
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(private),
            "/var/log/nginx/": f"{self.folder}/",
        }.items():
            assert here in config
            config = config.replace(here, there)
        (self.folder / "checkpoint.conf").write_text(config)
        user = "user root;" if os.getuid() == 0 else ""
        main = self.folder / "nginx.conf"
        main.write_text(NGINX_MAIN.format(folder=self.folder, user=user))
        return [find("nginx"), "-c", str(main), "-e", str(self.folder / "start.log")], {}

    def authority(self) -> Path:
        return self.folder / "fullchain.pem"


class Caddy(Proxy):
    def command(self) -> tuple[list[str], dict[str, str]]:
        options = [
            "admin off",
            "skip_install_trust",
            f"storage file_system {self.folder}/storage",
            f"http_port {self.http_port}",
            f"https_port {self.https_port}",
            "default_bind 127.0.0.1",
        ]
        config = str(ROOT / "deploy" / "caddy" / "Caddyfile")
        return [find("caddy"), "run", "--config", config, "--adapter", "caddyfile"], {
            "SITE_ADDRESS": NAME,
            "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in self.upstreams),
            "TLS": "tls internal",
            "TRY_FOR": "1s",
            "GLOBAL_OPTIONS": "\n".join(options),
            "HOME": str(self.folder),
        }

    def authority(self) -> Path:
        return self.folder / "storage" / "pki" / "authorities" / "local" / "root.crt"

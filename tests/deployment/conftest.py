"""The site as it is deployed: the image's files and entry point, two processes, a proxy."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.deployment.image import NAME, Image
from tests.deployment.people import Officer
from tests.deployment.proxies import Caddy, Nginx, Proxy
from tests.deployment.visitor import Visitor
from tests.services import free_port

START_SECONDS = 30
SEEN_SECONDS = 2  # as deploy/systemd/checkpoint-restart waits
METRICS_TOKEN = "a-token-that-is-only-for-this-test"


class Deployment:
    """Two server processes behind a proxy."""

    def __init__(self, image: Image, proxy_of: type[Proxy], *, with_sockets: bool) -> None:
        self.image = image
        self._sockets = [_listen() for _ in range(2)] if with_sockets else []
        self.ports = [there.getsockname()[1] for there in self._sockets] or [
            free_port() for _ in range(2)
        ]
        folder = image.data.parent / proxy_of.__name__.lower()
        folder.mkdir()
        self.proxy = proxy_of(folder, self.ports)
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start all, and wait until all answer."""
        self._processes = [self._serve(number) for number in range(2)]
        for number in range(2):
            self._wait_for(number)
        self.proxy.start()

    def stop(self) -> None:
        """Stop all."""
        self.proxy.stop()
        self.stop_site()

    def stop_site(self) -> None:
        """Stop the server processes, and close the sockets that outlive them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(START_SECONDS)
        for there in self._sockets:
            there.close()

    def restart(self) -> None:
        """One process after the other, each when the proxy has seen the one before again."""
        for number in range(2):
            self._processes[number].terminate()
            self._processes[number].wait(START_SECONDS)
            self._processes[number] = self._serve(number)
            self._wait_for(number)
            time.sleep(SEEN_SECONDS)

    def visitor(self, address: str = "127.0.0.1") -> Visitor:
        """Somebody new."""
        return Visitor(self.proxy.https_port, self.proxy.trust(), address)

    def _serve(self, number: int) -> "subprocess.Popen[bytes]":
        if self._sockets:
            return self.image.serve(self._sockets[number])
        return self.image.serve_alone(self.ports[number])

    def _wait_for(self, number: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.ports[number]):
            assert self._processes[number].poll() is None, self.image.log.read_text()
            assert time.monotonic() < deadline, self.image.log.read_text()
            time.sleep(0.05)


def _listen() -> socket.socket:
    there = socket.create_server(("127.0.0.1", 0), backlog=1024)
    there.set_inheritable(True)
    return there


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/login/", headers={"Host": NAME, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image's files, and a volume with the demo's data."""
    folder = tmp_path_factory.mktemp("image")
    settings = {
        "LOGIN_ATTEMPTS": "2",
        "CHECK_RATE": "100000/min",
        "METRICS_TOKEN": METRICS_TOKEN,
        "TRUSTED_PROXIES": "1",
    }
    image = Image(folder, **settings)
    image.run("migrate")
    image.run("prepare_demo", DEMO="1")
    return image


@pytest.fixture(scope="session")
def officer(image: Image) -> Officer:
    return Officer.log_in(image.run)


# nginx before sockets that systemd holds, as deploy/systemd has it; Caddy before processes that
# listen by themselves, as in deploy/compose.yaml.
@pytest.fixture(scope="session", params=[(Nginx, True), (Caddy, False)], ids=["nginx", "caddy"])
def deployment(request: pytest.FixtureRequest, image: Image) -> Iterator[Deployment]:
    proxy_of, with_sockets = request.param
    deployment = Deployment(image, proxy_of, with_sockets=with_sockets)
    deployment.start()
    yield deployment
    deployment.stop()


@pytest.fixture
def visitor(deployment: Deployment) -> Visitor:
    return deployment.visitor()

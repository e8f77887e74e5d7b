"""A Redis Cluster on this machine: three masters, and a replica of each."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

MASTERS = 3
NODE_TIMEOUT_MS = 500
PATIENCE_SECONDS = 30


class Node:
    """One redis-server with a port for clients and one for the other nodes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        with (
            socket.create_server(("127.0.0.1", 0)) as one,
            socket.create_server(("127.0.0.1", 0)) as other,
        ):
            self.port, self._bus_port = one.getsockname()[1], other.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers. One that was killed knows its cluster again from its file."""
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "cluster-port": self._bus_port,
            "cluster-enabled": "yes",
            "cluster-node-timeout": NODE_TIMEOUT_MS,
            "dir": self._folder,
            "logfile": self._folder / "log",
            "save": "",
        }
        words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(["redis-server", *words])
        wait_until(self.answers)

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def runs(self) -> bool:
        """Whether it was started, and not killed."""
        return self._process is not None

    def ask(self, *words: str) -> str:
        """A command's answer as redis-cli prints it."""
        command = ["redis-cli", "-h", "127.0.0.1", "-p", str(self.port), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            return bool(Redis(port=self.port).ping())
        except RedisError:
            return False

    def thinks_all_is_well(self) -> bool:
        """Whether it believes that each key has a master that answers."""
        return "cluster_state:ok" in self.ask("cluster", "info")

    def is_master(self) -> bool:
        """Whether it has keys of its own."""
        return self.ask("role").startswith("master")


class Cluster:
    """Nodes that know each other."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node(folder / str(number)) for number in range(2 * MASTERS)]

    @property
    def url(self) -> str:
        """As REDIS_URL has it."""
        return f"redis+cluster://{','.join(node.address for node in self.nodes)}"

    def start(self) -> None:
        """Returns when all nodes agree."""
        for node in self.nodes:
            node.start()
        addresses = [node.address for node in self.nodes]
        replicas = ("--cluster-replicas", "1", "--cluster-yes")
        self.nodes[0].ask("--cluster", "create", *addresses, *replicas)
        self.wait_until_well()

    def wait_until_well(self) -> None:
        """After a failure: until all nodes that run agree on three masters."""
        wait_until(
            lambda: (
                len(self.masters()) == MASTERS
                and all(node.thinks_all_is_well() for node in self._running())
            )
        )

    def masters(self) -> list[Node]:
        """Those that run and have keys."""
        return [node for node in self._running() if node.is_master()]

    def subscribers(self, channel: str) -> int:
        """Connections that listen to a channel, at whichever node."""
        answers = [node.ask("pubsub", "numsub", channel).split() for node in self._running()]
        return sum(int(count) for _channel, count in answers)

    def _running(self) -> list[Node]:
        return [node for node in self.nodes if node.runs]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Poll; fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it has not come to be"
        time.sleep(0.05)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running cluster, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="checkpoint-redis-"))
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        for node in made.nodes:
            node.kill()
        shutil.rmtree(folder)

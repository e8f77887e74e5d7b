"""A Redis Cluster in place of one Redis: REDIS_URL=redis+cluster://host:port,host:port,...

Keys are spread over the masters, so claims and counts need clients that know which node has which.
Hints need none: in a cluster every node passes a publication on to all others, so a process listens
and speaks at any node that answers.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer
from django_redis.pool import ConnectionFactory
from redis import Redis
from redis.asyncio.cluster import ClusterNode as AsyncNode
from redis.asyncio.cluster import RedisCluster as AsyncCluster
from redis.asyncio.connection import Connection, SSLConnection
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry

from scans.redis_address import Node, parse

# A command is tried again at the node that has its key by then. The library's own ten tries, with
# pauses in between, would hold a page up for many seconds.
RETRIES = 2


def async_client(url: str) -> AsyncCluster:
    """Connects with its first command. Raises RedisError or RedisClusterException then."""
    address = parse(url)
    nodes = [AsyncNode(host, port) for host, port in address.nodes]
    retry = AsyncRetry(NoBackoff(), RETRIES)
    return AsyncCluster(startup_nodes=nodes, ssl=address.tls, retry=retry, **address.login)


def any_node(url: str, **options: Any) -> Redis:
    """A connection to a node that answers, for what needs no key. Raises RedisError."""
    address = parse(url)
    error: RedisError = RedisConnectionError("no node of the cluster is known")
    for host, port in address.nodes:
        once = Retry(NoBackoff(), 0)  # there are other nodes to try
        node = Redis(host=host, port=port, ssl=address.tls, retry=once, **address.login, **options)
        try:
            node.ping()
        except RedisError as failure:
            error = failure
            node.close()
        else:
            return node
    raise error


class LateCluster:
    """A cluster's client that connects with its first command, and says as one Redis what failed.

    Django's cache makes its client outside of where it expects failures, and knows none of a
    cluster's own.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self._url = url
        self._options = options
        self._connected: RedisCluster | None = None

    def __getattr__(self, command: str) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            try:
                return getattr(self._client(), command)(*args, **kwargs)
            except RedisClusterException as error:
                raise RedisConnectionError(str(error)) from error

        return run

    def _client(self) -> RedisCluster:
        if self._connected is None:
            address = parse(self._url)
            self._connected = RedisCluster(
                startup_nodes=[_node(*node) for node in address.nodes],
                ssl=address.tls,
                retry=Retry(NoBackoff(), RETRIES),
                **address.login,
                **self._options,
            )
        return self._connected


def _node(host: str, port: int) -> ClusterNode:
    return ClusterNode(host, port)  # type: ignore[no-untyped-call]


class CacheConnections(ConnectionFactory):
    """How Django's cache comes to a cluster: one client for each address and process."""

    _clusters: dict[str, LateCluster] = {}

    def connect(self, url: str) -> Any:
        if url not in self._clusters:
            seconds = self.options["SOCKET_TIMEOUT"]
            self._clusters[url] = LateCluster(
                url, socket_timeout=seconds, socket_connect_timeout=seconds
            )
        return self._clusters[url]

    def disconnect(self, connection: Any) -> None:
        """It is kept for the process's life."""


class _AnyNode(Connection):
    """A connection to whichever of these nodes answers."""

    def __init__(self, *, nodes: Sequence[Node], **options: Any) -> None:
        super().__init__(**options)
        self._nodes = nodes

    async def _connect(self) -> None:
        error: Exception = RedisConnectionError("no node of the cluster is known")
        for host, port in random.sample(self._nodes, len(self._nodes)):
            self.host, self.port = host, port
            try:
                await super()._connect()  # type: ignore[no-untyped-call]
            except OSError as failure:  # a timeout too
                error = failure
            else:
                return
        raise error


class _AnyNodeWithTls(_AnyNode, SSLConnection):
    """The same with TLS."""


class HintLayer(RedisPubSubChannelLayer):
    """Channels' layer over a cluster, by one connection to any of its nodes."""

    def __init__(self, *, address: str, connect_seconds: float, **options: Any) -> None:
        cluster = parse(address)
        host = {
            "connection_class": _AnyNodeWithTls if cluster.tls else _AnyNode,
            "nodes": cluster.nodes,
            "socket_connect_timeout": connect_seconds,
            **cluster.login,
        }
        super().__init__(hosts=[host], **options)

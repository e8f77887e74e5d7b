"""What a lane has just shown, known to all server processes: whose scan a payload is.

A process remembers what its own sockets showed (recent.py). A page that reconnects may come to
another process with the same code still in view. So a process that sees a payload anew claims it
in Redis for its scan_id; where another has claimed it before, that scan_id is used, and the
database then says that its scan is recorded already. Redis holds a keyed digest and a scan_id, for
seconds. Without Redis, and while it is away, every process is on its own.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisClusterException, RedisError

from scans import redis_address, redis_cluster
from scans.evidence import payload_digest
from scans.recent import FORGET_AFTER_SECONDS, LaneKey

log = logging.getLogger(__name__)

# A verdict does not wait longer than this for Redis.
ANSWER_SECONDS = 0.25
# After a failure it is left alone for so long: else every frame would wait in vain.
REST_SECONDS = 1.0
FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)
FORGET_MS = int(FORGET_AFTER_SECONDS * 1000)


class Claims:
    """Claims in the Redis at `address`; with an empty one, whoever asks is the first."""

    def __init__(self, address: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._rests_until = 0.0
        self._redis: Redis | RedisCluster | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._renewing: set[asyncio.Task[None]] = set()

    async def claim(self, lane: LaneKey, payload: str, scan_id: UUID) -> UUID:
        """The scan_id for a payload: this one, or that of another process which saw it before."""
        if not self._address or self._clock() < self._rests_until:
            return scan_id
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                earlier = await self._client().set(
                    _key(lane, payload), scan_id.bytes, nx=True, get=True, px=FORGET_MS
                )
        except FAILURES as error:
            self._rest(error)
            return scan_id
        return UUID(bytes=earlier) if isinstance(earlier, bytes) else scan_id

    def renew(self, lane: LaneKey, payload: str) -> None:
        """The payload is still in view. Returns at once."""
        if self._address and self._clock() >= self._rests_until:
            task = asyncio.create_task(self._renew(_key(lane, payload)))
            self._renewing.add(task)
            task.add_done_callback(self._renewing.discard)

    async def _renew(self, key: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._client().pexpire(key, FORGET_MS)
        except FAILURES as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        self._rests_until = self._clock() + REST_SECONDS
        log.warning("what other processes saw is not known: %s", type(error).__name__)

    def _client(self) -> Redis | RedisCluster:
        """One for each event loop: a process has one loop, its tests have many."""
        loop = asyncio.get_running_loop()
        if self._redis is None or self._loop is not loop:
            is_cluster = redis_address.is_cluster(self._address)
            connect = redis_cluster.async_client if is_cluster else Redis.from_url
            self._redis, self._loop = connect(self._address), loop
        return self._redis


def _key(lane: LaneKey, payload: str) -> str:
    lane_id, direction = lane
    return f"checkpoint:shown:{lane_id}:{direction}:{payload_digest(payload).hex()}"

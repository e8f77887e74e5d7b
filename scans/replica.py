"""Reads that decide nothing, from a replica of the database where there is one.

Dashboards and the admin's lists may be some milliseconds late; evidence, replays, sessions and
roles may not, and are read from the primary always. While the replica is away, or has fallen behind
by more than LATEST_SECONDS, the primary answers in its place: no list is empty for want of it.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")
log = logging.getLogger(__name__)

REPLICA = "replica"
# A replica that is this late counts as away.
LATEST_SECONDS = 10.0
LOOK_SECONDS = 2.0  # so often a process asks how far it is
REST_SECONDS = 30.0  # and leaves it alone after a failure, or every reader would wait in vain
# What a hint speaks of has reached a healthy replica after so long.
CATCHES_UP_SECONDS = 0.5

# A server that is no replica, as in tests, is not behind.
POSITION = """
    SELECT NOT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_stat_wal_receiver),
        coalesce(pg_last_wal_receive_lsn() - '0/0', 0),
        coalesce(pg_last_wal_replay_lsn() - '0/0', 0)
"""


class Position(NamedTuple):
    """How far a replica is: bytes of the primary's log that it has received, and has applied."""

    is_fed: bool
    received: int
    applied: int


class Away(Exception):
    """The replica gets nothing from the primary, or applies it too late."""


class Health:
    """Whether the replica may be asked. `position` may raise as Django does.

    How late it is, is measured by this process's clock alone: how long ago something was seen that
    is still not applied. The time of the last commit would call a quiet hour a lag.
    """

    def __init__(
        self, position: Callable[[], Position], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._position = position
        self._clock = clock
        self._looks_again_at = 0.0
        self._is_good = False
        self._received: deque[tuple[float, int]] = deque()
        self._looking = threading.Lock()

    def is_good(self) -> bool:
        """Answered from memory between two looks, and while another thread looks."""
        if self._clock() >= self._looks_again_at and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._is_good

    def failed(self, error: Exception) -> None:
        """It did not answer: leave it alone for a moment."""
        self._is_good = False
        self._looks_again_at = self._clock() + REST_SECONDS
        log.warning("the primary answers for the replica: %s", type(error).__name__)

    def _look(self) -> None:
        try:
            position = self._position()
        except (OperationalError, InterfaceError) as error:
            self.failed(error)
            return
        if not position.is_fed or self._seconds_behind(position) > LATEST_SECONDS:
            self.failed(Away())
            return
        self._is_good = True
        self._looks_again_at = self._clock() + LOOK_SECONDS

    def _seconds_behind(self, position: Position) -> float:
        received, now = self._received, self._clock()
        received.append((now, position.received))
        while received and received[0][1] <= position.applied:
            received.popleft()
        return now - received[0][0] if received else 0.0


def is_configured() -> bool:
    """Whether there is one at all: DATABASE_REPLICA_URL."""
    return REPLICA in settings.DATABASES


def position() -> Position:
    """How far the replica is. Raises as Django does."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(POSITION)
        is_fed, received, applied = cursor.fetchone()
    return Position(is_fed, int(received), int(applied))


_health = Health(position)
_reads = threading.local()


def alias() -> str:
    """The database that lists are read from at this moment."""
    return REPLICA if is_configured() and _health.is_good() else DEFAULT_DB_ALIAS


def chosen() -> str | None:
    """The database of the function that may_answer wraps, if one is running. For the router."""
    return getattr(_reads, "alias", None)


def may_answer(read: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function's queries go to the replica; and again to the primary, should that fail."""

    @wraps(read)
    def from_either(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        database = alias()
        if database == DEFAULT_DB_ALIAS:
            return read(*args, **kwargs)
        try:
            with _reading_from(database):
                return read(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            _health.failed(error)
        return read(*args, **kwargs)

    return from_either


@contextmanager
def _reading_from(database: str) -> Iterator[None]:
    _reads.alias = database
    try:
        yield
    finally:
        _reads.alias = None

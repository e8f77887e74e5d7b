"""What the board needs besides the scans, read no more often than it is worth."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from scans import stats
from scans.live.board import Surroundings

Value = TypeVar("Value")

# Each is read no more often than this, nor than a fiftieth of the time would go into reading it.
LANES_SECONDS, TURNED_BACK_SECONDS, USUAL_SECONDS = 0.5, 1.0, 60.0
SHARE_OF_TIME = 0.02


class _Kept(Generic[Value]):
    """A value that is read again once it is old enough."""

    def __init__(self, read: Callable[[datetime], Value], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._again_at = 0.0
        self._value: Value | None = None
        self._is_old = False

    def get(self, now: datetime) -> Value:
        """What it is, or was a moment ago."""
        started = time.monotonic()
        self._is_old = self._value is not None and started < self._again_at
        if self._value is None or not self._is_old:
            self._value = self._read(now)
            ended = time.monotonic()
            self._again_at = ended + max(self._seconds, (ended - started) / SHARE_OF_TIME)
        return self._value

    @property
    def seconds_left(self) -> float:
        """Until it is worth asking again, where what was given was old already."""
        return self._again_at - time.monotonic() if self._is_old else 0.0


class SurroundingsReader:
    """Reads in a database thread; one at a time."""

    def __init__(self) -> None:
        self._lanes = _Kept(stats.lanes_now, seconds=LANES_SECONDS)
        self._turned_back = _Kept(stats.turned_back_today, seconds=TURNED_BACK_SECONDS)

    def read(self, now: datetime) -> Surroundings:
        """All of it, as far as it is due."""
        return Surroundings(lanes=self._lanes.get(now), turned_back=self._turned_back.get(now))

    @property
    def seconds_left(self) -> float:
        """After which what was given as it had been is to be had anew; 0 where nothing was."""
        return max(self._lanes.seconds_left, self._turned_back.seconds_left, 0.0)

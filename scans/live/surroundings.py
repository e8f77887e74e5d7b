"""What the board needs besides the scans, read no more often than it is worth."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from scans import stats
from scans.alerts import reading
from scans.live.board import Surroundings
from scans.oversight import EVERYTHING
from scans.protocol import AlertNow
from scans.usual import usual_per_minute

Value = TypeVar("Value")

# Each is read no more often than this, nor than a fiftieth of the time would go into reading it.
LANES_SECONDS, TURNED_BACK_SECONDS, USUAL_SECONDS = 0.5, 1.0, 300.0
# At once when one has changed. That goes by the time that a change carries: of two that are
# committed the other way round the earlier one is found a moment later.
ALERTS_SECONDS = 2.0
# Of the whole site: a page is sent fewer, of those that its supervisor sees.
MOST_ALERTS = 2000
SHARE_OF_TIME = 0.02


class _Kept(Generic[Value]):
    """A value that is read again once it is old enough."""

    def __init__(self, read: Callable[[datetime], Value], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._again_at = 0.0
        self._value: Value | None = None
        self._is_old = False

    def get(self, now: datetime, *, anew: bool = False) -> Value:
        """What it is, or was a moment ago; with `anew` what it is."""
        started = time.monotonic()
        self._is_old = not anew and self._value is not None and started < self._again_at
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
        self._alerts = _Kept(_open_alerts, seconds=ALERTS_SECONDS)
        self._alerts_changed_at: datetime | None = None
        self._usual = _Kept(usual_per_minute, seconds=USUAL_SECONDS)
        self._turned_back = _Kept(stats.turned_back_today, seconds=TURNED_BACK_SECONDS)

    def read(self, now: datetime) -> Surroundings:
        """All of it, as far as it is due; the alerts at once, whenever one has changed."""
        changed_at = reading.last_change()
        alerts = self._alerts.get(now, anew=changed_at != self._alerts_changed_at)
        self._alerts_changed_at = changed_at
        return Surroundings(
            lanes=self._lanes.get(now),
            turned_back=self._turned_back.get(now),
            usual=self._usual.get(now),
            alerts=alerts,
        )

    @property
    def seconds_left(self) -> float:
        """After which what was given as it had been is to be had anew; 0 where nothing was."""
        kept = (self._lanes, self._turned_back, self._alerts)
        return max(one.seconds_left for one in kept)


def _open_alerts(_now: datetime) -> tuple[AlertNow, ...]:
    return tuple(map(_alert, reading.open_alerts(EVERYTHING, at_most=MOST_ALERTS)))


def _alert(row: reading.AlertRow) -> AlertNow:
    return AlertNow(
        id=row.id,
        kind=row.kind,
        severity=row.severity,
        level=row.level,
        checkpoint_id=row.checkpoint_id,
        checkpoint=row.checkpoint,
        lane=row.lane,
        scan_id=UUID(row.scan_id) if row.scan_id else None,
        owner=row.owner,
        times=row.times,
        raised_at=row.raised_at,
        last_at=row.last_at,
        acknowledged=row.acknowledged_at is not None,
    )

"""The disk, the database and its replica."""

import socket
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from permits import outages
from scans import disk, replica
from scans.alerts.raising import Sighting, follow, raise_alerts
from scans.models import AlertKind, Severity

LEAST_OUTAGE = timedelta(seconds=5)
FAILED_IN_A_ROW = 3


def look_at_the_disk(now: datetime) -> None:
    """The room that is left beside what this machine keeps."""
    judge_room(disk.free_bytes(settings.DATA_DIR), machine=socket.gethostname(), now=now)


def judge_room(free: int, *, machine: str, now: datetime) -> None:
    """Follow one machine's disk: little room and none are two causes, since one is far graver."""
    prefix = f"disk_full:{machine[:80]}:"
    found = None
    if free < disk.NO_ROOM:
        found = (Severity.CRITICAL, "none")
    elif free < disk.LITTLE_ROOM:
        found = (Severity.HIGH, "little")
    sightings = [
        Sighting(
            kind=AlertKind.DISK_FULL,
            severity=severity,
            cause=f"{prefix}{room}",
            details={"free_mib": free // disk.MIB},
        )
        for severity, room in ([found] if found else [])
    ]
    follow(prefix, sightings, now=now)


def look_at_the_database(now: datetime) -> None:
    """What this worker has seen of it."""
    _tell_of_outages(now)
    is_away = replica.is_configured() and replica.alias() == DEFAULT_DB_ALIAS
    judge_replica(is_away=is_away, machine=socket.gethostname(), now=now)


def _tell_of_outages(now: datetime) -> None:
    """It is over by now, but the lanes had no answers meanwhile: somebody is to look at it."""
    raise_alerts(
        [
            Sighting(
                kind=AlertKind.DATABASE_TROUBLE,
                severity=Severity.HIGH,
                cause="database_trouble:outage",
                details={"seconds": int((one.ended_at - one.began_at).total_seconds())},
            )
            for one in outages.take_ended()
            if one.ended_at - one.began_at >= LEAST_OUTAGE
        ],
        now=now,
    )


def judge_replica(*, is_away: bool, machine: str, now: datetime) -> None:
    """Follow the replica as one machine sees it: without it all reads burden the primary."""
    cause = f"database_trouble:replica:{machine[:80]}:"
    away = Sighting(
        kind=AlertKind.DATABASE_TROUBLE,
        severity=Severity.MEDIUM,
        cause=cause,
        details={"replica": 0},
    )
    follow(cause, [away] if is_away else [], now=now)


class FailedBatches:
    """A server process counts its batches that failed, and tells of them when one succeeds."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._lock = threading.Lock()

    def failed(self) -> None:
        """Nothing of a batch was recorded."""
        with self._lock:
            self._in_a_row += 1

    def succeeded(self, *, now: datetime) -> None:
        """A batch was recorded. Called after each: mostly there is nothing to tell."""
        if not self._in_a_row:
            return
        with self._lock:
            number, self._in_a_row = self._in_a_row, 0
        if number < FAILED_IN_A_ROW:
            return
        try:
            raise_alerts([_failed_batches(number)], now=now)
        except Exception:
            with self._lock:
                self._in_a_row += number  # to be told after the next one
            raise


def _failed_batches(number: int) -> Sighting:
    return Sighting(
        kind=AlertKind.DATABASE_TROUBLE,
        severity=Severity.CRITICAL,
        cause="database_trouble:batches",
        details={"batches": number},
    )


batches = FailedBatches()

"""When this process could not reach the database: noted in memory, told once it is back."""

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Outage:
    """The database was away for so long."""

    began_at: datetime
    ended_at: datetime


_lock = threading.Lock()
_began_at: datetime | None = None
_ended: list[Outage] = []


def failed(*, now: datetime) -> None:
    """The database did not answer. Said again and again it is one outage."""
    global _began_at
    with _lock:
        _began_at = _began_at or now


def answered(*, now: datetime) -> None:
    """The database answers."""
    global _began_at
    if _began_at is None:
        return
    with _lock:
        if _began_at is not None:
            _ended.append(Outage(_began_at, now))
            _began_at = None


def take_ended() -> list[Outage]:
    """Those that are over, each told once."""
    with _lock:
        ended, _ended[:] = [*_ended], []
    return ended

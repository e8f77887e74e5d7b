"""Readings of days that this process has made before: what is past is not counted again.

To count a busy day takes seconds on SQLite. Of the day that runs, what is settled is kept, and the
rest read each time; a day that is over is kept whole.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from scans.reports import days
from scans.reports.reading import SETTLED, Reading, span

MOST_DAYS = 8  # some MB each on a busy site


@dataclass
class _Kept:
    until: datetime
    reading: Reading = field(default_factory=Reading)
    lock: Lock = field(default_factory=Lock)


_kept: OrderedDict[date, _Kept] = OrderedDict()
_lock = Lock()


def of_day(day: date, *, now: datetime) -> Reading:
    """All of a day, as far as it has come. The caller does not change it."""
    start, end = days.bounds(day)
    with _lock:
        kept = _kept.setdefault(day, _Kept(start))
        _kept.move_to_end(day)
        while len(_kept) > MOST_DAYS:
            _kept.popitem(last=False)
    with kept.lock:  # whoever comes meanwhile waits, rather than count the same
        settled = min(end, now - SETTLED)
        if settled > kept.until:
            kept.reading.add(span(kept.until, settled))
            kept.until = settled
        if kept.until >= end:
            return kept.reading
        whole = span(kept.until, end)
        whole.add(kept.reading)
        return whole


def forget_all() -> None:
    """As after a start."""
    with _lock:
        _kept.clear()

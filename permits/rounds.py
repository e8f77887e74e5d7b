"""What is done again and again: each round once in its time, by whichever worker is free, of the
whole site or of each machine.

An app declares its rounds in its module `rounds`. A round may be cut off, or come late after all
workers were away: so each does its work in a way that may be done twice.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import autodiscover_modules

from permits.models import Round

log = logging.getLogger(__name__)

Work = Callable[[datetime], object]


@dataclass(frozen=True)
class _Declared:
    work: Work
    period: timedelta


_declared: dict[str, _Declared] = {}


def every(period: timedelta, *, on_each_machine: bool = False) -> Callable[[Work], Work]:
    """Declare a function of a moment as a round, of the whole site or of each machine."""
    place = f"@{socket.gethostname()[:40]}" if on_each_machine else ""

    def declare(work: Work) -> Work:
        _declared[f"{work.__module__}.{work.__qualname__}{place}"] = _Declared(work, period)
        return work

    return declare


def discover() -> None:
    """Load the apps' rounds. Called once, at start."""
    autodiscover_modules("rounds")


def run_due(now: datetime) -> int:
    """Do the rounds whose time has come. Returns how many. Only the database's failures raise."""
    due = dict(Round.objects.values_list("name", "due_at"))
    done = 0
    for name, declared in _declared.items():
        if name in due and due[name] > now:
            continue
        if _claim(name, declared.period, now):
            done += 1
            _run(name, declared.work, now)
    return done


def _claim(name: str, period: timedelta, now: datetime) -> bool:
    """Whether it is this worker's: another may take it at the same moment."""
    _row, is_new = Round.objects.get_or_create(name=name, defaults={"due_at": now + period})
    return is_new or bool(
        Round.objects.filter(name=name, due_at__lte=now).update(due_at=now + period)
    )


def _run(name: str, work: Work, now: datetime) -> None:
    try:
        work(now)
    except Exception:
        # The next turn does it.
        log.exception("a round failed: %s", name)

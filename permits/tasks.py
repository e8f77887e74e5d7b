"""What is done in the background, and the one place that hands it over.

The queue is a table of the site's own database (django-tasks-db): no broker, and a task is handed
over in the transaction of what it is about, so that there is never one without the other. What runs
the tasks is `manage.py run_tasks` (worker.py). A task may be run again after its worker died, so
each does its work in a way that may be done twice. Its arguments are ids and numbers, never what is
known of a person: the table keeps them until `manage.py prune`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django_tasks import task
from django_tasks.base import Task

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
SOON, USUAL, LATER = 10, 0, -10  # priorities

Argument = int | str
BackgroundTask = Task[..., Any]


class GiveUp(Exception):
    """Raised in a task that there is no use in trying again."""


@dataclass(frozen=True)
class Terms:
    """How often a task is tried, and what is called with its arguments when none has succeeded."""

    attempts: int = 1
    given_up: Callable[..., object] | None = None


_terms: dict[str, Terms] = {}


def background(
    *, attempts: int = 5, priority: int = USUAL, given_up: Callable[..., object] | None = None
) -> Callable[[Callable[..., object]], BackgroundTask]:
    """Declare a function of a module as a task.

    An exception that it raises lets it be tried again after `back_off`, up to `attempts` times in
    all; GiveUp at once no more. What it returns is not kept.
    """

    def declare(function: Callable[..., object]) -> BackgroundTask:
        declared: BackgroundTask = task(priority=priority)(function)
        _terms[declared.module_path] = Terms(attempts, given_up)
        return declared

    return declare


def enqueue(
    what: BackgroundTask, *arguments: Argument, now: datetime, after: timedelta = timedelta()
) -> None:
    """Have it done once the transaction is committed, no sooner than `after` from now."""
    what.using(run_after=now + after).enqueue(*arguments)


def terms_of(path: str) -> Terms:
    """What was declared of the task of this dotted name, once its module is loaded."""
    return _terms.get(path, Terms())


def back_off(attempt: int) -> timedelta:
    """How long to wait after the attempt of this number, from 1: 10 s, 20 s, 40 s ... an hour."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)

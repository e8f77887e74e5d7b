"""A process that does the rounds that are due (rounds.py), and runs the tasks of the queue, one at
a time (tasks.py).

It says now and then that it lives. What a worker had begun that says so no more, another takes up.
Looking whether there is something to do only reads, so an idle worker is in no lane's way.
"""

import logging
import os
import secrets
import signal
import threading
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from permits import outages, rounds, tasks
from permits.models import Worker

LOOK_SECONDS = 1.0
SAY_SECONDS = 10.0
DEAD_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)
# Once this often its worker died over it, the task is what kills it.
MOST_DEATHS = 5

Row = DBTaskResult[..., Any]

log = logging.getLogger(__name__)


class TaskRunner:
    """One worker. `run` goes on until `stop`, a signal, or the end of the process `parent`."""

    def __init__(self, *, parent: int = 0) -> None:
        self.name = secrets.token_hex(16)
        self._parent = parent
        self._stopping = threading.Event()

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End after the task that runs."""
        self._stopping.set()

    def run(self) -> None:
        """Run tasks as they come. What fails on the database is tried again."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        threading.Thread(target=self._say_that_it_lives, daemon=True).start()
        rounds.discover()
        while not self._stopping.is_set():
            close_old_connections()
            try:
                rounds.run_due(timezone.now())
                busy = self.run_next()
                outages.answered(now=timezone.now())
            except DatabaseError:
                log.exception("the queue cannot be reached")
                outages.failed(now=timezone.now())
                busy = False
            if not busy:
                self._stopping.wait(LOOK_SECONDS)

    def run_all(self) -> None:
        """Run what is ready now, and what that brings about."""
        while self.run_next():
            pass

    def run_next(self) -> bool:
        """Run one task, if there is one that is ready. Returns whether there was."""
        if not DBTaskResult.objects.ready().exists():
            return False
        with transaction.atomic():
            row = DBTaskResult.objects.ready().get_locked()
            if row is None:
                return False
            row.claim(self.name)
        _run(row)
        return True

    def _say_that_it_lives(self) -> None:
        while True:
            try:
                close_old_connections()
                say_that_it_lives(self.name)
                take_up_what_the_dead_left()
            except DatabaseError:
                log.warning("the worker could not say that it lives", exc_info=True)
            until = time.monotonic() + SAY_SECONDS
            while time.monotonic() < until:
                if self._parent and os.getppid() != self._parent:
                    self.stop()
                time.sleep(LOOK_SECONDS)


def _run(row: Row) -> None:
    """Never raises but for the end of the process: the row then stays, and is taken up again."""
    try:
        task = row.task
        task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception as error:
        log.exception("a task failed: %s", row.task_path)
        _failed(row, error)
    else:
        row.set_successful(None)


def _failed(row: Row, error: Exception) -> None:
    """Put it back for later, or give it up. The text of the error may quote a row: not kept."""
    terms = tasks.terms_of(row.task_path)
    attempt = len(row.worker_ids)
    if attempt < terms.attempts and not isinstance(error, tasks.GiveUp):
        row.status = TaskResultStatus.READY
        row.run_after = timezone.now() + tasks.back_off(attempt)
        row.save(update_fields=["status", "run_after"])
        return
    row.status = TaskResultStatus.FAILED
    row.finished_at = timezone.now()
    row.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    row.save(update_fields=["status", "finished_at", "exception_class_path"])
    if terms.given_up is not None:
        terms.given_up(*row.args_kwargs["args"])


def say_that_it_lives(name: str) -> None:
    """Keep when a worker was last there."""
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def living() -> set[str]:
    """The workers that said lately that they live."""
    seen = Worker.objects.filter(seen_at__gte=timezone.now() - DEAD_AFTER)
    return set(seen.values_list("name", flat=True))


def take_up_what_the_dead_left() -> int:
    """Put back into the queue what a dead worker had begun. Returns how many tasks."""
    alive = living()
    taken = 0
    for row in DBTaskResult.objects.running():
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        if row.started_at and row.started_at > timezone.now() - DEAD_AFTER:
            continue  # its worker may not have spoken yet
        if len(row.worker_ids) >= MOST_DEATHS:
            _failed(row, tasks.GiveUp())
        else:
            same = DBTaskResult.objects.running().filter(pk=row.pk, worker_ids=row.worker_ids)
            taken += same.update(status=TaskResultStatus.READY)
    return taken

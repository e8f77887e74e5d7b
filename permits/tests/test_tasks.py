"""The queue: what is handed over, when it runs, and what becomes of what fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from permits import tasks, worker
from permits.models import Worker
from permits.tests.conftest import Clock
from permits.worker import TaskRunner

pytestmark = pytest.mark.django_db
done: list[int] = []
given_up: list[int] = []


@tasks.background()
def note(number: int) -> None:
    done.append(number)


@tasks.background(attempts=3, given_up=given_up.append)
def stumble(number: int) -> None:
    done.append(number)
    raise ValueError("000190012345")


@tasks.background(attempts=3, given_up=given_up.append)
def refuse(number: int) -> None:
    raise tasks.GiveUp


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()
    given_up.clear()


def the_row() -> "DBTaskResult[..., Any]":
    return DBTaskResult.objects.get()


def test_a_task_runs_once(clock: Clock) -> None:
    tasks.enqueue(note, 7, now=clock.now)
    TaskRunner().run_all()
    TaskRunner().run_all()
    assert done == [7]
    assert the_row().status == TaskResultStatus.SUCCESSFUL


def test_what_is_rolled_back_is_not_done(clock: Clock) -> None:
    with transaction.atomic():
        tasks.enqueue(note, 7, now=clock.now)
        transaction.set_rollback(True)
    TaskRunner().run_all()
    assert done == []


def test_a_delayed_task_waits_for_its_second(clock: Clock) -> None:
    tasks.enqueue(note, 7, now=clock.now, after=timedelta(seconds=30))
    clock.now += timedelta(seconds=29)
    TaskRunner().run_all()
    assert done == []
    clock.now += timedelta(seconds=1)
    TaskRunner().run_all()
    assert done == [7]


def test_in_the_order_in_which_they_came_but_urgent_ones_first(clock: Clock) -> None:
    urgent = tasks.background(priority=tasks.SOON)(note.func)
    for number, task in ((1, note), (2, note), (3, urgent)):
        tasks.enqueue(task, number, now=clock.now)
        clock.now += timedelta(milliseconds=1)
    TaskRunner().run_all()
    assert done == [3, 1, 2]


def test_a_failed_task_is_tried_again_after_a_while_and_then_given_up(clock: Clock) -> None:
    tasks.enqueue(stumble, 7, now=clock.now)
    TaskRunner().run_all()
    assert (done, given_up) == ([7], [])
    clock.now += timedelta(seconds=10)
    TaskRunner().run_all()
    clock.now += timedelta(seconds=19)
    TaskRunner().run_all()
    assert (done, given_up) == ([7, 7], [])
    clock.now += timedelta(seconds=1)
    TaskRunner().run_all()
    assert (done, given_up) == ([7, 7, 7], [7])
    assert the_row().status == TaskResultStatus.FAILED


def test_what_an_error_says_is_not_kept(clock: Clock) -> None:
    tasks.enqueue(stumble, 7, now=clock.now)
    for _ in range(3):
        TaskRunner().run_all()
        clock.now += timedelta(minutes=1)
    row = the_row()
    assert row.exception_class_path == "builtins.ValueError"
    assert "000190012345" not in repr(row.__dict__)


def test_giving_up_is_final(clock: Clock) -> None:
    tasks.enqueue(refuse, 7, now=clock.now)
    TaskRunner().run_all()
    assert given_up == [7]
    assert the_row().status == TaskResultStatus.FAILED


def test_what_a_dead_worker_began_is_taken_up(clock: Clock) -> None:
    tasks.enqueue(note, 7, now=clock.now)
    the_row().claim("dead")
    worker.say_that_it_lives("dead")
    clock.now += timedelta(seconds=60)
    assert worker.take_up_what_the_dead_left() == 0
    clock.now += timedelta(seconds=1)
    assert worker.take_up_what_the_dead_left() == 1
    TaskRunner().run_all()
    assert done == [7]


def test_what_a_living_worker_does_is_left_alone(clock: Clock) -> None:
    tasks.enqueue(note, 7, now=clock.now)
    the_row().claim("alive")
    clock.now += timedelta(minutes=10)
    worker.say_that_it_lives("alive")
    assert worker.take_up_what_the_dead_left() == 0
    assert the_row().status == TaskResultStatus.RUNNING


def test_a_task_that_kills_its_workers_is_given_up(clock: Clock) -> None:
    tasks.enqueue(stumble, 7, now=clock.now)
    for _ in range(worker.MOST_DEATHS):
        the_row().claim("dead")
        clock.now += timedelta(minutes=2)
        worker.take_up_what_the_dead_left()
    assert the_row().status == TaskResultStatus.FAILED
    assert (done, given_up) == ([], [7])


def test_workers_of_yesterday_are_forgotten(clock: Clock) -> None:
    worker.say_that_it_lives("yesterday's")
    clock.now += timedelta(days=1, seconds=1)
    worker.say_that_it_lives("today's")
    assert set(Worker.objects.values_list("name", flat=True)) == {"today's"}


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [tasks.back_off(attempt).total_seconds() for attempt in (1, 2, 3, 9, 10, 10_000)]
    assert waits == [10, 20, 40, 2560, 3600, 3600]

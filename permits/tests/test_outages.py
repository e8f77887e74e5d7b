"""A worker that cannot reach the database notes it, and tells it once it can."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from permits import outages, worker
from permits.outages import Outage
from permits.worker import TaskRunner

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    outages.answered(now=NOW)
    outages.take_ended()
    yield
    outages.answered(now=NOW)
    outages.take_ended()


def test_failures_without_an_answer_between_are_one_outage() -> None:
    for second in (0, 1, 5):
        outages.failed(now=NOW + second * SECOND)
    assert outages.take_ended() == []
    outages.answered(now=NOW + 6 * SECOND)
    outages.answered(now=NOW + 9 * SECOND)
    assert outages.take_ended() == [Outage(NOW, NOW + 6 * SECOND)]
    assert outages.take_ended() == []


def test_a_worker_notes_when_the_database_fails_and_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner, moments = TaskRunner(), iter(NOW + n * SECOND for n in range(100))
    failures = [DatabaseError(), DatabaseError()]

    def run_due(_now: datetime) -> None:
        if failures:
            raise failures.pop()
        runner.stop()

    monkeypatch.setattr("permits.worker.rounds.run_due", run_due)
    monkeypatch.setattr("permits.worker.timezone.now", lambda: next(moments))
    monkeypatch.setattr("permits.worker.signal.signal", lambda *_arguments: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0)
    monkeypatch.setattr(runner, "_say_that_it_lives", lambda: None)
    monkeypatch.setattr(runner, "run_next", lambda: True)
    runner.run()
    [outage] = outages.take_ended()
    # Each turn asks for the time before the rounds and after what came of them.
    assert outage == Outage(NOW + SECOND, NOW + 5 * SECOND)

"""A round is done once in its time, whoever is there to do it."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from permits import rounds
from permits.models import Round

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
PERIOD, MOMENT = timedelta(seconds=10), timedelta(microseconds=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments at which the one round was done."""
    monkeypatch.setattr(rounds, "_declared", {})
    moments: list[datetime] = []
    rounds.every(PERIOD)(moments.append)
    return moments


def test_it_is_done_at_once_and_then_once_in_its_time(done: list[datetime]) -> None:
    for moment in (NOW, NOW, NOW + PERIOD - MOMENT, NOW + PERIOD, NOW + PERIOD + MOMENT):
        rounds.run_due(moment)
    assert done == [NOW, NOW + PERIOD]


def test_after_a_long_absence_it_is_done_once(done: list[datetime]) -> None:
    rounds.run_due(NOW)
    late = NOW + 100 * PERIOD
    assert rounds.run_due(late) == 1
    assert rounds.run_due(late + MOMENT) == 0


def test_of_two_workers_that_find_it_due_one_does_it(
    done: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.run_due(NOW)
    claim = rounds._claim

    def claim_after_another(name: str, period: timedelta, now: datetime) -> bool:
        assert claim(name, period, now)
        return claim(name, period, now)

    monkeypatch.setattr(rounds, "_claim", claim_after_another)
    assert rounds.run_due(NOW + PERIOD) == 0


def test_what_a_machine_knows_is_done_on_each(
    done: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    for machine in ("one", "two"):
        monkeypatch.setattr(rounds, "_declared", {})
        monkeypatch.setattr(socket, "gethostname", lambda name=machine: name)
        rounds.every(PERIOD, on_each_machine=True)(done.append)
        assert rounds.run_due(NOW) == 1
        assert rounds.run_due(NOW + MOMENT) == 0
        names += rounds._declared
    assert done == [NOW, NOW]
    assert [name.rpartition("@")[2] for name in names] == ["one", "two"]


def test_one_that_fails_is_done_the_next_time_and_stops_no_other(
    done: list[datetime], caplog: pytest.LogCaptureFixture
) -> None:
    @rounds.every(PERIOD)
    def fail(now: datetime) -> None:
        raise ValueError

    assert rounds.run_due(NOW) == 2
    assert "a round failed" in caplog.text
    assert rounds.run_due(NOW + PERIOD) == 2
    assert Round.objects.count() == 2

"""When lists are read from a replica, and when from the primary after all."""

import logging

import pytest
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, OperationalError

from checkpoint_site.routers import ReplicaRouter
from scans import replica
from scans.models import Scan
from scans.replica import LATEST_SECONDS, LOOK_SECONDS, REST_SECONDS, Health, Position


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """A replica that is so far, or not there."""

    def __init__(self) -> None:
        self.at = Position(is_fed=True, received=100, applied=100)
        self.error: Exception | None = None
        self.asked = 0

    def __call__(self) -> Position:
        self.asked += 1
        if self.error:
            raise self.error
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def health(server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Health:
    """Of a replica that is configured."""
    health = Health(server, clock=clock)
    monkeypatch.setattr(replica, "_health", health)
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    return health


def test_a_replica_that_nothing_reaches_is_not_asked(health: Health, server: Server) -> None:
    server.at = Position(is_fed=False, received=100, applied=100)
    assert not health.is_good()


def test_a_replica_that_applies_nothing_for_too_long_is_not_asked(
    health: Health, server: Server, clock: Clock
) -> None:
    assert health.is_good()
    clock.now += 3600  # a quiet hour is no lag
    server.at = Position(is_fed=True, received=200, applied=100)
    assert health.is_good()
    clock.now += LATEST_SECONDS
    assert health.is_good()
    clock.now += LOOK_SECONDS
    assert not health.is_good()
    server.at = Position(is_fed=True, received=300, applied=199)
    clock.now += REST_SECONDS
    assert not health.is_good()
    server.at = Position(is_fed=True, received=400, applied=300)  # the rest has just come
    clock.now += REST_SECONDS
    assert health.is_good()


def test_a_busy_replica_that_keeps_up_is_asked(
    health: Health, server: Server, clock: Clock
) -> None:
    for turn in range(60):  # always as far as it had received four looks ago
        server.at = Position(is_fed=True, received=1000 * (turn + 4), applied=1000 * turn)
        assert health.is_good()
        clock.now += LOOK_SECONDS


def test_it_is_looked_at_now_and_then(health: Health, server: Server, clock: Clock) -> None:
    assert health.is_good()
    server.at = Position(is_fed=False, received=100, applied=100)
    clock.now += LOOK_SECONDS - 0.01
    assert health.is_good()
    assert server.asked == 1
    clock.now += 0.01
    assert not health.is_good()


def test_after_a_failure_it_is_left_alone_and_then_asked_again(
    health: Health, server: Server, clock: Clock
) -> None:
    server.error = OperationalError("connection refused")
    assert not health.is_good()
    server.error = None
    clock.now += REST_SECONDS - 0.01
    assert not health.is_good()
    assert server.asked == 1
    clock.now += 0.01
    assert health.is_good()


def test_a_read_goes_to_the_replica_and_nothing_else_does(health: Health) -> None:
    router = ReplicaRouter()
    chosen = replica.may_answer(lambda: router.db_for_read(Scan))
    assert chosen() == "replica"
    assert router.db_for_read(Scan) is None  # outside of it, Django's own choice: the primary
    assert router.db_for_write(Scan) == DEFAULT_DB_ALIAS
    assert router.allow_migrate("replica", "scans") is False
    assert router.allow_migrate("default", "scans") is None


def test_a_read_that_fails_at_the_replica_is_answered_by_the_primary(
    health: Health, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    @replica.may_answer
    def read(question: str) -> str:
        asked.append(replica.chosen())
        if replica.chosen():
            raise OperationalError("the replica's secret words")
        return f"{question}: 42"

    with caplog.at_level(logging.WARNING):
        assert read("how many") == "how many: 42"
    assert asked == ["replica", None]
    assert "the primary answers for the replica: OperationalError" in caplog.text
    assert "secret words" not in caplog.text
    assert read("how many") == "how many: 42"
    assert asked == ["replica", None, None], "it is left alone for a while"


def test_what_fails_at_the_primary_too_fails(health: Health) -> None:
    @replica.may_answer
    def read() -> None:
        raise OperationalError

    with pytest.raises(OperationalError):
        read()
    assert replica.chosen() is None


def test_any_other_fault_is_no_reason_to_ask_the_primary(health: Health) -> None:
    asked = []

    @replica.may_answer
    def read() -> None:
        asked.append(replica.chosen())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()
    assert asked == ["replica"]
    assert replica.chosen() is None


@pytest.mark.django_db
def test_without_the_setting_lists_are_read_from_the_primary(officer: User) -> None:
    assert replica.alias() == DEFAULT_DB_ALIAS
    assert replica.may_answer(User.objects.count)() == 1

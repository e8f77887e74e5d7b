"""PostgreSQL ends connections when it is restarted. Who comes next finds one that works."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from permits.verdict import Direction
from scans import pool
from scans.check import Answer, Checked, check_batch
from scans.evidence import CheckRequest
from scans.models import Lane, Scan
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SEVERAL = 4


@pytest.fixture
def connections() -> Iterator[Any]:
    """The pool, with several connections waiting in it and none in use."""
    connection.close()
    made: Any = connection.pool  # type: ignore[attr-defined]
    made.open()
    taken = [made.getconn() for _number in range(SEVERAL)]
    for one in taken:
        made.putconn(one)
    yield made
    connection.close()


def end_connections() -> None:
    """As a restart of PostgreSQL does, and wait until each is ended."""
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    ended = """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """
    with psycopg.connect(dbname=settings["NAME"], autocommit=True, **where) as own:
        own.execute(ended)


def test_a_connection_that_was_ended_in_the_pool_is_used_by_nobody(connections: Any) -> None:
    end_connections()
    assert not Scan.objects.exists()
    assert connections.get_stats()["returns_bad"] == SEVERAL, "all of them were thrown away"


def test_one_that_works_is_kept(connections: Any) -> None:
    before = connections.get_stats()["connections_num"]
    for _question in range(SEVERAL):
        assert not Scan.objects.exists()
        connection.close()
    assert connections.get_stats()["connections_num"] == before


def test_a_check_whose_connection_is_lost_is_made_again(
    connections: Any, river_lane: Lane, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    request = CheckRequest("nonsense", new_scan_id(now), now, lane, "typed")
    tries = []

    def losing_the_first(requests: Sequence[CheckRequest]) -> list[Answer]:
        tries.append(len(requests))
        answers = check_batch(requests)
        if len(tries) == 1:
            end_connections()
            Scan.objects.exists()
        return answers

    monkeypatch.setattr(pool, "check_batch", losing_the_first)
    [answer] = pool._check_in_database_thread([request])

    assert tries == [1, 1]
    assert isinstance(answer, Checked)
    assert answer.is_replay, "it was committed before the connection was lost"
    assert Scan.objects.filter(scan_id=request.scan_id).count() == 1

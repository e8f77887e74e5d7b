"""Alerts of before 0008 are kept, each with its cause; of one cause at most the latest is open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from scans.tests.guard import take_down

BEFORE, AFTER = ("scans", "0007_instructions"), ("scans", "0008_alerts")


@pytest.fixture(autouse=True)
def _as_it_was(transactional_db: None) -> Iterator[None]:
    """Other tests want the tables of today."""
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    MigrationExecutor(connection).migrate(latest)
    take_down(connection)


def migrate(target: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_is_kept_with_its_cause() -> None:
    apps = migrate(BEFORE)
    try:
        now = timezone.now()
        moments = [now - timedelta(days=3), now - timedelta(hours=2), now - timedelta(hours=1)]
        scans = [_scan(apps, at) for at in moments]
        alerts = apps.get_model("scans", "Alert").objects
        for scan, at in zip(scans, moments, strict=True):
            alerts.create(scan=scan, level="f0", raised_at=at)
        alerts.create(scan=scans[0], level="f1", raised_at=moments[0])
    finally:
        apps = migrate(AFTER)
    rows = list(apps.get_model("scans", "Alert").objects.order_by("id"))
    assert [one.resolved_at for one in rows] == [moments[1], moments[2], None, moments[0]]
    assert [one.severity for one in rows] == ["critical", "critical", "critical", "high"]
    assert len({one.cause for one in rows[:3]}) == 1
    assert rows[0].cause == f"watchlist_hit:{scans[0].checkpoint_id}:f0:{'ab' * 16}"
    for one, scan in zip(rows, scans, strict=False):
        assert (one.kind, one.scan_uuid, one.scan_id) == ("watchlist_hit", scan.scan_id, scan.pk)
        assert (one.checkpoint_id, one.lane_id) == (scan.checkpoint_id, scan.lane_id)
        assert (one.last_at, one.changed_at, one.times) == (one.raised_at, one.raised_at, 1)
        assert (one.resolved_by_id, one.owner_id, one.tell_at) == (None, None, None)


def _scan(apps: Any, at: datetime) -> Any:
    checkpoint, _ = apps.get_model("scans", "Checkpoint").objects.get_or_create(
        name="Cầu Mẫu", defaults={"latitude": 21.1, "longitude": 105.8}
    )
    lane, _ = apps.get_model("scans", "Lane").objects.get_or_create(
        checkpoint=checkpoint, name="Làn 1"
    )
    officer, _ = apps.get_model("auth", "User").objects.get_or_create(username="officer")
    return apps.get_model("scans", "Scan").objects.create(
        scan_id=uuid4(), checkpoint=checkpoint, lane=lane, direction="in", officer=officer,
        payload_kind="token", payload_digest=b"\xab" * 32, source="camera", outcome="refuse",
        captured_at=at, captured_day=at.date(), recorded_at=at, elapsed_ms=20,
    )  # fmt: skip

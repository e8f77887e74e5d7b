"""Numbers that were kept in clear are sealed by the migrations, and found again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from permits import personal_data, selectors
from permits.models import Holder, PermitKind, WatchlistEntry
from scans.tests.guard import take_down

BEFORE = [("permits", "0002_roles_and_kinds"), ("scans", "0002_scans_by_day")]
NOW = datetime(2021, 9, 14, tzinfo=UTC)


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Bring the database there, and return the models as they were."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old_models(transactional_db: None) -> Any:
    """An empty database as the release before had it. Forward only, so it is built anew."""
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    _drop_everything()
    yield migrate(BEFORE)
    migrate(latest)
    take_down(connection)


def _drop_everything() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table in connection.introspection.table_names():
            cursor.execute(f'DROP TABLE "{table}"')
        cursor.execute("PRAGMA foreign_keys = ON")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_in_clear_are_sealed_and_found(old_models: Any) -> None:
    for model, more in (
        ("Holder", {"full_name": "Nguyễn Thị Mẫu", "birth_date": NOW.date(), "sex": "female"}),
        ("WatchlistEntry", {"level": "f0", "active_from": NOW}),
    ):
        phone = {"phone": "0000000001"} if model == "Holder" else {}
        old_models.get_model("permits", model).objects.create(
            personal_number="000190012345", **phone, **more
        )
    old_models.get_model("permits", "WatchlistEntry").objects.create(
        plate="99A12345", level="wanted", active_from=NOW
    )
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    holder = Holder.objects.get()
    assert (holder.personal_number, holder.phone) == ("000190012345", "0000000001")
    assert holder.number_digest == personal_data.digest("000190012345")
    assert holder.masked_number == "••••2345"
    person, vehicle = WatchlistEntry.objects.order_by("id")
    assert person.number_digest == holder.number_digest
    assert (vehicle.number_digest, vehicle.number_tail, vehicle.plate) == ("", "", "99A12345")
    with connection.cursor() as cursor:
        for table in ("permits_holder", "permits_watchlistentry"):
            columns = {
                c.name for c in connection.introspection.get_table_description(cursor, table)
            }
            assert not columns & {"personal_number", "phone"}
    assert not selectors.permits_of_person("000190012345").exists()
    assert PermitKind.objects.get(number=1).most_companions == 4

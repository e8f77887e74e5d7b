"""Builds and resets the benchmarks' databases, in a process of its own with its own DATA_DIR.

    python -m bench.build make PERMITS SCANS
    python -m bench.build copy NAME      from the SQLite file to the PostgreSQL of DATABASE_URL
    python -m bench.build reset

Rows go straight into the migrated schema: to declare a million permits would take hours.
"""

import json
import os
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import postgres, rows  # noqa: E402
from checkpoint_site.backends import SQLITE_PRAGMAS  # noqa: E402
from permits import keys, selectors  # noqa: E402
from permits.models import Permit  # noqa: E402
from permits.roles import Role  # noqa: E402
from scans import demo_places, partitions  # noqa: E402
from scans.models import Checkpoint, Lane  # noqa: E402

LANES_OF_A_CHECKPOINT = 4
OFFICERS = 32
CODES = 20_000  # so many permits, evenly spread over the table, get a signed travel code
VALID_SINCE, VALID_FOR = timedelta(days=1), timedelta(days=30)
LAST_SCAN_AGO = timedelta(hours=1)
SCANS_OF = timedelta(days=60)
FILE = "checkpoint.sqlite3"
PASSWORD = "only for the benchmark"


def make(permits: int, scans: int) -> None:
    """Migrate an empty database and fill it. What others need to know goes into dataset.json."""
    call_command("migrate", verbosity=0)
    if not keys.exist():
        keys.rotate()
    _make_lanes_and_officers()
    connection.close()  # the journal is switched off, which takes the file for one alone
    database = sqlite3.connect(_file(), isolation_level=None)
    rows.settings_for_building(database)
    now = datetime.now(UTC)
    rows.add_permits(database, permits, now - VALID_SINCE, now + VALID_FOR)
    rows.add_companions_and_zones(database, permits)
    rows.add_watchlist(database, now - VALID_SINCE)
    if scans:
        until = now - LAST_SCAN_AGO
        rows.add_scans(database, scans, since=until - SCANS_OF, until=until)
    rows.settings_for_use(database)
    database.close()
    os.sync()  # else the first run would share the disk with gigabytes still on their way
    _write("codes.json", _codes(permits))
    _write("dataset.json", {"permits": permits, "scans": scans, "last_scan": scans})


def copy(name: str) -> None:
    """Migrate an empty PostgreSQL and fill it from the file."""
    call_command("migrate", verbosity=0)
    file = settings.DATA_DIR / FILE
    for day in postgres.days_of_scans(file):
        partitions.make(day)
    partitions.make_ahead(timezone.now())
    postgres.copy(file, settings.DATABASE_URL, name)


def reset() -> None:
    """Take away what a run has added, and log the officers in. Prints what a run needs, as JSON."""
    dataset = json.loads((settings.DATA_DIR / "dataset.json").read_text())
    partitions.make_ahead(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM scans_alertact")
        for table, key in (("alert", "scan_id"), ("scan", "id")):
            cursor.execute(f"DELETE FROM scans_{table} WHERE {key} > %s", [dataset["last_scan"]])
        for table in ("scans_tripuse", "scans_shift", "django_session"):
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM ANALYZE scans_scan")
            cursor.execute("CHECKPOINT")
    ready = {
        "lanes": list(Lane.objects.order_by("id").values_list("id", flat=True)),
        "cookies": [_cookie(user) for user in User.objects.order_by("id")[:OFFICERS]],
        "last_scan": dataset["last_scan"],
        "pragmas": SQLITE_PRAGMAS,
        "password": PASSWORD,
    }
    print(json.dumps(ready))


def _file() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _write(name: str, content: object) -> None:
    (settings.DATA_DIR / name).write_text(json.dumps(content))


def _make_lanes_and_officers() -> None:
    for name, road, latitude, longitude in demo_places.CHECKPOINTS:
        checkpoint = Checkpoint.objects.create(
            name=name, road=road, latitude=latitude, longitude=longitude
        )
        for number in range(LANES_OF_A_CHECKPOINT):
            Lane.objects.create(checkpoint=checkpoint, name=f"Lane {number + 1}")
    officers = Group.objects.get(name=Role.OFFICER.value)
    for number in range(OFFICERS):
        user = User(username=f"officer-{number}")
        if number == 0:
            user.set_password(PASSWORD)
        else:
            user.set_unusable_password()
        user.save()
        user.groups.add(officers)


def _cookie(user: User) -> str:
    client = Client()
    client.force_login(user, backend="permits.roles.RoleBackend")
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _codes(permits: int) -> list[str]:
    """Signed travel codes of permits from all over the table."""
    step = max(1, permits // CODES)
    spread = Permit.objects.select_related("holder", "kind").extra(
        where=["permits_permit.id %% %s = 0"], params=[step]
    )
    return [selectors.travel_code(permit) for permit in spread.order_by("id")[:CODES]]


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "copy":
        copy(sys.argv[2])
    else:
        reset()

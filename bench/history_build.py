"""Builds the month of history.py and measures on it, in a process of its own with its own DATA_DIR.

python -m bench.history_build make SCANS    fill an empty database; prints what dataset.json keeps
python -m bench.history_build tally         seconds that a busy minute, ten, an hour, a day take
python -m bench.history_build charts        seconds of the 30-day chart's queries
python -m bench.history_build traces        seconds that it takes to find where somebody passed
"""

import json
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import history_rows, rows  # noqa: E402
from permits.models import Permit  # noqa: E402
from scans import tallies  # noqa: E402
from scans.charts import charts_of  # noqa: E402
from scans.models import Checkpoint, District, Lane, Scan  # noqa: E402
from scans.oversight import EVERYTHING, Oversight  # noqa: E402
from scans.spans import HOUR, Span  # noqa: E402
from scans.tally_reading import Wanted  # noqa: E402
from scans.tracing import contacts, finding  # noqa: E402
from scans.tracing.query import Query  # noqa: E402
from scans.tracing.whom import number_of_permit  # noqa: E402

CHECKPOINTS, LANES, DISTRICTS = 67, 3, 6
PERMITS = 100_000
DAYS = timedelta(days=30)
TURNS = 9
MINUTES_NEAR = 15


def make(scans: int) -> dict[str, float]:
    """The rows by SQLite itself, the tallies by the site's own rounds."""
    call_command("migrate", verbosity=0)
    call_command("rotate_key", stdout=sys.stderr)  # digests of numbers are made with a key
    _make_places()
    User.objects.create(username="officer")
    connection.close()
    database = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), isolation_level=None)
    rows.settings_for_building(database)
    until = datetime.now(UTC)
    rows.add_permits(database, PERMITS, until - DAYS, until + DAYS)
    history_rows.add_scans(database, scans, since=until - DAYS, until=until)
    rows.settings_for_use(database)
    database.close()
    started = time.perf_counter()
    while tallies.marks().get(Span.SLICE, until - DAYS) < until - HOUR:
        tallies.keep_up(until)
    tallies.keep_up(until)
    took = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()
    return {"scans": scans, "seconds_to_tally": took}


def _make_places() -> None:
    for number in range(CHECKPOINTS):
        district, _made = District.objects.get_or_create(name=f"District {number % DISTRICTS + 1}")
        checkpoint = Checkpoint.objects.create(
            name=f"Checkpoint {number + 1}", latitude=21, longitude=105.8, district=district
        )
        for lane in range(LANES):
            Lane.objects.create(checkpoint=checkpoint, name=f"Lane {lane + 1}")


def tally() -> dict[str, float]:
    """Of the day before the last one, which is whole, and its busiest hour's beginning."""
    now = _last_scan()
    day = Span.DAY.start_of(now - timedelta(days=2))
    hour = day + 8 * HOUR

    def minute() -> None:
        tallies._replace([tallies._minutes(hour, hour + timedelta(minutes=1))])

    return {
        "minute": _seconds(minute),
        "ten_minutes": _seconds(
            lambda: tallies._tally_slice(hour, Span.SLICE.after(hour), now=now)
        ),
        "hour": _seconds(lambda: tallies._sum_up(Span.HOUR, hour, hour + HOUR)),
        "day": _seconds(lambda: tallies._sum_up(Span.DAY, day, Span.DAY.after(day))),
    }


def charts() -> dict[str, float]:
    """Everything that the page shows of the last 30 days, today with it."""
    now = _last_scan()
    since = Span.DAY.start_of(now - timedelta(days=29))
    until = Span.DAY.after(Span.DAY.start_of(now))
    ids = Checkpoint.objects.order_by("id").values_list("id", flat=True)[:10]
    oversights = {"30_days": EVERYTHING, "30_days.district": Oversight(frozenset(ids))}

    def ask(oversight: Oversight) -> Callable[[], object]:
        return lambda: charts_of(Wanted(oversight, since, until), now=now)

    return {name: _seconds(ask(oversight)) for name, oversight in oversights.items()}


def traces() -> dict[str, float]:
    """Of another person each time: all their scans of the month, by number and by plate; who was
    near at the last of them; and all scans of a checkpoint in a day.
    """
    now = _last_scan()
    people = iter(range(1, PERMITS, PERMITS // (4 * (TURNS + 1))))

    def trace(query: Query) -> finding.Found:
        return finding.find(query, EVERYTHING, now=now)

    def by_number() -> None:
        assert trace(Query(number=number_of_permit(next(people)))).scans

    def by_plate() -> None:
        plate = Permit.objects.values_list("plate", flat=True).get(pk=next(people))
        assert trace(Query(plate=plate)).scans

    def near() -> None:
        found = trace(Query(number=number_of_permit(next(people))))
        last, *_others = contacts.passings(found.scans)
        contacts.near(last, found.whom, minutes=MINUTES_NEAR)

    return {
        "number": _seconds(by_number),
        "plate": _seconds(by_plate),
        "number_and_contacts": _seconds(near),
        "checkpoint_and_day": _seconds(lambda: trace(Query(checkpoint=1))),
    }


def _last_scan() -> datetime:
    return Scan.objects.latest("recorded_at").recorded_at


def _seconds(work: Callable[[], object]) -> float:
    """The median of some turns, after one that warms up."""
    taken = []
    for _turn in range(TURNS + 1):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    answers: dict[str, Callable[[], dict[str, float]]] = {
        "tally": tally,
        "charts": charts,
        "traces": traces,
    }
    command = sys.argv[1]
    answer = make(int(sys.argv[2])) if command == "make" else answers[command]()
    print(json.dumps(answer))

"""The database of either kind: is it there, is it up to date, does it take a row?"""

import statistics
import time
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from checkpoint_site.backups.contents import unknown_migrations
from checkpoint_site.dependencies import applied_migrations, fresh_connection, last_migrations
from checkpoint_site.doctor.finding import Finding, Level, ok, warning, wrong
from permits.roles import Role

SLOW_MS = 20
ROUND_TRIPS = 5
SHOWN = 3
NEVER = "2000-01-01 00:00:00+00:00"


def look() -> Iterator[Finding]:
    """Stops where there is no database to look at."""
    try:
        with fresh_connection() as connection:
            yield judge_latency(round_trip_ms(connection))
            current = judge_migrations(applied_migrations(connection))
            yield current
            if current.level is Level.WRONG:
                return  # there may be no tables to look at
            yield judge_write(connection)
    except DatabaseError as error:
        yield wrong(
            f"The database does not answer: {str(error).strip().splitlines()[0]}",
            "Start it, and look at DATABASE_URL: host, port, name, user and password.",
        )
        return
    yield judge_administrators(
        User.objects.filter(
            Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR.value), is_active=True
        )
        .distinct()
        .count()
    )


def round_trip_ms(connection: BaseDatabaseWrapper) -> float:
    """How long the shortest question takes, the median of a few."""
    times = []
    with connection.cursor() as cursor:
        for _ in range(ROUND_TRIPS):
            started = time.perf_counter()
            cursor.execute("SELECT 1")
            cursor.fetchone()
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def judge_latency(milliseconds: float) -> Finding:
    """A check asks up to eight times, one after another."""
    if milliseconds > SLOW_MS:
        return warning(
            f"The database answers in {milliseconds:.0f} ms; a check asks several times.",
            "Put it nearer to the servers, or look at what else it does.",
        )
    return ok(f"The database answers in {milliseconds:.2f} ms.")


def judge_migrations(applied: set[tuple[str, str]]) -> Finding:
    """Whether the tables are those of this code."""
    unknown = unknown_migrations(sorted(applied))
    if unknown:
        return warning(
            f"The database is of newer code, which has {_shortly(unknown)}.",
            "Install that code here too.",
        )
    missing = sorted(f"{app}.{name}" for app, name in last_migrations() - applied)
    if missing:
        return wrong(
            f"The database is of older code, without {_shortly(missing)}.",
            "python manage.py migrate",
        )
    return ok("The tables are those of this code.")


def _shortly(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def judge_write(connection: BaseDatabaseWrapper) -> Finding:
    """Try to write a row, and take it back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO django_session (session_key, session_data, expire_date)"
                " VALUES ('doctor', '', %s)",
                [NEVER],
            )
            cursor.execute("ROLLBACK")
    except DatabaseError as error:
        return wrong(
            f"The database takes no row: {str(error).strip().splitlines()[0]}",
            "See that its disk is not full, that it is no read-only copy, and what its user may.",
        )
    return ok("The database takes a row.")


def judge_administrators(number: int) -> Finding:
    """Whether somebody can make users and checkpoints."""
    if not number:
        return warning(
            "Nobody is an administrator: nobody can make users and checkpoints.",
            "python manage.py createsuperuser",
        )
    return ok(f"Accounts that administer the site: {number}.")

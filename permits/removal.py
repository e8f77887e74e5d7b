"""Removing many rows while lanes scan: in small steps, with a rest after each.

SQLite has one writer at a time, and whoever waits for it looks again now and then: who writes
without a pause starves the others. So a step is short, and the rest at least as long.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

STEP = 500  # rows; a few milliseconds each time
LEAST_REST_SECONDS = 0.05


@dataclass(frozen=True)
class Kind:
    """A kind of data that is not kept for ever.

    What is from before `before` goes; None: it stays, since it is kept for 0 days, which stands for
    ever. `count` says how many rows would go, `remove` how many went.
    """

    name: str
    days: int
    before: datetime | None
    count: Callable[[], int]
    remove: Callable[[], int]


def limit(days: int, now: datetime) -> datetime | None:
    """From when on something is kept: so many whole days before today's midnight, in UTC."""
    if not days:
        return None
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days)


def plain_kind(name: str, days: int, now: datetime, rows: Callable[[Any], QuerySet[Any]]) -> Kind:
    """A kind whose rows nothing points to but what goes with them. `rows` are those before it."""
    before = limit(days, now)
    return Kind(
        name,
        days,
        before,
        count=lambda: rows(before).count(),
        remove=lambda: remove_rows(rows(before), lambda some: some.delete()),
    )


def remove_rows(rows: QuerySet[Any], delete: Callable[[QuerySet[Any]], object]) -> int:
    """Delete these rows step by step, each step all or nothing. Returns how many they were."""
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:STEP]):
        with step():
            delete(rows.filter(pk__in=ids))
        removed += len(ids)
    return removed


@contextmanager
def step() -> Iterator[None]:
    """One transaction, and the rest after it."""
    started = time.monotonic()
    with transaction.atomic():
        yield
    time.sleep(max(LEAST_REST_SECONDS, time.monotonic() - started))


def delete_rows(rows: QuerySet[Any]) -> int:
    """Delete rows, and do not look for what points to them. Returns how many.

    Django would look, and for permits that means through every scan. The caller has removed what
    points to the rows, or made sure that nothing does.
    """
    return rows._raw_delete(rows.db)


def pages(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """The keys of these rows in their order, STEP at a time, whatever is deleted meanwhile."""
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:STEP]):
        yield ids
        last = ids[-1]


def prepare_connection() -> None:
    """Before a removal.

    SQLite is told to overwrite what it deletes, which otherwise stays in the file until its room
    is used again. PostgreSQL is given time: the limit on a statement is meant for checks.
    """
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON" if sqlite else "SET statement_timeout = 0")

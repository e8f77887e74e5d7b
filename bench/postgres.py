"""The benchmarks' rows in PostgreSQL, copied from the SQLite file that bench.build has filled."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

# In the order in which they refer to each other.
TABLES = (
    "auth_user",
    "auth_group",
    "auth_user_groups",
    "permits_policyrow",
    "permits_zone",
    "permits_permitkind",
    "permits_holder",
    "permits_permit",
    "permits_permit_zones",
    "permits_companion",
    "permits_watchlistentry",
    "scans_checkpoint",
    "scans_checkpoint_zones",
    "scans_lane",
    "scans_scan",
)


def is_copied(url: str, name: str) -> bool:
    """Whether the database holds this dataset, whole."""
    with psycopg.connect(url) as database:
        if database.execute("SELECT to_regclass('bench_copied')").fetchone() == (None,):
            return False
        return database.execute("SELECT dataset FROM bench_copied").fetchall() == [(name,)]


def copy(file: Path, url: str, name: str) -> None:
    """Fill a migrated, empty database from an SQLite file."""
    source = sqlite3.connect(file)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("SET timezone = 'UTC'")
        database.execute("SET synchronous_commit = off")
        for table in TABLES:
            _copy_table(source, database, table)
        database.execute("VACUUM ANALYZE")
        database.execute("CHECKPOINT")
        database.execute("DROP TABLE IF EXISTS bench_copied")
        database.execute("CREATE TABLE bench_copied (dataset text)")
        database.execute("INSERT INTO bench_copied VALUES (%s)", [name])
    source.close()


def days_of_scans(file: Path) -> list[date]:
    """From the first to the last day that has scans."""
    source = sqlite3.connect(file)
    [(first, last)] = source.execute("SELECT min(captured_day), max(captured_day) FROM scans_scan")
    source.close()
    if first is None:
        return []
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _copy_table(source: sqlite3.Connection, database: psycopg.Connection, table: str) -> None:
    columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    types: dict[str, str] = dict(
        database.execute(
            "SELECT column_name::text, data_type::text FROM information_schema.columns"
            " WHERE table_name = %s",
            [table],
        ).fetchall()
    )
    truths = [place for place, column in enumerate(columns) if types[column] == "boolean"]
    names = ", ".join(columns)
    database.execute(f"TRUNCATE {table} CASCADE")  # what migrations put there
    with database.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as rows:
        for row in _rows(source, f"SELECT {names} FROM {table}", truths):
            rows.write_row(row)
    database.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
        f" (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
    )


def _rows(source: sqlite3.Connection, query: str, truths: Sequence[int]) -> Iterator[Sequence[Any]]:
    """SQLite's rows. Its true and false are numbers; all else PostgreSQL reads from the text."""
    for row in source.execute(query):
        if not truths:
            yield row
            continue
        changed = list(row)
        for place in truths:
            changed[place] = bool(changed[place])
        yield changed

"""Backup and restore of an SQLite file, through SQLite's own backup of a database in use."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from checkpoint_site.backups import contents
from checkpoint_site.backups.manifest import BackupError
from checkpoint_site.dependencies import applied_migrations, fresh_connection

FILE = "database.sqlite3"
# In one step: in smaller ones each scan that is recorded meanwhile would start it anew.
ALL_PAGES = -1


def dump(path: Path) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Write a copy of one moment's state; lanes go on. Returns its migrations and counts."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with fresh_connection() as source, closing(sqlite3.connect(path)) as copy:
        source.connection.backup(copy, pages=ALL_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    with fresh_connection(NAME=path) as copied:
        return sorted(applied_migrations(copied)), contents.count(copied, contents.tables(copied))


def restore(path: Path, counts: Mapping[str, int], target: BaseDatabaseWrapper) -> None:
    """Put a copy in the place of the database, whole or not at all. Raises BackupError."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as source:
        _require_sound(source, counts)
        file: Any = target.connection
        source.backup(file, pages=ALL_PAGES)
        file.execute("PRAGMA journal_mode = WAL")
    with target.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")


def _require_sound(source: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    try:
        [answer] = source.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        answer = "no database"
    if answer != "ok":
        raise BackupError(f"The copy is damaged (SQLite says: {answer}). Take another backup.")
    for table, expected in counts.items():
        [found] = source.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
        if found != expected:
            raise BackupError(f"{table} has {found} rows, its manifest says {expected}.")

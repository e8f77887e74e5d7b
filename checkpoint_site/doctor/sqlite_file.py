"""What SQLite alone needs: a real disk, its write-ahead log, and a file that others cannot read."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connections

from checkpoint_site.dependencies import fresh_connection
from checkpoint_site.doctor import disk
from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from scans.disk import free_bytes

FULL = 2
OLDEST = (3, 31)  # Django 5.2
MOUNTS = Path("/proc/self/mounts")


def look() -> Iterator[Finding]:
    """Nothing where the database is another one, or not there: database.py has said so."""
    connection = connections["default"]
    path = Path(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or not path.is_file():
        return
    with fresh_connection() as fresh, fresh.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        [journal] = cursor.fetchone()
        cursor.execute("PRAGMA synchronous")
        [synchronous] = cursor.fetchone()
    yield judge_version(sqlite3.sqlite_version_info)
    yield judge_journal(journal, synchronous)
    if MOUNTS.is_file():
        kind = disk.file_system(path.resolve(), MOUNTS.read_text().splitlines())
        yield disk.judge_file_system(kind)
    if path.parent != settings.DATA_DIR:  # which machine.py looks at
        yield disk.judge_room(path.parent, free_bytes(path.parent))
    yield disk.judge_sync(disk.sync_ms(path.parent))
    yield judge_mode(path, readable=disk.readable_by_others(path))


def judge_version(version: tuple[int, ...]) -> Finding:
    """Whether Django can use it."""
    name = ".".join(map(str, version))
    if version < OLDEST:
        return wrong(f"SQLite {name} is too old.", "Install a newer Python or system.")
    return ok(f"SQLite {name}.")


def judge_journal(journal: str, synchronous: int) -> Finding:
    """Whether lanes read while one writes, and a commit survives a power cut."""
    if journal != "wal" or synchronous < FULL:
        return wrong(
            f"SQLite works with journal_mode={journal}, synchronous={synchronous}: a power cut may "
            "lose scans whose verdicts were shown.",
            "Set DATA_DIR to a folder on this machine's own disk; the site asks for WAL and FULL.",
        )
    return ok("SQLite has its write-ahead log, and keeps a commit through a power cut.")


def judge_mode(path: Path, *, readable: bool) -> Finding:
    """Whether other accounts of this machine can read it."""
    if readable:
        return warning(
            f"Other accounts of this machine can read {path}: names, numbers, sessions.",
            f"chmod 700 {path.parent}",
        )
    return ok("Only the server's account can read the file.")

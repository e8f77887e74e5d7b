"""What PostgreSQL alone needs: a version, that it keeps a commit, its clock, its connections."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from checkpoint_site.dependencies import fresh_connection
from checkpoint_site.doctor.finding import Finding, ok, warning, wrong

OLDEST = 14
SKEW_SECONDS, GREAT_SKEW_SECONDS = 2, 60


def look() -> Iterator[Finding]:
    """Nothing where the database is another one, or not there: database.py has said so."""
    if connections["default"].vendor != "postgresql":
        return
    try:
        with fresh_connection() as connection:
            yield from _look(connection)
    except DatabaseError:
        return


def _look(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    version = int(_ask(connection, "SHOW server_version_num")) // 10_000
    yield judge_version(version)
    yield judge_durability(
        _ask(connection, "SHOW synchronous_commit"), _ask(connection, "SHOW fsync")
    )
    yield judge_encoding(_ask(connection, "SHOW server_encoding"))
    yield judge_skew(_skew_seconds(connection))
    yield judge_connections(
        int(_ask(connection, "SHOW max_connections")), pool=settings.DATABASE_POOL
    )
    host = str(connection.settings_dict["HOST"])
    encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    yield judge_way(host, encrypted=bool(_ask(connection, encrypted)))
    yield judge_tools(_pg_dump_version(), server=version)


def _ask(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _skew_seconds(connection: BaseDatabaseWrapper) -> float:
    """By how much the database's clock is ahead of ours, as of the middle of the question."""
    before = time.time()
    theirs = float(_ask(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    return theirs - (before + time.time()) / 2


def _pg_dump_version() -> int | None:
    path = shutil.which("pg_dump")
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\b(\d+)", said.stdout)
    return int(found[1]) if found else None


def judge_version(version: int) -> Finding:
    """Whether the partitions of the scans work as they should."""
    if version < OLDEST:
        return wrong(
            f"PostgreSQL {version} is too old.", f"Upgrade it to {OLDEST} or newer, then migrate."
        )
    return ok(f"PostgreSQL {version}.")


def judge_durability(synchronous_commit: str, fsync: str) -> Finding:
    """A verdict is sent after its commit: it must not outlive its scan."""
    if synchronous_commit == "off" or fsync == "off":
        return wrong(
            f"PostgreSQL runs with synchronous_commit={synchronous_commit}, fsync={fsync}: a power "
            "cut may lose scans whose verdicts were shown.",
            "Set both to on in postgresql.conf, and reload it.",
        )
    return ok("PostgreSQL keeps a commit through a power cut.")


def judge_encoding(encoding: str) -> Finding:
    """Whether names can be kept."""
    if encoding != "UTF8":
        return wrong(
            f"The database's encoding is {encoding}: it cannot keep Vietnamese names.",
            "Make a database with ENCODING 'UTF8', and restore a backup into it.",
        )
    return ok("The database keeps UTF-8.")


def judge_skew(seconds: float) -> Finding:
    """Whether the two machines have the same time."""
    says = f"The database's clock is {abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'}"
    do = "Let both machines take their time from a time server (chrony, systemd-timesyncd)."
    if abs(seconds) > GREAT_SKEW_SECONDS:
        return wrong(f"{says} this machine's.", do)
    if abs(seconds) > SKEW_SECONDS:
        return warning(f"{says} this machine's.", do)
    return ok("The database's clock and this machine's agree.")


def judge_connections(most: int, *, pool: int) -> Finding:
    """For how many server processes there is room."""
    processes = (most - 10) // (pool + 1)  # some are kept for administrators and for commands
    says = (
        f"PostgreSQL allows {most} connections: room for {max(processes, 0)} server processes "
        f"with DATABASE_POOL={pool}."
    )
    if processes < 1:
        return wrong(says, "Lower DATABASE_POOL, or raise max_connections in postgresql.conf.")
    return ok(says)


def judge_way(host: str, *, encrypted: bool) -> Finding:
    """Whether names and numbers can be read between the two machines."""
    here = not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")
    if here or encrypted:
        return ok("The way to the database is " + ("encrypted." if encrypted else "local."))
    return warning(
        f"What goes between this machine and {host} is not encrypted.",
        "Append ?sslmode=verify-full to DATABASE_URL, and give PostgreSQL a certificate.",
    )


def judge_tools(version: int | None, *, server: int) -> Finding:
    """Whether `manage.py backup` can work here."""
    if version is None:
        return warning(
            "pg_dump is not installed: no backup can be made from this machine.",
            "On Debian or Ubuntu: apt-get install postgresql-client",
        )
    if version < server:
        return warning(
            f"pg_dump is of version {version}, PostgreSQL of {server}: it will refuse a backup.",
            f"Install postgresql-client-{server}.",
        )
    return ok("Backups can be made from here.")

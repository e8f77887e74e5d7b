"""Backup and restore of a PostgreSQL database, through its own pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient

from checkpoint_site.backups import contents
from checkpoint_site.backups.manifest import BackupError
from checkpoint_site.dependencies import applied_migrations, fresh_connection

FILE = "database.dump"

# The functions are those of triggers; an extension's stay with it.
DROP_ALL = """
DO $$ DECLARE name text; function regprocedure; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', name);
  END LOOP;
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', function);
  END LOOP;
END $$;
"""


def dump(path: Path) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Write a dump of one moment's state; lanes go on. Returns its migrations and counts.

    What is counted and what is dumped is the same snapshot. Raises BackupError.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with fresh_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")  # while pg_dump works
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        _run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges"),
            *(f"--snapshot={snapshot}", f"--file={path}"),
        )
        migrations = sorted(applied_migrations(connection))
        counts = contents.count(connection, contents.tables(connection))
        cursor.execute("ROLLBACK")
    return migrations, counts


def restore(path: Path, counts: Mapping[str, int], target: BaseDatabaseWrapper) -> None:
    """Put a dump in the place of the database, whole or not at all. Raises BackupError.

    One transaction drops what is there, restores, counts, and only then commits. pg_restore makes
    SQL of the dump and psql runs it; the COMMIT is sent only once pg_restore has ended well.
    """
    command, environment = _command("psql", "--no-psqlrc", "--quiet", "--output=/dev/null")
    # Terse: an error's details quote the row.
    command[1:1] = ["-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-v", "SHOW_CONTEXT=never"]
    psql = _start(command, environment, stdin=subprocess.PIPE)
    assert psql.stdin is not None  # noqa: S101 it was asked for
    try:
        _feed(psql.stdin, path, counts)
    except BaseException:
        psql.kill()  # the transaction goes with it
        psql.communicate()
        raise
    _, errors = psql.communicate()
    if psql.returncode:
        raise BackupError(f"Nothing was restored. psql says: {_complaint(errors)}")


def _feed(psql: IO[bytes], path: Path, counts: Mapping[str, int]) -> None:
    """Send the whole transaction. A psql that has stopped at an error says so itself."""
    try:
        psql.write(b"SET client_min_messages = warning;\nBEGIN;\n" + DROP_ALL.encode())
        _send_dump(psql, path)
        for line in _checks(counts):
            psql.write(line.encode())
        psql.write(b"DELETE FROM django_session;\nCOMMIT;\n")
        psql.flush()
    except BrokenPipeError:
        return


def _send_dump(psql: IO[bytes], path: Path) -> None:
    command = [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(path)]
    with _start(command, stdout=subprocess.PIPE) as pg_restore:
        assert pg_restore.stdout is not None  # noqa: S101 it was asked for
        assert pg_restore.stderr is not None  # noqa: S101
        try:
            shutil.copyfileobj(pg_restore.stdout, psql)
        except BrokenPipeError:
            pg_restore.kill()
            raise
        errors = pg_restore.stderr.read()
    if pg_restore.returncode:
        raise BackupError(f"Nothing was restored. pg_restore says: {_complaint(errors)}")


def _checks(counts: Mapping[str, int]) -> Iterator[str]:
    """SQL that fails where a table has not as many rows as the manifest says."""
    yield "SET search_path = public;\n"  # the dump has emptied it
    for table, expected in counts.items():
        rows = f"(SELECT count(*) FROM {table})"  # noqa: S608 manifest.py has looked at the name
        yield (
            f"DO $$ BEGIN IF {rows} <> {expected} THEN "
            f"RAISE EXCEPTION '{table} has not the rows of its manifest'; END IF; END $$;\n"
        )


def _run(tool: str, *arguments: str) -> None:
    command, environment = _command(tool, *arguments)
    process = _start(command, environment)
    _, errors = process.communicate()
    if process.returncode:
        raise BackupError(f"{tool} says: {_complaint(errors)}")


def _start(
    command: list[str],
    environment: dict[str, str] | None = None,
    *,
    stdin: int | None = None,
    stdout: int | None = None,
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 a tool of PostgreSQL's
        command, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
    )


def _command(tool: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """A tool's command line for our database, and its environment, which has the password."""
    settings = connections["default"].settings_dict
    command, extra = DatabaseClient.settings_to_cmd_args_env(settings, list(arguments))
    return [_tool(tool), *command[1:]], {**os.environ, **(extra or {})}


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BackupError(
            f"{name} is not installed. On Debian or Ubuntu: apt-get install postgresql-client"
        )
    return path


def _complaint(output: bytes) -> str:
    """The line of a tool's errors that says what is wrong."""
    lines = output.decode(errors="replace").strip().splitlines() or ["nothing"]
    return next((line for line in lines if "error" in line.lower()), lines[-1])

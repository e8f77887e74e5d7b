"""Backups, proved by restoring them into a database of their own."""

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from pytest_django import Settings

from checkpoint_site.backups import postgresql
from checkpoint_site.backups.make import make, save_keys
from checkpoint_site.backups.manifest import BackupError, checksum
from checkpoint_site.backups.restore import Restored, restore
from checkpoint_site.dependencies import fresh_connection
from permits import documents, keys
from permits.models import Document, Permit
from permits.verdict import Direction
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Lane, Scan
from scans.shifts import lane_context

# What is backed up is what is committed.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NOW = datetime(2021, 9, 14, 8, 30, tzinfo=UTC)
PDF = b"%PDF-1.4 made up"
MODE = 0o777


@pytest.fixture
def scan(river_lane: Lane, officer: User, code: str) -> Scan:
    """A scan of the permit; and somebody is logged in."""
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    check_batch([CheckRequest(code, uuid4(), NOW, lane, "api")])
    Client().force_login(officer, backend="permits.roles.RoleBackend")
    return Scan.objects.get()


@pytest.fixture
def paper(permit: Permit, tmp_path: Path, settings: Settings) -> Document:
    """A document of the permit; and another that belongs to a draft."""
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    new = documents.examine("giấy.pdf", PDF)
    with transaction.atomic():
        documents.add(permit, [new], now=NOW)
        documents.write_file(new, folder=documents.DRAFTS)
    return Document.objects.get()


@pytest.fixture
def backup(scan: Scan, paper: Document, tmp_path: Path) -> Path:
    return make(tmp_path / "backups", now=NOW)


@pytest.fixture
def elsewhere(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Any]]:
    """DATABASE_URL leads to an empty database from now on. Yields how it is asked."""
    name = f"restored_{os.getpid()}"
    postgres = connection.vendor == "postgresql"
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    monkeypatch.setitem(
        connections["default"].settings_dict,
        "NAME",
        name if postgres else tmp_path / "restored.sqlite3",
    )

    def ask(sql: str) -> Any:
        with fresh_connection() as restored, restored.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None

    yield ask
    monkeypatch.undo()
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


Ask = Callable[[str], Any]


def change(backup: Path, **changes: Any) -> None:
    """Write something else into the manifest."""
    path = backup / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def manifest(backup: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((backup / "manifest.json").read_text())
    return content


def database_file(backup: Path) -> Path:
    return backup / str(manifest(backup)["file"])


# --- Making ---------------------------------------------------------------------------------------


def test_a_backup_is_for_its_owner_alone_and_named_by_its_time(backup: Path) -> None:
    assert backup.name == "checkpoint-20210914T083000Z"
    assert backup.stat().st_mode & MODE == 0o700
    assert {path.stat().st_mode & MODE for path in backup.iterdir()} == {0o600}
    assert len(list(backup.iterdir())) == 3
    assert list(backup.parent.iterdir()) == [backup]


def test_the_manifest_says_what_is_in_it(backup: Path) -> None:
    said = manifest(backup)
    assert (said["format"], said["vendor"]) == (1, connection.vendor)
    assert (said["counts"]["scans_scan"], said["counts"]["permits_permit"]) == (1, 1)
    assert said["counts"]["permits_permitkind"] == 6
    assert ["scans", "0001_initial"] in said["migrations"]
    assert said["sha256"] == checksum(database_file(backup))
    assert said["documents"]["sha256"] == checksum(backup / "documents.tar")
    assert said["documents"]["count"] == 1
    assert said["key_ids"] == [key_id.hex() for key_id in keys.load().verifying]


def test_no_key_is_in_it(backup: Path, settings: Settings) -> None:
    files = list(Path(settings.SIGNING_KEYS_DIR).iterdir())
    assert files
    content = b"".join(path.read_bytes() for path in backup.iterdir())
    for path in files:
        assert path.read_bytes().strip() not in content


def test_what_is_being_written_meanwhile_is_not_half_in_it(scan: Scan, tmp_path: Path) -> None:
    with fresh_connection() as writer, writer.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("DELETE FROM scans_scan")
        backup = make(tmp_path, now=NOW)
        cursor.execute("ROLLBACK")
    assert manifest(backup)["counts"]["scans_scan"] == 1


def test_an_earlier_backup_is_not_overwritten(backup: Path) -> None:
    before = manifest(backup)
    with pytest.raises(BackupError, match="there already"):
        make(backup.parent, now=NOW)
    assert manifest(backup) == before


def test_a_backup_that_fails_leaves_nothing_behind(
    scan: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> None:
        raise OSError(28, "No space left on device", "database")

    monkeypatch.setattr("checkpoint_site.backups.make._sync", fail)
    with pytest.raises(BackupError, match="No space left"):
        make(tmp_path / "backups", now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


# --- Restoring ------------------------------------------------------------------------------------


def test_everything_comes_back_but_the_sessions(
    elsewhere: Ask, backup: Path, scan: Scan, permit: Permit
) -> None:
    restored = restore(backup, replace=False)
    assert restored == Restored(restored.manifest, must_migrate=False, missing_keys=[])

    [(full_name, number, digest)] = elsewhere(
        "SELECT full_name, number, link_digest FROM permits_permit AS permit"
        " JOIN permits_holder AS holder ON holder.id = permit.holder_id"
    )
    assert (full_name, number) == ("Nguyễn Thị Mẫu", permit.number)
    assert bytes(digest) == permit.link_digest
    [(permit_id, outcome, payload_digest)] = elsewhere(
        "SELECT permit_id, outcome, payload_digest FROM scans_scan"
    )
    assert (permit_id, outcome) == (scan.permit_id, scan.outcome)
    assert bytes(payload_digest) == bytes(scan.payload_digest)
    assert manifest(backup)["counts"]["django_session"] == 1
    assert elsewhere("SELECT count(*) FROM django_session") == [(0,)]


def test_the_site_works_on_what_was_restored(elsewhere: Ask, backup: Path, client: Client) -> None:
    assert client.get("/readyz").status_code == 503
    restore(backup, replace=False)
    assert client.get("/readyz").status_code == 200
    new_row = "INSERT INTO scans_lane (name, checkpoint_id) SELECT 'new', id FROM scans_checkpoint"
    elsewhere(new_row)
    assert elsewhere("SELECT count(DISTINCT id) FROM scans_lane") == [(2,)]


def test_a_new_file_is_for_its_owner_alone(elsewhere: Ask, backup: Path) -> None:
    restore(backup, replace=False)
    if connection.vendor == "sqlite":
        path = Path(connections["default"].settings_dict["NAME"])
        assert path.stat().st_mode & MODE == 0o600
        assert elsewhere("PRAGMA journal_mode") == [("wal",)]


def test_data_is_replaced_only_where_that_was_asked_for(elsewhere: Ask, backup: Path) -> None:
    restore(backup, replace=False)
    elsewhere("UPDATE permits_holder SET full_name = 'Somebody else'")
    with pytest.raises(BackupError, match="--replace"):
        restore(backup, replace=False)
    assert elsewhere("SELECT full_name FROM permits_holder") == [("Somebody else",)]

    restore(backup, replace=True)
    assert elsewhere("SELECT full_name FROM permits_holder") == [("Nguyễn Thị Mẫu",)]


def test_a_migrated_database_without_data_counts_as_empty(elsewhere: Ask, backup: Path) -> None:
    restore(backup, replace=False)
    for table in ("scans_scan", "scans_shift", "scans_lane", "scans_checkpoint"):
        elsewhere(f"DELETE FROM {table}")
    for table in (
        "permits_document",
        "permits_permit",
        "permits_holder",
        "axes_accesslog",
        "auth_user_groups",
        "auth_user",
    ):
        elsewhere(f"DELETE FROM {table}")
    restore(backup, replace=False)
    assert elsewhere("SELECT count(*) FROM scans_scan") == [(1,)]


# --- Documents ------------------------------------------------------------------------------------


def kept(settings: Settings) -> list[str]:
    return sorted(path.name for path in Path(settings.DOCUMENTS_DIR).iterdir() if path.is_file())


def test_documents_come_back_sealed_and_those_of_drafts_do_not(
    elsewhere: Ask, backup: Path, paper: Document, settings: Settings, tmp_path: Path
) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "another"
    restore(backup, replace=False)

    assert kept(settings) == [paper.file_name]
    assert documents.read(paper) == PDF
    path = Path(settings.DOCUMENTS_DIR) / paper.file_name
    assert path.stat().st_mode & MODE == 0o600
    assert PDF not in path.read_bytes() + (backup / "documents.tar").read_bytes()


def test_a_damaged_file_of_documents_is_refused_before_anything_is_touched(
    elsewhere: Ask, backup: Path, paper: Document, settings: Settings
) -> None:
    with (backup / "documents.tar").open("ab") as file:
        file.write(b"x")
    with pytest.raises(BackupError, match="checksum"):
        restore(backup, replace=True)
    with fresh_connection() as untouched:
        assert untouched.introspection.table_names() == []
    assert documents.read(paper) == PDF


def test_a_restore_that_fails_leaves_the_documents_as_they_were(
    elsewhere: Ask, backup: Path, paper: Document, settings: Settings
) -> None:
    path = Path(settings.DOCUMENTS_DIR) / paper.file_name
    path.write_bytes(b"another")
    other_count(backup)
    with pytest.raises(BackupError):
        restore(backup, replace=True)
    assert path.read_bytes() == b"another"
    assert kept(settings) == [paper.file_name]


def test_a_backup_from_before_there_were_documents_can_be_restored(
    elsewhere: Ask, backup: Path
) -> None:
    change(backup, documents=None)
    (backup / "documents.tar").unlink()
    restore(backup, replace=False)
    assert elsewhere("SELECT count(*) FROM permits_permit") == [(1,)]


def no_manifest(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def bad_manifest(backup: Path) -> None:
    (backup / "manifest.json").write_text("{}")


def table_that_is_none(backup: Path) -> None:
    change(backup, counts={"scans_scan; DROP TABLE scans_scan": 1})


def no_database(backup: Path) -> None:
    database_file(backup).unlink()


def one_byte_more(backup: Path) -> None:
    with database_file(backup).open("ab") as file:
        file.write(b"x")


def one_byte_other(backup: Path) -> None:
    content = bytearray(database_file(backup).read_bytes())
    content[len(content) // 2] ^= 1
    database_file(backup).write_bytes(content)


def newer_code(backup: Path) -> None:
    change(backup, migrations=[*manifest(backup)["migrations"], ["scans", "9999_later"]])


def newer_format(backup: Path) -> None:
    change(backup, format=2)


def other_vendor(backup: Path) -> None:
    change(backup, vendor="oracle")


REFUSALS = [
    (no_manifest, "is no backup"),
    (bad_manifest, "damaged"),
    (table_that_is_none, "damaged"),
    (no_database, "not whole"),
    (one_byte_more, "checksum"),
    (one_byte_other, "checksum"),
    (newer_code, r"scans\.9999_later"),
    (newer_format, "newer code"),
    (other_vendor, "is of oracle"),
]


@pytest.mark.parametrize(("spoil", "says"), REFUSALS, ids=[spoil.__name__ for spoil, _ in REFUSALS])
def test_what_does_not_fit_is_refused_before_anything_is_touched(
    elsewhere: Ask, backup: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(backup)
    with pytest.raises(BackupError, match=says):
        restore(backup, replace=True)
    with fresh_connection() as untouched:
        assert untouched.introspection.table_names() == []


def cut_off(backup: Path) -> None:
    """A file that was cut off before its checksum was taken."""
    path = database_file(backup)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    change(backup, sha256=checksum(path), bytes=path.stat().st_size)


def no_such_file(backup: Path) -> None:
    """Anything but a database."""
    path = database_file(backup)
    path.write_bytes(b"this is no database, however long one looks at it" * 100)
    change(backup, sha256=checksum(path), bytes=path.stat().st_size)


def other_count(backup: Path) -> None:
    change(backup, counts={**manifest(backup)["counts"], "scans_scan": 2})


@pytest.mark.parametrize("spoil", [cut_off, no_such_file, other_count])
def test_a_restore_that_fails_half_way_leaves_what_was_there(
    elsewhere: Ask, backup: Path, spoil: Callable[[Path], None]
) -> None:
    restore(backup, replace=False)
    elsewhere("UPDATE permits_holder SET full_name = 'Somebody else'")
    spoil(backup)
    with pytest.raises(BackupError):
        restore(backup, replace=True)
    assert elsewhere("SELECT full_name FROM permits_holder") == [("Somebody else",)]
    assert elsewhere("SELECT count(*) FROM scans_scan") == [(1,)]


def test_what_is_to_be_done_next_is_said(elsewhere: Ask, backup: Path) -> None:
    earlier = [row for row in manifest(backup)["migrations"] if row[0] != "scans"]
    change(backup, migrations=earlier, key_ids=["0000abcd"])
    text = io.StringIO()
    call_command("restore", str(backup), stdout=text)
    assert "2021-09-14 at 08:30 UTC: 1 permits, 1 scans" in text.getvalue()
    assert "python manage.py migrate" in text.getvalue()
    assert "0000abcd" in text.getvalue()


# --- Keys, commands, tools ------------------------------------------------------------------------


def test_the_keys_go_into_a_file_of_their_own(tmp_path: Path, no_keys: Path) -> None:
    keys.rotate()
    path = tmp_path / "keys.tar"
    save_keys(path)
    assert path.stat().st_mode & MODE == 0o600
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path / "again", filter="data")
    for file in no_keys.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    with pytest.raises(BackupError, match="not overwritten"):
        save_keys(path)


def test_the_command_prints_where_the_backup_is(scan: Scan, tmp_path: Path) -> None:
    text = io.StringIO()
    call_command("backup", str(tmp_path), "--with-keys", str(tmp_path / "keys.tar"), stdout=text)
    folder = Path(text.getvalue().strip())
    assert folder.parent == tmp_path
    assert manifest(folder)["counts"]["scans_scan"] == 1
    assert (tmp_path / "keys.tar").is_file()


def test_a_folder_that_cannot_be_written_is_said(scan: Scan) -> None:
    with pytest.raises(CommandError, match="/proc/backups"):
        call_command("backup", "/proc/backups")


def test_the_password_is_in_the_environment_and_not_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "_tool", lambda name: f"/usr/bin/{name}")
    for name, value in {"USER": "site", "PASSWORD": "s3cret", "HOST": "db", "PORT": 5433}.items():
        monkeypatch.setitem(connections["default"].settings_dict, name, value)
    command, environment = postgresql._command("pg_dump", "--file=x")
    assert command[:7] == ["/usr/bin/pg_dump", "-U", "site", "-h", "db", "-p", "5433"]
    assert "s3cret" not in " ".join(map(str, command))
    assert environment["PGPASSWORD"] == "s3cret"


def test_a_missing_tool_is_named_with_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"pg_dump is not installed.*postgresql-client"):
        postgresql._command("pg_dump")

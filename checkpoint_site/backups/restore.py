"""Putting a backup in the place of the database."""

from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from checkpoint_site.backups import contents, documents, postgresql, sqlite
from checkpoint_site.backups.make import key_ids
from checkpoint_site.backups.manifest import FORMAT, BackupError, Manifest
from checkpoint_site.dependencies import fresh_connection

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    """What was restored, and what is to be done next."""

    manifest: Manifest
    must_migrate: bool
    missing_keys: list[str]


def restore(folder: Path, *, replace: bool) -> Restored:
    """Restore a backup, whole or not at all. Everybody has to log in anew. Raises BackupError.

    Refused where the backup is damaged, from another kind of database or from newer code, and where
    the database has data in it, unless it is to be replaced.
    """
    manifest = Manifest.read(folder)
    path = _require_fit(manifest, folder)
    papers = manifest.require_whole_documents(folder)
    with documents.unpacked(papers) as unpacked:
        found = _restore_database(path, manifest, replace=replace)
        documents.put_in_place(unpacked)
    _require_the_same({**manifest.counts, "django_session": 0}, found)
    return Restored(
        manifest,
        must_migrate=contents.missing_migrations(manifest.migrations),
        missing_keys=sorted(set(manifest.key_ids) - set(key_ids())),
    )


def _restore_database(path: Path, manifest: Manifest, *, replace: bool) -> dict[str, int]:
    """Returns how many rows each table has then. Raises BackupError, with nothing changed."""
    try:
        _prepare_file()
        with fresh_connection() as target:
            _require_empty(target, replace=replace)
            kind = postgresql if target.vendor == "postgresql" else sqlite
            kind.restore(path, manifest.counts, target)
        with fresh_connection() as restored:
            return contents.count(restored, manifest.counts)
    except DatabaseError as error:
        raise BackupError(f"The database could not be used: {type(error).__name__}") from None


def _require_fit(manifest: Manifest, folder: Path) -> Path:
    """The database's file, if it can go into this site's database. Raises BackupError."""
    ours = connections["default"].vendor
    if manifest.format != FORMAT:
        raise BackupError("The backup was made by newer code. Install that, then restore.")
    if manifest.vendor != ours:
        raise BackupError(
            f"The backup is of {NAMES.get(manifest.vendor, manifest.vendor)}, and DATABASE_URL "
            f"leads to {NAMES.get(ours, ours)}."
        )
    unknown = contents.unknown_migrations(manifest.migrations)
    if unknown:
        raise BackupError(
            f"The backup was made by newer code, which has {', '.join(unknown)}. "
            "Install that, then restore."
        )
    return manifest.require_whole(folder)


def _prepare_file() -> None:
    """A new SQLite file is made for its owner alone."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).touch(mode=0o600)


def _require_empty(target: BaseDatabaseWrapper, *, replace: bool) -> None:
    if not replace and contents.has_data(target):
        raise BackupError(
            "The database has data in it. To replace all of it by the backup: --replace"
        )


def _require_the_same(expected: dict[str, int], found: dict[str, int]) -> None:
    different = [table for table in expected if table in found and expected[table] != found[table]]
    if different:
        raise BackupError(
            f"The backup was restored, but the rows of {', '.join(different)} are not as many as "
            "its manifest says. Was a server running meanwhile? Stop it, and restore again."
        )

"""Making a backup."""

import os
import shutil
import tarfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from checkpoint_site.backups import documents, postgresql, sqlite
from checkpoint_site.backups.manifest import BackupError, Documents, Manifest, checksum
from permits import keys


def make(parent: Path, *, now: datetime) -> Path:
    """Back the database up into a new folder in `parent`. Returns it. Raises BackupError.

    The folder gets its name when all is in it: what has a name is whole.
    """
    name = f"checkpoint-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    folder, unfinished = parent / name, parent / f".unfinished-{name}"
    if folder.exists():
        raise BackupError(f"{folder} is there already.")
    try:
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished.mkdir(mode=0o700)
        _fill(unfinished, now)
        unfinished.rename(folder)
    except OSError as error:
        raise BackupError(f"{error.filename or parent}: {error.strerror}") from None
    except DatabaseError as error:
        raise BackupError(f"The database could not be read: {type(error).__name__}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _fill(folder: Path, now: datetime) -> None:
    vendor = connections["default"].vendor
    kind = postgresql if vendor == "postgresql" else sqlite
    path = folder / kind.FILE
    migrations, counts = kind.dump(path)
    _sync(path)
    # After the database: what it names is there, but for what was deleted in these seconds.
    papers = folder / documents.FILE
    count = documents.dump(papers)
    _sync(papers)
    Manifest(
        made_at=now,
        vendor=vendor,
        file=kind.FILE,
        bytes=path.stat().st_size,
        sha256=checksum(path),
        migrations=migrations,
        counts=counts,
        key_ids=key_ids(),
        documents=Documents(
            file=documents.FILE,
            bytes=papers.stat().st_size,
            sha256=checksum(papers),
            count=count,
        ),
    ).write(folder)


def _sync(path: Path) -> None:
    """On the disk before it is called a backup."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def key_ids() -> list[str]:
    """The ids of the keys that verify travel codes now; none where there are no keys."""
    with suppress(ImproperlyConfigured):
        return sorted(key_id.hex() for key_id in keys.load().verifying)
    return []


def save_keys(path: Path) -> None:
    """Put the folder of the keys into a tar file that only its owner reads. Raises BackupError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(settings.SIGNING_KEYS_DIR, arcname=".")
    except FileExistsError:
        raise BackupError(f"{path} is there already: keys are not overwritten.") from None
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror}") from None

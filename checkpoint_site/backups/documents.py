"""The citizens' documents in a backup: the sealed files as they are, in one tar file.

What belongs to drafts is not in it: nobody has sent that yet.
"""

import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from checkpoint_site.backups.manifest import BackupError

FILE = "documents.tar"


def folder() -> Path:
    """Where they are kept."""
    return Path(settings.DOCUMENTS_DIR)


def dump(path: Path) -> int:
    """Write all of them into a new tar file. Returns how many. Lanes and citizens go on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    count = 0
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for document in _files(folder()):
            try:
                archive.add(document, arcname=document.name)
            except FileNotFoundError:  # deleted this moment
                continue
            count += 1
    return count


@contextmanager
def unpacked(archive_path: Path | None) -> Iterator[Path | None]:
    """The files of a backup in a folder beside the present ones, for as long as that takes.

    None where the backup has none. Raises BackupError.
    """
    if archive_path is None:
        yield None
        return
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder()) as beside:
        try:
            with tarfile.open(archive_path) as archive:
                archive.extractall(beside, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise BackupError(
                f"The documents could not be unpacked: {type(error).__name__}"
            ) from None
        yield Path(beside)


def put_in_place(fresh: Path | None) -> None:
    """Put them among the present ones, each whole. What no row names, `prune` removes later."""
    for path in _files(fresh) if fresh else []:
        path.chmod(0o600)
        os.replace(path, folder() / path.name)


def _files(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_file()) if parent.is_dir() else []

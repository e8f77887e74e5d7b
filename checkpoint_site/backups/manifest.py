"""What a backup says of itself, so that a restore can tell whether it is whole and fits."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import msgspec

from permits.secret_files import write_private

FILE = "manifest.json"
FORMAT = 1
Table = Annotated[str, msgspec.Meta(pattern=r"^\w+$")]  # it goes into SQL


class BackupError(Exception):
    """Nothing was backed up, or nothing restored. Its text says why and what to do."""


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """The file that the citizens' documents are in, sealed as they are kept."""

    file: str
    bytes: int
    sha256: str
    count: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Of a backup: when, of what kind of database, and what is in its file.

    `counts` has the rows of each table of ours. `key_ids` are those of the keys that verified
    travel codes then: no secrets.
    """

    format: int = FORMAT
    made_at: datetime
    vendor: str
    file: str
    bytes: int
    sha256: str
    migrations: list[tuple[str, str]]
    counts: dict[Table, int]
    key_ids: list[str]
    documents: Documents | None = None  # in backups from before there were documents

    def write(self, folder: Path) -> None:
        """Put it beside the database. Raises FileExistsError."""
        write_private(folder / FILE, msgspec.json.format(msgspec.json.encode(self), indent=2))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of a backup. Raises BackupError."""
        try:
            return msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
        except OSError:
            raise BackupError(f"{folder} is no backup: there is no {FILE} to read in it.") from None
        except msgspec.MsgspecError:
            raise BackupError(
                f"{folder / FILE} is damaged, or of another version of this program."
            ) from None

    def require_whole(self, folder: Path) -> Path:
        """The database's file, if it is the one that was written. Raises BackupError."""
        return _whole(folder, self)

    def require_whole_documents(self, folder: Path) -> Path | None:
        """The documents' file likewise; None where the backup has none. Raises BackupError."""
        return _whole(folder, self.documents) if self.documents else None


def _whole(folder: Path, said: Manifest | Documents) -> Path:
    path = folder / Path(said.file).name
    if not path.is_file():
        raise BackupError(f"{path} is missing: the backup is not whole.")
    if path.stat().st_size != said.bytes or checksum(path) != said.sha256:
        raise BackupError(
            f"{path} is not the file that was written: its checksum does not fit. "
            "Take another copy of this backup, or another backup."
        )
    return path


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

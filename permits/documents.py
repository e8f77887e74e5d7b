"""The papers that support an application: the only reader and writer of their files.

What a file is, its content says and not its name. It is kept sealed, under a random name, outside
of everything that is served, and shown to issuers alone.
"""

import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from permits import personal_data, secret_files
from permits.models import Document, DraftDocument, Permit

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
PICTURES = {"JPEG": JPEG, "PNG": PNG}
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_DOCUMENTS = 8  # of one application
LONGEST_NAME = 120
DRAFTS = "drafts/"  # a folder of its own: what is in it is not backed up
STRAYS_AFTER = timedelta(hours=1)


class DocumentFault(StrEnum):
    """Why a file is not taken. The values are stable codes."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    DAMAGED = "damaged"


class BadDocument(ValueError):
    """The file is not taken: `fault` says why."""

    def __init__(self, fault: DocumentFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class NewDocument:
    """A file that was looked at and found good: only `examine` makes one."""

    name: str
    content: bytes
    content_type: str


def examine(name: str, content: bytes) -> NewDocument:
    """Look at an uploaded file. Raises BadDocument, with nothing kept."""
    if not content:
        raise BadDocument(DocumentFault.EMPTY)
    if len(content) > MAX_BYTES:
        raise BadDocument(DocumentFault.TOO_LARGE)
    if content.startswith(b"%PDF-"):
        return NewDocument(_short(name), content, PDF)
    return NewDocument(_short(name), content, _picture_type(content))


def add(permit: Permit, new: Iterable[NewDocument], *, now: datetime) -> None:
    """Keep these. The caller holds the transaction. If it fails, their files are strays."""
    for document in new:
        Document.objects.create(
            permit=permit,
            name=document.name,
            content_type=document.content_type,
            size=len(document.content),
            file_name=write_file(document),
            added_at=now,
        )


def write_file(document: NewDocument, *, folder: str = "") -> str:
    """Write a file, sealed. Returns the name under which it is read and removed."""
    name = f"{folder}{secrets.token_hex(24)}"
    secret_files.write_private(_path(name), personal_data.seal_bytes(document.content))
    return name


def read_file(file_name: str) -> bytes:
    """Its content. Raises OSError where it is gone, CannotUnseal where no key fits."""
    return personal_data.unseal_bytes(_path(file_name).read_bytes())


def read(document: Document) -> bytes:
    """The file's content. Raises OSError where it is gone, CannotUnseal where no key fits."""
    return read_file(document.file_name)


def reseal(document: Document) -> bool:
    """Bring a file under the present key. Returns whether it was under another."""
    path = _path(document.file_name)
    sealed = path.read_bytes()
    if personal_data.is_under_present_key(sealed):
        return False
    secret_files.replace_private(path, personal_data.seal_bytes(personal_data.unseal_bytes(sealed)))
    return True


def remove(permit: Permit, ids: Iterable[int]) -> None:
    """Take these of a permit's documents away, the files once the transaction is committed."""
    gone = permit.documents.filter(id__in=list(ids))
    remove_files(gone.values_list("file_name", flat=True))
    gone.delete()


def remove_files(file_names: Iterable[str]) -> None:
    """Delete files once the transaction is committed: until then their rows may come back."""
    for file_name in list(file_names):
        transaction.on_commit(partial(_path(file_name).unlink, missing_ok=True))


def strays(now: datetime) -> list[Path]:
    """Files that no row names: of transactions that failed, and of none that still runs."""
    folder = Path(settings.DOCUMENTS_DIR)
    named = {
        folder / name
        for model in (Document, DraftDocument)
        for name in model._default_manager.values_list("file_name", flat=True)
    }
    before = (now - STRAYS_AFTER).timestamp()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if path not in named and path.stat().st_mtime < before]


def _path(file_name: str) -> Path:
    return Path(settings.DOCUMENTS_DIR) / file_name


def _short(name: str) -> str:
    """Without a folder, and short: the name is shown, never used as a path."""
    return name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:] or "-"


def _picture_type(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadDocument(DocumentFault.TOO_LARGE)
            picture.verify()
            return PICTURES[picture.format or ""]
    except UnidentifiedImageError:
        raise BadDocument(DocumentFault.WRONG_TYPE) from None
    except BadDocument:
        raise
    except Exception:  # Pillow raises whatever a damaged file provokes
        raise BadDocument(DocumentFault.DAMAGED) from None

"""What is kept of an import outside the database, sealed: the only reader and writer of it.

Each import has a folder: the file itself, and lists of what was found in it. A list is a file of
sealed lines, so that one line of it can be read, and nobody holds all of it in memory.
"""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from permits import personal_data, secret_files
from permits.models import Import

FILE = "file"
ROWS, FAULTS, NOTICES = "rows", "faults", "notices"
STRAYS_AFTER = timedelta(hours=1)


def keep(content: bytes) -> str:
    """Keep a file. Returns the name of its folder."""
    folder = secrets.token_hex(24)
    secret_files.write_private(_path(folder) / FILE, personal_data.seal_bytes(content))
    return folder


def content(folder: str) -> bytes:
    """The file again. Raises OSError where it is gone, CannotUnseal where no key fits."""
    return personal_data.unseal_bytes((_path(folder) / FILE).read_bytes())


class SealedList:
    """A list that is being written. It is there once it was closed, whole, in the place of any
    earlier one.
    """

    def __init__(self, folder: str, name: str) -> None:
        self._path = _path(folder) / name
        self._fresh = self._path.with_name(f"{name}.new")
        self._fresh.unlink(missing_ok=True)
        secret_files.write_private(self._fresh, b"")
        self._file = self._fresh.open("ab")
        self.lines = 0

    def append(self, line: Any) -> None:
        """Add a line: whatever JSON can say."""
        self._file.write(personal_data.seal_bytes(msgspec.json.encode(line)) + b"\n")
        self.lines += 1

    def close(self) -> None:
        """It is whole."""
        self._file.close()
        self._fresh.replace(self._path)

    def abandon(self) -> None:
        """It is not to be: nothing of it is kept, unless it was closed."""
        self._file.close()
        self._fresh.unlink(missing_ok=True)


def line(folder: str, name: str, number: int, form: Any) -> Any:
    """A line of a list, from 0, as a `form`; None where there is none."""
    return next(lines(folder, name, form, start=number), None)


def lines(folder: str, name: str, form: Any, *, start: int = 0) -> Iterator[Any]:
    """The lines of a list, one in memory at a time."""
    with (_path(folder) / name).open("rb") as file:
        for sealed in islice(file, start, None):
            yield msgspec.json.decode(personal_data.unseal_bytes(sealed.rstrip()), type=form)


def is_kept(folder: str) -> bool:
    """Whether the folder is there: a backup has none of them."""
    return bool(folder) and _path(folder).is_dir()


def reseal(folder: str) -> int:
    """Bring it under the present key. Returns how many files were under another."""
    changed = 0
    for path in sorted(_path(folder).iterdir()) if is_kept(folder) else []:
        sealed = path.read_bytes().splitlines()
        if all(map(personal_data.is_under_present_key, sealed)):
            continue
        fresh = [personal_data.seal_bytes(personal_data.unseal_bytes(one)) for one in sealed]
        secret_files.replace_private(path, b"\n".join(fresh) + b"\n" * (path.name != FILE))
        changed += 1
    return changed


def remove(folder: str) -> None:
    """Remove all of it."""
    if folder:
        shutil.rmtree(_path(folder), ignore_errors=True)


def strays(now: datetime) -> Iterable[str]:
    """Folders that no import names: of requests that failed, and of none that still runs."""
    root = Path(settings.IMPORTS_DIR)
    named = set(Import.objects.values_list("folder", flat=True))
    before = (now - STRAYS_AFTER).timestamp()
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.name not in named and path.stat().st_mtime < before:
            yield path.name


def _path(folder: str) -> Path:
    return Path(settings.IMPORTS_DIR) / folder

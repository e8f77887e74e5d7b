"""PURE of Django: secrets in files that only their owner reads."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a new file with mode 0600. Raises FileExistsError rather than overwrite a secret."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file with mode 0600 in the place of the present one: a reader sees either, whole."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)  # of an attempt that a power cut ended
    write_private(fresh, content)
    os.replace(fresh, path)


def read_or_make(path: Path) -> str:
    """The secret in `path`; at the first call, a new random one."""
    with suppress(FileExistsError):
        write_private(path, secrets.token_urlsafe(60).encode())
    return path.read_text().strip()

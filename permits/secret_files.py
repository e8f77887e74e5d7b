"""PURE of Django: secrets in files that only their owner reads."""

import base64
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
    return _read_or_write(path, secrets.token_urlsafe(60).encode())


def read_or_make_key(path: Path) -> str:
    """The key in `path`, 32 bytes in URL-safe base64; at the first call, a new random one."""
    return _read_or_write(path, random_key().encode())


def random_key() -> str:
    """32 random bytes in URL-safe base64, as Fernet takes them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _read_or_write(path: Path, fresh: bytes) -> str:
    with suppress(FileExistsError):
        write_private(path, fresh)
    return path.read_text().strip()

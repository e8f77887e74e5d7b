"""The only reader of the keys that sign travel codes.

SIGNING_KEYS_DIR holds one `NAME.private.pem` that signs, any number of `NAME.public.pem` of retired
keys that still verify, and `digest.key`, the key of the short digests in the token. Files are read
once in a process; `manage.py rotate_key` makes and retires keys.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from permits import secret_files, token

DIGEST_KEY_FILE = "digest.key"
PRIVATE, PUBLIC = ".private.pem", ".public.pem"


@dataclass(frozen=True, eq=False)
class Keys:
    """What signs, what verifies (by key id), and what digests. Each loading is one of its own."""

    signing: Ed25519PrivateKey
    verifying: dict[bytes, Ed25519PublicKey]
    digest_key: bytes


@cache
def load() -> Keys:
    """The keys. Raises ImproperlyConfigured, with what to do, where there are none."""
    directory = Path(settings.SIGNING_KEYS_DIR)
    private_files = sorted(directory.glob(f"*{PRIVATE}"))
    if len(private_files) != 1 or not (directory / DIGEST_KEY_FILE).is_file():
        raise ImproperlyConfigured(
            f"SIGNING_KEYS_DIR ({directory}) must hold exactly one *{PRIVATE} and a "
            f"{DIGEST_KEY_FILE}. To make them: python manage.py rotate_key"
        )
    signing = _read_private(private_files[0])
    public = [signing.public_key(), *map(_read_public, sorted(directory.glob(f"*{PUBLIC}")))]
    return Keys(
        signing=signing,
        verifying={token.key_id(key): key for key in public},
        digest_key=secret_files.read_or_make(directory / DIGEST_KEY_FILE).encode(),
    )


def rotate() -> str:
    """Make a new signing key and retire the present one to verifying. Returns the new one's id."""
    directory = Path(settings.SIGNING_KEYS_DIR)
    secret_files.read_or_make(directory / DIGEST_KEY_FILE)
    retired = list(directory.glob(f"*{PRIVATE}"))
    for path in retired:
        public = _read_private(path).public_key()
        path.with_name(path.name.replace(PRIVATE, PUBLIC)).write_bytes(_public_pem(public))
    key = Ed25519PrivateKey.generate()
    name = token.key_id(key.public_key()).hex()
    for path in retired:
        path.unlink()
    secret_files.write_private(directory / f"{name}{PRIVATE}", _private_pem(key))
    load.cache_clear()
    return name


def exist() -> bool:
    """Whether there is a key to sign with."""
    return any(Path(settings.SIGNING_KEYS_DIR).glob(f"*{PRIVATE}"))


def _read_private(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path.name} in SIGNING_KEYS_DIR is not an Ed25519 key")
    return key


def _read_public(path: Path) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ImproperlyConfigured(f"{path.name} in SIGNING_KEYS_DIR is not an Ed25519 key")
    return key


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

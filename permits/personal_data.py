"""Personal numbers, phones and documents at rest: sealed, and found again by a keyed digest.

Sealed is encrypted and authenticated (Fernet). A digest is the same for the same text, so that a
number can be looked for without being readable; it is keyed, since otherwise whoever has the table
could try out all numbers. PERSONAL_DATA_KEYS has the keys: the first one seals and digests, all of
them unseal and find. How they are changed is in docs/operating.md.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

DIGEST_CHARACTERS = 32  # 128 bits, in hexadecimal


class CannotUnseal(Exception):
    """None of PERSONAL_DATA_KEYS has sealed this, or it was changed since."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one setting, the present one first."""

    keys: tuple[str, ...]

    @cached_property
    def box(self) -> MultiFernet:
        """Seals with the first key and unseals with all of them."""
        return MultiFernet([Fernet(key) for key in self.keys])

    @cached_property
    def digest_keys(self) -> list[bytes]:
        """One of each key: who can look for a number cannot unseal one."""
        return [_digest_key(key) for key in self.keys]


def ring() -> KeyRing:
    """The keys in use."""
    return _ring(tuple(settings.PERSONAL_DATA_KEYS))


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)


def seal(text: str) -> bytes:
    """A short text, unreadable without the key: about 100 bytes for a personal number."""
    return seal_bytes(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The text again. Raises CannotUnseal."""
    return unseal_bytes(sealed).decode()


def seal_bytes(content: bytes) -> bytes:
    """A file's content, unreadable without the key: a third longer."""
    return ring().box.encrypt(content)


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """The content again. Raises CannotUnseal."""
    try:
        return ring().box.decrypt(bytes(sealed))
    except InvalidToken:
        raise CannotUnseal from None


def is_under_present_key(sealed: bytes) -> bool:
    """Whether the first key has sealed this."""
    try:
        Fernet(ring().keys[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def digest(text: str) -> str:
    """What a text is kept under: 32 hexadecimal characters; none for no text."""
    return _digest(text, ring().digest_keys[0])


def digests(text: str) -> list[str]:
    """What a text may be kept under: more than one while the keys are being changed."""
    return [_digest(text, key) for key in ring().digest_keys] if text else []


def digests_of_kept(kept: str, sealed: bytes | memoryview) -> Sequence[str]:
    """What else the same text may be kept under in other rows, from a row's digest and sealed text.

    With one key that is the digest itself, and nothing has to be unsealed.
    """
    if not kept:
        return ()
    return (kept,) if len(settings.PERSONAL_DATA_KEYS) == 1 else digests(unseal(sealed))


def _digest(text: str, key: bytes) -> str:
    if not text:
        return ""
    return hmac.digest(key, text.encode(), "sha256").hex()[:DIGEST_CHARACTERS]


def _digest_key(key: str) -> bytes:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"checkpoint: digests")
    return derived.derive(hashlib.sha256(key.encode()).digest())

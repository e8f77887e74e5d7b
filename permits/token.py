"""PURE. The travel code's text: pack, sign, verify.

    CP1: + base45( body, 28 bytes + Ed25519 signature, 64 bytes )      142 characters in all

docs/token.md describes the body byte by byte and has test vectors. Nothing personal stands in
clear: the two digests are keyed, and only tie a code to a person and a vehicle for who has the key.
"""

import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import base45
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "CP1:"
# Big-endian: key id 4 bytes, permit number u48 (as u16 + u32), kind u16, valid from u32, valid
# until u32 (seconds since 1970), digest of the personal number 4 bytes, of the plate 4 bytes.
BODY = struct.Struct(">4sHIHII4s4s")
SIGNATURE_BYTES = 64
TOKEN_BYTES = BODY.size + SIGNATURE_BYTES
TEXT_LENGTH = len(PREFIX) + TOKEN_BYTES // 2 * 3
KEY_ID_BYTES = 4
KEY_ID_CHARACTERS = KEY_ID_BYTES // 2 * 3
DIGEST_BYTES = 4
NO_PLATE = bytes(DIGEST_BYTES)


class Fault(StrEnum):
    """Why a text is not a good token."""

    MALFORMED = "malformed"  # not a travel code at all, or a damaged one
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"


@dataclass(frozen=True, slots=True)
class Token:
    """What a travel code holds. Times are aware and whole seconds."""

    number: int
    kind: int
    valid_from: datetime
    valid_until: datetime
    number_digest: bytes
    plate_digest: bytes


def key_id(public_key: Ed25519PublicKey) -> bytes:
    """The name that a token has for its key: the first bytes of the key's SHA-256."""
    return hashlib.sha256(public_key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def key_named(text: str) -> str:
    """The id of the key that a travel code names, in hexadecimal; empty where it names none."""
    try:
        start: bytes = base45.b45decode(text[len(PREFIX) :][:KEY_ID_CHARACTERS].encode())
    except ValueError:
        return ""
    return start.hex() if text.startswith(PREFIX) else ""


def digest(text: str, digest_key: bytes) -> bytes:
    """A short keyed digest (HMAC-SHA-256) of a personal number or a plate; zeros for no text."""
    if not text:
        return NO_PLATE
    return hmac.new(digest_key, text.encode(), hashlib.sha256).digest()[:DIGEST_BYTES]


def sign(token: Token, private_key: Ed25519PrivateKey) -> str:
    """The travel code's text. Raises ValueError where a field does not fit its bytes."""
    body = _pack(token, key_id(private_key.public_key()))
    content: bytes = base45.b45encode(body + private_key.sign(_signed(body)))
    return PREFIX + content.decode()


def verify(text: str, public_keys: Mapping[bytes, Ed25519PublicKey]) -> Token | Fault:
    """Read a travel code of any of these keys (by key id). Never raises, whatever the text."""
    if not text.startswith(PREFIX) or len(text) != TEXT_LENGTH:
        return Fault.MALFORMED
    try:
        content = base45.b45decode(text[len(PREFIX) :].encode())
    except ValueError:
        return Fault.MALFORMED
    body, signature = content[: BODY.size], content[BODY.size :]
    public_key = public_keys.get(body[:KEY_ID_BYTES])
    if public_key is None:
        return Fault.UNKNOWN_KEY
    try:
        public_key.verify(signature, _signed(body))
    except InvalidSignature:
        return Fault.BAD_SIGNATURE
    return _unpack(body)


def _signed(body: bytes) -> bytes:
    """What the signature covers: the prefix too, so that no other format can borrow it."""
    return PREFIX.encode() + body


def _pack(token: Token, key: bytes) -> bytes:
    if len(token.number_digest) != DIGEST_BYTES or len(token.plate_digest) != DIGEST_BYTES:
        raise ValueError("a digest has four bytes")
    try:
        return BODY.pack(
            key,
            *divmod(token.number, 1 << 32),
            token.kind,
            int(token.valid_from.timestamp()),
            int(token.valid_until.timestamp()),
            token.number_digest,
            token.plate_digest,
        )
    except struct.error as error:
        raise ValueError(f"a field does not fit: {error}") from None


def _unpack(body: bytes) -> Token:
    _key, high, low, kind, start, end, number_digest, plate_digest = BODY.unpack(body)
    return Token(
        number=high << 32 | low,
        kind=kind,
        valid_from=datetime.fromtimestamp(start, UTC),
        valid_until=datetime.fromtimestamp(end, UTC),
        number_digest=number_digest,
        plate_digest=plate_digest,
    )
